"""The channels compared, field by field: one pure function says whether phone, statement and ink agree, and how not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from flows.ballot import VOTERS, Election

Figures = Mapping[str, int]

SHORTEST_SHIFT = 3
"""Figures in a row that must stand one place further before they count as a shifted column: two may do so by chance."""


class ComparisonState(StrEnum):
    """What the comparison says."""

    AGREED = "agreed"
    DIFFERING = "differing"
    INCOMPLETE = "incomplete"


class Difference(StrEnum):
    """How a field differs, or what it lacks. A field that agrees has none."""

    ONE_DIGIT = "one-digit"
    DIGIT_MORE_OR_LESS = "digit-more-or-less"
    TRANSPOSED_DIGITS = "transposed-digits"
    CANDIDATES_SWAPPED = "candidates-swapped"
    SHIFTED_COLUMN = "shifted-column"
    OTHER = "other"
    NO_PHONE = "no-phone"
    NO_PV = "no-pv"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class ComparedField:
    """One field, as each channel has it. None: the channel has nothing, or the ink was not read."""

    field: str
    phone: int | None
    pv: int | None
    pen: int | None
    kind: Difference | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """All fields in the order of the statement. `at_stake` is by how many votes the choice of a channel moves one candidate
    against another, at most; where there is nothing to compare yet, the most votes that the missing channel could contain."""

    state: ComparisonState
    lines: tuple[ComparedField, ...]
    at_stake: int

    @property
    def agreed(self) -> dict[str, int] | None:
        """The figures that all channels tell; None unless they agree."""
        if self.state is not ComparisonState.AGREED:
            return None
        return {line.field: line.pv for line in self.lines if line.pv is not None}

    @property
    def differing(self) -> tuple[str, ...]:
        """The fields about which the channels differ."""
        return tuple(line.field for line in self.lines if line.kind is not None)


def compare(
    election: Election, phone: Figures | None, pv: Figures | None, pen: Figures | None, electorate: int | None = None
) -> Comparison:
    """Compares the newest tally of each channel; None where there is none.

    Phone and statement must both be there, and agree; ink counts where it was read. `phone` is the provisional
    tally, by phone or operator.
    """
    fields = election.fields
    if phone is None or pv is None:
        kind = Difference.NOTHING if phone is pv else Difference.NO_PHONE if phone is None else Difference.NO_PV
        lines = tuple(ComparedField(each, _at(phone, each), _at(pv, each), _at(pen, each), kind) for each in fields)
        known = phone or pv
        return Comparison(ComparisonState.INCOMPLETE, lines, known[VOTERS] if known else electorate or 0)
    kinds = {**_kinds(election, pv, pen or {}), **_kinds(election, phone, pv)}
    lines = tuple(ComparedField(each, phone[each], pv[each], _at(pen, each), kinds.get(each)) for each in fields)
    state = ComparisonState.DIFFERING if kinds else ComparisonState.AGREED
    moved = (_lead_moved(election, *pair) for pair in ((phone, pv), (pv, pen or {}), (phone, pen or {})))
    return Comparison(state, lines, max(moved))


def _at(figures: Figures | None, field: str) -> int | None:
    return None if figures is None else figures.get(field)


def _lead_moved(election: Election, one: Figures, other: Figures) -> int:
    """The most that one candidate gains on another if `other` is taken instead of `one`."""
    moves = [other.get(each, one[each]) - one[each] for each in election.candidate_fields]
    return max(moves) - min(moves) if len(moves) > 1 else abs(moves[0])


def _kinds(election: Election, one: Figures, other: Figures) -> dict[str, Difference]:
    """How each field that both have, and that differs, differs."""
    differing = [each for each in election.fields if each in other and one[each] != other[each]]
    kinds = {each: _kind_of_digits(str(one[each]), str(other[each])) for each in differing}
    kinds |= dict.fromkeys(_shifted(election.fields, one, other), Difference.SHIFTED_COLUMN)
    return kinds | dict.fromkeys(_swapped(election.candidate_fields, one, other), Difference.CANDIDATES_SWAPPED)


def _kind_of_digits(one: str, other: str) -> Difference:
    if len(one) != len(other):
        shorter, longer = sorted((one, other), key=len)
        dropped = {longer[:place] + longer[place + 1 :] for place in range(len(longer))}
        return Difference.DIGIT_MORE_OR_LESS if shorter in dropped else Difference.OTHER
    places = [place for place, (a, b) in enumerate(zip(one, other, strict=True)) if a != b]
    if len(places) == 1:
        return Difference.ONE_DIGIT
    first, second = places[0], places[1]
    exchanged = (one[first], one[second]) == (other[second], other[first])
    return Difference.TRANSPOSED_DIGITS if len(places) == 2 and second == first + 1 and exchanged else Difference.OTHER


def _swapped(candidates: Sequence[str], one: Figures, other: Figures) -> list[str]:
    """Two candidates with each other's votes, where no other candidate's differ: among many that do, some always match."""
    moved = [each for each in candidates if each in other and one[each] != other[each]]
    if len(moved) != 2:
        return []
    first, second = moved
    return moved if (one[first], one[second]) == (other[second], other[first]) else []


def _shifted(fields: Sequence[str], one: Figures, other: Figures) -> list[str]:
    """The longest run of differing figures that stand one line lower in the other channel, with the line that they run into."""
    longest: list[str] = []
    for source, target in ((one, other), (other, one)):
        run: list[str] = []
        for here, below in pairwise(fields):
            both = here in source and here in target
            moved = both and source[here] != target[here] and source[here] == target.get(below)
            run = [*(run or [here]), below] if moved else []
            if len(run) > max(len(longest), SHORTEST_SHIFT):
                longest = run
    return [each for each in longest if each in one and each in other and one[each] != other[each]]
