"""Whatever people do, in whatever order: the public total is the sum of what two members validated, and no version is lost."""

from collections import Counter
from collections.abc import Callable

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import select

from db.schema import (
    Channel,
    audit,
    audit_head,
    bureau,
    candidate,
    department,
    election,
    metadata,
    pin,
    pv_entry,
    tally,
    tally_count,
    user,
    validated,
)
from reporting.publication.validation import EntryOpen, NothingToValidate, NotValidated, SameMemberTwice
from reporting.verification.comparison import ComparisonState
from reporting.verification.reconciliation import FigureSource, Undecided
from reporting.verification.reconciliation_stages import NotAtThisStage
from reporting.verification.sign_off import AlreadySigned, NotReady
from reporting.verification.statement_entries import (
    FirstEntryThere,
    NothingDiffers,
    PvSettled,
    SameClerkTwice,
    ThirdLookWanted,
)
from tests.support.primary_2011 import FIGURES
from tests.support.result_workflow import Night, take

KEPT = {election, candidate, department, bureau, pin, user, audit, audit_head}
REFUSALS = (
    AlreadySigned,
    FirstEntryThere,
    NotAtThisStage,
    NotReady,
    NotValidated,
    NothingDiffers,
    NothingToValidate,
    EntryOpen,
    PvSettled,
    SameClerkTwice,
    SameMemberTwice,
    ThirdLookWanted,
    Undecided,
)
codes = st.sampled_from(["00100014", "00100023"])
sheets = st.sampled_from([FIGURES, {**FIGURES, "3": 130, "4": 30}, {**FIGURES, "1": 102, "2": 0}])
clerks = st.sampled_from(["clerk", "second_clerk"])
members = st.sampled_from(["member", "second_member"])


class Evening(RuleBasedStateMachine):
    """The acts of everybody, beside a plain account of what two members have validated."""

    night: Night

    def __init__(self) -> None:
        super().__init__()
        with self.night.engine.begin() as connection:
            for table in reversed(metadata.sorted_tables):
                if table not in KEPT:
                    connection.execute(table.delete())
            connection.execute(audit.delete().where(audit.c.id > self.night.begun.row))
            connection.execute(audit_head.update().values(id=self.night.begun.row, hash=self.night.begun.hash))
        self.first: dict[str, tuple[int, str]] = {}
        self.public: dict[str, dict[str, int]] = {}
        self.asked_back: dict[str, str] = {}
        self.versions: list[tuple] = []

    def attempt(self, act: Callable[..., object], *arguments: object, **options: object) -> bool:
        try:
            act(*arguments, **options)
        except REFUSALS:
            return False
        return True

    def who(self, name: str):
        return getattr(self.night.people, name)

    @rule(code=codes, figures=sheets, channel=st.sampled_from([Channel.PHONE, Channel.OPERATOR, Channel.PEN]))
    def tell(self, code, figures, channel):
        self.night.tell(channel, code, **figures)

    @rule(code=codes, figures=sheets, clerk=clerks, again=st.booleans())
    def enter(self, code, figures, clerk, again):
        self.attempt(self.night.enter, self.who(clerk), code, figures, again=again)

    @rule(code=codes, figures=sheets)
    def enter_twice(self, code, figures):
        for clerk in ("clerk", "second_clerk"):
            self.attempt(self.night.enter, self.who(clerk), code, figures, again=True)

    @rule(code=codes, figures=sheets)
    def look(self, code, figures):
        self.attempt(self.night.look, self.night.people.chair, figures, code=code)

    @rule(code=codes, source=st.sampled_from([FigureSource.PHONE, FigureSource.PV, FigureSource.PEN]))
    def decide(self, code, source):
        differing = self.night.case(code).comparison.differing
        self.attempt(self.night.decide, self.night.people.chair, take(source, *differing), code=code, as_written=True)

    @rule(code=codes)
    def list_missing(self, code):
        self.attempt(self.night.list_missing, self.night.people.chair, code)

    @rule()
    def sign(self):
        self.attempt(self.night.sign, self.night.people.chair)

    @rule(code=codes, member=members)
    def validate(self, code, member):
        case = self.night.case(code)
        if self.attempt(self.night.validate, self.who(member), code):
            self.account(code, member, case)

    @rule(member=members)
    def validate_department(self, member):
        before = {code: self.night.case(code) for code in self.night.ids}
        if not self.attempt(self.night.validate_department, self.who(member)):
            return
        for code, case in before.items():
            if self.night.case(code).row != case.row:
                assert case.comparison.state is ComparisonState.AGREED
                self.account(code, member, case)

    def account(self, code, member, case):
        version, first = self.first.get(code, (0, ""))
        if version != case.version:
            self.first[code] = (case.version, member)
            return
        assert first != member
        self.public[code] = case.settled
        self.asked_back.pop(code, None)

    @rule(code=codes, member=members)
    def refuse(self, code, member):
        self.attempt(self.night.refuse, self.who(member), code=code)

    @rule(code=codes, member=members)
    def take_back(self, code, member):
        if not self.attempt(self.night.take_back, self.who(member), code=code):
            return
        if code in self.asked_back:
            assert self.asked_back.pop(code) != member
            del self.public[code]
        else:
            self.asked_back[code] = member

    @invariant()
    def the_public_sees_the_validated_bureaux_and_nothing_else(self):
        assert self.night.public_figures() == self.public
        found = self.night.published()
        sums = Counter()
        for figures in self.public.values():
            sums.update(figures)
        if found is not None:
            assert found.content["totals"]["bureaux"] == len(self.public)
            assert +Counter(found.content["totals"]["figures"]) == +sums

    @invariant()
    def whoever_is_validated_has_two_validators(self):
        for row in self.night.read(lambda connection: connection.execute(select(validated)).all()):
            assert row.first_user_id != row.second_user_id

    @invariant()
    def no_version_is_lost(self):
        queries = [
            select(tally.c.id, tally.c.channel, tally.c.version, tally_count.c.field, tally_count.c.count)
            .join(tally_count)
            .order_by(tally.c.id, tally_count.c.field),
            select(pv_entry).order_by(pv_entry.c.id),
        ]
        now = [self.night.read(lambda connection, q=q: connection.execute(q).all()) for q in queries]
        before, self.versions = self.versions, now
        for earlier, later in zip(before, now, strict=False):
            assert later[: len(earlier)] == earlier

    def teardown(self):
        assert self.night.broken() is None


def test_whatever_people_do(engine, pins):
    night = Night(engine)
    machine = type("EveningOfThisNight", (Evening,), {"night": night})
    slow = settings(
        max_examples=20 if engine.dialect.name == "sqlite" else 8,
        stateful_step_count=30,
        suppress_health_check=list(HealthCheck),
        database=None,
    )
    run_state_machine_as_test(machine, settings=slow)
