"""From minutes to publication: who may do what, what is refused, and what the public sees."""

import json
import re

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError

from db import register
from db.decisions import NoReason, NotTheirs
from db.elections import PollsOpen
from db.register import ElectionUnderWay
from db.register_files import read_bureaux, read_election
from db.schema import (
    Channel,
    audit,
    decision,
    publication,
    published_department,
    pv_entry,
    reconciliation,
    scan,
    sign_off,
    validated,
    validation,
)
from reporting.publication.validation import EntryOpen, NothingToValidate, NotValidated, SameMemberTwice
from reporting.verification.comparison import ComparisonState, Difference
from reporting.verification.reconciliation import Choice, FigureSource, NoScan, Overtaken, Undecided
from reporting.verification.reconciliation_stages import NotAtThisStage, Stage
from reporting.verification.sign_off import AlreadySigned, NotReady, read_sign_off
from reporting.verification.statement_entries import (
    DoesNotAddUp,
    FirstEntryThere,
    NoFirstEntry,
    NothingDiffers,
    PvSettled,
    SameClerkTwice,
    ThirdLookWanted,
    read_statement,
)
from tests.support.primary_2011 import CODE, DATA, FIGURES
from tests.support.result_workflow import Night, take

OTHER = "00100046"
SLIP = {**FIGURES, "3": 130, "4": 30}


@pytest.fixture
def night(engine, pins) -> Night:
    return Night(engine)


def test_two_clerks_who_read_the_same_make_the_minutes(night):
    night.phone()
    assert night.enter(night.people.clerk).settled is None
    paper = night.enter(night.people.second_clerk)
    assert (paper.settled.version, paper.settled.figures, paper.first) == (1, FIGURES, None)
    assert night.case().stage is Stage.AGREED
    assert night.case().settled == FIGURES
    assert night.broken() is None


def test_a_second_entry_by_the_first_clerk_is_refused(night):
    night.enter(night.people.clerk)
    with pytest.raises(SameClerkTwice):
        night.enter(night.people.clerk)
    with pytest.raises(SameClerkTwice):
        night.enter(night.people.clerk, entry=2)
    with pytest.raises(FirstEntryThere):
        night.enter(night.people.second_clerk, entry=1)
    with pytest.raises(NoFirstEntry):
        night.enter(night.people.second_clerk, OTHER, entry=2)


def test_a_clerk_may_key_their_own_first_entry_again(night):
    night.enter(night.people.clerk, figures=SLIP)
    night.enter(night.people.clerk, entry=1)
    assert night.enter(night.people.second_clerk).settled.figures == FIGURES
    assert night.broken() is None


@pytest.mark.parametrize("who", ["stranger", "member", "supervisor"])
def test_only_the_departments_own_commission_enters_minutes(night, who):
    with pytest.raises(NotTheirs):
        night.enter(getattr(night.people, who))


def test_minutes_that_do_not_add_up_are_refused_with_the_difference_unless_the_paper_says_so(night):
    with pytest.raises(DoesNotAddUp) as refused:
        night.enter(night.people.clerk, figures={**FIGURES, "3": 121})
    assert refused.value.values["difference"] == 1
    night.enter(night.people.clerk, figures={**FIGURES, "3": 121}, as_written=True)


def test_before_the_polls_close_nothing_is_entered_or_validated(night):
    night.phone()
    night.paper()
    night.now = night.schedule.polls_close.replace(hour=12)
    with pytest.raises(PollsOpen):
        night.enter(night.people.clerk, OTHER)
    with pytest.raises(PollsOpen):
        night.validate(night.people.member)


def test_entries_that_differ_ask_for_a_third_look_by_the_chair(night):
    night.enter(night.people.clerk, figures=SLIP)
    paper = night.enter(night.people.second_clerk)
    assert (paper.first.figures, paper.second.figures, paper.next_entry) == (SLIP, FIGURES, None)
    with pytest.raises(ThirdLookWanted):
        night.enter(night.people.chair)
    with pytest.raises(NotTheirs):
        night.look(night.people.clerk)
    with pytest.raises(NoReason):
        night.look(night.people.chair, reason=" ")
    night.look(night.people.chair)
    assert night.read(lambda c: read_statement(c, night.ids[CODE])).settled.figures == FIGURES
    with pytest.raises(NothingDiffers):
        night.look(night.people.chair)
    assert night.broken() is None


def test_the_third_look_is_nobodys_who_made_an_entry(night):
    night.enter(night.people.chair, figures=SLIP)
    night.enter(night.people.clerk)
    with pytest.raises(SameClerkTwice):
        night.look(night.people.chair)
    night.look(night.people.member)


def test_settled_minutes_are_entered_again_only_when_that_is_asked_for(night):
    night.phone()
    night.paper()
    with pytest.raises(PvSettled) as settled:
        night.enter(night.people.clerk)
    assert settled.value.figures == FIGURES
    night.paper(figures=SLIP)
    assert night.case().stage is Stage.DIFFERING
    assert night.broken() is None


def test_where_channels_differ_somebody_accountable_decides_field_by_field(night):
    night.phone(**{"3": 130, "4": 30})
    night.paper()
    case = night.case()
    assert case.comparison.state is ComparisonState.DIFFERING
    assert {line.field: line.kind for line in case.comparison.lines if line.kind} == {
        "3": Difference.ONE_DIGIT,
        "4": Difference.ONE_DIGIT,
    }
    assert case.comparison.at_stake == 20
    with pytest.raises(NotTheirs):
        night.decide(night.people.clerk, take(FigureSource.PV, "3", "4"))
    with pytest.raises(Undecided):
        night.decide(night.people.chair, take(FigureSource.PV, "3"))
    with pytest.raises(Undecided):
        night.decide(night.people.chair, take(FigureSource.PEN, "3", "4"))
    with pytest.raises(NoReason):
        night.decide(night.people.chair, take(FigureSource.PV, "3", "4"), "")
    read = {**take(FigureSource.PV, "3"), "4": Choice(FigureSource.SCAN, 41)}
    with pytest.raises(NoScan):
        night.decide(night.people.chair, read)
    night.scan()
    with pytest.raises(DoesNotAddUp):
        night.decide(night.people.chair, read)
    with pytest.raises(Overtaken):
        night.decide(night.people.chair, take(FigureSource.PV, "3", "4"), version=case.version - 1)
    night.decide(night.people.chair, take(FigureSource.PV, "3", "4"))
    assert (night.case().stage, night.case().settled) == (Stage.DECIDED, FIGURES)
    assert night.broken() is None


def test_a_later_version_in_any_channel_reopens_what_was_decided(night):
    night.phone(**{"3": 130, "4": 30})
    night.paper()
    night.decide(night.people.chair, take(FigureSource.PV, "3", "4"))
    night.phone(**{"3": 130, "4": 30})
    assert (night.case().stage, night.case().settled) == (Stage.DIFFERING, None)
    night.decide(night.people.chair, take(FigureSource.PV, "3", "4"))
    night.phone()
    assert night.case().stage is Stage.AGREED
    night.tell(Channel.PEN, **{"3": 125, "4": 35})
    assert night.case().stage is Stage.DIFFERING
    assert night.broken() is None


def test_ink_that_agrees_late_reopens_nothing(night):
    night.phone()
    night.paper()
    night.validate(night.people.member)
    night.tell(Channel.PEN)
    night.validate(night.people.second_member)
    night.tell(Channel.PEN)
    assert night.case().stage is Stage.VALIDATED
    assert night.broken() is None


def test_two_different_members_validate_and_only_then_it_is_public(night):
    night.phone()
    night.paper()
    assert night.published() is None
    night.validate(night.people.member)
    assert night.published() is None
    with pytest.raises(SameMemberTwice):
        night.validate(night.people.member)
    night.validate(night.people.second_member)
    assert night.public_figures() == {CODE: FIGURES}
    with pytest.raises(NotAtThisStage):
        night.validate(night.people.second_member)
    assert night.broken() is None


@pytest.mark.parametrize("who", ["clerk", "chair", "supervisor"])
def test_nobody_else_validates_refuses_or_takes_back(night, who):
    night.phone()
    night.paper()
    somebody = getattr(night.people, who)
    for act in (night.validate, night.validate_department, night.refuse, night.take_back):
        with pytest.raises(NotTheirs):
            act(somebody)


def test_what_is_incomplete_or_differs_cannot_be_validated(night):
    night.phone()
    with pytest.raises(NotAtThisStage):
        night.validate(night.people.member)
    night.paper(figures=SLIP)
    with pytest.raises(NotAtThisStage):
        night.validate(night.people.member)
    with pytest.raises(NothingToValidate):
        night.validate_department(night.people.member)


def test_a_member_validates_what_the_page_showed_and_nothing_newer(night):
    night.phone()
    night.paper()
    version = night.case().version
    night.phone(**{"3": 130, "4": 30})
    with pytest.raises(Overtaken):
        night.validate(night.people.member, version=version)


def test_a_department_is_validated_at_once_but_for_what_needs_a_look(night):
    for code, figures in ((CODE, FIGURES), (OTHER, SLIP), ("00100023", FIGURES)):
        night.phone(code, **figures)
        night.paper(code, figures)
    assert [flag.code for flag in night.flags("00100023")] == ["voters-over-electorate", "same-figures"]
    with night.engine.connect() as connection:
        seen = connection.execute(select(audit.c.id).order_by(audit.c.id.desc())).scalars().first()
    night.phone(OTHER, **SLIP)
    assert night.validate_department(night.people.member, seen=seen) == 1
    with pytest.raises(NothingToValidate):
        night.validate_department(night.people.member, seen=seen)
    assert night.validate_department(night.people.second_member) == 2
    assert night.validate_department(night.people.member) == 1
    assert night.public_figures() == {CODE: FIGURES, OTHER: SLIP}
    assert night.broken() is None


def test_a_taken_back_validation_leaves_the_public_page(night):
    night.phone()
    night.paper()
    with pytest.raises(NotValidated):
        night.take_back(night.people.member)
    night.validate(night.people.member)
    night.validate(night.people.second_member)
    night.take_back(night.people.member)
    assert night.public_figures() == {CODE: FIGURES}
    with pytest.raises(SameMemberTwice):
        night.take_back(night.people.member)
    night.take_back(night.people.second_member)
    assert night.public_figures() == {}
    assert night.case().stage is Stage.REFUSED
    with pytest.raises(NotAtThisStage):
        night.validate(night.people.member)
    assert night.published().number == 2
    assert night.broken() is None


def test_a_refused_bureau_is_validated_once_somebody_has_decided(night):
    night.phone()
    night.paper()
    night.validate(night.people.member)
    night.refuse(night.people.second_member)
    assert night.case().stage is Stage.REFUSED
    night.decide(night.people.chair, {}, "Looked at the paper again")
    night.validate(night.people.member)
    night.validate(night.people.second_member)
    assert night.public_figures() == {CODE: FIGURES}
    assert night.broken() is None


def test_a_version_after_validation_stays_unpublished_until_it_is_validated_too(night):
    night.phone()
    night.paper()
    night.validate(night.people.member)
    night.validate(night.people.second_member)
    night.phone(**SLIP)
    assert night.case().stage is Stage.DIFFERING
    assert night.public_figures() == {CODE: FIGURES}
    night.paper(figures=SLIP)
    night.validate(night.people.second_member)
    night.validate(night.people.member)
    assert night.public_figures() == {CODE: SLIP}
    assert night.broken() is None


def test_the_chair_signs_a_department_in_which_every_bureau_is_accounted_for(night):
    for code in (CODE, OTHER):
        night.phone(code)
        night.paper(code)
    with pytest.raises(NotReady) as refused:
        night.sign(night.people.chair)
    assert refused.value.values["count"] == 2
    with pytest.raises(NotTheirs):
        night.list_missing(night.people.clerk, "00100038")
    night.list_missing(night.people.chair, "00100038")
    night.list_missing(night.people.chair, "00100023")
    with pytest.raises(NotTheirs):
        night.sign(night.people.clerk)
    night.sign(night.people.chair)
    with pytest.raises(AlreadySigned):
        night.sign(night.people.chair)
    signed = night.read(lambda connection: read_sign_off(connection, night.departments["01"]))
    assert signed.figures == {field: 2 * count for field, count in FIGURES.items()}
    night.phone("00100038")
    assert night.read(lambda connection: connection.execute(select(sign_off)).all()) == []
    assert night.broken() is None


def test_the_publics_connection_sees_nothing_that_is_not_published(night):
    night.phone()
    for table in ("tally", "tally_count", "standing", "running_total", "validated", "reconciliation", "pin", "bureau"):
        with night.public.snapshot() as connection, pytest.raises(DBAPIError):
            connection.execute(text(f"SELECT count(*) FROM {table}"))
    with night.public.snapshot() as connection, pytest.raises(DBAPIError):
        connection.execute(text("DELETE FROM publication"))


def other_figures(text: str) -> str:
    return text.replace("120", "121")


def test_nobody_decides_about_minutes_that_they_keyed(night):
    night.enter(night.people.chair)
    night.enter(night.people.second_clerk, figures=SLIP)
    night.phone(**SLIP)
    with pytest.raises(ThirdLookWanted):
        night.decide(night.people.chair, take(FigureSource.PHONE, *FIGURES))
    night.look(night.people.member)
    with pytest.raises(SameClerkTwice):
        night.decide(night.people.chair, take(FigureSource.PHONE, "3", "4"))
    night.decide(night.people.member, take(FigureSource.PHONE, "3", "4"))
    night.phone(**{"3": 125, "4": 35})
    night.decide(night.people.member, take(FigureSource.PV, "3", "4"))


def test_the_chair_does_not_overrule_the_high_authority(night):
    night.phone(**SLIP)
    night.paper()
    night.decide(night.people.member, take(FigureSource.PV, "3", "4"))
    with pytest.raises(NotTheirs):
        night.decide(night.people.chair, take(FigureSource.PHONE, "3", "4"))


def test_what_was_refused_or_taken_back_does_not_come_back_by_being_said_again(night):
    night.phone()
    night.paper()
    night.refuse(night.people.member)
    night.phone()
    night.tell(Channel.PEN)
    assert night.case().stage is Stage.REFUSED
    with pytest.raises(NothingToValidate):
        night.validate_department(night.people.member)
    night.decide(night.people.chair, {}, "Looked again")
    night.validate(night.people.member)
    night.validate(night.people.second_member)
    night.take_back(night.people.member)
    night.take_back(night.people.second_member)
    night.phone()
    assert night.case().stage is Stage.REFUSED
    assert night.broken() is None


def test_nothing_is_validated_while_its_minutes_are_keyed_anew(night):
    night.phone()
    night.paper()
    night.enter(night.people.clerk, figures=SLIP, again=True)
    with pytest.raises(EntryOpen):
        night.validate(night.people.member)
    with pytest.raises(NothingToValidate):
        night.validate_department(night.people.member)
    night.enter(night.people.second_clerk, figures=SLIP)
    assert night.case().stage is Stage.DIFFERING


def test_a_serious_flag_of_an_operators_tally_keeps_a_bureau_out_of_the_gesture(night):
    night.tell(Channel.OPERATOR, **{"3": 130, "4": 30})
    night.phone()
    night.paper()
    assert "channels-differ" in [flag.code for flag in night.flags()]
    with pytest.raises(NothingToValidate):
        night.validate_department(night.people.member)
    night.validate(night.people.member)


def test_a_published_bureau_is_not_listed_as_missing_nor_taken_back_from_an_older_page(night):
    night.phone()
    night.paper()
    night.validate(night.people.member)
    night.validate(night.people.second_member)
    with pytest.raises(Overtaken):
        night.take_back(night.people.member, version=99)
    with pytest.raises(NotAtThisStage):
        night.list_missing(night.people.chair)


def test_before_the_polls_close_nothing_is_decided_or_listed(night):
    night.now = night.schedule.polls_close.replace(hour=12)
    night.scan()
    read = {field: Choice(FigureSource.SCAN, count) for field, count in FIGURES.items()}
    for act in (lambda: night.decide(night.people.chair, read), lambda: night.list_missing(night.people.chair)):
        with pytest.raises(PollsOpen):
            act()


def test_a_register_with_minutes_or_decisions_is_closed(night):
    night.enter(night.people.clerk)
    file = read_election(DATA / "election.toml")
    with night.act() as transaction, pytest.raises(ElectionUnderWay):
        register.load(transaction, file, read_bureaux(DATA / "bureaux.csv", file.check_digit), at=night.now)


def test_minutes_keyed_anew_elsewhere_hold_up_nobody_else(night):
    for code, figures in ((CODE, FIGURES), (OTHER, SLIP)):
        night.phone(code, **figures)
        night.paper(code, figures)
    night.paper(OTHER, FIGURES)
    night.enter(night.people.clerk, OTHER, again=True)
    night.validate(night.people.member)


def test_nobody_reads_a_first_entry_in_the_audit(night):
    night.enter(night.people.clerk)
    with night.engine.connect() as connection:
        detail = connection.execute(select(audit.c.detail).order_by(audit.c.id.desc())).scalars().first()
    detail = json.loads(detail)
    assert re.fullmatch("[0-9a-f]{64}", detail.pop("digest"))  # of the figures and a salt: by chance it may hold "312"
    assert "312" not in json.dumps(detail)
    assert night.broken() is None


TAMPERINGS = {
    (pv_entry, "figures"): other_figures,
    (pv_entry, "user_id"): lambda _: 1,
    (validation, "figures"): other_figures,
    (validation, "user_id"): lambda _: 1,
    (validated, "figures"): other_figures,
    (validated, "first_user_id"): lambda _: 1,
    (reconciliation, "settled"): other_figures,
    (reconciliation, "state"): lambda _: "differing",
    (reconciliation, "stage"): lambda _: "agreed",
    (reconciliation, "phone_id"): lambda _: None,
    (validated, "take_back_id"): lambda _: 1,
    (published_department, "rows"): other_figures,
    (published_department, "totals"): other_figures,
    (publication, "manifest"): other_figures,
    (publication, "signature"): lambda signature: signature[::-1],
    (decision, "detail"): lambda _: "{}",
    (scan, "digest"): lambda digest: digest[::-1],
    (scan, "bureau_id"): lambda _: 2,
}


def test_the_audit_finds_whatever_was_changed_behind_it(night):
    night.scan()
    night.phone()
    night.paper()
    night.validate(night.people.member)
    night.validate(night.people.second_member)
    assert night.broken() is None
    for (table, column), change in TAMPERINGS.items():
        with night.engine.begin() as connection:
            before = connection.execute(select(table)).mappings().all()
            connection.execute(update(table).values({column: change(before[0][column])}))
        assert night.broken() is not None, (table.name, column)
        with night.engine.begin() as connection:
            for row in before:
                mine = [each == row[each.name] for each in table.primary_key]
                connection.execute(update(table).where(*mine).values({column: row[column]}))
    assert night.broken() is None
