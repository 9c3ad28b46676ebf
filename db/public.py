"""The public's way to the database: it reads what is published and the register, and cannot read anything else.

On PostgreSQL it takes a role that was granted no more (migration 0003). SQLite has no roles; there every connection has an
authorizer that denies the other tables.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event

from db.engine import PATIENCE_SECONDS

ROLE = "remontee_public"
READABLE = frozenset({"election", "candidate", "department", "publication", "published_department"})
_HARMLESS = frozenset({sqlite3.SQLITE_SELECT, sqlite3.SQLITE_TRANSACTION, sqlite3.SQLITE_FUNCTION})


class PublicDatabase:
    """What the public may read of a database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = _restricted(engine) if engine.dialect.name == "sqlite" else engine

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """A connection that sees one moment of what is published."""
        with self._engine.connect() as connection:
            if connection.dialect.name == "sqlite":
                connection.exec_driver_sql("BEGIN")
            else:
                connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
                connection.exec_driver_sql(f"SET LOCAL ROLE {ROLE}")
            yield connection


def _restricted(engine: Engine) -> Engine:
    restricted = create_engine(
        engine.url,
        connect_args={"timeout": PATIENCE_SECONDS, "check_same_thread": False, "isolation_level": None},
        hide_parameters=True,
    )
    event.listen(restricted, "connect", _restrict)
    return restricted


def _restrict(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA query_only=ON")
    connection.set_authorizer(_authorize)


def _authorize(action: int, table: str | None, *_rest: str | None) -> int:
    readable = action == sqlite3.SQLITE_READ and table in READABLE
    return sqlite3.SQLITE_OK if readable or action in _HARMLESS else sqlite3.SQLITE_DENY
