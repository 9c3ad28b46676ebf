"""The database's engine: SQLite in WAL with `synchronous=FULL`, or PostgreSQL; the URL chooses."""

import sqlite3
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DisconnectionError, OperationalError

from db.driver import begin
from db.one_writer import Queue
from db.pipeline import PipelinedConnection
from db.refusals import Refusal
from db.together import Act, Together, Written

PATIENCE_SECONDS = 5
"""How long a webhook waits for SQLite's one place, or for a lock, or for a connection: the carrier waits 15 s in all, and its
fallback must still find somebody at home."""

IDLE_SECONDS = 1.0
"""A connection to PostgreSQL that has rested for so long is asked whether it still lives before it is used."""

SILENCE: dict[str, int] = {
    "tcp_user_timeout": 1000 * PATIENCE_SECONDS,
    "keepalives_idle": PATIENCE_SECONDS,
    "keepalives_interval": 1,
    "keepalives_count": 3,
}
"""When a database's machine that says nothing any more is given up: without these, one that lost its power holds its callers
for a quarter of an hour."""

OURS: dict[str, str | int] = {
    "lock_timeout": f"{PATIENCE_SECONDS}s",
    "tcp_user_timeout": f"{PATIENCE_SECONDS}s",
    "tcp_keepalives_idle": PATIENCE_SECONDS,
    "tcp_keepalives_interval": 1,
    "tcp_keepalives_count": 3,
}
"""What PostgreSQL is told of our connections. It gives up this machine as soon as this machine would give up PostgreSQL's:
what it holds in mid-transaction, all others wait for."""

LINE: dict[str, str | int] = {"idle_in_transaction_session_timeout": f"{2 * PATIENCE_SECONDS}s"}
"""What it is told of the line's, which never rest in mid-transaction; a page's export may."""


class UnusableDatabase(Refusal):
    """The URL names no database that the line can use."""


def open_engine(url: str | URL, setting: str = "DATABASE_URL", patience: int = PATIENCE_SECONDS) -> Engine:
    """An engine for `url` (`sqlite:///file` or `postgresql://…`), whose errors hide the values; it waits `patience`
    seconds for a connection. Raises `UnusableDatabase`, which names the `setting`."""
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError) as error:
        raise UnusableDatabase(f"{setting} is not a database's URL") from error
    if parsed.get_backend_name() == "postgresql":
        return _postgresql(parsed.set(drivername="postgresql+psycopg"), patience)
    if parsed.get_backend_name() != "sqlite":
        raise UnusableDatabase(f"{setting}: {parsed.get_backend_name()} is neither sqlite nor postgresql")
    if parsed.database in (None, "", ":memory:"):
        raise UnusableDatabase(f"{setting}: an SQLite database in memory would lose every tally")
    try:
        Path(str(parsed.database)).parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UnusableDatabase(f"{setting}: {error.filename}: {error.strerror}") from error
    engine = create_engine(
        parsed,
        connect_args={
            "timeout": PATIENCE_SECONDS,
            "check_same_thread": False,
            "isolation_level": None,
            "factory": Queue(PATIENCE_SECONDS).connection,
        },
        pool_size=16,
        max_overflow=16,
        hide_parameters=True,
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "reset", _give_the_place_back)
    return engine


def _postgresql(
    url: URL, patience: int = PATIENCE_SECONDS, told: Mapping[str, str | int] = OURS, **options: Any
) -> Engine:
    engine = create_engine(
        url,
        pool_size=16,
        max_overflow=16,
        pool_timeout=patience,
        connect_args={
            "connect_timeout": patience,
            "options": " ".join(f"-c {name}={value}" for name, value in told.items()),
            **SILENCE,
        },
        hide_parameters=True,
        **options,
    )
    engine.dialect.use_insertmanyvalues_wo_returning = True
    _ask_the_idle(engine)
    return engine


def _ask_the_idle(engine: Engine) -> None:
    """Replaces what the pool kept and the server has closed meanwhile; a busy line's connections are not asked each time."""

    def checked_out(connection: Any, record: Any, _proxy: Any) -> None:
        if time.monotonic() - record.info.get("returned", 0.0) < IDLE_SECONDS:
            return
        try:
            alive = engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as error:
            raise DisconnectionError("the database closed the connection") from error
        if not alive:
            raise DisconnectionError("the database closed the connection")

    def checked_in(_connection: Any, record: Any) -> None:
        record.info["returned"] = time.monotonic()

    event.listen(engine, "checkout", checked_out)
    event.listen(engine, "checkin", checked_in)


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()


def _give_the_place_back(connection: Any, _record: Any, _state: Any) -> None:
    """Where a COMMIT failed, SQLAlchemy takes the transaction for ended; the connection still has the writer's place."""
    connection.rollback()


@contextmanager
def snapshot(engine: Engine) -> Iterator[Connection]:
    """A connection that sees the database as it is now, however long it reads."""
    with engine.connect() as connection:
        begin_snapshot(connection)
        yield connection


def begin_snapshot(connection: Connection) -> None:
    """From here on the connection sees one moment, and changes nothing."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN")
    else:
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")


def autocommitting(engine: Engine) -> Engine:
    """The same database, where each statement commits by itself until `begin_write`: a statement that stands alone goes to
    PostgreSQL and back once, not three times. SQLite does so anyway."""
    if engine.dialect.name == "sqlite":
        return engine
    line = _postgresql(engine.url, told=OURS | LINE, isolation_level="AUTOCOMMIT")

    def connect(_dialect: Any, _record: Any, arguments: Any, options: Any) -> PipelinedConnection:
        return PipelinedConnection.connect(*arguments, **options)

    event.listen(line, "do_connect", connect)
    return line


def begin_write(connection: Connection) -> None:
    """Begins a transaction that may write, unless one has begun: on SQLite it takes the one writer's place until it ends.

    Reads see the newest commit, statement by statement: before this call on SQLite (autocommit), always on PostgreSQL
    (READ COMMITTED). So what must not change between reading and writing is locked (`with_for_update`), or guarded by a
    unique key.
    """
    driver: Any = connection.connection.dbapi_connection
    if connection.dialect.name != "sqlite":
        if isinstance(driver, PipelinedConnection):
            begin(connection)
        return
    if driver.in_transaction:
        return
    if not connection.in_transaction():
        connection.begin()
    try:
        driver.begin_write()
    except sqlite3.OperationalError as error:
        raise OperationalError("BEGIN IMMEDIATE", None, error) from error


def write_alone(connection: Connection, act: Act[Written]) -> Written:
    """Writes what stands alone on an `autocommitting` connection: PostgreSQL commits it by itself, SQLite what several threads
    write at once together."""
    if connection.dialect.name != "sqlite":
        return act(connection)
    driver: Any = connection.connection.dbapi_connection
    together: Together = driver.queue.together
    return together.commit(connection, begin_write, act)
