"""`python -m tests.bench.pen_accuracy PENDIGITS.csv.gz`: how often digits and figures are read, and how often wrongly (2 min).

Three ways of leaving out, from mild to harsh. *The last fifth*: the file's order is no writer's order (neighbours in it are no
more alike than any two rows), so the writers of the last fifth have been seen. *Styles left out*: every digit is judged by a
machine that has seen none of the digits most like it: harsher than a new writer. *As ink*: the 200 rows that the committed
machine has not seen, drawn as figures into the form's cells and read from there.

Needs scikit-learn 1.9.1, as `tools.train_recogniser` does (`pip install scikit-learn==1.9.1`).
"""

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np

from db.register_files import read_election
from flows.ballot import Election
from reporting.pen.form_layout import lay_out
from reporting.pen.reading import READ_FROM, read
from reporting.pen.recogniser import machine
from tests.support.handwriting import Hand
from tests.support.primary_2011 import DATA
from tools.train_recogniser import PARTS, split_by_style, spoil, train
from tools.train_recogniser import read as read_digits

FIGURES = 20_000
DRAWN = 3_000


def judge(trained, rows):
    """Digits and confidences of rows, calibrated as the committed machine is."""
    guesses = replace(trained, slope=machine().slope, offset=machine().offset).recognise(rows)
    return np.array([each.digit for each in guesses]), np.array([each.confidence for each in guesses])


def tell(name, found, confidence, digits):
    print(f"{name}: {(found == digits).mean():.2%} of {len(digits)} digits right")
    each = (f"{digit} {(found == digits)[digits == digit].mean():.1%}" for digit in range(10))
    print("  by digit: " + ", ".join(each))
    chance = np.random.default_rng(1)
    for length in (1, 2, 3):
        drawn = chance.integers(0, len(digits), (FIGURES, length))
        right, sure = (found == digits)[drawn].all(1), confidence[drawn].prod(1) >= READ_FROM
        tell_figures(length, right, sure)


def tell_figures(length, right, sure):
    print(
        f"  figures of {length}: {right.mean():.2%} right if all were read; {(~sure).mean():.2%} unread, "
        f"{(~right[sure]).mean():.3%} of the read ones wrong"
    )


def draw_and_read():
    file = read_election(DATA / "election.toml")
    places = lay_out(Election(1, file.name, 1, "fr", file.invalid, file.check_digit, tuple(file.candidates), 8))
    hand, chance = Hand(seed=1), np.random.default_rng(1)
    print("as ink, from digits not trained on")
    cell, over = places["voters"].cells[-1], []
    for _ in range(DRAWN):
        one, other = map(str, chance.choice(10, 2, replace=False))
        (found, *_) = read(hand.digit(one, cell) + hand.digit(other, cell), places)
        over.append(found.count is not None)
    print(f"  of {DRAWN} digits written over another: {np.mean(over):.2%} read")
    for length in (1, 2, 3):
        right, sure = [], []
        for _ in range(DRAWN):
            digits = "".join(map(str, chance.integers(0, 10, length)))
            (found, *_) = read(hand.figure(digits, places["voters"]), places)
            right.append(found.digits == digits)
            sure.append(found.count is not None)
        tell_figures(length, np.array(right), np.array(sure))


def main() -> None:
    rows, digits = read_digits(Path(sys.argv[1]))
    kept = len(rows) * 4 // 5
    trained = train(rows[:kept], digits[:kept])
    tell("the last fifth", *judge(trained, rows[kept:]), digits[kept:])
    spoilt = spoil(rows[kept:], digits[kept:], np.random.default_rng(1))
    _, sure = judge(trained, spoilt)
    print(f"  of {len(spoilt)} spoilt from these: {(sure >= READ_FROM).mean():.2%} read")
    part = split_by_style(rows, digits)
    found, confidence = np.zeros(len(rows), int), np.zeros(len(rows))
    for each in range(PARTS):
        out = part == each
        found[out], confidence[out] = judge(train(rows[~out], digits[~out]), rows[out])
    tell("styles left out", found, confidence, digits)
    draw_and_read()


if __name__ == "__main__":
    main()
