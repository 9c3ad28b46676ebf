"""A write transaction: all or nothing, committed at its end, and over connections that still live."""

# ruff: noqa: PT012 -- what raises in a transaction must raise through its end

import os
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from socket import SHUT_WR, socket

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, Text, event, insert, select, text
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, OperationalError, ProgrammingError

from db.backends import sqlite
from db.backends.engine import backend_of, open_engine
from db.locks import Lock, LockOutOfOrder
from db.transactions import begin_single_write, begin_write, snapshot
from tests.support.marks import on_postgresql, on_sqlite

one = Table("one", MetaData(), Column("number", Integer, primary_key=True), Column("said", Text))
NEW = insert(one)
ALL = select(one.c.number).order_by(one.c.number)


@pytest.fixture
def plain(database_url):
    engine = open_engine(database_url)
    one.create(engine)
    yield engine
    one.drop(engine)
    engine.dispose()


@pytest.fixture(params=["pages", "line"])
def database(request, plain):
    """The engine of the pages, and that of the line."""
    engine = plain if request.param == "pages" else backend_of(plain).open_line(plain)
    yield engine
    engine.dispose()


def write(database, *wanted):
    with begin_write(database) as transaction:
        for number in wanted:
            transaction.execute(NEW, {"number": number})


def numbers(database):
    with database.connect() as connection:
        return list(connection.scalars(ALL))


def driver(connection):
    return connection.connection.driver_connection


def test_what_is_written_is_there_for_the_next_statement_and_for_others_once_it_is_committed(database):
    with begin_write(database) as transaction:
        transaction.execute(NEW, [{"number": 1}, {"number": 2}])
        assert list(transaction.connection.scalars(ALL)) == [1, 2]
        assert numbers(database) == []
    assert numbers(database) == [1, 2]


def test_what_raises_undoes_everything_and_keeps_nobody_waiting(database):
    write(database, 7)
    for _ in range(8):
        with pytest.raises(IntegrityError):
            write(database, 1, 7, 2)
        with pytest.raises(ZeroDivisionError), begin_write(database) as transaction:
            transaction.execute(NEW, {"number": 3})
            _ = 1 / 0
        assert numbers(database) == [7]
    write(database, 8)
    assert numbers(database) == [7, 8]


def test_one_row_that_is_there_already_keeps_all_of_them_out(database):
    write(database, 2)
    with pytest.raises(IntegrityError), begin_write(database) as transaction:
        transaction.execute(NEW, [{"number": each} for each in (1, 2, 3)])
    assert numbers(database) == [2]


def test_what_is_given_up_is_not_written_and_nothing_else_is(database):
    with begin_write(database) as transaction:
        transaction.execute(NEW, {"number": 1})
        transaction.roll_back()
        write(database, 2)
        assert list(transaction.connection.scalars(ALL)) == [2]
        with pytest.raises(AssertionError):
            transaction.execute(NEW, {"number": 3})
    assert numbers(database) == [2]


def test_a_single_write_is_one_statement(database):
    with begin_single_write(database) as transaction:
        transaction.execute(NEW, {"number": 1})
        with pytest.raises(AssertionError):
            transaction.execute(NEW, {"number": 2})
    assert numbers(database) == [1]
    with pytest.raises(IntegrityError), begin_single_write(database) as transaction:
        transaction.execute(NEW, {"number": 1})
    assert numbers(database) == [1]


def test_a_snapshot_sees_one_moment_and_a_connection_the_newest(plain):
    with snapshot(plain) as still, plain.connect() as newest:
        assert list(still.scalars(ALL)) == list(newest.scalars(ALL)) == []
        write(plain, 1)
        assert list(still.scalars(ALL)) == []
        assert list(newest.scalars(ALL)) == [1]


@on_postgresql
def test_a_transaction_whose_failure_was_passed_over_is_not_said_to_be_committed(database):
    write(database, 1)
    with pytest.raises(DBAPIError, match="nothing was committed"), begin_write(database) as transaction:
        transaction.execute(NEW, {"number": 2})
        with suppress(IntegrityError):
            transaction.execute(NEW, {"number": 1})
    assert numbers(database) == [1]
    write(database, 3)
    assert numbers(database) == [1, 3]


def commit_fails(_connection):
    raise OperationalError("COMMIT", None, Exception("the disk is full"))


def test_a_commit_that_fails_stores_nothing_and_keeps_nobody_waiting(database):
    event.listen(database, "commit", commit_fails)
    with pytest.raises(OperationalError, match="disk is full"):
        write(database, 1)
    event.remove(database, "commit", commit_fails)
    assert numbers(database) == []
    write(database, 2)
    assert numbers(database) == [2]


@on_sqlite
def test_a_commit_that_breaks_a_deferred_key_gives_the_write_lock_back(database):
    with database.connect() as connection:
        connection.exec_driver_sql("CREATE TABLE two (one INTEGER REFERENCES one DEFERRABLE INITIALLY DEFERRED)")
    with pytest.raises(IntegrityError), begin_write(database) as transaction:
        transaction.execute(text("INSERT INTO two VALUES (5)"))
    write(database, 1)
    assert numbers(database) == [1]
    with database.connect() as connection:
        connection.exec_driver_sql("DROP TABLE two")


# --- who waits for whom


def test_threads_write_one_after_the_other_and_nothing_is_lost(database):
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda number: write(database, number), range(80)))
    assert numbers(database) == list(range(80))


@on_sqlite
def test_a_writer_that_waits_too_long_is_told_so(database_url, plain, monkeypatch):
    monkeypatch.setitem(sqlite._OPTIONS, "timeout", 0.2)
    elsewhere = open_engine(database_url)
    with begin_write(plain) as first:
        first.execute(NEW, {"number": 1})
        with pytest.raises(OperationalError, match="database is locked"):
            write(elsewhere, 2)
        with pytest.raises(OperationalError, match="database is locked"), begin_single_write(elsewhere) as single:
            single.execute(NEW, {"number": 2})
    write(elsewhere, 3)
    elsewhere.dispose()
    assert numbers(plain) == [1, 3]


@on_postgresql
def test_a_writer_that_waits_for_a_lock_in_vain_is_told_so_and_the_next_is_not_hurt(database):
    write(database, 1)
    with begin_write(database) as holder:
        holder.execute(select(one).with_for_update())
        with pytest.raises(OperationalError), begin_write(database) as late:
            late.execute(text("SET LOCAL lock_timeout = '100ms'"))
            late.execute(text("UPDATE one SET said = 'late'"))
    write(database, 2)
    assert numbers(database) == [1, 2]


# --- the order of locks


def test_locks_are_taken_in_their_order_and_again_at_any_moment(database):
    with begin_write(database) as transaction:
        for lock in (Lock.PIN_ATTEMPTS, Lock.REGISTER, Lock.AUDIT, Lock.REGISTER, Lock.MINUTE, Lock.AUDIT):
            transaction.lock(lock)
        with pytest.raises(LockOutOfOrder, match="DEPARTMENT must be taken before AUDIT, MINUTE"):
            transaction.lock(Lock.DEPARTMENT)
    with begin_write(database) as another:
        another.lock(Lock.DEPARTMENT)


# --- connections that live, and others


def used(database):
    with database.connect() as connection:
        return driver(connection)


def test_a_connection_on_which_the_database_failed_is_used_by_nobody_again(database):
    """One that fails at once would meet more webhooks than all others together."""
    first = used(database)
    with pytest.raises((OperationalError, ProgrammingError)), begin_write(database) as transaction:
        assert driver(transaction.connection) is first
        transaction.execute(text("SELECT number FROM nowhere"))
    assert used(database) is not first


def test_a_key_that_was_taken_is_no_fault_of_the_connection(database):
    write(database, 1)
    first = used(database)
    with pytest.raises(IntegrityError):
        write(database, 1)
    assert used(database) is first


@on_postgresql
def test_a_value_that_postgresql_cannot_keep_is_said_and_undoes_everything(database):
    with pytest.raises(DataError), begin_write(database) as transaction:
        transaction.execute(NEW, {"number": 1})
        transaction.execute(NEW, {"number": 2, "said": "\0"})
    assert numbers(database) == []


@pytest.fixture
def server(database_url):
    """Other connections than those that are to be lost."""
    server = open_engine(database_url)
    yield server
    server.dispose()


def end(server, *drivers):
    """Ends these connections, as a restart of PostgreSQL does."""
    with server.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        for each in drivers:
            connection.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": each.info.backend_pid})
    time.sleep(0.1)


def lend(database, count):
    """The drivers' connections that are lent to so many at once."""
    connections = [database.connect() for _ in range(count)]
    drivers = [driver(each) for each in connections]
    for each in connections:
        each.close()
    return drivers


@on_postgresql
def test_where_one_connection_is_lost_no_other_of_its_time_is_tried(server, database):
    end(server, *lend(database, 3))
    with pytest.raises(OperationalError) as lost:
        numbers(database)
    assert lost.value.connection_invalidated
    for _ in range(3):
        assert numbers(database) == []


@on_postgresql
def test_a_connection_that_has_rested_is_asked_before_it_is_used(server, database):
    end(server, *lend(database, 3))
    time.sleep(1.0)
    assert numbers(database) == []


@on_postgresql
def test_where_connections_are_lost_again_and_again_the_server_is_not_left_with_others(server, database):
    mine = text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()")
    for _ in range(5):
        end(server, lend(database, 4)[0])
        with suppress(OperationalError):
            write(database, 1)
    with server.connect() as connection:
        assert connection.scalar(mine) <= 8


@on_postgresql
def test_a_connection_that_is_lost_in_mid_transaction_is_said_to_be_and_undoes_everything(server, database):
    with pytest.raises(OperationalError) as lost, begin_write(database) as transaction:
        transaction.execute(NEW, {"number": 1})
        end(server, driver(transaction.connection))
        transaction.execute(NEW, {"number": 2})
    assert lost.value.connection_invalidated
    assert numbers(database) == []


@on_postgresql
def test_a_connection_on_which_nothing_can_be_sent_is_lost(database):
    with pytest.raises(OperationalError) as lost, begin_write(database) as transaction:
        transaction.execute(NEW, {"number": 1})
        with socket(fileno=os.dup(driver(transaction.connection).fileno())) as wire:
            wire.shutdown(SHUT_WR)
        transaction.execute(NEW, {"number": 2})
    assert lost.value.connection_invalidated
    assert numbers(database) == []


@on_postgresql
@pytest.mark.parametrize("database", ["line"], indirect=True)
def test_after_a_migration_that_changes_what_a_statement_returns_another_connection_may_try_at_once(server, database):
    write(database, 1)
    for _ in range(10):
        assert numbers(database) == [1]
    with server.begin() as migrating:
        migrating.execute(text("ALTER TABLE one ALTER number TYPE bigint"))
    with pytest.raises(DBAPIError) as stale:
        numbers(database)
    assert stale.value.connection_invalidated
    assert numbers(database) == [1]


@on_postgresql
def test_where_the_server_has_forgotten_what_was_prepared_nothing_is_noticed(database):
    for _ in range(10):
        assert numbers(database) == []
    with database.connect() as connection:
        connection.execute(text("DEALLOCATE ALL"))
        assert connection.execute(ALL).all() == []
    assert numbers(database) == []


@on_postgresql
def test_after_a_rollback_the_connection_is_as_good_as_before(database):
    """psycopg, where it has prepared something, has the server forget it at a rollback."""
    write(database, 1)
    for number in range(2, 20):
        with pytest.raises(IntegrityError):
            write(database, number, 1)
        write(database, number)
    assert numbers(database) == list(range(1, 20))


@on_sqlite
def test_a_writer_that_writes_again_and_again_lets_the_others_write(database):
    ends = time.monotonic() + 1.5

    def hold_often():
        while time.monotonic() < ends:
            with begin_write(database) as transaction:
                transaction.execute(NEW, {"number": time.monotonic_ns(), "said": "many"})
                time.sleep(0.03)
            time.sleep(0.002)

    with ThreadPoolExecutor(1) as threads:
        busy = threads.submit(hold_often)
        writes = 0
        while time.monotonic() < ends:
            with begin_single_write(database) as transaction:
                transaction.execute(NEW, {"number": time.monotonic_ns(), "said": "one"})
            writes += 1
            time.sleep(0.01)
        busy.result()
    assert writes >= 15
