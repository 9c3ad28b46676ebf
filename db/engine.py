"""The database's engine: SQLite in WAL with `synchronous=FULL`, or PostgreSQL; the URL chooses."""

from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

BUSY_SECONDS = 15
"""How long a writer waits for SQLite's one place."""


class UnusableDatabase(Exception):
    """The URL names no database that the line can use."""


def open_engine(url: str) -> Engine:
    """An engine for `url` (`sqlite:///file` or `postgresql://…`), whose errors hide the values. Raises `UnusableDatabase`."""
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise UnusableDatabase("DATABASE_URL is not a database's URL") from error
    if parsed.get_backend_name() == "postgresql":
        return create_engine(
            parsed.set(drivername="postgresql+psycopg"),
            pool_size=16,
            max_overflow=16,
            pool_pre_ping=True,
            hide_parameters=True,
        )
    if parsed.get_backend_name() != "sqlite":
        raise UnusableDatabase(f"DATABASE_URL: {parsed.get_backend_name()} is neither sqlite nor postgresql")
    if parsed.database in (None, "", ":memory:"):
        raise UnusableDatabase("DATABASE_URL: an SQLite database in memory would lose every tally")
    Path(str(parsed.database)).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        parsed,
        connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False, "isolation_level": None},
        pool_size=16,
        max_overflow=16,
        hide_parameters=True,
    )
    event.listen(engine, "connect", _prepare_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()


def begin_write(connection: Connection) -> None:
    """From here to the commit, nobody else writes what this connection has read.

    Reads before this call see the newest commit, statement by statement, on both databases: SQLite's connections are in
    autocommit, PostgreSQL's are READ COMMITTED. What must not change between reading and writing is read after this call,
    or guarded by a unique key.
    """
    if connection.dialect.name == "sqlite" and not connection.connection.dbapi_connection.in_transaction:  # type: ignore[union-attr]
        connection.exec_driver_sql("BEGIN IMMEDIATE")
