"""PostgreSQL, through psycopg: READ COMMITTED, so that each statement sees the newest commit.

Rows that must not change between reading and writing are locked (`db.locks`), or guarded by a unique key. Nothing waits for
ever: not for a lock, a connection, or a machine that has fallen silent.
"""

import time
from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from psycopg.errors import FeatureNotSupported, InFailedSqlTransaction, InvalidSqlStatementName
from sqlalchemy import (
    BigInteger,
    Connection,
    Engine,
    ExceptionContext,
    Table,
    bindparam,
    create_engine,
    event,
    func,
    select,
    text,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError, DisconnectionError

from db.backends.base import PATIENCE_SECONDS, Insert

PUBLIC_ROLE = "remontee_public"
"""The role that was granted what the public may read, and nothing else (migration 0003)."""

IDLE_SECONDS = 1.0
"""A connection that has rested for so long is asked whether it still lives before it is used; a busy line's are not asked each
time."""

SILENCE: dict[str, int] = {
    "tcp_user_timeout": 1000 * PATIENCE_SECONDS,
    "keepalives_idle": PATIENCE_SECONDS,
    "keepalives_interval": 1,
    "keepalives_count": 3,
}
"""When a connection to a silent host is dropped: without these, a host that lost its power holds its callers for a quarter of
an hour."""

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

STALE_PLAN = (FeatureNotSupported, InvalidSqlStatementName)
"""A migration has changed what a prepared statement returns, or the server has forgotten it."""

_wait = select(func.pg_advisory_xact_lock(func.unnest(bindparam("keys", type_=ARRAY(BigInteger)))))


def open_engine(
    url: URL, patience: int = PATIENCE_SECONDS, told: Mapping[str, str | int] = OURS, **options: Any
) -> Engine:
    """An engine for the database at `url`, whose errors hide the values; it waits `patience` seconds for a connection."""
    engine = create_engine(
        url.set(drivername="postgresql+psycopg"),
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
    event.listen(engine, "handle_error", _give_up_stale_plans)
    _ask_the_idle(engine)
    return engine


def _give_up_stale_plans(context: ExceptionContext) -> None:
    """A connection with a plan of before a migration is as good as lost: another may try at once."""
    if isinstance(context.original_exception, STALE_PLAN):
        context.is_disconnect = True


def _ask_the_idle(engine: Engine) -> None:
    """Replaces what the pool kept and the server has closed meanwhile (SQLAlchemy, "Custom / Legacy Pessimistic Ping")."""

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


class Postgresql:
    """PostgreSQL, as `Backend` asks."""

    webhooks_at_once = 8
    has_copies = True
    alters_in_batches = False

    def open_line(self, engine: Engine) -> Engine:
        """An engine of its own. The database ends a transaction that is idle for ten seconds, so that it holds no locks. A
        statement outside a transaction, as most of the line's are, commits by itself: one round trip instead of three."""
        return open_engine(engine.url, told=OURS | LINE, isolation_level="AUTOCOMMIT")

    def one_writer(self, engine: Engine) -> AbstractContextManager[None]:
        """PostgreSQL takes many writers at a time."""
        return nullcontext()

    def begin_write(self, connection: Connection) -> None:
        """psycopg begins with the first statement, also on the line's connections."""
        connection.execution_options(isolation_level="READ COMMITTED")

    def commit(self, connection: Connection) -> None:
        """Commits. PostgreSQL answers the COMMIT of a transaction in which something failed with a ROLLBACK, and no error."""
        driver: Any = connection.connection.driver_connection
        if driver.info.transaction_status.name == "INERROR":
            failed = InFailedSqlTransaction("nothing was committed: a statement had failed")
            raise DBAPIError("COMMIT", None, failed)
        connection.commit()

    def begin_snapshot(self, connection: Connection) -> None:
        """REPEATABLE READ sees one moment."""
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")

    def insert(self, table: Table) -> Insert:
        """PostgreSQL's INSERT."""
        return postgresql.insert(table)

    def wait_for(self, connection: Connection, keys: Sequence[int]) -> None:
        """Advisory locks, in the order of the numbers: two who want the same two never wait for each other."""
        connection.execute(_wait, {"keys": sorted(keys)})

    def restrict(self, engine: Engine, readable: Collection[str]) -> Engine:
        """The engine itself: a role restricts the transaction."""
        return engine

    def begin_public_snapshot(self, connection: Connection) -> None:
        """A snapshot in the public's role."""
        self.begin_snapshot(connection)
        connection.exec_driver_sql(f"SET LOCAL ROLE {PUBLIC_ROLE}")

    def make_public_role(self, connection: Connection, readable: Collection[str]) -> None:
        """Makes the role, unless another database of this server has: roles are the whole server's."""
        known = text("SELECT count(*) FROM pg_roles WHERE rolname = :role")
        if connection.execute(known, {"role": PUBLIC_ROLE}).scalar_one() == 0:
            connection.exec_driver_sql(
                f"DO $$ BEGIN CREATE ROLE {PUBLIC_ROLE} NOLOGIN; "
                "EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$"
            )
        member = text("SELECT pg_has_role(current_user, :role, 'MEMBER')")
        if not connection.execute(member, {"role": PUBLIC_ROLE}).scalar_one():
            grant = f"DO $$ BEGIN EXECUTE format('GRANT {PUBLIC_ROLE} TO %I', current_user); END $$"
            connection.execute(text(grant))
        connection.exec_driver_sql(f"GRANT SELECT ON {', '.join(sorted(readable))} TO {PUBLIC_ROLE}")

    def begin_migration(self, connection: Connection, key: int, patience_ms: int) -> None:
        """An advisory lock, waited for as long as it takes."""
        connection.execute(text("SET LOCAL lock_timeout = 0"))
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": key})
        connection.execute(text(f"SET LOCAL lock_timeout = {int(patience_ms)}"))
