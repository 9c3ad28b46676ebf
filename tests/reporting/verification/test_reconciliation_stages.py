"""The stages of a tally: what leads where, and the page that draws them."""

import pytest

from reporting.verification.reconciliation_stages import (
    COMPARED,
    SETTLED,
    TRANSITIONS,
    Event,
    NotAtThisStage,
    Stage,
    follow,
)
from tests.support.settings import ROOT
from tools.draw_stages import document


def test_the_page_is_drawn_from_the_code():
    assert (ROOT / "docs" / "reconciliation-stages.md").read_text(encoding="utf-8") == document()


@pytest.mark.parametrize("stage", Stage)
def test_a_new_version_leads_on_from_every_stage(stage):
    assert {follow(stage, event) for event in COMPARED} == set(COMPARED.values())


def test_what_the_table_does_not_say_cannot_be_done():
    for event in Event:
        for stage in Stage:
            if stage not in TRANSITIONS[event]:
                with pytest.raises(NotAtThisStage):
                    follow(stage, event)


def test_only_settled_figures_are_validated():
    for event in (Event.FIRST_VALIDATION, Event.SECOND_VALIDATION):
        assert set(TRANSITIONS[event]) <= SETTLED
