"""Digits recognised from strokes: a support vector machine trained on the Pen-Based Recognition of Handwritten Digits data set.

A digit is represented as that data set does it: eight points at equal distances along the pen's path, from the first touch to
the last (the way from one stroke to the next counts as path), then each axis stretched to 0..100, y upwards.
`tools/train_recogniser.py` makes the parameters; `docs/pen.md` says how well they do.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike, NDArray
from threadpoolctl import threadpool_limits

from reporting.pen.inkml import Stroke

POINTS = 8
NARROWEST = 0.08
"""Of the longer side. A narrower bar is not stretched to the full width: that would only show the hand's tremor."""

NO_DIGIT = 10
"""The class of what is no digit: overwritten, crossed out, scribbled."""

PARAMETERS = Path(__file__).parent / "model" / "parameters.npz"

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Guess:
    """The likeliest digit, and the probability (0 to 1) that it is right."""

    digit: int
    confidence: float


UNLIKE_ANY = Guess(0, 0.0)
"""Of ink that has no extent."""


@dataclass(frozen=True)
class Machine:
    """The trained parameters: support vectors (n × 16, 0..100), their weights in each pair of classes, and the calibration.

    `pairs` is k × 2: the classes that are told apart. `weights` is n × k, `bias` k. A positive sum speaks for the first class.
    """

    vectors: Floats
    weights: Floats
    bias: Floats
    pairs: NDArray[np.int64]
    gamma: float
    slope: float
    offset: float

    def recognise(self, rows: ArrayLike) -> list[Guess]:
        """A guess for each row of 16 features in the data set's form."""
        found = np.atleast_2d(np.asarray(rows, dtype=float))
        digits, margins = self.decide(found)
        confidences = 1 / (1 + np.exp(-(self.slope * margins + self.offset)))
        return [Guess(int(digit), float(sure)) for digit, sure in zip(digits, confidences, strict=True)]

    def decide(self, rows: Floats) -> tuple[NDArray[np.int64], Floats]:
        """The digit that wins most of its pairs, and by how much it wins the closest of them, `NO_DIGIT` included."""
        mine, theirs = self._features, features(rows)
        distance = (theirs**2).sum(1)[:, None] + (mine**2).sum(1) - 2 * theirs @ mine.T
        sums = np.exp(-self.gamma * distance) @ self.weights + self.bias
        won = np.full((len(rows), NO_DIGIT + 1, NO_DIGIT + 1), np.inf)
        first, second = self.pairs.T
        won[:, first, second], won[:, second, first] = sums, -sums
        among_digits = np.clip(won[:, :NO_DIGIT, :NO_DIGIT], -1, 1).sum(2)
        digits = among_digits.argmax(1)
        return digits, won[np.arange(len(rows)), digits].min(1)

    @cached_property
    def _features(self) -> Floats:
        return features(self.vectors)


@cache
def machine() -> Machine:
    """The trained machine, read once.

    From then on NumPy's linear algebra stays on one thread. For matrices this small, more threads only wait for each other, and
    on a busy evening for the threads that answer calls.
    """
    threadpool_limits(1, user_api="blas")
    with np.load(PARAMETERS, allow_pickle=False) as stored:
        return Machine(
            vectors=stored["vectors"].astype(float),
            weights=stored["weights"].astype(float),
            bias=stored["bias"].astype(float),
            pairs=stored["pairs"].astype(np.int64),
            gamma=float(stored["gamma"]),
            slope=float(stored["slope"]),
            offset=float(stored["offset"]),
        )


def recognise(inks: Sequence[Sequence[Stroke]]) -> list[Guess]:
    """A guess for each digit's strokes (millimetres, y downwards, in the order they were written)."""
    rows = [represent(strokes) for strokes in inks]
    written = [row for row in rows if row is not None]
    guesses = iter(machine().recognise(written) if written else ())
    return [UNLIKE_ANY if row is None else next(guesses) for row in rows]


def represent(strokes: Sequence[Stroke]) -> Floats | None:
    """The strokes of one digit as a row of 16 features in the data set's form; None where they have no extent."""
    path = np.array([point for stroke in strokes for point in stroke], dtype=float)
    steps = np.hypot(*np.diff(path, axis=0).T)
    along = np.concatenate(([0.0], np.cumsum(steps)))
    if along[-1] == 0:
        return None
    places = np.linspace(0, along[-1], POINTS)
    points = np.stack((np.interp(places, along, path[:, 0]), -np.interp(places, along, path[:, 1])), axis=1)
    return stretch(points[None]).reshape(-1)


def stretch(digits: Floats) -> Floats:
    """Digits (n × 8 × 2), each axis stretched to 0..100; a narrow one stays narrow, and in the middle."""
    low: Floats = digits.min(1, keepdims=True)
    high: Floats = digits.max(1, keepdims=True)
    widths = high - low
    extent: Floats = np.maximum(widths, NARROWEST * widths.max(2, keepdims=True))
    return (digits - (low + high) / 2) / extent * 100 + 50


def features(rows: Floats) -> Floats:
    """What the machine compares: the points, and the directions of the seven steps between them."""
    points = rows.reshape(-1, POINTS, 2) / 50 - 1
    steps = np.diff(points, axis=1)
    directions = steps / (np.linalg.norm(steps, axis=2, keepdims=True) + 0.05)
    return np.concatenate((points.reshape(len(points), -1), directions.reshape(len(points), -1)), axis=1)
