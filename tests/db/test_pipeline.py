"""Statements in a pipeline: sent without waiting, all or nothing, and a failure is said by whoever waits next."""

import time

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, insert, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from db.engine import autocommitting, begin_write, open_engine
from db.pipeline import pipelined
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


def numbers(database):
    with database.connect() as connection:
        return sorted(connection.scalars(select(one.c.number)))


def write_and_read(connection, wanted):
    with pipelined(connection):
        begin_write(connection)
        for number in wanted:
            NEW.execute(connection, {"number": number})
        ALL.all(connection, {})


def write(connection, wanted):
    for number in wanted:
        connection.execute(insert(one), {"number": number})


def test_what_was_sent_is_there_for_the_next_that_reads_and_committed_at_the_end(database):
    with database.connect() as connection, pipelined(connection):
        begin_write(connection)
        write(connection, [1, 2])
        assert connection.scalars(select(one.c.number)).all() == [1, 2]
        assert numbers(database) == []
        write(connection, [3])
        connection.commit()
    assert numbers(database) == [1, 2, 3]


def test_a_prepared_statement_that_reads_sees_what_was_sent_and_says_what_failed(database):
    with database.connect() as connection, pipelined(connection):
        begin_write(connection)
        NEW.execute(connection, {"number": 1})
        assert [row.number for row in ALL.all(connection, {})] == [1]
        connection.commit()
    with database.connect() as connection, pytest.raises(IntegrityError):
        write_and_read(connection, [2, 1])
    assert numbers(database) == [1]


def test_what_is_not_committed_is_rolled_back(database):
    with database.connect() as connection, pipelined(connection):
        begin_write(connection)
        write(connection, [1])
    assert numbers(database) == []


def write_all(database, wanted, read=False):
    with database.connect() as connection, pipelined(connection):
        begin_write(connection)
        write(connection, wanted)
        if read:
            connection.execute(select(one.c.number)).all()
        connection.commit()


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


def test_a_connection_that_is_lost_in_mid_pipeline_is_said_to_be_and_the_next_serves(database):
    if database.dialect.name == "sqlite":
        return
    for reads in (True, False):
        with pytest.raises(DBAPIError) as lost:
            lose_the_connection(database, reads)
        assert lost.value.connection_invalidated
        assert numbers(database) == []


def lose_the_connection(database, reads):
    with database.connect() as connection, pipelined(connection):
        begin_write(connection)
        write(connection, [1])
        driver = connection.connection.dbapi_connection
        with database.connect() as other:
            other.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": driver.info.backend_pid})
        time.sleep(0.1)
        if reads:
            connection.execute(select(one.c.number)).all()
        connection.commit()
