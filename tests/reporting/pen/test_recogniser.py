"""Digits from strokes: how strokes become a row of the data set, and how often the digit is right."""

import csv
from itertools import pairwise

import numpy as np
import pytest

from reporting.pen.recogniser import UNLIKE_ANY, machine, recognise, represent
from tests.support.handwriting import SAMPLE


@pytest.fixture(scope="module")
def sample():
    with SAMPLE.open(newline="") as file:
        rows = [[int(each) for each in row] for row in list(csv.reader(file))[1:]]
    return [row[:16] for row in rows], [row[16] for row in rows]


def line(*corners):
    """One stroke along these corners, with many points, as a pen gives it."""
    stroke = []
    for (x, y), (to_x, to_y) in pairwise(corners):
        stroke += [(x + (to_x - x) * step / 20, y + (to_y - y) * step / 20) for step in range(21)]
    return tuple(stroke)


FOUR = (line((5, 1), (2, 6), (8, 6)), line((6, 4), (6, 9)))
FIVE = (line((3, 1), (3, 4), (5, 3.6), (6.5, 5), (6, 7.5), (4, 8.5), (2, 8)), line((3, 1), (6.5, 1)))


def test_97_of_100_digits_that_it_was_not_trained_on_are_right(sample):
    rows, digits = sample
    guesses = machine().recognise(rows)
    right = [guess.digit == digit for guess, digit in zip(guesses, digits, strict=True)]
    assert np.mean(right) >= 0.97
    assert all(0 < guess.confidence < 1 for guess in guesses)


def test_a_single_row_is_recognised_too(sample):
    rows, digits = sample
    assert machine().recognise(rows[0])[0].digit == digits[0]


@pytest.mark.parametrize(
    ("strokes", "digit"),
    [
        (FOUR, 4),
        (FIVE, 5),
        ((line((5, 1), (5, 9)),), 1),
        ((line((2, 1), (7, 1), (4, 9)),), 7),
        ((line((2, 2), (4, 1), (6, 2.5), (5, 5), (2, 9), (7, 9)),), 2),
    ],
)
def test_strokes_are_recognised_wherever_they_lie_and_however_large_they_are(strokes, digit):
    moved = tuple(tuple((120 + x / 2, 80 + y / 2) for x, y in stroke) for stroke in strokes)
    assert [guess.digit for guess in recognise([strokes, moved])] == [digit, digit]


def test_strokes_become_eight_points_at_equal_distances_both_axes_stretched_and_y_upwards():
    row = represent([line((10, 50), (10, 57)), line((17, 57), (17, 57.0))])
    assert row.reshape(8, 2) == pytest.approx(
        np.array(
            [[0, 100], [0, 500 / 7], [0, 300 / 7], [0, 100 / 7], [100 / 7, 0], [300 / 7, 0], [500 / 7, 0], [100, 0]]
        )
    )


def test_a_bar_is_not_stretched_to_the_width_of_a_digit():
    row = represent([line((10, 50), (10.1, 58))]).reshape(8, 2)
    assert np.ptp(row[:, 0]) < 20
    assert np.ptp(row[:, 1]) == pytest.approx(100)


def test_what_has_no_extent_is_like_no_digit():
    assert represent([((1.0, 1.0),)]) is None
    assert recognise([[((1.0, 1.0), (1.0, 1.0))]]) == [UNLIKE_ANY]
    assert recognise([]) == []
