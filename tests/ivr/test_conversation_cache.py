"""Calls that a worker keeps: quicker, and never anything else than what the log says."""

import pytest
from sqlalchemy import text

from db.schema import call_step
from ivr.carriers.twilio import SIGNATURE_HEADER
from ivr.conversation_cache import ConversationCache
from ivr.simulator.phone import Answer
from tests.support.line import Line
from tests.support.marks import on_postgresql
from tests.support.primary_2011 import CODE, FIGURES

KEYS = (CODE, "PIN", "312#", "4#", "100#", "2#", "120#", "40#", "30#", "16#", "1")
ELSEWHERE = text(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


@pytest.fixture
def workers(line, clock):
    return [line, Line(line.engine, clock, line.pins), Line(line.engine, clock, line.pins)]


def send(worker, post):
    headers = {SIGNATURE_HEADER: worker.carrier.sign(post.url, post.form)}
    response = worker.app.test_client().post(
        post.url.removeprefix("https://line.example"), data=post.form, headers=headers
    )
    return Answer(response.status_code, response.text)


def whole_call(line, choose):
    """A call each of whose webhooks goes to the worker that `choose` names."""
    phone = line.phone()
    phone._send = lambda post: send(choose(len(phone.sent)), post)
    phone.dial()
    for keys in KEYS:
        phone.keys(f"{line.pins[CODE]}#" if keys == "PIN" else keys)
    return phone


def test_workers_that_take_turns_hold_one_conversation(line, workers):
    phone = whole_call(line, lambda place: workers[place % 3])
    assert "C'est enregistré." in phone.said
    assert line.tallies() == [FIGURES]
    assert [row.step for row in line.rows(call_step)] == list(range(14))


@on_postgresql
@pytest.mark.parametrize(
    "change",
    ["ALTER TABLE call_step ALTER answer TYPE varchar(2000)", "ALTER TABLE call ALTER caller TYPE varchar(300)"],
)
def test_a_migration_in_mid_call_is_not_heard(line, workers, change):
    def choose(place):
        if place == 9:
            with line.engine.begin() as connection:
                connection.execute(text(change))
        return workers[place % 3]

    phone = whole_call(line, choose)
    assert {answer.status for answer in phone.answers} <= {200, 204}
    assert line.tallies() == [FIGURES]


def test_a_worker_that_was_left_behind_reads_the_log(line, workers):
    behind, ahead = workers[:2]
    phone = whole_call(line, lambda place: behind if place < 6 or place > 9 else ahead)
    assert "C'est enregistré." in phone.said
    assert line.tallies() == [FIGURES]


def test_a_webhook_sent_again_to_a_worker_that_was_left_behind_gives_the_same_document(line, workers):
    behind, ahead = workers[:2]
    phone = line.identified().keys("312#")
    post = phone.call.press("4#")
    first = send(ahead, post)
    assert send(behind, post) == first
    assert len(line.rows(call_step)) == 6


def test_connections_that_the_database_closed_meanwhile_cost_the_caller_nothing(line):
    phone = line.identified().keys("312#")
    for keys in KEYS[3:]:
        close_connections(line.engine)
        phone.keys(keys)
    assert "C'est enregistré." in phone.said
    assert line.tallies() == [FIGURES]


def close_connections(engine):
    """What a restart of PostgreSQL does; SQLite's connections can only be closed by whoever opened them."""
    if engine.dialect.name == "sqlite":
        engine.dispose()
        return
    with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        connection.execute(ELSEWHERE)


def test_only_the_newest_calls_are_kept_and_whoever_takes_one_has_it_alone():
    class Kept:
        def __init__(self, sid):
            self.sid = sid
            self.conversation = type("At", (), {"steps": 4})

    calls = ConversationCache(kept=2)
    first, second, third = Kept("CA1"), Kept("CA2"), Kept("CA3")
    for each in (first, second, third):
        calls.put(each)
    assert calls.take("CA1", 4) is None
    assert calls.take("CA2", 4) is second
    assert calls.take("CA2", 4) is None
    assert calls.take("CA3", 3) is None
    assert calls.take("CA3", 4) is None


def test_a_call_that_others_took_further_is_taken_and_one_that_is_further_itself_is_not():
    class Kept:
        sid = "CA1"
        conversation = type("At", (), {"steps": 4})

    calls = ConversationCache()
    calls.put(Kept)
    assert calls.take("CA1", 6) is Kept
    calls.put(Kept)
    assert calls.take("CA1", 3) is None
