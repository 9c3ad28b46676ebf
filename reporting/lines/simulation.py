"""An evening of telephone calls, event by event: lines, busy tones, redialling, giving up, dropped calls that resume.

A president phones. If every line is busy, they hear the busy tone and redial after a pause, so many times; then they give
up. If a line is free, they hold it until the call is over, or is dropped; then they phone again, say once more who they are,
and go on from where they were. All times are in seconds after the window's beginning.
"""

import math
from collections.abc import Generator
from dataclasses import dataclass

import numpy as np
import simpy

from reporting.lines.arrivals import Array

PATIENCE = 20
"""Busy tones in a row before a president gives up: at a pause of a minute, twenty minutes of dialling."""
REDIAL_SECONDS = 60.0
"""From a busy tone to the next attempt, on average."""
FASTEST_REDIAL = 10.0
"""The least of it: three seconds of busy tone, ten keys at 2.5 a second (`flows/speech.py`), three seconds until it rings."""
DROPPED = 0.01
"""The part of calls of average length that the network drops."""
CHANCES = 8
"""Exponential draws of an evening, for each president. All share one list; each begins at another place, and goes round."""


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What presidents and the network do. `patience` is at least 1, and `redial_seconds` at least `FASTEST_REDIAL`."""

    patience: int = PATIENCE
    redial_seconds: float = REDIAL_SECONDS
    dropped: float = DROPPED


LOST = Behaviour(patience=1, dropped=0.0)
"""Blocked calls are lost, and none is dropped: what Erlang's formula supposes."""


@dataclass(frozen=True, slots=True)
class Calls:
    """The calls: when each bureau first phones, how long its call takes, and how much of that passes until it is identified."""

    first: Array
    seconds: Array
    identified: Array


@dataclass(slots=True)
class Evening:
    """How the evening went.

    `reported` is when each bureau's call was over; infinite if its president gave up. `attempts` counts the dialled calls,
    `blocked` those that heard the busy tone. `busiest` is the most lines in use at once.
    """

    reported: list[float]
    attempts: int = 0
    blocked: int = 0
    dropped: int = 0
    gave_up: int = 0
    busiest: int = 0

    def minutes_until(self, part: float) -> float:
        """Minutes until this part of the bureaux had reported; infinite if so many never did."""
        ranked = sorted(self.reported)
        return ranked[max(0, math.ceil(part * len(ranked)) - 1)] / 60


def hold(calls: Calls, lines: int, behaviour: Behaviour, seed: int) -> Evening:
    """Plays the evening with so many lines. The same seed gives the same evening, and the same presidents with other lines."""
    exchange = _Exchange(calls, lines, behaviour, np.random.default_rng(seed))
    exchange.clock.run()
    return exchange.evening


class _Exchange:
    """The lines behind one number, and the presidents who phone it."""

    def __init__(self, calls: Calls, lines: int, behaviour: Behaviour, chance: np.random.Generator) -> None:
        count = len(calls.first)
        self.clock = simpy.Environment()
        self.evening = Evening([math.inf] * count)
        self._lines, self._busy, self._behaviour = lines, 0, behaviour
        self._first: list[float] = calls.first.tolist()
        self._seconds: list[float] = calls.seconds.tolist()
        self._identified: list[float] = calls.identified.tolist()
        self._chances: list[float] = chance.exponential(size=CHANCES * count).tolist()
        self._places: list[list[int]] = chance.integers(CHANCES * count, size=(2, count)).tolist()
        hazard = -math.log1p(-behaviour.dropped) / float(calls.seconds.mean())
        self._drop_seconds = 1 / hazard if hazard else math.inf
        self.clock.process(self._doors(np.argsort(calls.first, kind="stable").tolist()))

    def _doors(self, order: list[int]) -> Generator[simpy.Event, None, None]:
        """Lets each president begin at their time."""
        for bureau in order:
            yield self.clock.timeout(max(0.0, self._first[bureau] - self.clock.now))
            self.clock.process(self._president(bureau))

    def _president(self, bureau: int) -> Generator[simpy.Event, None, None]:
        """Phones until the bureau has reported, or patience ends."""
        clock, evening = self.clock, self.evening
        left, identified = self._seconds[bureau], self._identified[bureau]
        busy_tones = 0
        while True:
            evening.attempts += 1
            if self._busy == self._lines:
                evening.blocked += 1
                busy_tones += 1
                if busy_tones == self._behaviour.patience:
                    evening.gave_up += 1
                    return
                yield clock.timeout(self._pause(bureau))
                continue
            busy_tones = 0
            self._busy += 1
            evening.busiest = max(evening.busiest, self._busy)
            line_holds = self._drop_seconds * self._draw(1, bureau)
            yield clock.timeout(min(left, line_holds))
            self._busy -= 1
            if line_holds >= left:
                evening.reported[bureau] = clock.now
                return
            evening.dropped += 1
            left -= max(0.0, line_holds - identified)
            yield clock.timeout(self._pause(bureau))

    def _pause(self, bureau: int) -> float:
        """Seconds until the next attempt."""
        return FASTEST_REDIAL + (self._behaviour.redial_seconds - FASTEST_REDIAL) * self._draw(0, bureau)

    def _draw(self, kind: int, bureau: int) -> float:
        place = self._places[kind][bureau]
        self._places[kind][bureau] = (place + 1) % len(self._chances)
        return self._chances[place]
