"""A statement that is compiled once does what SQLAlchemy does with the same one."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import (
    Column,
    Float,
    Integer,
    MetaData,
    String,
    Table,
    bindparam,
    event,
    func,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.exc import IntegrityError, OperationalError, ProgrammingError

from db.prepared import AT_ONCE, Read, Write, WriteRows
from db.schema import Utc

moment = Table(
    "moment",
    MetaData(),
    Column("number", Integer, primary_key=True),
    Column("at", Utc),
    Column("said", String(20)),
    Column("share", Float),
)
WRITE = Write(insert(moment), ("number", "at", "said"))
MOVE = Write(update(moment).where(moment.c.number == bindparam("which")).values(at=bindparam("when"), said="moved"))
MANY = WriteRows(moment, ("number", "at", "said", "share"))
AFTER = Read(select(moment).where(moment.c.number >= bindparam("first")).order_by(moment.c.number))
SAID = Read(
    select(func.aggregate_strings(moment.c.said, ", ").label("said")).where(moment.c.number > bindparam("after"))
)
OTHERS = text(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
)
NIGHT = datetime(2011, 10, 9, 18, 30, tzinfo=UTC)


@pytest.fixture
def connection(engine):
    moment.create(engine)
    with engine.connect() as connection:
        yield connection
        connection.rollback()
    moment.drop(engine)


def rows(connection):
    columns = moment.c.number, moment.c.at, moment.c.said
    return [tuple(row) for row in connection.execute(select(*columns).order_by(moment.c.number))]


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


def test_rows_are_written_whatever_their_number(connection):
    wanted = [
        {"number": number, "at": NIGHT, "said": f"n° {number}", "share": 0.5} for number in range(2 * AT_ONCE + 3)
    ]
    MANY.execute(connection, wanted)
    MANY.execute(connection, [])
    assert rows(connection) == [(each["number"], NIGHT, each["said"]) for each in wanted]


def test_one_row_that_is_there_already_keeps_all_of_them_out(connection):
    MANY.execute(connection, [{"number": 2, "at": None, "said": "", "share": None}])
    connection.commit()
    with pytest.raises(IntegrityError):
        MANY.execute(connection, [{"number": number, "at": None, "said": "", "share": None} for number in (1, 2, 3)])
    connection.rollback()
    assert [number for number, *_ in rows(connection)] == [2]


def test_what_is_read_is_what_the_column_types_make_of_it_by_the_columns_names(connection):
    MANY.execute(connection, [{"number": number, "at": NIGHT, "said": "tôt", "share": 0.5} for number in (1, 2, 3)])
    first, second = AFTER.all(connection, {"first": 2})
    assert (first.number, first.at, first.said, first.share, second.number) == (2, NIGHT, "tôt", 0.5, 3)
    assert [tuple(row) for row in AFTER.all(connection, {"first": 1})] == list(connection.execute(select(moment)))
    assert AFTER.first(connection, {"first": 3}).number == 3
    assert AFTER.first(connection, {"first": 4}) is None
    assert SAID.first(connection, {"after": 1}).said == "tôt, tôt"


def test_what_is_written_first_in_a_transaction_is_committed_with_it(engine, connection):
    WRITE.execute(connection, {"number": 1, "at": None, "said": None})
    connection.commit()
    with engine.connect() as other:
        assert rows(other) == [(1, None, None)]


def test_whoever_listens_to_statements_hears_these_and_changes_nothing(connection):
    heard = []
    event.listen(connection, "before_cursor_execute", lambda _connection, _cursor, text, *_: heard.append(text))
    WRITE.execute(connection, {"number": 1, "at": NIGHT, "said": "d'abord"})
    assert [row.said for row in AFTER.all(connection, {"first": 1})] == ["d'abord"]
    assert [text.split()[0] for text in heard] == ["INSERT", "SELECT"]


def test_an_error_of_the_database_says_which_statement_and_none_of_its_values(connection):
    missing = Table("missing", MetaData(), Column("secret", String))
    with pytest.raises((ProgrammingError, OperationalError)) as raised:
        Read(select(missing).where(missing.c.secret == bindparam("which"))).all(connection, {"which": "1234"})
    assert "missing" in str(raised.value)
    assert "1234" not in str(raised.value)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_where_one_connection_was_lost_no_other_of_its_time_is_tried(engine, connection):
    warm = [engine.connect() for _ in range(8)]
    for each in warm:
        AFTER.all(each, {"first": 1})
    for each in warm:
        each.close()
    connection.execute(OTHERS)
    with engine.connect() as lost, pytest.raises(OperationalError) as raised:
        AFTER.all(lost, {"first": 1})
    assert raised.value.connection_invalidated
    for _ in warm:
        with engine.connect() as fresh:
            assert AFTER.all(fresh, {"first": 1}) == []
