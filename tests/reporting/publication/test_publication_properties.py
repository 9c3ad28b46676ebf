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
from tests.support.result_workflow import ResultWorkflow, take

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

    workflow: ResultWorkflow

    def __init__(self) -> None:
        super().__init__()
        with self.workflow.engine.begin() as connection:
            for table in reversed(metadata.sorted_tables):
                if table not in KEPT:
                    connection.execute(table.delete())
            connection.execute(audit.delete().where(audit.c.id > self.workflow.begun.row))
            connection.execute(audit_head.update().values(id=self.workflow.begun.row, hash=self.workflow.begun.hash))
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
        return getattr(self.workflow.deciders, name)

    @rule(code=codes, figures=sheets, channel=st.sampled_from([Channel.PHONE, Channel.OPERATOR, Channel.PEN]))
    def tell(self, code, figures, channel):
        self.workflow.tell(channel, code, **figures)

    @rule(code=codes, figures=sheets, clerk=clerks, again=st.booleans())
    def enter(self, code, figures, clerk, again):
        self.attempt(self.workflow.enter, self.who(clerk), code, figures, again=again)

    @rule(code=codes, figures=sheets)
    def enter_twice(self, code, figures):
        for clerk in ("clerk", "second_clerk"):
            self.attempt(self.workflow.enter, self.who(clerk), code, figures, again=True)

    @rule(code=codes, figures=sheets)
    def look(self, code, figures):
        self.attempt(self.workflow.look, self.workflow.deciders.chair, figures, code=code)

    @rule(code=codes, source=st.sampled_from([FigureSource.PHONE, FigureSource.PV, FigureSource.PEN]))
    def decide(self, code, source):
        differing = self.workflow.case(code).comparison.differing
        self.attempt(
            self.workflow.decide, self.workflow.deciders.chair, take(source, *differing), code=code, as_written=True
        )

    @rule(code=codes)
    def list_missing(self, code):
        self.attempt(self.workflow.list_missing, self.workflow.deciders.chair, code)

    @rule()
    def sign(self):
        self.attempt(self.workflow.sign, self.workflow.deciders.chair)

    @rule(code=codes, member=members)
    def validate(self, code, member):
        case = self.workflow.case(code)
        if self.attempt(self.workflow.validate, self.who(member), code):
            self.account(code, member, case)

    @rule(member=members)
    def validate_department(self, member):
        before = {code: self.workflow.case(code) for code in self.workflow.ids}
        if not self.attempt(self.workflow.validate_department, self.who(member)):
            return
        for code, case in before.items():
            if self.workflow.case(code).row != case.row:
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
        self.attempt(self.workflow.refuse, self.who(member), code=code)

    @rule(code=codes, member=members)
    def take_back(self, code, member):
        if not self.attempt(self.workflow.take_back, self.who(member), code=code):
            return
        if code in self.asked_back:
            assert self.asked_back.pop(code) != member
            del self.public[code]
        else:
            self.asked_back[code] = member

    @invariant()
    def the_public_sees_the_validated_bureaux_and_nothing_else(self):
        assert self.workflow.public_figures() == self.public
        found = self.workflow.published()
        sums = Counter()
        for figures in self.public.values():
            sums.update(figures)
        if found is not None:
            assert found.content["totals"]["bureaux"] == len(self.public)
            assert +Counter(found.content["totals"]["figures"]) == +sums

    @invariant()
    def whoever_is_validated_has_two_validators(self):
        for row in self.workflow.read(lambda connection: connection.execute(select(validated)).all()):
            assert row.first_user_id != row.second_user_id

    @invariant()
    def no_version_is_lost(self):
        queries = [
            select(tally.c.id, tally.c.channel, tally.c.version, tally_count.c.field, tally_count.c.count)
            .join(tally_count)
            .order_by(tally.c.id, tally_count.c.field),
            select(pv_entry).order_by(pv_entry.c.id),
        ]
        now = [self.workflow.read(lambda connection, q=q: connection.execute(q).all()) for q in queries]
        before, self.versions = self.versions, now
        for earlier, later in zip(before, now, strict=False):
            assert later[: len(earlier)] == earlier

    def teardown(self):
        assert self.workflow.broken() is None


def test_whatever_people_do(engine, pins):
    workflow = ResultWorkflow(engine)
    machine = type("EveningOfThisTest", (Evening,), {"workflow": workflow})
    slow = settings(
        max_examples=20 if engine.dialect.name == "sqlite" else 8,
        stateful_step_count=30,
        suppress_health_check=list(HealthCheck),
        database=None,
    )
    run_state_machine_as_test(machine, settings=slow)
