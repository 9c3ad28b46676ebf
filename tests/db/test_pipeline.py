"""Statements in a pipeline: sent without waiting, all or nothing, and a failure is said by whoever waits next."""

import os
import threading
import time
from socket import SHUT_WR, socket

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, Text, bindparam, func, insert, literal_column, select, text
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, OperationalError, ProgrammingError

from db.driver import fetch, send
from db.engine import autocommitting, begin_write, open_engine
from db.prepared import Read, Write

one = Table("one", MetaData(), Column("number", Integer, primary_key=True), Column("said", Text))
NEW = Write(insert(one), ("number", "said"))
ALL = Read(select(one.c.number).order_by(one.c.number))
HALF = Read(select(literal_column("'50 %'").label("share")).where(bindparam("twice") == bindparam("twice")))

on_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


@pytest.fixture
def database(database_url):
    engine = open_engine(database_url)
    one.create(engine)
    database = autocommitting(engine)
    yield database
    database.dispose()
    one.drop(engine)
    engine.dispose()


def numbers(database):
    with database.connect() as connection:
        return [row.number for row in ALL.all(connection, {})]


def write(connection, wanted):
    for number in wanted:
        NEW.execute(connection, {"number": number, "said": None})


def write_all(database, wanted, read=False):
    with database.connect() as connection:
        begin_write(connection)
        write(connection, wanted)
        if read:
            ALL.all(connection, {})
        connection.commit()


def test_what_was_sent_is_there_for_the_next_that_reads_and_committed_at_the_end(database):
    with database.connect() as connection:
        begin_write(connection)
        write(connection, [1, 2])
        assert [row.number for row in ALL.all(connection, {})] == [1, 2]
        assert numbers(database) == []
        write(connection, [3])
        connection.commit()
        assert numbers(database) == [1, 2, 3]
        write(connection, [4])
    assert numbers(database) == [1, 2, 3, 4]


def test_sqlalchemys_own_statements_wait_for_what_was_sent(database):
    with database.connect() as connection:
        begin_write(connection)
        write(connection, [1])
        connection.execute(insert(one), {"number": 2})
        write(connection, [3])
        assert connection.scalars(select(one.c.number).order_by(one.c.number)).all() == [1, 2, 3]
        connection.commit()
    assert numbers(database) == [1, 2, 3]


@on_postgresql
@pytest.mark.parametrize(
    "write_one",
    [
        lambda connection: fetch(connection, "INSERT INTO one VALUES (1) RETURNING number", {}),
        lambda connection: connection.execute(insert(one), {"number": 1}),
    ],
)
def test_a_transaction_whose_failure_was_passed_over_is_not_said_to_be_committed(database, write_one):
    write_all(database, [1])
    with database.connect() as connection:
        begin_write(connection)
        write(connection, [2])
        with pytest.raises(IntegrityError):
            write_one(connection)
        with pytest.raises(DBAPIError, match="nothing was committed"):
            connection.commit()
    assert numbers(database) == [1]
    write_all(database, [3])
    assert numbers(database) == [1, 3]


def test_what_is_not_committed_is_rolled_back(database):
    with database.connect() as connection:
        begin_write(connection)
        write(connection, [1])
    with database.connect() as connection:
        begin_write(connection)
        write(connection, [1])
        connection.rollback()
        write(connection, [2])
    assert numbers(database) == [2]


def test_a_second_beginning_changes_nothing(database):
    with database.connect() as connection:
        begin_write(connection)
        write(connection, [1])
        begin_write(connection)
        write(connection, [2])
        connection.rollback()
    assert numbers(database) == []


@pytest.mark.parametrize("read", [True, False], ids=["whoever reads next says so", "the commit says so"])
def test_a_failure_undoes_everything_and_the_connection_serves_the_next(database, read):
    write_all(database, [7])
    for _ in range(8):
        with pytest.raises(IntegrityError):
            write_all(database, [1, 7, 2], read)
        assert numbers(database) == [7]


def test_a_mistake_of_ours_in_mid_pipeline_undoes_everything_too(database):
    def mistaken():
        yield 1
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write_all(database, mistaken())
    assert numbers(database) == []


def test_a_statement_is_what_it_was_whatever_its_values_are_called_and_whatever_percent_it_says(database):
    for begins in (False, True):
        with database.connect() as connection:
            if begins:
                begin_write(connection)
            assert HALF.first(connection, {"twice": 2}).share == "50 %"


@on_postgresql
def test_a_statement_that_the_server_did_not_take_is_no_worse_the_second_time(database):
    def say(connection):
        fetch(connection, "SELECT number FROM two WHERE number = %(number)s::integer", {"number": 1})

    def say_late(connection):
        begin_write(connection)
        say(connection)

    with database.connect() as connection:
        for statement in (say, say_late) * 2:
            with pytest.raises(ProgrammingError):
                statement(connection)
            connection.rollback()
        connection.execute(text("CREATE TEMPORARY TABLE two (number integer)"))
        for statement in (say, say_late):
            statement(connection)


@on_postgresql
@pytest.mark.parametrize("begins", [True, False])
def test_after_a_migration_that_changes_what_a_statement_returns_another_connection_may_try_at_once(database, begins):
    def read(connection):
        if begins:
            begin_write(connection)
        return [row.number for row in ALL.all(connection, {})]

    write_all(database, [1], read=True)
    with database.connect() as connection:
        assert read(connection) == [1]
        connection.rollback()
        with database.connect() as migrating:
            migrating.execute(text("ALTER TABLE one ALTER number TYPE bigint"))
        with pytest.raises(OperationalError) as lost:
            read(connection)
        assert lost.value.connection_invalidated
    with database.connect() as connection:
        assert read(connection) == [1]


@on_postgresql
@pytest.mark.parametrize("sqlalchemys", [0, 20])
def test_after_a_rollback_the_connection_is_as_good_as_before(database, sqlalchemys):
    """psycopg, where it has prepared something of its own, has the server forget whatever is prepared, ours too."""
    with database.connect() as connection:
        write(connection, [1])
        for _ in range(sqlalchemys):
            connection.execute(select(one)).all()
        connection.commit()
        begin_write(connection)
        write(connection, [1])
        with pytest.raises(IntegrityError):
            connection.commit()
        connection.rollback()
        write(connection, [2])
        begin_write(connection)
        write(connection, [3])
        connection.commit()
        assert [row.number for row in ALL.all(connection, {})] == [1, 2, 3]


@on_postgresql
@pytest.mark.parametrize("begins", [True, False])
def test_where_the_server_has_forgotten_what_was_prepared_another_connection_may_try_at_once(database, begins):
    with database.connect() as connection:
        assert ALL.all(connection, {}) == []
        write(connection, [1])
        connection.execute(text("DEALLOCATE ALL"))
        connection.commit()
        if begins:
            begin_write(connection)
        with pytest.raises(OperationalError, match="does not exist") as lost:
            ALL.all(connection, {})
        assert lost.value.connection_invalidated
    with database.connect() as connection:
        write(connection, [2])
        assert [row.number for row in ALL.all(connection, {})] == [1, 2]


@on_postgresql
def test_who_waits_for_a_lock_in_vain_is_told_so_and_keeps_the_connection(database):
    write_all(database, [1])
    with database.connect() as holder, database.connect() as connection:
        begin_write(holder)
        fetch(holder, "SELECT number FROM one FOR UPDATE", {})
        connection.execute(text("SET lock_timeout = '100ms'"))
        connection.commit()
        begin_write(connection)
        send(connection, "UPDATE one SET said = 'late'", {})
        with pytest.raises(OperationalError) as late:
            connection.commit()
        assert not late.value.connection_invalidated
        write(connection, [2])
    assert numbers(database) == [1, 2]


@on_postgresql
def test_a_value_that_postgresql_cannot_keep_is_said_at_once_and_loses_nothing(database):
    with database.connect() as connection:
        begin_write(connection)
        write(connection, [1])
        with pytest.raises(DataError):
            NEW.execute(connection, {"number": 2, "said": "\0"})
        write(connection, [3])
        connection.commit()
    assert numbers(database) == [1, 3]


@on_postgresql
def test_more_than_the_wires_hold_goes_both_ways_at_once(database):
    long = "x" * 1_000_000
    with database.connect() as connection:
        begin_write(connection)
        for number in range(20):
            NEW.execute(connection, {"number": number, "said": long})
            send(connection, "SELECT said FROM one", {})
        connection.commit()
        (row,) = Read(select(func.sum(func.length(one.c.said)).label("length"))).all(connection, {})
    assert row.length == 20 * len(long)


@on_postgresql
@pytest.mark.parametrize("begins", [True, False])
def test_others_have_the_interpreter_while_one_waits(database, begins):
    ticks, over = [], threading.Event()

    def tick():
        while not over.wait(0.01):
            ticks.append(1)

    with database.connect() as connection:
        if begins:
            begin_write(connection)
        other = threading.Thread(target=tick)
        other.start()
        fetch(connection, "SELECT pg_sleep(0.5)", {})
        over.set()
        other.join()
    assert len(ticks) > 10


def write_and_lose(database, before, after, read=False):
    """Writes `before` and `after`, and loses the connection between; in a transaction if there is anything before."""
    with database.connect() as connection:
        if before:
            begin_write(connection)
            write(connection, before)
        lose(database, connection)
        begin_write(connection)
        write(connection, after)
        if read:
            ALL.all(connection, {})
        connection.commit()


@on_postgresql
@pytest.mark.parametrize("read", [True, False])
@pytest.mark.parametrize("before", [[], [1]], ids=["before the beginning", "in mid-pipeline"])
def test_a_connection_that_is_lost_is_said_to_be_and_the_next_serves(database, before, read):
    with pytest.raises(OperationalError) as lost:
        write_and_lose(database, before, [2], read)
    assert lost.value.connection_invalidated
    assert numbers(database) == []


def write_into_a_broken_wire(database, begins):
    with database.connect() as connection:
        write(connection, [1])
        if begins:
            begin_write(connection)
            write(connection, [2])
        with socket(fileno=os.dup(connection.connection.dbapi_connection.pgconn.socket)) as wire:
            wire.shutdown(SHUT_WR)
        write(connection, [3])
        connection.commit()


@on_postgresql
@pytest.mark.parametrize("begins", [True, False])
def test_a_connection_on_which_nothing_can_be_sent_is_lost_whatever_libpq_says_of_it(database, begins):
    with pytest.raises(OperationalError) as lost:
        write_into_a_broken_wire(database, begins)
    assert lost.value.connection_invalidated
    assert numbers(database) == [1]


def write_around_a_loss(database):
    with database.connect() as connection:
        write(connection, [1])
        lose(database, connection)
        write(connection, [2])


@on_postgresql
def test_a_connection_that_is_lost_between_two_statements_is_said_to_be(database):
    with pytest.raises(OperationalError) as lost:
        write_around_a_loss(database)
    assert lost.value.connection_invalidated
    assert numbers(database) == [1]


def lose(database, connection):
    pid = connection.connection.dbapi_connection.info.backend_pid
    with database.connect() as other:
        other.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
    time.sleep(0.1)
