"""The comparison of the channels: one function, field by field."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.ballot import Candidate, CheckDigit, Election, Invalid
from reporting.verification.comparison import ComparisonState, Difference, compare

ELECTION = Election(
    id=1,
    name="E",
    round=1,
    locale="fr",
    invalid=Invalid.COMBINED,
    check_digit=CheckDigit.NONE,
    candidates=tuple(Candidate(number, f"C{number}", f"C{number}") for number in range(1, 7)),
    code_length=4,
)
FIGURES = {"voters": 312, "invalid": 4, "1": 101, "2": 12, "3": 120, "4": 40, "5": 32, "6": 3}
sheets = st.fixed_dictionaries({field: st.integers(0, 99_999) for field in ELECTION.fields})


def kinds(phone, pv, pen=None):
    return {line.field: line.kind for line in compare(ELECTION, phone, pv, pen).lines if line.kind}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"3": 130}, {"3": Difference.ONE_DIGIT}),
        ({"6": 8}, {"6": Difference.ONE_DIGIT}),
        ({"3": 12}, {"3": Difference.DIGIT_MORE_OR_LESS}),
        ({"3": 1250}, {"3": Difference.DIGIT_MORE_OR_LESS}),
        ({"2": 21}, {"2": Difference.TRANSPOSED_DIGITS}),
        ({"1": 210}, {"1": Difference.OTHER}),
        ({"3": 7}, {"3": Difference.OTHER}),
        ({"3": 40, "4": 120}, {"3": Difference.CANDIDATES_SWAPPED, "4": Difference.CANDIDATES_SWAPPED}),
        (
            {"2": 101, "3": 12, "4": 120, "5": 40, "1": 0},
            dict.fromkeys("12345", Difference.SHIFTED_COLUMN),
        ),
    ],
)
def test_each_kind_of_difference_is_told(changes, expected):
    assert kinds({**FIGURES, **changes}, FIGURES) == expected


def test_ink_counts_where_it_was_read():
    assert compare(ELECTION, FIGURES, FIGURES, {"3": 120}).state is ComparisonState.AGREED
    compared = compare(ELECTION, FIGURES, FIGURES, {"3": 126})
    assert (compared.state, compared.differing) == (ComparisonState.DIFFERING, ("3",))
    assert (compared.lines[4].pen, compared.lines[5].pen) == (126, None)


def test_a_missing_channel_is_named():
    assert set(kinds(None, FIGURES).values()) == {Difference.NO_PHONE}
    assert set(kinds(FIGURES, None).values()) == {Difference.NO_PV}
    assert set(kinds(None, None, FIGURES).values()) == {Difference.NOTHING}
    assert compare(ELECTION, None, None, None, 900).at_stake == 900
    assert compare(ELECTION, FIGURES, None, None, 900).at_stake == 312


def test_at_stake_is_what_one_candidate_gains_on_another():
    assert compare(ELECTION, {**FIGURES, "3": 100, "1": 121}, FIGURES, None).at_stake == 40
    assert compare(ELECTION, {**FIGURES, "3": 100}, FIGURES, None).at_stake == 20
    assert compare(ELECTION, {**FIGURES, "invalid": 9}, FIGURES, None).at_stake == 0


@given(phone=sheets, pv=sheets, pen=st.none() | sheets)
def test_agreed_means_equal_in_every_field_and_differing_names_every_field_that_is_not(phone, pv, pen):
    compared = compare(ELECTION, phone, pv, pen)
    unequal = {each for each in ELECTION.fields if len({phone[each], pv[each], *([pen[each]] if pen else [])}) > 1}
    assert set(compared.differing) == unequal
    assert (compared.state is ComparisonState.AGREED) == (not unequal)
    assert compared.agreed == (None if unequal else pv)
    assert compare(ELECTION, pv, phone, None).at_stake == compare(ELECTION, phone, pv, None).at_stake
