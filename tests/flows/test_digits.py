"""What counts as digits."""

import pytest

from flows.digits import is_digits, read_number


@pytest.mark.parametrize("text", ["0", "007", "99999"])
def test_the_digits_of_a_keypad_are_digits(text):
    assert is_digits(text)
    assert is_digits(text, at_most=5)


@pytest.mark.parametrize("text", ["", "*", "1*2", " 1", "1\n", "-1", "+1", "1_000", "1.0", "²", "٣", "１"])
def test_nothing_else_is(text):
    assert not is_digits(text)


def test_more_than_so_many_digits_are_refused():
    assert is_digits("1" * 5, at_most=5)
    assert not is_digits("1" * 6, at_most=5)


@pytest.mark.parametrize(("text", "number"), [("0", 0), ("007", 7), ("999999999", 999_999_999)])
def test_digits_are_read_as_a_number(text, number):
    assert read_number(text) == number


@pytest.mark.parametrize("text", ["", "²", "-1", "1000000000", "9" * 5000])
def test_what_is_no_number_or_too_long_is_not_read(text):
    assert read_number(text) is None
