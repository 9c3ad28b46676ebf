"""Handwriting for tests and benchmarks: procès-verbaux as a digital pen records them, from digits that people really wrote."""

import csv
import random
from collections.abc import Mapping
from functools import cache
from itertools import pairwise
from pathlib import Path
from statistics import mean, pstdev

from reporting.pen.form_layout import FigureBox
from tests.support.primary_2011 import DATA

SAMPLE = DATA / "pendigits.csv"
NAMESPACE = "http://www.w3.org/2003/InkML"
ASPECTS = [step / 20 for step in range(3, 27)]
LIFTED = "457"
"""Digits that many hands write in two strokes."""
FINENESS = 5
"""Points drawn for each step of a sample."""

WRITTEN = {"voters": 312, "invalid": 4, "1": 100, "2": 2, "3": 120, "4": 40, "5": 30, "6": 16}
"""Figures of a procès-verbal of 2011, which add up."""

Points = list[tuple[float, float]]


class Hand:
    """Writes digits by copying samples. Each is eight points, both axes stretched to 0..100; its true proportions are those
    that make its steps most equal, for the points were taken at equal distances."""

    def __init__(self, path: Path = SAMPLE, seed: int = 0) -> None:
        self._chance = random.Random(seed)
        self._samples = _read_samples(path)

    def figure(self, count: int | str, place: FigureBox, right_aligned: bool = True) -> list[Points]:
        """The strokes of a figure in its cells."""
        digits = str(count)
        cells = place.cells[-len(digits) :] if right_aligned else place.cells[: len(digits)]
        return [stroke for digit, cell in zip(digits, cells, strict=True) for stroke in self.digit(digit, cell)]

    def digit(self, digit: str, cell) -> list[Points]:
        points, aspect = self._chance.choice(self._samples[digit])
        height = cell.height * self._chance.uniform(0.6, 0.85)
        width = min(height * aspect, cell.width * 0.95)
        left = cell.centre[0] - width / 2 + self._chance.uniform(-0.4, 0.4)
        bottom = cell.centre[1] + height / 2 + self._chance.uniform(-0.3, 0.3)
        placed = [(left + x / 100 * width, bottom - y / 100 * height) for x, y in points]
        if digit in LIFTED and self._chance.random() < 0.5:
            cut = max(range(1, 6), key=lambda at: abs(placed[at + 1][1] - placed[at][1]))
            return [self._draw(placed[: cut + 1]), self._draw(placed[cut + 1 :])]
        return [self._draw(placed)]

    def _draw(self, points: Points) -> Points:
        """A smooth curve (Catmull-Rom) through the points, with a hand's tremor."""
        ends = [points[0], *points, points[-1]]
        drawn = []
        for a, b, c, d in zip(ends, ends[1:], ends[2:], ends[3:], strict=False):
            drawn += [_between(a, b, c, d, step / FINENESS) for step in range(FINENESS)]
        drawn.append(points[-1])
        return [(x + self._chance.gauss(0, 0.03), y + self._chance.gauss(0, 0.03)) for x, y in drawn]


@cache
def _read_samples(path: Path) -> dict[str, list[tuple[Points, float]]]:
    """Of each digit, its samples: eight points, and width over height."""
    samples: dict[str, list[tuple[Points, float]]] = {}
    with path.open(newline="") as file:
        for row in csv.reader(file):
            if row[0].isdigit():
                numbers = [float(each) for each in row[:16]]
                points = list(zip(numbers[::2], numbers[1::2], strict=True))
                samples.setdefault(row[16], []).append((points, _aspect(points)))
    return samples


def _aspect(points: Points) -> float:
    """Width over height that makes the longest five of the seven steps most equal: round a corner, a step is shorter."""

    def unevenness(aspect: float) -> float:
        steps = sorted(((b[0] - a[0]) ** 2 * aspect**2 + (b[1] - a[1]) ** 2) ** 0.5 for a, b in pairwise(points))[2:]
        return pstdev(steps) / mean(steps)

    return min(ASPECTS, key=unevenness)


def _between(a, b, c, d, t: float) -> tuple[float, float]:
    x, y = (
        0.5
        * (
            2 * b[axis]
            + (c[axis] - a[axis]) * t
            + (2 * a[axis] - 5 * b[axis] + 4 * c[axis] - d[axis]) * t**2
            + (3 * b[axis] - a[axis] - 3 * c[axis] + d[axis]) * t**3
        )
        for axis in (0, 1)
    )
    return x, y


def write_figures(hand: Hand, figures: Mapping[str, int | str], places: Mapping[str, FigureBox]) -> list[Points]:
    """The strokes of all figures, in the order of the minutes."""
    return [stroke for field, count in figures.items() for stroke in hand.figure(count, places[field])]


def to_inkml(strokes: list[Points], bureau: str = "00100014", inside: str = "") -> bytes:
    """A document of these strokes."""
    traces = "".join(f"<trace>{', '.join(f'{x:.2f} {y:.2f}' for x, y in stroke)}</trace>" for stroke in strokes)
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><ink xmlns="{NAMESPACE}">'
        f'<annotation type="bureau">{bureau}</annotation>{inside}{traces}</ink>'
    ).encode()
