"""When presidents phone: as on a real evening, all at closing, evenly, or as in a file; each stretched to a window.

Times are parts of the window: 0 is its beginning, 1 its end.
"""

import gzip
import math
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from db.refusals import Refusal

Array = np.ndarray[Any, np.dtype[np.float64]]

DATA = Path(__file__).parent / "data"
REAL, BURST, EVEN = "real", "burst", "even"
NAMES = (REAL, BURST, EVEN)
GRAIN, CROWDED, FINEST = 24, 1 / 6, 1e-6
"""A measured evening is smoothed: its rate is even within each 24th part. Five minutes of two hours hold enough calls to show
the evening and not chance. A part that holds more than a sixth of all calls is halved until none does, or a millionth of the
window is reached."""
BURST_PART = 0.1
"""The mean delay of a burst: 63 in 100 presidents have phoned after a tenth of the window, 95 after three tenths."""
FINE, MARKS = 2000, 20
"""Where fine steps are needed, a window and the lengths of calls are cut into so many."""
FEWEST_TIMES = 2
LARGEST_FILE = 10_000_000
"""Bytes."""


class BadArrivals(Refusal):
    """A file of arrivals makes no sense; says the file, the line and the reason."""


@dataclass(frozen=True)
class Arrivals:
    """A pattern of arrivals: `part[i]` of the calls have come at `time[i]`, both rising; straight between."""

    name: str
    time: Array
    part: Array

    def draw(self, count: int, chance: np.random.Generator) -> Array:
        """The times of so many calls that are independent of each other, in no order."""
        return np.interp(chance.random(count), self.part, self.time)

    def arrived(self, time: Array) -> Array:
        """The part of the calls that have come by each `time`."""
        return np.interp(time, self.time, self.part)

    def peak(self, lengths: Array) -> float:
        """The most calls in progress at once if a line were always free, as a part of all calls; `lengths` are in windows.

        This is the mean of an infinite group of lines: at t, the calls that began within their length before. (The blocking at
        the busiest moment is then Erlang B's with this load: the modified offered load, W. A. Massey and W. Whitt, Annals of
        Applied Probability 4, 1994.)
        """
        times = np.linspace(0.0, self.time[-1] + float(lengths.mean()), FINE + 1)
        marks = np.quantile(lengths, (np.arange(MARKS) + 0.5) / MARKS)
        marks *= lengths.mean() / marks.mean()
        in_progress = sum(self.arrived(times) - self.arrived(times - length) for length in marks) / len(marks)
        return float(np.max(in_progress))

    def staggered(self) -> "Arrivals":
        """The same presidents, told to phone in windows of their own that follow each other.

        The windows get equal numbers of bureaux. A president who is done before the window waits, and phones at any moment of
        it; one who is done later phones at once. So those who have phoned by t are done *and* their moment has come: the
        product of the two parts.
        """
        time = np.linspace(0.0, max(1.0, float(self.time[-1])), FINE + 1)
        return Arrivals(f"{self.name}, staggered", time, self.arrived(time) * np.minimum(time, 1.0))


@lru_cache
def arrivals(name: str) -> Arrivals:
    """The pattern of this name: one of `NAMES`."""
    if name == EVEN:
        return Arrivals(EVEN, np.array([0.0, 1.0]), np.array([0.0, 1.0]))
    if name == BURST:
        part = np.linspace(0.0, 1.0 - math.exp(-1.0 / BURST_PART), FINE + 1)
        return Arrivals(BURST, -BURST_PART * np.log1p(-part), part / part[-1])
    return stretched(REAL, read_times(DATA / "arrivals-2018.csv.gz"))


def read_arrivals(path: Path) -> Arrivals:
    """The pattern in a file. Raises `BadArrivals`."""
    return stretched(path.name, read_times(path))


def stretched(name: str, seconds: Array) -> Arrivals:
    """The pattern of these times, the first at the window's beginning, the last at its end, smoothed.

    It is smoothed because drawing calls from it adds chance again, and one evening's small waves do not return on the next.
    """
    ranked = np.sort(seconds)
    ranked = (ranked - ranked[0]) / (ranked[-1] - ranked[0])
    edges = np.linspace(0.0, 1.0, GRAIN + 1)
    while True:
        part = np.searchsorted(ranked, edges, "right") / len(ranked)
        part[0] = 0.0
        crowded = (np.diff(part) > CROWDED) & (np.diff(edges) > FINEST)
        if not crowded.any():
            return Arrivals(name, edges, part)
        middles = (edges[:-1] + edges[1:]) / 2
        edges = np.sort(np.concatenate([edges, middles[crowded]]))


def read_times(path: Path) -> Array:
    """The times in a file, plain or `.gz`: a number of seconds a line, under one line of heading or none.

    Raises `BadArrivals`.
    """
    try:
        with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as file:
            text = file.read(LARGEST_FILE + 1)
    except (OSError, EOFError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise BadArrivals(f"{path}: cannot be read ({reason})") from error
    if len(text) > LARGEST_FILE:
        raise BadArrivals(f"{path}: longer than {LARGEST_FILE:,} characters")
    times: list[float] = []
    for number, line in enumerate(text.splitlines(), 1):
        cell = line.strip()
        if not cell:
            continue
        try:
            seconds = float(cell)
        except ValueError:
            if number == 1:
                continue
            raise BadArrivals(f"{path}, line {number}: {cell[:40]!r} is not a number of seconds") from None
        if not math.isfinite(seconds) or seconds < 0:
            raise BadArrivals(f"{path}, line {number}: {cell[:40]!r} is not a number of seconds from 0 on")
        times.append(seconds)
    if len(set(times)) < FEWEST_TIMES:
        raise BadArrivals(f"{path}: fewer than {FEWEST_TIMES} different times")
    return np.array(times)
