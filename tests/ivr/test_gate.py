"""The gate to the line: a busy line is waited for, a line that has stalled holds nobody, and its fallback answers."""

import time
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from flask import Flask
from werkzeug.test import create_environ, run_wsgi_app

from ivr.gate import Gate
from ivr.webhooks import serve_line

AT_ONCE = 2
THREADS = 6
STALLED = 0.3


@pytest.fixture
def database_answers():
    """Until it is set, whoever keys waits for a database."""
    answers = Event()
    yield answers
    answers.set()


@pytest.fixture
def ask(database_answers):
    """Asks a worker of six threads; returns the status, once there is one."""
    voice = Flask("voice")

    @voice.post("/voice/step/1/keys")
    def keys():
        database_answers.wait()
        return "keys"

    @voice.post("/voice/fallback")
    def fallback():
        return "fallback"

    def house(_environ, start):
        start("200 OK", [])
        return [b"ready"]

    serve = serve_line(house, voice, Gate(AT_ONCE, STALLED))

    def status(path):
        return run_wsgi_app(serve, create_environ(path, method="POST"))[1][:3]

    with ThreadPoolExecutor(THREADS) as worker:
        yield lambda path: worker.submit(status, path)
        database_answers.set()


def test_who_comes_while_the_line_is_full_is_answered_in_turn(ask, database_answers):
    asked = [ask("/voice/step/1/keys") for _ in range(2 * THREADS)]
    time.sleep(STALLED / 3)
    database_answers.set()
    assert {each.result() for each in asked} == {"200"}


def test_a_line_that_goes_on_is_waited_for_longer_than_a_line_that_has_stalled():
    gate = Gate(1, STALLED)
    assert gate.enter()

    def slow(_):
        assert gate.enter()
        time.sleep(STALLED / 2)
        gate.leave()

    with ThreadPoolExecutor(4) as threads:
        waiting = threads.map(slow, range(4))
        time.sleep(STALLED / 2)
        gate.leave()
        list(waiting)


def test_a_line_that_has_rested_lets_people_wait_again():
    gate = Gate(1, STALLED)
    time.sleep(1.2 * STALLED)
    assert gate.enter()
    with ThreadPoolExecutor(1) as threads:
        second = threads.submit(gate.enter)
        time.sleep(STALLED / 3)
        assert not second.done()
        gate.leave()
        assert second.result()


def test_a_stalled_line_turns_webhooks_away_and_keeps_its_fallback_and_the_house_awake(ask):
    stuck = [ask("/voice/step/1/keys") for _ in range(AT_ONCE)]
    waiting = [ask("/voice/step/1/keys") for _ in range(2 * THREADS)]
    assert {each.result(timeout=10 * STALLED) for each in waiting} == {"503"}
    assert ask("/voice/fallback").result(timeout=STALLED) == "200"
    assert ask("/readyz").result(timeout=STALLED) == "200"
    assert not any(each.done() for each in stuck)
