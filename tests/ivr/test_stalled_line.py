"""A line that has stalled turns webhooks away, and its fallback answers; a turn is taken only by a webhook that is whole."""

import time
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from threading import Event

import pytest
from werkzeug.test import EnvironBuilder, run_wsgi_app

from concurrency import ConcurrencyLimit
from ivr.carriers.twilio import SIGNATURE_HEADER, Twilio
from ivr.line import UnknownCall
from ivr.webhooks import create_voice_app
from tests.support.settings import PUBLIC_URL, TOKEN

AT_ONCE = 2
THREADS = 6
STALLED = 1.0
FORM = {"CallSid": "CA1", "CallStatus": "completed"}
CARRIER = Twilio(TOKEN)


class Waiting:
    """A line whose database does not answer until it is told to."""

    hotline = ""

    def __init__(self):
        self.answers = Event()

    def take(self, sid, step, given):
        self.answers.wait()
        raise UnknownCall(sid)

    def hang_up(self, sid, *, status, duration):
        self.answers.wait()

    def resume(self, sid):
        raise UnknownCall(sid)

    def locale(self):
        return "fr"


def webhook(path, body=None):
    signature = {SIGNATURE_HEADER: CARRIER.sign(f"{PUBLIC_URL}/voice{path}", FORM)}
    environ = EnvironBuilder(path, method="POST", data=FORM, headers=signature).get_environ()
    if body is not None:
        environ["wsgi.input"] = body(environ["wsgi.input"].read())
    return environ


def app(line, limit, status_limit):
    return create_voice_app(line, CARRIER, PUBLIC_URL, limit, status_limit)


@pytest.fixture
def line():
    line = Waiting()
    yield line
    line.answers.set()


@pytest.fixture
def ask(line):
    """Asks a worker of six threads; returns the status, once there is one."""
    voice = app(line, ConcurrencyLimit(AT_ONCE, STALLED), ConcurrencyLimit(1, STALLED))

    def post(path):
        return run_wsgi_app(voice, webhook(path))[1][:3]

    with ThreadPoolExecutor(THREADS) as worker:
        yield lambda path: worker.submit(post, path)
        line.answers.set()


def test_a_webhook_that_comes_while_the_line_is_full_is_answered_in_turn(ask, line):
    asked = [ask("/step/1/keys") for _ in range(2 * THREADS)]
    time.sleep(STALLED / 3)
    line.answers.set()
    assert {each.result() for each in asked} == {"200"}


def test_a_stalled_line_turns_webhooks_away_and_its_fallback_answers(ask):
    stuck = [ask("/step/1/keys") for _ in range(AT_ONCE)] + [ask("/status")]
    waiting = [ask(path) for _ in range(THREADS) for path in ("/step/1/keys", "/status")]
    assert {each.result(timeout=10 * STALLED) for each in waiting} == {"503"}
    assert ask("/fallback").result(timeout=STALLED) == "200"
    assert not any(each.done() for each in stuck)


class Watched(ConcurrencyLimit):
    """Writes down when turns are taken, and how they end."""

    def __init__(self, seen):
        super().__init__(1)
        self.seen = seen

    def take(self):
        self.seen.append("turn")
        return super().take()

    def give_back(self, turn, *, ended_well):
        self.seen.append(ended_well)
        super().give_back(turn, ended_well=ended_well)


def test_a_turn_is_taken_once_the_whole_webhook_has_been_read(line):
    seen = []

    class Slow(BytesIO):
        def read(self, size=-1):
            seen.append("read")
            return super().read(size)

        def readinto(self, buffer):
            seen.append("read")
            return super().readinto(buffer)

    line.answers.set()
    run_wsgi_app(app(line, Watched(seen), ConcurrencyLimit(1)), webhook("/step/1/keys", Slow))
    assert seen[0] == "read"
    assert seen[-2:] == ["turn", True]
    assert seen.count("turn") == 1


def test_a_stranger_takes_no_turn(line):
    seen = []
    voice = app(line, Watched(seen), ConcurrencyLimit(1))
    environ = webhook("/step/1/keys")
    environ["HTTP_X_TWILIO_SIGNATURE"] = "no signature"
    assert run_wsgi_app(voice, environ)[1][:3] == "403"
    assert seen == []


def test_a_webhook_that_fails_is_told_apart_from_one_that_is_answered(line, monkeypatch):
    seen = []
    line.answers.set()
    voice = app(line, Watched(seen), ConcurrencyLimit(1))
    run_wsgi_app(voice, webhook("/step/1/keys"))
    monkeypatch.setattr(line, "take", lambda *_: 1 / 0)
    assert run_wsgi_app(voice, webhook("/step/1/keys"))[1][:3] == "500"
    assert seen == ["turn", True, "turn", False]
