"""How long calls take: simulated phones measured it; `python -m tools.measure_call_lengths` writes the table."""

import csv
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from reporting.lines.arrivals import DATA, Array

TABLE = DATA / "call-lengths.csv"
STYLES = ("guided", "practised", "at-once")
"""How presidents phone: listening to each question, interrupting it, or keying all figures at once."""


@dataclass(frozen=True)
class Lengths:
    """Calls of one style: for each call its seconds, and how many of them pass until the caller is identified."""

    style: str
    seconds: Array
    identified: Array

    @property
    def mean(self) -> float:
        """Seconds."""
        return float(self.seconds.mean())

    def scaled(self, mean: float) -> "Lengths":
        """Calls of the same shape, of this mean length in seconds."""
        factor = mean / self.mean
        return Lengths(self.style, self.seconds * factor, self.identified * factor)

    def draw(self, count: int, chance: np.random.Generator) -> tuple[Array, Array]:
        """The seconds of so many calls, and how many of them pass until the caller is identified."""
        chosen = chance.integers(len(self.seconds), size=count)
        return self.seconds[chosen], self.identified[chosen]


@lru_cache
def measured(style: str, table: Path = TABLE) -> Lengths:
    """What was measured of this style, one of `STYLES`."""
    with table.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["style"] == style]
    seconds = np.array([float(row["seconds"]) for row in rows])
    return Lengths(style, seconds, np.array([float(row["identified"]) for row in rows]))
