"""Wrong PINs lock a bureau, longer each time, and tell a stranger nothing."""

from datetime import timedelta

import pytest

from db.schema import audit, call, lockout
from tests.support.primary_2011 import CODE, PRESIDENT

UNKNOWN = "99900013"
ANONYMOUS = "anonymous"


def guess(line, code, times, caller=ANONYMOUS):
    """Wrong PINs, one a call; returns what was heard after the last."""
    for _ in range(times):
        phone = line.phone(caller).dial().keys(code).keys("111111#")
    return phone.said


def test_six_failures_lock_a_bureau_for_fifteen_minutes_even_for_the_right_pin(line):
    assert "inexact" in guess(line, CODE, 5)
    assert "Trop d'essais. Rappelez dans 15 minutes." in guess(line, CODE, 1)
    assert line.identified().hears("Trop d'essais. Rappelez dans 15 minutes.")
    line.clock.advance(15 * 60)
    assert line.identified().hears("Nombre de votants")


def test_every_further_lock_is_twice_as_long(line):
    for minutes in (15, 30, 60):
        assert f"Trop d'essais. Rappelez dans {minutes} minutes." in guess(line, CODE, 6)
        line.clock.advance(minutes * 60)


def test_the_right_pin_forgives_the_failures_before_it(line):
    guess(line, CODE, 5)
    line.identified().hang_up()
    assert "inexact" in guess(line, CODE, 5)


def test_a_code_that_no_bureau_has_locks_in_the_same_way(line):
    assert guess(line, UNKNOWN, 6) == guess(line, CODE, 6)


def test_nothing_is_counted_while_a_lock_lasts(line):
    guess(line, CODE, 9)
    (row,) = line.rows(lockout)
    assert (row.total, row.failures, row.locks) == (6, 0, 1)
    assert row.locked_until - line.clock.now < timedelta(minutes=15)


def test_failures_are_counted_per_call_per_bureau_and_per_caller(line):
    phone = line.phone(PRESIDENT).dial()
    phone.keys(CODE).keys("111111#").keys("00100023").keys("111111#")
    assert line.rows(call)[0].pin_failures == 2
    counted = {(row.scope, row.subject): row.failures for row in line.rows(lockout)}
    assert counted == {("bureau", CODE): 1, ("bureau", "00100023"): 1, ("caller", PRESIDENT): 2}


def test_a_caller_who_guesses_at_many_bureaux_is_locked_too(line):
    codes = ["00100014", "00100023", "00100038", "00100046"]
    for code in codes[:3]:
        guess(line, code, 5, PRESIDENT)
    assert "Trop d'essais" in guess(line, codes[3], 3, PRESIDENT)
    assert line.identified(codes[3], caller="+33639981002").hears("Nombre de votants")


def test_one_right_pin_does_not_forgive_a_caller(line):
    codes = ["00100014", "00100023", "00100038"]
    for code in codes:
        guess(line, code, 5, PRESIDENT)
    line.identified("00100046", caller=PRESIDENT).hang_up()
    assert "Trop d'essais" in guess(line, "00200015", 3, PRESIDENT)


def test_withheld_numbers_are_not_locked_together(line):
    for code in ["00100014", "00100023", "00100038", "00100046"]:
        guess(line, code, 5)
    assert line.identified("00200015", caller=ANONYMOUS).hears("Nombre de votants")


@pytest.mark.parametrize("keys", ["12345#", "1234567#", "12*456#"])
def test_what_has_not_the_form_of_a_pin_is_not_tried(line, keys):
    phone = line.phone().dial().keys(CODE).keys(keys)
    assert phone.hears("Le code secret a 6 chiffres.")
    assert line.rows(lockout) == []


def test_star_at_the_pin_goes_back_to_the_code(line):
    assert line.phone().dial().keys(CODE).keys("*#").said == "Code du bureau ?"


def test_a_lock_is_in_the_audit(line):
    guess(line, CODE, 6)
    assert [row.action for row in line.rows(audit)][-1] == "PIN locked"


def test_all_withheld_callers_are_nobody(line):
    for placeholder in ("+86282452253", "+8656696", "+266696687"):
        for code in ["00100014", "00100023", "00100038", "00100046"]:
            guess(line, code, 2, placeholder)
    assert {row.scope for row in line.rows(lockout)} == {"bureau"}


def test_a_right_pin_begins_the_lengths_of_locks_anew(line):
    guess(line, CODE, 6)
    line.clock.advance(15 * 60)
    line.identified().hang_up()
    assert "Rappelez dans 15 minutes." in guess(line, CODE, 6)
