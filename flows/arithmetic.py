"""A tally's arithmetic. The phone, the forms, the pen and the reports all call these functions."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from flows.ballot import VOTERS, Election

Figures = Mapping[str, int]
"""The figures of a tally, or those taken so far, by field (`Election.fields`)."""


@dataclass(frozen=True, slots=True)
class Balance:
    """The sum check: are there as many ballots as voters?"""

    ballots: int
    """The candidates' votes and the invalid ballots."""
    voters: int
    """The voters as keyed."""

    @property
    def difference(self) -> int:
        """Ballots too many (positive) or missing (negative)."""
        return self.ballots - self.voters

    @property
    def holds(self) -> bool:
        """True if there are as many ballots as voters."""
        return self.ballots == self.voters


def balance(election: Election, figures: Figures) -> Balance:
    """The sum check of complete figures. Raises KeyError if a field is missing."""
    ballots = sum(figures[field] for field in election.fields if field != VOTERS)
    return Balance(ballots, figures[VOTERS])


def valid_votes(election: Election, figures: Figures) -> int:
    """The votes for candidates (*suffrages exprimés*)."""
    return sum(figures[field] for field in election.candidate_fields)


class Doubt(StrEnum):
    """What may be wrong with one figure when it is keyed."""

    OVER_ELECTORATE = "over-electorate"
    """More voters than the bureau has electors."""
    OVER_VOTERS = "over-voters"
    """More ballots than voters."""


def doubt(election: Election, field: str, keys: str, figures: Figures, electorate: int | None) -> Doubt | None:
    """What is wrong with `keys`, keyed for `field` after `figures`. It is unlikely, not impossible.

    An unlikely figure can be true: voters are added to a register on the day, and a statement of the count that does not
    add up is still the statement. The caller may keep such a figure. It is flagged.
    """
    if field == VOTERS:
        return Doubt.OVER_ELECTORATE if electorate is not None and int(keys) > electorate else None
    if VOTERS not in figures:
        return None
    others = sum(figures.values()) - figures[VOTERS] - figures.get(field, 0)
    return Doubt.OVER_VOTERS if others + int(keys) > figures[VOTERS] else None
