"""Erlang's formula: published values, and its inverse."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reporting.lines.erlang import blocking, lines_for, offered_load

PUBLISHED = [
    # Appendix A, "Table of Erlang B", of Carrier Grade Voice over IP, 2nd edition (D. Collins, 2003): lines, part turned away,
    # erlangs to one decimal.
    (2, 0.01, 0.2, 0.05),
    (5, 0.001, 0.8, 0.05),
    (5, 0.01, 1.4, 0.05),
    (5, 0.05, 2.2, 0.05),
    (7, 0.02, 2.9, 0.05),
    (9, 0.0001, 1.8, 0.05),
    (9, 0.01, 3.8, 0.05),
    (9, 0.05, 5.4, 0.05),
    # Westbay Engineers' calculator manual, "How much traffic?": fifteen lines at one call in a hundred carry 8.108 erlangs.
    (15, 0.01, 8.108, 0.0005),
]


@pytest.mark.parametrize(("lines", "accepted", "erlangs", "rounded"), PUBLISHED)
def test_the_published_loads_are_turned_away_as_published(lines, accepted, erlangs, rounded):
    assert blocking(lines, erlangs - rounded) <= accepted <= blocking(lines, erlangs + rounded)


@pytest.mark.parametrize("lines", [0, 1, 2, 5, 20])
def test_the_recursion_is_the_formula(lines):
    load = 7.5
    terms = [load**n / math.factorial(n) for n in range(lines + 1)]
    assert blocking(lines, load) == pytest.approx(terms[-1] / sum(terms))


def test_no_load_is_too_great_for_it():
    assert blocking(20_000, 1e6) == pytest.approx(1 - 20_000 / 1e6, rel=1e-4)
    assert blocking(1000, 0.001) == 0


@settings(max_examples=60)
@given(load=st.floats(0.001, 500), accepted=st.floats(1e-6, 0.9))
def test_the_number_of_lines_is_the_fewest_that_do(load, accepted):
    lines = lines_for(load, accepted)
    assert blocking(lines, load) <= accepted
    assert lines == 1 or blocking(lines - 1, load) > accepted


def test_an_erlang_is_a_line_busy_all_the_time():
    assert offered_load(40, 90, 3600) == 1
    assert offered_load(9474, 90, 7200) == pytest.approx(118.425)
