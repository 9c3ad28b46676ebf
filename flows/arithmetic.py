"""A tally's arithmetic: the phone, the forms, the pen and the reports all ask these functions."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from flows.ballot import MAX_FIGURE_DIGITS, VOTERS, Election

Figures = Mapping[str, int]
"""A tally's figures, or those taken so far, by field (see `Election.fields`)."""


@dataclass(frozen=True, slots=True)
class Balance:
    """Whether the ballots make the voters: `ballots` = candidates' votes + invalid, `voters` as keyed."""

    ballots: int
    voters: int

    @property
    def difference(self) -> int:
        """Ballots too many (positive) or missing (negative)."""
        return self.ballots - self.voters

    @property
    def holds(self) -> bool:
        """True if every voter's ballot is accounted for, once."""
        return self.ballots == self.voters


def balance(election: Election, figures: Figures) -> Balance:
    """The sum check of complete figures. Raises KeyError if a field is missing."""
    ballots = sum(figures[field] for field in election.fields if field != VOTERS)
    return Balance(ballots, figures[VOTERS])


def valid_votes(election: Election, figures: Figures) -> int:
    """The votes for candidates (*suffrages exprimés*)."""
    return sum(figures[field] for field in election.candidate_fields)


class Doubt(StrEnum):
    """What may be strange about one figure at the moment it is keyed."""

    TOO_LONG = "too-long"
    OVER_ELECTORATE = "over-electorate"
    OVER_VOTERS = "over-voters"


def doubt(election: Election, field: str, keys: str, figures: Figures, electorate: int | None) -> Doubt | None:
    """What is impossible (`TOO_LONG`) or unlikely about `keys`, keyed for `field` after `figures`.

    Unlikely figures exist: voters are added to a register on the day, and minutes that do not add up are
    still the minutes. They may be kept, and are flagged.
    """
    if len(keys) > MAX_FIGURE_DIGITS:
        return Doubt.TOO_LONG
    if field == VOTERS:
        return Doubt.OVER_ELECTORATE if electorate is not None and int(keys) > electorate else None
    if VOTERS not in figures:
        return None
    others = sum(figures.values()) - figures[VOTERS] - figures.get(field, 0)
    return Doubt.OVER_VOTERS if others + int(keys) > figures[VOTERS] else None
