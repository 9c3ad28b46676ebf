"""The life of a bureau's tally, from the first call to publication: its stages, and what leads from one to another.

Whatever changes a stage asks `follow`; `docs/reconciliation-stages.md` is drawn from the same table.
"""

from collections.abc import Mapping
from enum import StrEnum

from db.refusals import Refusal


class Stage(StrEnum):
    """How far a bureau is."""

    INCOMPLETE = "incomplete"
    DIFFERING = "differing"
    AGREED = "agreed"
    DECIDED = "decided"
    LISTED = "listed"
    HALF_VALIDATED = "half-validated"
    VALIDATED = "validated"
    REFUSED = "refused"


class Event(StrEnum):
    """What happens to it. The first three are what the comparison says after a new version in any channel."""

    COMPARED_INCOMPLETE = "compared-incomplete"
    COMPARED_DIFFERING = "compared-differing"
    COMPARED_AGREED = "compared-agreed"
    DECIDED = "decided"
    LISTED = "listed"
    FIRST_VALIDATION = "first-validation"
    SECOND_VALIDATION = "second-validation"
    REFUSED = "refused"
    TAKEN_BACK = "taken-back"


class NotAtThisStage(Refusal):
    """What was to be done cannot be done to a bureau at this stage."""

    key = "not-at-this-stage"

    def __init__(self, stage: Stage) -> None:
        super().__init__(f"this cannot be done to a bureau that is {stage.value}", stage=stage.value)


COMPARED = {
    Event.COMPARED_INCOMPLETE: Stage.INCOMPLETE,
    Event.COMPARED_DIFFERING: Stage.DIFFERING,
    Event.COMPARED_AGREED: Stage.AGREED,
}
"""A new version leads here from every stage: it reopens what was decided, signed or validated."""

SETTLED = frozenset({Stage.AGREED, Stage.DECIDED, Stage.HALF_VALIDATED, Stage.VALIDATED})
"""There are figures that the channels agree on, or that were decided, and the authority has not refused them."""
READY = SETTLED | {Stage.LISTED}
"""What a department's sign-off asks of each of its bureaux."""

TRANSITIONS: Mapping[Event, Mapping[Stage, Stage]] = {
    **{event: dict.fromkeys(Stage, stage) for event, stage in COMPARED.items()},
    Event.DECIDED: dict.fromkeys(
        (Stage.INCOMPLETE, Stage.DIFFERING, Stage.DECIDED, Stage.LISTED, Stage.REFUSED), Stage.DECIDED
    ),
    Event.LISTED: {Stage.INCOMPLETE: Stage.LISTED},
    Event.FIRST_VALIDATION: dict.fromkeys((Stage.AGREED, Stage.DECIDED), Stage.HALF_VALIDATED),
    Event.SECOND_VALIDATION: {Stage.HALF_VALIDATED: Stage.VALIDATED},
    Event.REFUSED: dict.fromkeys((Stage.AGREED, Stage.DECIDED, Stage.HALF_VALIDATED), Stage.REFUSED),
    Event.TAKEN_BACK: {Stage.VALIDATED: Stage.REFUSED},
}


def follow(stage: Stage, event: Event) -> Stage:
    """The stage that the event leads to. Raises `NotAtThisStage`."""
    if stage not in TRANSITIONS[event]:
        raise NotAtThisStage(stage)
    return TRANSITIONS[event][stage]
