"""A call that is cut at any step leaves exactly what it should, and the next call ends with the same tally."""

import pytest

from db.schema import call
from ivr.simulator.president import President
from tests.support.primary_2011 import CODE, FIGURES

ANSWERS = [f"{count}#" for count in FIGURES.values()]
KEYS = [CODE, "PIN", *ANSWERS, "1"]


@pytest.mark.parametrize("cut", range(len(KEYS)))
def test_a_call_cut_at_any_step_is_taken_up_again_and_ends_with_the_same_tally(line, cut):
    keys = [f"{line.pins[CODE]}#" if each == "PIN" else each for each in KEYS]
    phone = line.phone().dial()
    for each in keys[:cut]:
        phone.keys(each)
    phone.hang_up()
    assert line.tallies() == []
    assert line.rows(call)[0].outcome is None

    entered = max(0, cut - 2)
    again = line.identified()
    if entered:
        assert again.hears("Un appel précédent n'est pas terminé.")
        last = list(FIGURES.values())[entered - 1]
        assert f", {last}." in again.call.heard[1 + entered]
        again.keys("1")
    for each in keys[2 + entered :]:
        again.keys(each)
    assert line.tallies() == [FIGURES]
    assert line.rows(call)[1].outcome == "confirmed"


def test_a_call_cut_again_and_again_loses_nothing(line):
    line.identified().keys(ANSWERS[0]).hang_up()
    for answer in ANSWERS[1:]:
        line.identified().keys("1").keys(answer).hang_up()
    line.identified().keys("1").keys("1")
    assert line.tallies() == [FIGURES]


def test_a_call_cut_at_the_offer_to_go_on_keeps_what_was_entered(line):
    line.identified().keys(ANSWERS[0]).hang_up()
    line.identified().hang_up()
    assert line.identified().hears("Votants, 312.")


def test_a_call_cut_while_the_receipt_is_read_has_been_stored(line):
    phone = line.identified()
    for answer in ANSWERS:
        phone.keys(answer)
    phone.keys("1")
    assert line.tallies() == [FIGURES]
    again = line.identified()
    assert again.hears("Ce bureau a transmis à")


def test_a_confirmation_that_never_reached_the_line_stores_nothing(line):
    phone = line.identified()
    for answer in ANSWERS:
        phone.keys(answer)
    phone.call.press("1")
    assert line.tallies() == []
    assert line.identified().keys("1").hears("Total, 312.")


def test_silence_at_the_read_back_stores_nothing(line):
    phone = line.identified()
    for answer in ANSWERS:
        phone.keys(answer)
    phone.silence().silence().silence()
    assert phone.ended
    assert line.tallies() == []
    assert line.rows(call)[0].outcome == "silent"
    line.identified().keys("1").keys("1")
    assert line.tallies() == [FIGURES]


DETOUR = [
    CODE,
    "PIN",
    "600#",
    "1",
    "4*100*2*120*40*30*16#",
    "2",
    "1",
    "1",
    "312#",
    "2",
    "8",
    "15#",
    "1",
    "8",
    "*#",
    "1",
    "8",
    "16#",
    "1",
]
"""By way of every menu: more voters than electors, kept; the sum check, heard, corrected; a read-back, corrected and back."""


@pytest.mark.parametrize("cut", range(len(DETOUR)))
def test_a_call_cut_on_any_detour_stores_nothing_and_the_next_one_stores_what_the_minutes_say(line, cut):
    phone = line.phone().dial()
    for each in DETOUR[:cut]:
        phone.keys(f"{line.pins[CODE]}#" if each == "PIN" else each)
    assert not phone.ended
    phone.hang_up()
    assert line.tallies() == []
    president = President(CODE, line.pins[CODE], tuple(FIGURES.values()))
    phone.dial()
    while not phone.ended:
        phone.keys(president.keys(phone.call.heard))
    assert line.tallies() == [FIGURES]


def test_a_rectification_cut_anywhere_leaves_the_first_version(line):
    line.reported()
    keys = ["2", "8", "15#", "1", "2", "5#"]
    for cut in range(len(keys) + 1):
        phone = line.identified()
        for each in keys[:cut]:
            phone.keys(each)
        phone.hang_up()
    assert line.tallies() == [FIGURES]


def test_starting_again_and_hanging_up_loses_nothing(line):
    line.identified().keys(ANSWERS[0]).keys(ANSWERS[1]).hang_up()
    line.identified().keys("2").hang_up()
    assert line.identified().hears("Blancs ou nuls, 4.")
