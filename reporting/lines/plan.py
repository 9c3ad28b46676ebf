"""The whole answer: Erlang B's lines, what happens with other numbers of lines, and what if the evening is another one."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from statistics import median

import numpy as np

from reporting.lines.arrivals import BURST, Arrivals, arrivals
from reporting.lines.erlang import lines_for, offered_load
from reporting.lines.lengths import Lengths
from reporting.lines.simulation import PATIENCE, Behaviour, Calls, Evening, hold

PARTS = (0.5, 0.95, 0.99)
"""The parts of the bureaux for which a plan says when they have reported."""
MOST = PARTS[-1]
SHOWN = (0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.25)
"""If no numbers of lines are asked for, these parts of the number to order are shown."""
CURVE_POINTS = 10
"""Numbers of lines below the one to order, where lines make a difference, that a curve is drawn through."""
PLAYED = 20_000
"""Calls played for each number of lines, at least: there are as many replications as that takes."""
LEAST_REPLICATIONS, MOST_REPLICATIONS = 2, 9


class What(StrEnum):
    """An evening that could be."""

    PLANNED = "planned"
    TWICE = "twice"
    STAGGERED = "staggered"
    BURST = "burst"
    BURST_STAGGERED = "burst-staggered"


@dataclass(frozen=True)
class Question:
    """The question. Calls come in the pattern `arrivals`, stretched to `window_minutes`, and take `lengths`. `blocking` is the
    part of the calls that may hear a busy tone. `lines` are the numbers of lines to show; if empty, the plan chooses them."""

    bureaux: int
    window_minutes: float
    lengths: Lengths
    arrivals: Arrivals
    blocking: float = 0.01
    patience: int = PATIENCE
    lines: tuple[int, ...] = ()
    seed: int = 2011

    @property
    def window_seconds(self) -> float:
        """The window."""
        return 60 * self.window_minutes

    @property
    def even_load(self) -> float:
        """Erlangs, if the calls spread evenly over the window."""
        return offered_load(self.bureaux, self.lengths.mean, self.window_seconds)

    @property
    def peak_load(self) -> float:
        """Erlangs at the busiest moment."""
        return self.bureaux * self.arrivals.peak(self.lengths.seconds / self.window_seconds)


@dataclass(frozen=True, slots=True)
class Minutes:
    """Minutes after the window's beginning: the median of the replications, and their extremes."""

    median: float
    least: float
    most: float


@dataclass(frozen=True, slots=True)
class PlanRow:
    """An evening with so many lines.

    `until` is when each of `PARTS` had reported; None if it never had in half the replications or more. The others are means:
    `reported` is the part of the bureaux that reported in the end, `busy` the part of the attempts that heard the busy tone.
    """

    what: What
    lines: int
    until: tuple[Minutes | None, ...]
    reported: float
    attempts: float
    busy: float
    busiest: int


@dataclass(frozen=True, slots=True)
class WhatIf:
    """Another evening: its busiest moment in erlangs, the lines it would need, and how it would go with the lines ordered and
    with the lines needed."""

    what: What
    peak_load: float
    needed: int
    ordered: PlanRow
    enough: PlanRow


@dataclass(frozen=True, slots=True)
class Plan:
    """The answer, in plain values.

    `order` is the number of lines to order, for the busiest moment. `catches_up` is the fewest lines with which 99 in 100 ever
    report. `rows` are the numbers of lines that were asked for; `curve` has more of them, to draw.
    """

    bureaux: int
    window_minutes: float
    call_seconds: float
    style: str
    arrivals: str
    blocking: float
    patience: int
    replications: int
    even_load: float
    even_lines: int
    peak_load: float
    order: int
    catches_up: int
    rows: tuple[PlanRow, ...]
    curve: tuple[PlanRow, ...]
    what_ifs: tuple[WhatIf, ...]


def make_plan(question: Question, progress: Callable[[], None] = lambda: None) -> Plan:
    """Makes the plan. `progress` is called after each evening that is played."""
    rehearsal = _Rehearsal(question, progress)
    order = lines_for(question.peak_load, question.blocking)
    shown = _shown(question, order)
    curve = {lines: rehearsal.row(What.PLANNED, lines) for lines in _curve(shown, order)}
    least = _fewest_that_catch_up(rehearsal, tuple(curve.values()))
    curve[least] = rehearsal.row(What.PLANNED, least)
    return Plan(
        bureaux=question.bureaux,
        window_minutes=question.window_minutes,
        call_seconds=question.lengths.mean,
        style=question.lengths.style,
        arrivals=question.arrivals.name,
        blocking=question.blocking,
        patience=question.patience,
        replications=rehearsal.replications,
        even_load=question.even_load,
        even_lines=lines_for(question.even_load, question.blocking),
        peak_load=question.peak_load,
        order=order,
        catches_up=least,
        rows=tuple(curve[lines] for lines in shown),
        curve=tuple(curve[lines] for lines in sorted(curve)),
        what_ifs=tuple(_what_if(rehearsal, what, order) for what in _others(question)),
    )


def another(question: Question, what: What) -> Question:
    """The question about the evening that could be.

    *Twice* stands for a turnout of twice the plan: twice the calls in the same window. Twice the voters alone make a call only
    four per cent longer. More bureaux, corrections and questions, which come with them, can double the load.
    """
    burst = replace(question, arrivals=arrivals(BURST))
    return {
        What.PLANNED: question,
        What.TWICE: replace(question, bureaux=2 * question.bureaux),
        What.STAGGERED: replace(question, arrivals=question.arrivals.staggered()),
        What.BURST: burst,
        What.BURST_STAGGERED: replace(burst, arrivals=burst.arrivals.staggered()),
    }[what]


def _others(question: Question) -> tuple[What, ...]:
    others = (What.TWICE, What.STAGGERED)
    return others if question.arrivals.name == BURST else (*others, What.BURST, What.BURST_STAGGERED)


def _shown(question: Question, order: int) -> tuple[int, ...]:
    """The numbers of lines to tell about, the one to order among them."""
    asked = question.lines or tuple(max(1, round(part * order)) for part in SHOWN)
    return tuple(sorted({*asked, order}))


def _curve(shown: tuple[int, ...], order: int) -> list[int]:
    """These numbers of lines, and enough others to draw a curve."""
    others = CURVE_POINTS - sum(lines < order for lines in shown)
    return sorted({*shown, *(round(lines) for lines in np.linspace(shown[0], order, max(0, others) + 2))})


def _fewest_that_catch_up(rehearsal: "_Rehearsal", curve: tuple[PlanRow, ...]) -> int:
    """The fewest lines with which most bureaux report in the end: between those of the curve, by halving."""
    too_few = max((row.lines for row in curve if row.until[-1] is None), default=0)
    enough = min((row.lines for row in curve if row.until[-1] is not None and row.lines > too_few), default=2 * too_few)
    while rehearsal.row(What.PLANNED, enough).until[-1] is None:
        too_few, enough = enough, 2 * enough
    while enough - too_few > 1:
        middle = (enough + too_few) // 2
        if rehearsal.row(What.PLANNED, middle).until[-1] is None:
            too_few = middle
        else:
            enough = middle
    return enough


def _what_if(rehearsal: "_Rehearsal", what: What, order: int) -> WhatIf:
    question = another(rehearsal.question, what)
    needed = lines_for(question.peak_load, question.blocking)
    return WhatIf(what, question.peak_load, needed, rehearsal.row(what, order), rehearsal.row(what, needed))


class _Rehearsal:
    """Plays evenings, each several times with other random draws, and remembers what it has played."""

    def __init__(self, question: Question, progress: Callable[[], None]) -> None:
        self.question = question
        self.replications = min(MOST_REPLICATIONS, max(LEAST_REPLICATIONS, -(-PLAYED // question.bureaux)))
        self._progress = progress
        self._free: dict[tuple[What, int], Evening] = {}
        self.row = lru_cache(maxsize=None)(self._play)

    def _play(self, what: What, lines: int) -> PlanRow:
        question = another(self.question, what)
        behaviour = Behaviour(question.patience)
        seeds = range(question.seed, question.seed + self.replications)
        evenings = [self._evening(question, what, lines, behaviour, seed) for seed in seeds]
        self._progress()
        return _row(what, lines, evenings)

    def _evening(self, question: Question, what: What, lines: int, behaviour: Behaviour, seed: int) -> Evening:
        """If no call heard a busy tone, more lines change nothing: that evening is not played again."""
        known = self._free.get((what, seed))
        if known is not None and lines >= known.busiest:
            return known
        evening = hold(draw_calls(question, seed), lines, behaviour, seed)
        if not evening.blocked:
            self._free[what, seed] = evening
        return evening


def draw_calls(question: Question, seed: int) -> Calls:
    """The calls of one evening."""
    chance = np.random.default_rng(seed)
    first = question.arrivals.draw(question.bureaux, chance) * question.window_seconds
    return Calls(first, *question.lengths.draw(question.bureaux, chance))


def _row(what: What, lines: int, evenings: list[Evening]) -> PlanRow:
    attempts = sum(each.attempts for each in evenings)
    bureaux = sum(len(each.reported) for each in evenings)
    return PlanRow(
        what=what,
        lines=lines,
        until=tuple(_minutes(each.minutes_until(part) for each in evenings) for part in PARTS),
        reported=1 - sum(each.gave_up for each in evenings) / bureaux,
        attempts=attempts / bureaux,
        busy=sum(each.blocked for each in evenings) / attempts,
        busiest=max(each.busiest for each in evenings),
    )


def _minutes(each: Iterable[float]) -> Minutes | None:
    """None if so many never reported in half of the replications or more."""
    ended = list(each)
    middle = median(ended)
    if not np.isfinite(middle):
        return None
    return Minutes(middle, min(ended), max(time for time in ended if np.isfinite(time)))
