"""Statements that go to the database's driver with nothing between: SQLAlchemy's own way costs as much as the driver's.

Its connections, its transactions and its errors stay what they are, and whoever listens for what is about to be executed hears
these too.
"""

from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

READS = "reads"
"""The execution option of a text whose rows are read."""
PIPELINE = "pipeline"
"""Where a connection in a pipeline has it, in its `info`."""


def send(connection: Connection, statement: str, values: Any) -> Any:
    """A cursor that has executed the statement. Raises what SQLAlchemy would."""
    if connection.dispatch.before_cursor_execute:
        return connection.exec_driver_sql(statement, values)
    try:
        cursor = _driver(connection).cursor()
        cursor.execute(statement, values)
    except connection.dialect.loaded_dbapi.Error as error:
        raise as_sqlalchemy_says_it(connection, error, statement) from error
    return cursor


def fetch(connection: Connection, statement: str, values: Any) -> tuple[Any, list[Any]]:
    """A cursor that has executed the statement, and the rows that it returned, as the driver has them. Raises what SQLAlchemy
    would."""
    if connection.dispatch.before_cursor_execute:
        result: Any = connection.exec_driver_sql(statement, values, execution_options={READS: True})
        cursor = result.cursor
        return cursor, cursor.fetchall()
    try:
        cursor = _driver(connection).cursor()
        cursor.execute(statement, values)
        # A fetch would merely flush: until a sync the driver takes the transaction for not begun, and commits nothing.
        if (pipeline := connection.info.get(PIPELINE)) is not None:
            pipeline.sync()
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
    """The driver's connection, in a transaction as SQLAlchemy would have begun one: without it, it would commit nothing."""
    if not connection.in_transaction():
        connection.begin()
    return connection.connection.dbapi_connection
