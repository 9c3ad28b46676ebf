"""SQLite's one place for a writer: threads queue for it, and it is given back however a transaction ends."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, OperationalError

from db import engine as engines
from db.engine import begin_write, open_engine
from tests.db.one_table import INSERT, numbers, one_table


@pytest.fixture
def hurry(monkeypatch):
    """Nobody waits long."""
    monkeypatch.setattr(engines, "PATIENCE_SECONDS", 0.2)


@pytest.fixture
def database(tmp_path):
    with one_table(tmp_path) as database:
        yield database


def insert(database, number):
    with database.connect() as connection:
        begin_write(connection)
        connection.execute(INSERT, {"number": number})
        connection.commit()


def test_threads_write_one_after_the_other_and_nothing_is_lost(database):
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda number: insert(database, number), range(80)))
    assert numbers(database) == list(range(80))


def test_who_waits_too_long_is_told_as_sqlite_would(hurry, database):
    with database.connect() as first, database.connect() as second:
        begin_write(first)
        with pytest.raises(OperationalError, match="database is locked"):
            begin_write(second)
        first.commit()
        begin_write(second)


def test_beginning_twice_takes_one_place(database):
    with database.connect() as connection:
        begin_write(connection)
        begin_write(connection)
        connection.rollback()
    insert(database, 1)
    assert numbers(database) == [1]


def test_the_place_is_free_after_a_failure_and_after_a_connection_that_was_let_go(database):
    insert(database, 1)
    with pytest.raises(IntegrityError):
        insert(database, 1)
    with database.connect() as connection:
        begin_write(connection)
        connection.execute(text("INSERT INTO one VALUES (2)"))
    insert(database, 3)
    assert numbers(database) == [1, 3]


def test_another_process_is_waited_for_as_ever_and_the_place_is_free_again(hurry, database):
    elsewhere = open_engine(str(database.url))
    with elsewhere.connect() as other:
        begin_write(other)
        with pytest.raises(OperationalError, match="database is locked"):
            insert(database, 1)
        other.rollback()
    insert(database, 1)
    elsewhere.dispose()
    assert numbers(database) == [1]


def test_a_commit_that_fails_gives_the_place_back(hurry, database):
    with database.connect() as connection:
        connection.exec_driver_sql("CREATE TABLE two (one INTEGER REFERENCES one DEFERRABLE INITIALLY DEFERRED)")
    with database.connect() as connection:
        begin_write(connection)
        connection.exec_driver_sql("INSERT INTO two VALUES (5)")
        with pytest.raises(IntegrityError):
            connection.commit()
    with database.connect():
        insert(database, 1)
    assert numbers(database) == [1]
