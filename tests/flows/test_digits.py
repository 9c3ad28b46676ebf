"""What counts as digits."""

import pytest

from flows.digits import is_digits


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
