"""SQLite: one file in WAL mode, with `synchronous=FULL`.

There is one writer at a time. A transaction that may write begins with `BEGIN IMMEDIATE`, so that it never fails half-way for
want of the write lock; SQLite itself waits for that lock (`busy_timeout`). It does so by sleeping ever longer, so a worker
answers one webhook at a time: its threads then wait for each other, not for SQLite. Reads stand outside of a transaction and
see the newest commit, statement by statement, unless they begin a snapshot.
"""

import sqlite3
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, Table, create_engine, event
from sqlalchemy.dialects import sqlite
from sqlalchemy.engine import URL
from sqlalchemy.exc import OperationalError

from db.backends.base import PATIENCE_SECONDS, Insert, UnusableDatabase

_WRITERS: WeakKeyDictionary[Engine, Lock] = WeakKeyDictionary()
_HARMLESS = frozenset({sqlite3.SQLITE_SELECT, sqlite3.SQLITE_TRANSACTION, sqlite3.SQLITE_FUNCTION})
_OPTIONS: dict[str, Any] = {"timeout": PATIENCE_SECONDS, "check_same_thread": False, "isolation_level": None}
"""`isolation_level=None`: Python's driver begins no transaction by itself (SQLAlchemy, "Serializable isolation, savepoints and
transactional DDL")."""


def open_engine(url: URL, setting: str) -> Engine:
    """An engine for the file that `url` names, whose errors hide the values. Raises `UnusableDatabase`."""
    if url.database in (None, "", ":memory:"):
        raise UnusableDatabase(f"{setting}: an SQLite database in memory would lose every tally")
    try:
        Path(str(url.database)).parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UnusableDatabase(f"{setting}: {error.filename}: {error.strerror}") from error
    engine = create_engine(url, connect_args=_OPTIONS, pool_size=16, max_overflow=16, hide_parameters=True)
    event.listen(engine, "connect", _prepare)
    return engine


def _prepare(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()


class Sqlite:
    """SQLite, as `Backend` asks."""

    webhooks_at_once = 1
    has_copies = False
    alters_in_batches = True

    def open_line(self, engine: Engine) -> Engine:
        """The engine itself."""
        return engine

    @contextmanager
    def one_writer(self, engine: Engine) -> Iterator[None]:
        """Waits for this process's other writers. SQLite's own wait sleeps up to a tenth of a second at a time: a thread that
        writes again and again would keep the others out."""
        lock = _WRITERS.setdefault(engine, Lock())
        if not lock.acquire(timeout=PATIENCE_SECONDS):
            raise OperationalError("BEGIN IMMEDIATE", None, sqlite3.OperationalError("database is locked"))
        try:
            yield
        finally:
            lock.release()

    def begin_write(self, connection: Connection) -> None:
        """Takes the write lock."""
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    def commit(self, connection: Connection) -> None:
        """Commits: a statement that failed has left no trace, and the others are kept."""
        connection.commit()

    def begin_snapshot(self, connection: Connection) -> None:
        """A transaction that only reads sees one moment."""
        connection.exec_driver_sql("BEGIN")

    def insert(self, table: Table) -> Insert:
        """SQLite's INSERT."""
        return sqlite.insert(table)

    def wait_for(self, connection: Connection, keys: Sequence[int]) -> None:
        """Nothing to wait for: there is one writer at a time."""

    def restrict(self, engine: Engine, readable: Collection[str]) -> Engine:
        """SQLite has no roles: every connection has an authorizer that denies the other tables."""
        restricted = create_engine(engine.url, connect_args=_OPTIONS, hide_parameters=True)

        def authorize(action: int, table: str | None, *_rest: str | None) -> int:
            allowed = (action == sqlite3.SQLITE_READ and table in readable) or action in _HARMLESS
            return sqlite3.SQLITE_OK if allowed else sqlite3.SQLITE_DENY

        def connected(connection: Any, _record: Any) -> None:
            connection.execute("PRAGMA query_only=ON")
            connection.set_authorizer(authorize)

        event.listen(restricted, "connect", connected)
        return restricted

    def begin_public_snapshot(self, connection: Connection) -> None:
        """A snapshot like any other: the connection itself is restricted."""
        self.begin_snapshot(connection)

    def make_public_role(self, connection: Connection, readable: Collection[str]) -> None:
        """There are no roles."""

    def begin_migration(self, connection: Connection, key: int, patience_ms: int) -> None:
        """Takes the write lock: one host migrates, the others wait."""
        self.begin_write(connection)
