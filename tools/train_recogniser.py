"""Trains the recogniser. `python -m tools.train_recogniser PENDIGITS.csv.gz` writes `reporting/pen/model/parameters.npz`.

That takes a minute. It needs scikit-learn 1.9.1 (`pip install scikit-learn==1.9.1`); nothing else does. The same data give the
same parameters.

The machine has to read handwriting that it has not seen. So every digit is also shown as others might write it: turned,
slanted, shaken and unevenly paced. Ink that is no digit is a class of its own: digits written over each other, struck through,
and scribbles. The calibration is learnt on styles left out: all digits are grouped by likeness, and a group is judged by a
machine that has seen none of it. This is harder than another writer's hand, so the confidence errs on the side of doubt.
"""

import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import KMeans
from sklearn.linear_model import LogisticRegression
from sklearn.svm import SVC

from reporting.pen.recogniser import NO_DIGIT, PARAMETERS, POINTS, Floats, Machine, features, stretch

GAMMA = 0.05
COST = 10.0
HANDS = 3
"""How often each digit is shown as another hand would write it."""
STYLES = 12
"""Groups of each digit by likeness."""
PARTS = 6
SEED = 2011
HELD_BACK = 200
"""Rows at the end of the file that the machine never sees: the tests' sample."""

Digits = NDArray[np.int64]


def read(path: Path) -> tuple[Floats, Digits]:
    """Rows of 16 features, and their digits."""
    table = np.loadtxt(path, delimiter=",", skiprows=1)
    return table[:, :16], table[:, 16].astype(np.int64)


def train(rows: Floats, digits: Digits, slope: float = 1.0, offset: float = 0.0) -> Machine:
    """A machine for these digits, its support vectors rounded to the data set's whole numbers."""
    chance = np.random.default_rng(SEED)
    bars = _squeeze(rows[digits == 1], chance)
    nothing = spoil(rows, digits, chance)
    shown = np.concatenate((rows, *(_vary(rows, chance) for _ in range(HANDS)), bars, nothing)).round()
    classes = np.concatenate((np.tile(digits, 1 + HANDS), np.full(len(bars), 1), np.full(len(nothing), NO_DIGIT)))
    fitted = SVC(C=COST, gamma=GAMMA).fit(features(shown), classes)
    weights, pairs = _weigh(fitted)
    return Machine(shown[fitted.support_], weights, fitted.intercept_, pairs, GAMMA, slope, offset)


def _weigh(fitted: SVC) -> tuple[Floats, Digits]:
    """The weight of each support vector in each pair of classes."""
    count = NO_DIGIT + 1
    pairs = np.array([(one, other) for one in range(count) for other in range(one + 1, count)])
    belongs = np.repeat(np.arange(count), fitted.n_support_)
    weights = np.zeros((len(belongs), len(pairs)))
    for pair, (one, other) in enumerate(pairs):
        weights[belongs == one, pair] = fitted.dual_coef_[other - 1, belongs == one]
        weights[belongs == other, pair] = fitted.dual_coef_[one, belongs == other]
    return weights, pairs


def calibrate(rows: Floats, digits: Digits) -> tuple[float, float]:
    """Slope and offset of the probability that a digit is right, given the margin it won by."""
    margins, right = [], []
    part = split_by_style(rows, digits)
    for each in range(PARTS):
        judged = part == each
        found, margin = train(rows[~judged], digits[~judged]).decide(rows[judged])
        margins.append(margin)
        right.append(found == digits[judged])
    curve = LogisticRegression(C=1e6).fit(np.concatenate(margins)[:, None], np.concatenate(right))
    return float(curve.coef_[0, 0]), float(curve.intercept_[0])


def split_by_style(rows: Floats, digits: Digits) -> Digits:
    """The part, of `PARTS`, that each digit belongs to. Digits that are alike are in the same part."""
    chance = np.random.default_rng(SEED)
    part = np.zeros(len(digits), dtype=np.int64)
    for digit in range(10):
        group = KMeans(STYLES, n_init=2, random_state=SEED).fit_predict(rows[digits == digit])
        part[digits == digit] = (chance.permutation(STYLES) % PARTS)[group]
    return part


def _vary(rows: Floats, chance: np.random.Generator) -> Floats:
    """The same digits from other hands: turned by some 11°, slanted, shaken, and paced unevenly."""
    points = rows.reshape(-1, POINTS, 2) - 50
    count = len(points)
    turn, slant = np.radians(chance.normal(0, 11, count)), chance.normal(0, 0.2, count)
    turned = np.array([[np.cos(turn), slant - np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    points = np.einsum("xym,mky->mkx", turned, points)
    pace = np.arange(POINTS) + chance.normal(0, 0.3, (count, 1)) * np.sin(np.pi * np.arange(POINTS) / (POINTS - 1))
    pace = np.sort(np.clip(pace + chance.normal(0, 0.1, pace.shape), 0, POINTS - 1), axis=1)
    pace[:, 0], pace[:, -1] = 0, POINTS - 1
    return stretch(_walk(points, pace) + chance.normal(0, 2, points.shape)).reshape(count, -1)


def _walk(points: Floats, pace: Floats) -> Floats:
    """The points at these places along each path (0: its first point, 1: its second, …)."""
    before = np.minimum(pace.astype(int), points.shape[1] - 2)
    share: Floats = (pace - before)[..., None]
    which = np.arange(len(points))[:, None]
    earlier: Floats = points[which, before]
    later: Floats = points[which, before + 1]
    return earlier * (1 - share) + later * share


def _squeeze(rows: Floats, chance: np.random.Generator) -> Floats:
    """Ones so narrow that they are bars, as `stretch` leaves them."""
    points = rows.reshape(-1, POINTS, 2).copy()
    points[:, :, 0] = 50 + (points[:, :, 0] - 50) * chance.uniform(0, 1, (len(points), 1))
    return points.reshape(len(rows), -1)


def spoil(rows: Floats, digits: Digits, chance: np.random.Generator) -> Floats:
    """Ink that is no digit: two different digits over each other, a digit struck through to and fro, points at random."""
    points = rows.reshape(-1, POINTS, 2)
    one, other = chance.integers(0, len(points), (2, 2500))
    differ = digits[one] != digits[other]
    over = np.concatenate((points[one[differ]], points[other[differ]]), axis=1)
    height = chance.uniform(20, 80, (1500, 4, 1))
    strokes = np.concatenate((np.broadcast_to([[[-10.0], [110.0], [110.0], [-10.0]]], height.shape), height), axis=2)
    struck = np.concatenate((points[chance.integers(0, len(points), 1500)], strokes), axis=1)
    scribbles = chance.uniform(0, 100, (1500, POINTS, 2))
    return np.concatenate([_even(each) for each in (over, struck, scribbles)])


def _even(paths: Floats) -> Floats:
    """Paths of any number of points as rows: eight points at equal distances, stretched."""
    steps = np.linalg.norm(np.diff(paths, axis=1), axis=2)
    along = np.concatenate((np.zeros((len(paths), 1)), steps.cumsum(1)), axis=1)
    pace = [np.interp(np.linspace(0, way[-1], POINTS), way, np.arange(len(way))) for way in along]
    return stretch(_walk(paths, np.array(pace))).reshape(len(paths), -1)


def main() -> None:
    """Trains, calibrates, and writes the parameters."""
    all_rows, all_digits = read(Path(sys.argv[1]))
    rows, digits = all_rows[:-HELD_BACK], all_digits[:-HELD_BACK]
    slope, offset = calibrate(rows, digits)
    made = train(rows, digits, slope, offset)
    np.savez_compressed(
        PARAMETERS,
        vectors=made.vectors.astype(np.uint8),
        weights=made.weights.astype(np.float32),
        bias=made.bias,
        pairs=made.pairs.astype(np.uint8),
        gamma=made.gamma,
        slope=slope,
        offset=offset,
    )
    sys.stdout.write(f"{len(made.vectors)} support vectors, {PARAMETERS.stat().st_size} bytes, in {PARAMETERS}\n")


if __name__ == "__main__":
    main()
