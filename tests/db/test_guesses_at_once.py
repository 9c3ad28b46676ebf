"""Guesses at one PIN that come all at once are counted one after the other, whoever was first."""

from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as StillWaiting

import pytest
from sqlalchemy import Engine, event, select

from db import lockout
from db.backends.engine import backend_of
from db.lockout import Scope
from db.pins import PinSeal
from db.schema import election
from db.transactions import begin_write
from ivr.caller_turn import Keys
from ivr.line import PhoneLine
from tests.support.primary_2011 import ELECTION_NIGHT
from tests.support.settings import PEPPER

CODE = "00100014"


@pytest.fixture
def line(engine, pins):
    line = backend_of(engine).open_line(engine)
    yield line
    line.dispose()


@pytest.fixture
def election_id(engine, pins):
    with engine.connect() as connection:
        return connection.execute(select(election.c.id)).scalar_one()


@pytest.mark.parametrize("earlier", [0, 1], ids=["the first guesses at this code", "one was counted before"])
def test_a_right_pin_does_not_pass_ahead_of_wrong_ones_that_are_being_counted(line, election_id, earlier):
    def guess_wrong(transaction, times):
        for _ in range(times):
            lockout.fail(transaction, election_id, Scope.BUREAU, CODE, ELECTION_NIGHT)

    def key_right():
        with begin_write(line) as transaction:
            return lockout.succeed(transaction, election_id, CODE, "", ELECTION_NIGHT)

    with begin_write(line) as transaction:
        guess_wrong(transaction, earlier)
    with ThreadPoolExecutor(1) as threads:
        with begin_write(line) as first:
            guess_wrong(first, 6)
            right = threads.submit(key_right)
            with pytest.raises(StillWaiting):
                right.result(timeout=0.5)
        assert right.result() == ELECTION_NIGHT + lockout.FIRST_LOCK


def test_a_caller_who_is_locked_meanwhile_does_not_get_in_with_a_right_pin(line, election_id):
    caller = "+33639981234"

    def key_right():
        with begin_write(line) as transaction:
            return lockout.succeed(transaction, election_id, CODE, caller, ELECTION_NIGHT)

    with ThreadPoolExecutor(1) as threads:
        with begin_write(line) as first:
            lockout.fail(first, election_id, Scope.BUREAU, CODE, ELECTION_NIGHT)
            for _ in range(Scope.CALLER.limit):
                lockout.fail(first, election_id, Scope.CALLER, caller, ELECTION_NIGHT)
            right = threads.submit(key_right)
            with pytest.raises(StillWaiting):
                right.result(timeout=0.5)
        assert right.result() == ELECTION_NIGHT + lockout.FIRST_LOCK


def test_a_wrong_pin_holds_the_register_before_the_chain_head_as_its_loading_does(line, election_id, pins):
    """Two who take two locks in different orders may wait for each other."""
    seal, touched = PinSeal(PEPPER), []
    phone = PhoneLine(line, seal, clock=lambda: ELECTION_NIGHT)

    def note(_connection, _cursor, statement, *_):
        touched.extend(name for name in ("audit_head", "SELECT election.revision") if name in statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        for call in range(6):
            reply = phone.answer(f"CA{call}", "anonymous")
            reply = phone.take(f"CA{call}", reply.step, Keys(CODE))
            touched.clear()
            phone.take(f"CA{call}", reply.step, Keys("111111"))
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    assert "audit_head" in touched
    assert touched.index("SELECT election.revision") < touched.index("audit_head")
