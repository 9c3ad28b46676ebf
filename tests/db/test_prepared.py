"""A write that is compiled once does what SQLAlchemy does with the same statement."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import Column, Integer, MetaData, String, Table, bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError

from db.prepared import Write
from db.schema import Utc

moment = Table(
    "moment",
    MetaData(),
    Column("number", Integer, primary_key=True),
    Column("at", Utc),
    Column("said", String(20)),
)
WRITE = Write(insert(moment), ("number", "at", "said"))
MOVE = Write(update(moment).where(moment.c.number == bindparam("which")).values(at=bindparam("when"), said="moved"))
NIGHT = datetime(2011, 10, 9, 18, 30, tzinfo=UTC)


@pytest.fixture
def connection(engine):
    moment.create(engine)
    with engine.connect() as connection:
        yield connection
        connection.rollback()
    moment.drop(engine)


def rows(connection):
    return [tuple(row) for row in connection.execute(select(moment).order_by(moment.c.number))]


def test_it_stores_what_the_column_types_make_of_the_values(connection):
    WRITE.execute(connection, {"number": 1, "at": NIGHT, "said": "d'abord"})
    connection.execute(insert(moment), {"number": 2, "at": NIGHT, "said": "d'abord"})
    assert rows(connection) == [(1, NIGHT, "d'abord"), (2, NIGHT, "d'abord")]


def test_it_takes_none_and_what_the_statement_itself_sets_and_says_how_many_rows_it_met(connection):
    WRITE.execute(connection, {"number": 1, "at": None, "said": None})
    assert MOVE.execute(connection, {"which": 1, "when": NIGHT}).rowcount == 1
    assert MOVE.execute(connection, {"which": 2, "when": NIGHT}).rowcount == 0
    assert rows(connection) == [(1, NIGHT, "moved")]


def test_it_raises_what_sqlalchemy_would(connection):
    WRITE.execute(connection, {"number": 1, "at": NIGHT, "said": ""})
    connection.commit()
    with pytest.raises(IntegrityError):
        WRITE.execute(connection, {"number": 1, "at": NIGHT, "said": ""})


def test_a_value_that_is_missing_is_not_taken_for_nothing(connection):
    with pytest.raises(KeyError):
        WRITE.execute(connection, {"number": 1, "at": NIGHT})
