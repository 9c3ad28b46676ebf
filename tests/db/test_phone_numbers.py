"""A number of mainland France, as a carrier says it, is taken as it stands: the library would say the same."""

import phonenumbers
from hypothesis import given
from hypothesis import strategies as st

from db.phone_numbers import to_e164


@given(st.from_regex(r"\+33[1-9][0-9]{8}", fullmatch=True))
def test_the_library_makes_the_same_of_it(text):
    number = phonenumbers.parse(text, "FR")
    assert phonenumbers.is_possible_number(number)
    assert phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164) == to_e164(text) == text


def test_what_only_looks_like_one_is_left_to_the_library():
    assert to_e164("+330639981234") == "+33639981234"
    assert to_e164("06 39 98 12 34") == "+33639981234"
    assert to_e164("+3363998123") is None
    assert to_e164("+336399812345") is None
