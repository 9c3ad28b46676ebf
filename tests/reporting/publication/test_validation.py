"""Validation by two members, what it publishes, and how it is taken back."""

import pytest
from sqlalchemy import select

from db.decisions import NotTheirs
from db.schema import (
    Channel,
    audit,
)
from reporting.publication.validation import EntryOpen, NothingToValidate, NotValidated, SameMemberTwice
from reporting.verification.reconciliation import Overtaken
from reporting.verification.reconciliation_stages import NotAtThisStage, Stage
from tests.support.primary_2011 import CODE, FIGURES

OTHER = "00100046"
SLIP = {**FIGURES, "3": 130, "4": 30}


def test_two_different_members_validate_and_only_then_it_is_public(workflow):
    workflow.phone()
    workflow.paper()
    assert workflow.published() is None
    workflow.validate(workflow.deciders.member)
    assert workflow.published() is None
    with pytest.raises(SameMemberTwice):
        workflow.validate(workflow.deciders.member)
    workflow.validate(workflow.deciders.second_member)
    assert workflow.public_figures() == {CODE: FIGURES}
    with pytest.raises(NotAtThisStage):
        workflow.validate(workflow.deciders.second_member)
    assert workflow.broken() is None


@pytest.mark.parametrize("who", ["clerk", "chair", "supervisor"])
def test_only_members_validate_refuse_or_take_back(workflow, who):
    workflow.phone()
    workflow.paper()
    somebody = getattr(workflow.deciders, who)
    for act in (workflow.validate, workflow.validate_department, workflow.refuse, workflow.take_back):
        with pytest.raises(NotTheirs):
            act(somebody)


def test_what_is_incomplete_or_differs_cannot_be_validated(workflow):
    workflow.phone()
    with pytest.raises(NotAtThisStage):
        workflow.validate(workflow.deciders.member)
    workflow.paper(figures=SLIP)
    with pytest.raises(NotAtThisStage):
        workflow.validate(workflow.deciders.member)
    with pytest.raises(NothingToValidate):
        workflow.validate_department(workflow.deciders.member)


def test_a_member_validates_what_the_page_showed_and_nothing_newer(workflow):
    workflow.phone()
    workflow.paper()
    version = workflow.case().version
    workflow.phone(**{"3": 130, "4": 30})
    with pytest.raises(Overtaken):
        workflow.validate(workflow.deciders.member, version=version)


def test_a_department_is_validated_at_once_but_for_what_needs_a_look(workflow):
    for code, figures in ((CODE, FIGURES), (OTHER, SLIP), ("00100023", FIGURES)):
        workflow.phone(code, **figures)
        workflow.paper(code, figures)
    assert [flag.code for flag in workflow.flags("00100023")] == ["voters-over-electorate", "same-figures"]
    with workflow.engine.connect() as connection:
        seen = connection.execute(select(audit.c.id).order_by(audit.c.id.desc())).scalars().first()
    workflow.phone(OTHER, **SLIP)
    assert workflow.validate_department(workflow.deciders.member, seen=seen) == 1
    with pytest.raises(NothingToValidate):
        workflow.validate_department(workflow.deciders.member, seen=seen)
    assert workflow.validate_department(workflow.deciders.second_member) == 2
    assert workflow.validate_department(workflow.deciders.member) == 1
    assert workflow.public_figures() == {CODE: FIGURES, OTHER: SLIP}
    assert workflow.broken() is None


def test_a_taken_back_validation_leaves_the_public_page(workflow):
    workflow.phone()
    workflow.paper()
    with pytest.raises(NotValidated):
        workflow.take_back(workflow.deciders.member)
    workflow.validate(workflow.deciders.member)
    workflow.validate(workflow.deciders.second_member)
    workflow.take_back(workflow.deciders.member)
    assert workflow.public_figures() == {CODE: FIGURES}
    with pytest.raises(SameMemberTwice):
        workflow.take_back(workflow.deciders.member)
    workflow.take_back(workflow.deciders.second_member)
    assert workflow.public_figures() == {}
    assert workflow.case().stage is Stage.REFUSED
    with pytest.raises(NotAtThisStage):
        workflow.validate(workflow.deciders.member)
    assert workflow.published().number == 2
    assert workflow.broken() is None


def test_a_refused_bureau_is_validated_once_somebody_has_decided(workflow):
    workflow.phone()
    workflow.paper()
    workflow.validate(workflow.deciders.member)
    workflow.refuse(workflow.deciders.second_member)
    assert workflow.case().stage is Stage.REFUSED
    workflow.decide(workflow.deciders.chair, {}, "Looked at the paper again")
    workflow.validate(workflow.deciders.member)
    workflow.validate(workflow.deciders.second_member)
    assert workflow.public_figures() == {CODE: FIGURES}
    assert workflow.broken() is None


def test_a_version_after_validation_stays_unpublished_until_it_is_validated_too(workflow):
    workflow.phone()
    workflow.paper()
    workflow.validate(workflow.deciders.member)
    workflow.validate(workflow.deciders.second_member)
    workflow.phone(**SLIP)
    assert workflow.case().stage is Stage.DIFFERING
    assert workflow.public_figures() == {CODE: FIGURES}
    workflow.paper(figures=SLIP)
    workflow.validate(workflow.deciders.second_member)
    workflow.validate(workflow.deciders.member)
    assert workflow.public_figures() == {CODE: SLIP}
    assert workflow.broken() is None


def test_what_was_refused_or_taken_back_does_not_come_back_by_being_said_again(workflow):
    workflow.phone()
    workflow.paper()
    workflow.refuse(workflow.deciders.member)
    workflow.phone()
    workflow.tell(Channel.PEN)
    assert workflow.case().stage is Stage.REFUSED
    with pytest.raises(NothingToValidate):
        workflow.validate_department(workflow.deciders.member)
    workflow.decide(workflow.deciders.chair, {}, "Looked again")
    workflow.validate(workflow.deciders.member)
    workflow.validate(workflow.deciders.second_member)
    workflow.take_back(workflow.deciders.member)
    workflow.take_back(workflow.deciders.second_member)
    workflow.phone()
    assert workflow.case().stage is Stage.REFUSED
    assert workflow.broken() is None


def test_nothing_is_validated_while_its_statement_is_keyed_again(workflow):
    workflow.phone()
    workflow.paper()
    workflow.enter(workflow.deciders.clerk, figures=SLIP, again=True)
    with pytest.raises(EntryOpen):
        workflow.validate(workflow.deciders.member)
    with pytest.raises(NothingToValidate):
        workflow.validate_department(workflow.deciders.member)
    workflow.enter(workflow.deciders.second_clerk, figures=SLIP)
    assert workflow.case().stage is Stage.DIFFERING


def test_a_serious_flag_of_an_operators_tally_keeps_a_bureau_out_of_the_gesture(workflow):
    workflow.tell(Channel.OPERATOR, **{"3": 130, "4": 30})
    workflow.phone()
    workflow.paper()
    assert "channels-differ" in [flag.code for flag in workflow.flags()]
    with pytest.raises(NothingToValidate):
        workflow.validate_department(workflow.deciders.member)
    workflow.validate(workflow.deciders.member)


def test_a_published_bureau_is_not_listed_as_missing_nor_taken_back_from_an_older_page(workflow):
    workflow.phone()
    workflow.paper()
    workflow.validate(workflow.deciders.member)
    workflow.validate(workflow.deciders.second_member)
    with pytest.raises(Overtaken):
        workflow.take_back(workflow.deciders.member, version=99)
    with pytest.raises(NotAtThisStage):
        workflow.list_missing(workflow.deciders.chair)


def test_a_statement_keyed_again_elsewhere_holds_up_no_other(workflow):
    for code, figures in ((CODE, FIGURES), (OTHER, SLIP)):
        workflow.phone(code, **figures)
        workflow.paper(code, figures)
    workflow.paper(OTHER, FIGURES)
    workflow.enter(workflow.deciders.clerk, OTHER, again=True)
    workflow.validate(workflow.deciders.member)
