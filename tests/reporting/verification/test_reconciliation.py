"""Reconciliation: decided field by field by somebody accountable, reopened by what comes later."""

import pytest

from db.decisions import NoReason, NotTheirs
from db.elections import PollsOpen
from db.schema import (
    Channel,
)
from reporting.verification.comparison import ComparisonState, Difference
from reporting.verification.reconciliation import Choice, FigureSource, NoScan, Overtaken, Undecided
from reporting.verification.reconciliation_stages import Stage
from reporting.verification.statement_entries import (
    DoesNotAddUp,
    SameClerkTwice,
    ThirdLookWanted,
)
from tests.support.primary_2011 import FIGURES
from tests.support.result_workflow import take

SLIP = {**FIGURES, "3": 130, "4": 30}


def test_where_channels_differ_somebody_accountable_decides_field_by_field(workflow):
    workflow.phone(**{"3": 130, "4": 30})
    workflow.paper()
    case = workflow.case()
    assert case.comparison.state is ComparisonState.DIFFERING
    assert {line.field: line.kind for line in case.comparison.lines if line.kind} == {
        "3": Difference.ONE_DIGIT,
        "4": Difference.ONE_DIGIT,
    }
    assert case.comparison.at_stake == 20
    with pytest.raises(NotTheirs):
        workflow.decide(workflow.deciders.clerk, take(FigureSource.PV, "3", "4"))
    with pytest.raises(Undecided):
        workflow.decide(workflow.deciders.chair, take(FigureSource.PV, "3"))
    with pytest.raises(Undecided):
        workflow.decide(workflow.deciders.chair, take(FigureSource.PEN, "3", "4"))
    with pytest.raises(NoReason):
        workflow.decide(workflow.deciders.chair, take(FigureSource.PV, "3", "4"), "")
    read = {**take(FigureSource.PV, "3"), "4": Choice(FigureSource.SCAN, 41)}
    with pytest.raises(NoScan):
        workflow.decide(workflow.deciders.chair, read)
    workflow.scan()
    with pytest.raises(DoesNotAddUp):
        workflow.decide(workflow.deciders.chair, read)
    with pytest.raises(Overtaken):
        workflow.decide(workflow.deciders.chair, take(FigureSource.PV, "3", "4"), version=case.version - 1)
    workflow.decide(workflow.deciders.chair, take(FigureSource.PV, "3", "4"))
    assert (workflow.case().stage, workflow.case().settled) == (Stage.DECIDED, FIGURES)
    assert workflow.broken() is None


def test_a_later_version_in_any_channel_reopens_what_was_decided(workflow):
    workflow.phone(**{"3": 130, "4": 30})
    workflow.paper()
    workflow.decide(workflow.deciders.chair, take(FigureSource.PV, "3", "4"))
    workflow.phone(**{"3": 130, "4": 30})
    assert (workflow.case().stage, workflow.case().settled) == (Stage.DIFFERING, None)
    workflow.decide(workflow.deciders.chair, take(FigureSource.PV, "3", "4"))
    workflow.phone()
    assert workflow.case().stage is Stage.AGREED
    workflow.tell(Channel.PEN, **{"3": 125, "4": 35})
    assert workflow.case().stage is Stage.DIFFERING
    assert workflow.broken() is None


def test_ink_that_agrees_late_reopens_nothing(workflow):
    workflow.phone()
    workflow.paper()
    workflow.validate(workflow.deciders.member)
    workflow.tell(Channel.PEN)
    workflow.validate(workflow.deciders.second_member)
    workflow.tell(Channel.PEN)
    assert workflow.case().stage is Stage.VALIDATED
    assert workflow.broken() is None


def test_a_person_who_keyed_a_statement_does_not_decide_about_it(workflow):
    workflow.enter(workflow.deciders.chair)
    workflow.enter(workflow.deciders.second_clerk, figures=SLIP)
    workflow.phone(**SLIP)
    with pytest.raises(ThirdLookWanted):
        workflow.decide(workflow.deciders.chair, take(FigureSource.PHONE, *FIGURES))
    workflow.look(workflow.deciders.member)
    with pytest.raises(SameClerkTwice):
        workflow.decide(workflow.deciders.chair, take(FigureSource.PHONE, "3", "4"))
    workflow.decide(workflow.deciders.member, take(FigureSource.PHONE, "3", "4"))
    workflow.phone(**{"3": 125, "4": 35})
    workflow.decide(workflow.deciders.member, take(FigureSource.PV, "3", "4"))


def test_the_chair_does_not_overrule_the_high_authority(workflow):
    workflow.phone(**SLIP)
    workflow.paper()
    workflow.decide(workflow.deciders.member, take(FigureSource.PV, "3", "4"))
    with pytest.raises(NotTheirs):
        workflow.decide(workflow.deciders.chair, take(FigureSource.PHONE, "3", "4"))


def test_before_the_polls_close_nothing_is_decided_or_listed(workflow):
    workflow.now = workflow.schedule.polls_close.replace(hour=12)
    workflow.scan()
    read = {field: Choice(FigureSource.SCAN, count) for field, count in FIGURES.items()}
    for act in (
        lambda: workflow.decide(workflow.deciders.chair, read),
        lambda: workflow.list_missing(workflow.deciders.chair),
    ):
        with pytest.raises(PollsOpen):
            act()
