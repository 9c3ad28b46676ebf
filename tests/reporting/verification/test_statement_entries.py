"""The entries of a statement: two clerks, a third look if they differ, and who may not."""

import json
import re

import pytest
from sqlalchemy import select

from db import register
from db.decisions import NoReason, NotTheirs
from db.elections import PollsOpen
from db.register import ElectionUnderWay
from db.register_files import read_bureaux, read_election
from db.schema import (
    audit,
)
from reporting.verification.reconciliation_stages import Stage
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

OTHER = "00100046"
SLIP = {**FIGURES, "3": 130, "4": 30}


def test_two_clerks_who_read_the_same_settle_the_statement(workflow):
    workflow.phone()
    assert workflow.enter(workflow.deciders.clerk).settled is None
    paper = workflow.enter(workflow.deciders.second_clerk)
    assert (paper.settled.version, paper.settled.figures, paper.first) == (1, FIGURES, None)
    assert workflow.case().stage is Stage.AGREED
    assert workflow.case().settled == FIGURES
    assert workflow.broken() is None


def test_a_second_entry_by_the_first_clerk_is_refused(workflow):
    workflow.enter(workflow.deciders.clerk)
    with pytest.raises(SameClerkTwice):
        workflow.enter(workflow.deciders.clerk)
    with pytest.raises(SameClerkTwice):
        workflow.enter(workflow.deciders.clerk, entry=2)
    with pytest.raises(FirstEntryThere):
        workflow.enter(workflow.deciders.second_clerk, entry=1)
    with pytest.raises(NoFirstEntry):
        workflow.enter(workflow.deciders.second_clerk, OTHER, entry=2)


def test_a_clerk_may_key_their_own_first_entry_again(workflow):
    workflow.enter(workflow.deciders.clerk, figures=SLIP)
    workflow.enter(workflow.deciders.clerk, entry=1)
    assert workflow.enter(workflow.deciders.second_clerk).settled.figures == FIGURES
    assert workflow.broken() is None


@pytest.mark.parametrize("who", ["stranger", "member", "supervisor"])
def test_only_the_departments_own_commission_enters_a_statement(workflow, who):
    with pytest.raises(NotTheirs):
        workflow.enter(getattr(workflow.deciders, who))


def test_a_statement_that_does_not_add_up_is_refused_with_the_difference_unless_the_paper_says_so(workflow):
    with pytest.raises(DoesNotAddUp) as refused:
        workflow.enter(workflow.deciders.clerk, figures={**FIGURES, "3": 121})
    assert refused.value.values["difference"] == 1
    workflow.enter(workflow.deciders.clerk, figures={**FIGURES, "3": 121}, as_written=True)


def test_before_the_polls_close_nothing_is_entered_or_validated(workflow):
    workflow.phone()
    workflow.paper()
    workflow.now = workflow.schedule.polls_close.replace(hour=12)
    with pytest.raises(PollsOpen):
        workflow.enter(workflow.deciders.clerk, OTHER)
    with pytest.raises(PollsOpen):
        workflow.validate(workflow.deciders.member)


def test_entries_that_differ_ask_for_a_third_look_by_the_chair(workflow):
    workflow.enter(workflow.deciders.clerk, figures=SLIP)
    paper = workflow.enter(workflow.deciders.second_clerk)
    assert (paper.first.figures, paper.second.figures, paper.next_entry) == (SLIP, FIGURES, None)
    with pytest.raises(ThirdLookWanted):
        workflow.enter(workflow.deciders.chair)
    with pytest.raises(NotTheirs):
        workflow.look(workflow.deciders.clerk)
    with pytest.raises(NoReason):
        workflow.look(workflow.deciders.chair, reason=" ")
    workflow.look(workflow.deciders.chair)
    assert workflow.read(lambda c: read_statement(c, workflow.ids[CODE])).settled.figures == FIGURES
    with pytest.raises(NothingDiffers):
        workflow.look(workflow.deciders.chair)
    assert workflow.broken() is None


def test_the_third_look_is_by_a_person_who_made_no_entry(workflow):
    workflow.enter(workflow.deciders.chair, figures=SLIP)
    workflow.enter(workflow.deciders.clerk)
    with pytest.raises(SameClerkTwice):
        workflow.look(workflow.deciders.chair)
    workflow.look(workflow.deciders.member)


def test_a_settled_statement_is_entered_again_only_when_that_is_asked_for(workflow):
    workflow.phone()
    workflow.paper()
    with pytest.raises(PvSettled) as settled:
        workflow.enter(workflow.deciders.clerk)
    assert settled.value.figures == FIGURES
    workflow.paper(figures=SLIP)
    assert workflow.case().stage is Stage.DIFFERING
    assert workflow.broken() is None


def test_a_register_with_entries_or_decisions_is_closed(workflow):
    workflow.enter(workflow.deciders.clerk)
    file = read_election(DATA / "election.toml")
    with workflow.act() as transaction, pytest.raises(ElectionUnderWay):
        register.load(transaction, file, read_bureaux(DATA / "bureaux.csv", file.check_digit), at=workflow.now)


def test_the_audit_does_not_show_a_first_entry(workflow):
    workflow.enter(workflow.deciders.clerk)
    with workflow.engine.connect() as connection:
        detail = connection.execute(select(audit.c.detail).order_by(audit.c.id.desc())).scalars().first()
    detail = json.loads(detail)
    assert re.fullmatch("[0-9a-f]{64}", detail.pop("digest"))  # of the figures and a salt: by chance it may hold "312"
    assert "312" not in json.dumps(detail)
    assert workflow.broken() is None
