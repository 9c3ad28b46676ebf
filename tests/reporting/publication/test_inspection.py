"""The sample of papers to look at by hand: how many, and which."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporting.publication.inspection import Inspectable, draw, fewest_wrong, plan, sample_size


@given(population=st.integers(1, 12), data=st.data())
def test_the_size_is_the_smallest_that_keeps_the_risk_by_counting_all_samples(population, data):
    wrong = data.draw(st.integers(1, population))
    risk = data.draw(st.sampled_from([0.05, 0.1, 0.25, 0.5]))
    size = sample_size(population, wrong, risk)

    def missed(size):
        samples = list(combinations(range(population), size))
        return sum(all(each >= wrong for each in sample) for sample in samples) / len(samples)

    assert missed(size) <= risk
    assert missed(size - 1) > risk


def test_known_sizes():
    """One wrong of 100 at 5 %: 95 must be looked at; 10 wrong of 10,000: the textbook's n ≈ N (1 - risk^(1/wrong))."""
    assert sample_size(100, 1, 0.05) == 95
    assert sample_size(10_000, 10, 0.05) == pytest.approx(10_000 * (1 - 0.05**0.1), rel=0.01)
    assert sample_size(10_000, 0, 0.05) == 0


def test_the_fewest_bureaux_that_could_hide_the_margin_are_the_largest():
    assert fewest_wrong([500, 400, 100], 800) == 2
    assert fewest_wrong([500, 400, 100], 500) == 1


def test_a_close_race_asks_for_more_than_a_clear_one():
    def election(lead):
        return [Inspectable(f"{place:04}", {"1": 100 + lead, "2": 100}, 200 + lead) for place in range(200)]

    close, clear = plan(election(1), 0.05), plan(election(50), 0.05)
    assert (close.margin, close.wrong) == (200, 1)
    assert (clear.margin, clear.wrong) == (10_000, 34)
    assert close.size > clear.size > 0
    assert plan([], 0.05).size == 0


def test_the_same_seed_draws_the_same_bureaux():
    codes = [f"{place:05}" for place in range(500)]
    sample = draw(codes, "17 4 92 33 5 61", 20)
    assert sample == draw(reversed(codes), "17 4 92 33 5 61", 20)
    assert len(set(sample)) == 20
    assert sample != draw(codes, "another", 20)
    assert draw(codes, "17 4 92 33 5 61", 10) == sample[:10]
