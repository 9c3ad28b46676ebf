"""Statements that go to the database's driver with nothing between: SQLAlchemy's own way costs as much as the driver's.

Its connections, its transactions and its errors stay what they are, and whoever listens for what is about to be executed hears
these too.
"""

from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from db.pipeline import PipelinedConnection


def begin(connection: Connection) -> None:
    """Begins a transaction on a connection of the line's to PostgreSQL, unless one has begun."""
    if not connection.in_transaction():
        connection.begin()
    try:
        _driver(connection).statements.begin()
    except connection.dialect.loaded_dbapi.Error as error:
        raise as_sqlalchemy_says_it(connection, error) from error


def send(connection: Connection, statement: str, values: Any) -> Any:
    """Executes the statement, or sends it where a pipeline does not wait. Returns a cursor, or as much of one as tells how many
    rows it met, where that is known. Raises what SQLAlchemy would."""
    if connection.dispatch.before_cursor_execute:
        return connection.exec_driver_sql(statement, values)
    try:
        driver = _driver(connection)
        if isinstance(driver, PipelinedConnection):
            return driver.statements.execute(statement, values)
        cursor = driver.cursor()
        cursor.execute(statement, values)
    except connection.dialect.loaded_dbapi.Error as error:
        raise as_sqlalchemy_says_it(connection, error, statement) from error
    return cursor


def fetch(connection: Connection, statement: str, values: Any) -> tuple[Any, list[Any]]:
    """Executes the statement. Returns a cursor, or as much of one as describes its columns, and the rows as the driver has
    them. Raises what SQLAlchemy would."""
    if connection.dispatch.before_cursor_execute:
        cursor: Any = connection.exec_driver_sql(statement, values).cursor
        return cursor, cursor.fetchall()
    try:
        driver = _driver(connection)
        if isinstance(driver, PipelinedConnection):
            return driver.statements.fetch(statement, values)
        cursor = driver.cursor()
        cursor.execute(statement, values)
        rows = cursor.fetchall()
    except connection.dialect.loaded_dbapi.Error as error:
        raise as_sqlalchemy_says_it(connection, error, statement) from error
    return cursor, rows


def as_sqlalchemy_says_it(connection: Connection, error: Exception, statement: str | None = None) -> DBAPIError:
    """The driver's error for whoever catches SQLAlchemy's; with a connection that is lost, all that rest in its pool are given
    up: the same server has closed them."""
    dialect = connection.dialect
    lost = bool(dialect.is_disconnect(error, connection.connection.dbapi_connection, None))  # type: ignore[arg-type]
    if lost:
        connection.invalidate(error)
        connection.engine.dispose()
    said = DBAPIError.instance(
        statement,
        None,
        error,
        dialect.loaded_dbapi.Error,
        hide_parameters=True,
        connection_invalidated=lost,
        dialect=dialect,
    )
    assert isinstance(said, DBAPIError)
    return said


def _driver(connection: Connection) -> Any:
    """The driver's connection. Where that begins a transaction by itself, SQLAlchemy is told so: it would commit nothing
    without. (SQLite's, which say nothing of it, do not.)"""
    driver: Any = connection.connection.dbapi_connection
    if not getattr(driver, "autocommit", True) and not connection.in_transaction():
        connection.begin()
    return driver
