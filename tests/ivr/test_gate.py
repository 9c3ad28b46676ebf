"""The gate to the line: a busy line is waited for, a line that has stalled holds nobody, and its fallback answers."""

import time
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from threading import Event

import pytest
from flask import Flask, request
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

    @voice.post("/voice/status")
    def status():
        database_answers.wait()
        return "status"

    @voice.post("/voice/fallback")
    def fallback():
        return "fallback"

    def house(_environ, start):
        start("200 OK", [])
        return [b"ready"]

    serve = serve_line(house, voice.wsgi_app, Gate(AT_ONCE, STALLED), Gate(1, STALLED))

    def post(path):
        return run_wsgi_app(serve, create_environ(path, method="POST"))[1][:3]

    with ThreadPoolExecutor(THREADS) as worker:
        yield lambda path: worker.submit(post, path)
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
        gate.leave(served=True)

    with ThreadPoolExecutor(4) as threads:
        waiting = threads.map(slow, range(4))
        time.sleep(STALLED / 2)
        gate.leave(served=True)
        list(waiting)


def test_a_line_that_has_rested_lets_people_wait_again():
    gate = Gate(1, STALLED)
    time.sleep(1.2 * STALLED)
    assert gate.enter()
    with ThreadPoolExecutor(1) as threads:
        second = threads.submit(gate.enter)
        time.sleep(STALLED / 3)
        assert not second.done()
        gate.leave(served=True)
        assert second.result()


def test_a_stalled_line_turns_webhooks_away_and_keeps_its_fallback_and_the_house_awake(ask):
    stuck = [ask("/voice/step/1/keys") for _ in range(AT_ONCE)] + [ask("/voice/status")]
    waiting = [ask(path) for _ in range(THREADS) for path in ("/voice/step/1/keys", "/voice/status")]
    assert {each.result(timeout=10 * STALLED) for each in waiting} == {"503"}
    assert ask("/voice/fallback").result(timeout=STALLED) == "200"
    assert ask("/readyz").result(timeout=STALLED) == "200"
    assert not any(each.done() for each in stuck)


def test_a_line_on_which_everybody_fails_does_not_go_on():
    gate = Gate(1, STALLED)
    assert gate.enter()
    with ThreadPoolExecutor(4) as threads:
        waiting = [threads.submit(gate.enter) for _ in range(4)]
        for _ in range(2):
            time.sleep(0.8 * STALLED)
            gate.leave(served=False)
        time.sleep(STALLED)
        assert [each.result(timeout=STALLED) for each in waiting].count(False) >= 2


def test_what_fails_is_told_apart_from_what_is_answered():
    left = []

    class Watched(Gate):
        def leave(self, *, served):
            left.append(served)
            super().leave(served=served)

    voice = Flask("voice")
    voice.add_url_rule("/voice/well", "well", lambda: "well", methods=["POST"])
    voice.add_url_rule("/voice/ill", "ill", lambda: 1 / 0, methods=["POST"])
    serve = serve_line(voice.wsgi_app, voice.wsgi_app, Watched(1), Gate(1))
    for path in ("/voice/well", "/voice/ill", "/voice/nowhere"):
        run_wsgi_app(serve, create_environ(path, method="POST"))
    assert left == [True, False, True]


def test_nobody_takes_a_turn_before_all_that_he_says_is_there():
    turns = []

    class Slow(BytesIO):
        def read(self, size=-1):
            turns.append("read")
            return super().read(size)

    class Watched(Gate):
        def enter(self):
            turns.append("turn")
            return super().enter()

    voice = Flask("voice")
    voice.add_url_rule("/voice/said", view_func=lambda: bytes(request.get_data()), methods=["POST"])
    serve = serve_line(voice.wsgi_app, voice.wsgi_app, Watched(1), Gate(1))
    environ = create_environ("/voice/said", method="POST", input_stream=Slow(b"Digits=1"), content_length=8)
    assert b"".join(run_wsgi_app(serve, environ)[0]) == b"Digits=1"
    assert turns == ["read", "turn"]
