"""Digits, as a keypad, a form or a file gives them where a number is meant."""

NUMBER_DIGITS = 9
"""A number of so many digits always fits into a database's integer."""


def is_digits(text: str, *, at_most: int | None = None) -> bool:
    """True if `text` is one or more of the digits 0 to 9, `at_most` so many.

    `str.isdigit` alone is not enough: it also accepts "²", which `int` refuses, and the digits of other scripts.
    """
    return text.isascii() and text.isdigit() and (at_most is None or len(text) <= at_most)


def read_number(text: str, *, at_most: int = NUMBER_DIGITS) -> int | None:
    """The number that `text` is, or None if it is not digits or more than `at_most` of them."""
    return int(text) if is_digits(text, at_most=at_most) else None
