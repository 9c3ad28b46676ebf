"""PINs: random, not trivial, never stored in clear, worth nothing without the pepper."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db import pins as pin_store
from db.pins import PinSeal, UnknownDepartment, draw, is_trivial
from db.schema import audit, pin
from db.transactions import begin_write
from tests.support.primary_2011 import ELECTION_NIGHT
from tests.support.settings import PEPPER

six_digits = st.text("0123456789", min_size=6, max_size=6)


@pytest.mark.parametrize(
    "clear", ["000000", "123456", "654321", "890123", "112211", "121212", "123123", "123321", "110000"]
)
def test_what_a_stranger_tries_first_is_trivial(clear):
    assert is_trivial(clear)


@pytest.mark.parametrize("clear", ["271828", "314159", "102938"])
def test_what_nobody_tries_first_is_not_trivial(clear):
    assert not is_trivial(clear)


def test_few_pins_are_trivial():
    trivial = sum(is_trivial("".join(digits)) for digits in product("0123456789", repeat=6))
    assert 1_000 < trivial < 10_000


def test_drawn_pins_have_six_digits_and_differ():
    drawn = [draw() for _ in range(500)]
    assert all(len(clear) == 6 and clear.isdigit() and not is_trivial(clear) for clear in drawn)
    assert len(set(drawn)) > 490


@given(six_digits, six_digits)
def test_a_sealed_pin_matches_itself_only(clear, other):
    seal = PinSeal(PEPPER)
    sealed = seal.seal(1, "00100014", clear)
    assert seal.matches(1, "00100014", clear, sealed)
    assert seal.matches(1, "00100014", other, sealed) == (clear == other)
    assert not seal.matches(2, "00100014", clear, sealed)
    assert not seal.matches(1, "00100023", clear, sealed)
    assert not PinSeal("another pepper").matches(1, "00100014", clear, sealed)
    assert sealed.startswith("$argon2id$v=19$m=3072,t=1,p=1$")


def test_a_pin_that_argon2s_reference_code_sealed_is_good():
    sealed = "$argon2id$v=19$m=3072,t=1,p=1$3lFW2y6XgyPuVzOfq8Vl0g$OqOjfc3xfS7zhXKOZ9DB8ecIp9CsuL8KPRb20kL4ttQ"
    assert PinSeal(PEPPER).matches(1, "00100014", "271828", sealed)
    assert not PinSeal(PEPPER).matches(1, "00100014", "271829", sealed)


def test_where_there_is_no_pin_none_is_right():
    assert not PinSeal(PEPPER).matches(1, "00100014", "000000", None)


def test_every_bureau_without_a_pin_gets_one_and_only_those(engine, pins):
    assert len(pins) == 8
    assert len(set(pins.values())) > 1
    assert issue(engine) == {}
    with engine.begin() as connection:
        connection.execute(pin.delete().where(pin.c.bureau_id <= 2))
        assert pin_store.waiting_for_pin(connection, 1) == 2
    assert len(issue(engine)) == 2
    with engine.connect() as connection:
        assert [row.action for row in connection.execute(audit.select())].count("PINs issued") == 2


def issue(engine, **options):
    """Issues the PINs that are missing."""
    with begin_write(engine) as transaction:
        drawn = pin_store.draw_missing(transaction.connection, 1, PinSeal(PEPPER), **options)
        pin_store.issue(transaction, drawn, at=ELECTION_NIGHT)
    return drawn.clear


def test_pins_may_be_issued_department_by_department(engine, pins):
    with engine.begin() as connection:
        connection.execute(pin.delete())
    progress = []
    issued = issue(engine, department_code="02", progress=lambda done, total: progress.append((done, total)))
    assert sorted(issued) == ["00200015", "00200028", "00200031"]
    assert progress == [(1, 3), (2, 3), (3, 3)]
    with pytest.raises(UnknownDepartment, match="2B"):
        issue(engine, department_code="2B")


def test_drawn_pins_do_not_print_themselves(engine, pins):
    with engine.begin() as connection:
        connection.execute(pin.delete())
        drawn = pin_store.draw_missing(connection, 1, PinSeal(PEPPER))
    assert not any(clear in repr(drawn) for clear in drawn.clear.values())
