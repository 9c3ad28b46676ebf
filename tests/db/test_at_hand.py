"""Connections at hand: lent at once, given up with whatever was left on them."""

import time
from contextlib import suppress

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, insert, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from db.at_hand import AtHand
from db.engine import autocommitting, begin_write, open_engine
from db.prepared import Read, Write

one = Table("one", MetaData(), Column("number", Integer, primary_key=True))
NEW = Write(insert(one), ("number",))
ALL = Read(select(one.c.number))


@pytest.fixture
def database(database_url):
    engine = open_engine(database_url)
    one.create(engine)
    database = autocommitting(engine)
    yield database
    database.dispose()
    one.drop(engine)
    engine.dispose()


@pytest.fixture
def at_hand(database):
    at_hand = AtHand(database)
    yield at_hand
    at_hand.give_up()


def write(at_hand, number, commit=True):
    with at_hand.connection() as connection:
        begin_write(connection)
        NEW.execute(connection, {"number": number})
        if commit:
            connection.commit()


def write_by_mistake(at_hand, number):
    with at_hand.connection() as connection:
        begin_write(connection)
        NEW.execute(connection, {"number": number})
        raise ZeroDivisionError


def numbers(at_hand):
    with at_hand.connection() as connection:
        return [row.number for row in ALL.all(connection, {})]


def drivers(at_hand, count):
    """The drivers' connections that are lent to so many at once."""
    if not count:
        return []
    with at_hand.connection() as connection:
        ALL.all(connection, {})
        return [connection.connection.dbapi_connection, *drivers(at_hand, count - 1)]


def test_whoever_comes_next_has_the_same_connection(at_hand):
    (first,) = drivers(at_hand, 1)
    write(at_hand, 1)
    assert drivers(at_hand, 1) == [first]
    assert numbers(at_hand) == [1]


def test_nobody_has_a_connection_that_another_has(at_hand):
    assert len(set(map(id, drivers(at_hand, 3)))) == 3


def test_what_was_begun_and_not_committed_is_undone_and_keeps_nobody_waiting(at_hand):
    write(at_hand, 1, commit=False)
    write(at_hand, 2)
    assert numbers(at_hand) == [2]


def test_what_fails_is_undone_and_keeps_nobody_waiting(at_hand):
    write(at_hand, 1)
    with pytest.raises(IntegrityError):
        write(at_hand, 1)
    with pytest.raises(ZeroDivisionError):
        write_by_mistake(at_hand, 2)
    write(at_hand, 3)
    assert sorted(numbers(at_hand)) == [1, 3]


def fail(at_hand):
    with at_hand.connection() as connection:
        connection.execute(text("SELECT number FROM two"))


def test_a_connection_on_which_the_database_failed_is_used_by_nobody_again(at_hand, database):
    """One that fails at once would meet more webhooks than all others together."""
    (first,) = drivers(at_hand, 1)
    with pytest.raises(DBAPIError):
        fail(at_hand)
    others = drivers(at_hand, 3)
    with database.connect() as connection:
        others.append(connection.connection.dbapi_connection)
    assert first not in others


def test_a_key_that_was_taken_is_no_fault_of_the_connection(at_hand):
    write(at_hand, 1)
    (first,) = drivers(at_hand, 1)
    with pytest.raises(IntegrityError):
        write(at_hand, 1)
    assert drivers(at_hand, 1) == [first]


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_where_one_is_lost_nobody_is_lent_the_others_of_its_time(at_hand, database):
    pids = [driver.info.backend_pid for driver in drivers(at_hand, 3)]
    with database.connect() as connection:
        for pid in pids:
            connection.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
    time.sleep(0.1)
    with pytest.raises(OperationalError) as lost:
        numbers(at_hand)
    assert lost.value.connection_invalidated
    assert numbers(at_hand) == []
    assert len(drivers(at_hand, 3)) == 3


SESSIONS = text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()")


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_where_one_is_lost_again_and_again_the_server_is_not_left_with_the_others(at_hand, database_url):
    other = open_engine(database_url)
    with other.connect() as server:
        for _ in range(5):
            pid = drivers(at_hand, 4)[0].info.backend_pid
            server.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
            time.sleep(0.1)
            with suppress(OperationalError):
                drivers(at_hand, 4)
        assert server.scalar(SESSIONS) <= 4
    other.dispose()


def lose_one(at_hand, server):
    with at_hand.connection() as connection:
        ALL.all(connection, {})
        pid = connection.connection.dbapi_connection.info.backend_pid
        server.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
        time.sleep(0.1)
        ALL.all(connection, {})


def leave_something(connection):
    connection.execute(select(one))


def fail_by_mistake(connection):
    begin_write(connection)
    NEW.execute(connection, {"number": 1})
    raise ZeroDivisionError


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
@pytest.mark.parametrize("end", [leave_something, fail_by_mistake])
def test_who_had_one_while_another_was_lost_does_not_leave_it_to_the_server(at_hand, database_url, end):
    other = open_engine(database_url)
    with other.connect() as server:
        for _ in range(5):
            with suppress(ZeroDivisionError), at_hand.connection() as connection:
                with suppress(OperationalError):
                    lose_one(at_hand, server)
                end(connection)
        assert server.scalar(SESSIONS) <= 2
    other.dispose()
    assert numbers(at_hand) == []
