"""A call whose log does not fit the conversation is asked to phone again: nothing is guessed, nothing is added to its log."""

import logging

import pytest
from sqlalchemy import select

from db import calls, elections
from db.schema import call, call_step, tally
from flows.replay import replay
from flows.vocabulary import Stored
from tests.support.line import Line
from tests.support.primary_2011 import FIGURES
from tools import record_calls
from tools.recorded_calls import path_of, read

OUTDATED = "Le service vient d'être mis à jour. Merci de rappeler."
ALL = "*".join(map(str, FIGURES.values())) + "#"


@pytest.fixture
def other_worker(line, clock):
    """A worker that has not served the call yet, so that it replays the log."""
    return Line(line.engine, clock, line.pins)


def hand_over(phone, worker):
    """Sends the phone's next webhooks to another worker."""
    phone._send = worker.phone()._send
    return phone


def alter(line, step, asked):
    """What a changed conversation would find: another question than it asks itself."""
    with line.engine.begin() as connection:
        connection.execute(call_step.update().where(call_step.c.step == step).values(asked=asked))


def test_a_call_whose_log_was_asked_something_else_is_asked_to_phone_again(line, other_worker, caplog):
    caplog.set_level(logging.INFO)
    phone = line.identified().keys("312#")
    alter(line, 4, "ask figure invalid")
    before = line.rows(call_step)
    hand_over(phone, other_worker).keys("4#")
    assert phone.said == OUTDATED
    assert phone.ended
    assert line.rows(call_step) == before
    assert line.rows(call)[0].outcome is None
    assert "step 4: the log has 'ask figure invalid', but the conversation expects 'ask figure voters'" in caplog.text


def test_figures_that_the_keys_no_longer_mean_are_not_stored(line, other_worker):
    phone = line.identified().keys(ALL).keys("2")
    read_back = line.rows(call_step)[5].asked
    alter(line, 5, read_back.replace("1=100 2=2", "1=2 2=100"))
    hand_over(phone, other_worker).keys("*")
    assert phone.said == OUTDATED
    assert line.rows(tally) == []


def test_a_worker_that_reads_what_is_new_of_a_call_compares_it_too(line, other_worker):
    phone = line.identified()
    hand_over(phone, other_worker).keys("312#")
    alter(line, 4, "ask figure invalid")
    hand_over(phone, line).keys("4#")
    assert phone.said == OUTDATED
    assert len(line.rows(call_step)) == 5


def test_what_was_confirmed_stays(line, other_worker):
    phone = line.reported()
    alter(line, 1, "ask pin")
    answer = hand_over(phone, other_worker)._send(phone.sent[-2])
    assert OUTDATED in answer.body
    assert line.tallies() == [FIGURES]
    assert line.identified().hears("Ce bureau a transmis")


def test_the_fallback_asks_to_phone_again_too(line, other_worker):
    phone = line.identified().keys("312#")
    alter(line, 4, "ask figure invalid")
    hand_over(phone, other_worker)
    body = phone._send(phone.call._post("https://line.example/voice/fallback", {})).body
    assert OUTDATED in body


def test_figures_of_a_call_that_cannot_be_replayed_are_not_offered(line):
    line.identified().keys("312#").keys("4#").hang_up()
    alter(line, 4, "ask figure invalid")
    assert line.identified().hears("Nombre de votants")


def test_every_call_can_be_replayed_from_what_the_line_logs(line):
    line.identified().keys("312#").keys("4#").hang_up()
    line.identified().keys("1").keys("*".join(map(str, list(FIGURES.values())[2:])) + "#").keys("1")
    with line.engine.connect() as connection:
        current, _ = elections.find(connection)
        for sid in connection.scalars(select(call.c.sid)).all():
            logged = calls.find(connection, sid)
            assert replay(current, logged.flow_version, logged.steps).steps == len(logged.steps)


@pytest.mark.parametrize("title", ["Corrections", "A rehearsal", "The hot line takes over"])
def test_a_call_that_is_recorded_again_gives_the_same_recording(title):
    """So the recordings are what the line logs."""
    (scene,) = (scene for scene in record_calls.SCENES if scene[0] == title)
    assert without_receipts(record_calls.record(*scene)) == without_receipts(read(path_of(title)))


def without_receipts(recorded):
    return recorded.outcome, [
        (step.asked, None if isinstance(step.answer, Stored) else step.answer) for step in recorded.steps
    ]
