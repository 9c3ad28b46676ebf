"""A tally's arithmetic."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import damm

from flows.arithmetic import Doubt, balance, doubt, valid_votes
from flows.ballot import VOTERS, Candidate, CheckDigit, Election, Invalid

COMBINED = Election(
    1, "Primaire", 1, "fr", Invalid.COMBINED, CheckDigit.DAMM, (Candidate(1, "A", "A"), Candidate(2, "B", "B")), 8
)
SEPARATE = Election(
    1,
    "Présidentielle",
    1,
    "fr",
    Invalid.SEPARATE,
    CheckDigit.NONE,
    (Candidate(1, "A", "A"), Candidate(2, "B", "B")),
    None,
)
counts = st.integers(0, 99_999)


def test_the_fields_are_in_the_order_of_the_statement():
    assert COMBINED.fields == ("voters", "invalid", "1", "2")
    assert SEPARATE.fields == ("voters", "blank", "null", "1", "2")


@given(invalid=counts, first=counts, second=counts, slip=st.integers(-500, 500))
def test_the_difference_is_the_ballots_too_many_or_missing(invalid, first, second, slip):
    figures = {"voters": invalid + first + second - slip, "invalid": invalid, "1": first, "2": second}
    sums = balance(COMBINED, figures)
    assert sums.difference == slip
    assert sums.holds == (slip == 0)
    assert valid_votes(COMBINED, figures) == first + second


@given(blank=counts, null=counts, first=counts, second=counts)
def test_separate_invalid_ballots_both_count(blank, null, first, second):
    figures = {"voters": blank + null + first + second, "blank": blank, "null": null, "1": first, "2": second}
    assert balance(SEPARATE, figures).holds


@pytest.mark.parametrize(
    ("field", "keys", "figures", "electorate", "expected"),
    [
        (VOTERS, "599", {}, 598, Doubt.OVER_ELECTORATE),
        (VOTERS, "598", {}, 598, None),
        (VOTERS, "599", {}, None, None),
        ("1", "308", {"voters": 312, "invalid": 4}, 598, None),
        ("1", "309", {"voters": 312, "invalid": 4}, 598, Doubt.OVER_VOTERS),
        ("invalid", "313", {"voters": 312}, None, Doubt.OVER_VOTERS),
        ("1", "5", {"voters": 312, "invalid": 4, "1": 300, "2": 8}, 598, None),
    ],
)
def test_what_is_strange_about_a_figure(field, keys, figures, electorate, expected):
    assert doubt(COMBINED, field, keys, figures, electorate) is expected


@given(st.text("0123456789", min_size=1, max_size=9), st.integers(0, 9))
def test_damm_catches_every_single_wrong_digit(digits, wrong):
    code = digits + damm.calc_check_digit(digits)
    assert CheckDigit.DAMM.accepts(code)
    for place, digit in enumerate(code):
        if str(wrong) != digit:
            assert not CheckDigit.DAMM.accepts(code[:place] + str(wrong) + code[place + 1 :])
