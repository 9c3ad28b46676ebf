"""The database's engine: SQLite in WAL with `synchronous=FULL`, or PostgreSQL; the URL chooses."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

PATIENCE_SECONDS = 5
"""How long a webhook waits for SQLite's one place, or for a lock, or for a connection: the carrier waits 15 s in all, and its
fallback must still find somebody at home."""


class UnusableDatabase(Exception):
    """The URL names no database that the line can use."""


def open_engine(url: str) -> Engine:
    """An engine for `url` (`sqlite:///file` or `postgresql://…`), whose errors hide the values. Raises `UnusableDatabase`."""
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError) as error:
        raise UnusableDatabase("DATABASE_URL is not a database's URL") from error
    if parsed.get_backend_name() == "postgresql":
        return create_engine(
            parsed.set(drivername="postgresql+psycopg"),
            pool_size=16,
            max_overflow=16,
            pool_pre_ping=True,
            pool_timeout=PATIENCE_SECONDS,
            connect_args={"connect_timeout": PATIENCE_SECONDS, "options": f"-c lock_timeout={PATIENCE_SECONDS}s"},
            hide_parameters=True,
        )
    if parsed.get_backend_name() != "sqlite":
        raise UnusableDatabase(f"DATABASE_URL: {parsed.get_backend_name()} is neither sqlite nor postgresql")
    if parsed.database in (None, "", ":memory:"):
        raise UnusableDatabase("DATABASE_URL: an SQLite database in memory would lose every tally")
    try:
        Path(str(parsed.database)).parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UnusableDatabase(f"DATABASE_URL: {error.filename}: {error.strerror}") from error
    engine = create_engine(
        parsed,
        connect_args={"timeout": PATIENCE_SECONDS, "check_same_thread": False, "isolation_level": None},
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


@contextmanager
def snapshot(engine: Engine) -> Iterator[Connection]:
    """A connection that sees the database as it is now, however long it reads."""
    with engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN")
        else:
            connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield connection


def begin_write(connection: Connection) -> None:
    """On SQLite, takes the one writer's place until the commit; PostgreSQL needs no such thing.

    Reads see the newest commit, statement by statement: before this call on SQLite (autocommit), always on PostgreSQL
    (READ COMMITTED). So what must not change between reading and writing is locked (`with_for_update`), or guarded by a
    unique key.
    """
    if connection.dialect.name == "sqlite" and not connection.connection.dbapi_connection.in_transaction:  # type: ignore[union-attr]
        connection.exec_driver_sql("BEGIN IMMEDIATE")
