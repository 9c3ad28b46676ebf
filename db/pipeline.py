"""Statements that go to PostgreSQL one behind the other, without waiting for each other's answers.

A transaction of twenty statements is twenty journeys to the server and back, and each costs the worker and the server a change
of task. In a pipeline only who wants rows waits; whatever was sent before has then been done, or has failed.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg.pq import TransactionStatus
from sqlalchemy import Connection, Engine, event

from db.driver import PIPELINE, READS, as_sqlalchemy_says_it

logging.getLogger("psycopg").setLevel(logging.ERROR)
"""Its warning that what came behind a failure failed too would be in the log after every race; the failure itself is raised."""


def prepare(engine: Engine) -> None:
    """Lets this engine's statements wait for their rows, where they run in a pipeline."""
    event.listen(engine, "after_cursor_execute", _wait_for_rows)


@contextmanager
def pipelined(connection: Connection) -> Iterator[None]:
    """Within it, what has no rows to read is sent and not waited for (nor is known how many rows it met: let it return them);
    on SQLite it changes nothing.

    What fails is said by the next statement that reads (and names that one), or at the end, as SQLAlchemy's `DBAPIError`.
    Nothing is known to be committed before the end; what was not, is rolled back. No transaction may have begun before.
    """
    if connection.dialect.name != "postgresql":
        yield
        return
    driver: Any = connection.connection.dbapi_connection
    info = connection.info
    try:
        try:
            with driver.pipeline() as info[PIPELINE]:
                yield
        finally:
            info.pop(PIPELINE, None)
            # A COMMIT behind a failure is skipped, but SQLAlchemy has sent it, and takes the transaction for ended.
            if driver.info.transaction_status == TransactionStatus.INERROR:
                driver.rollback()
    except psycopg.Error as error:
        raise as_sqlalchemy_says_it(connection, error) from error


def _wait_for_rows(
    connection: Connection, _cursor: Any, _statement: str, _parameters: Any, context: Any, _many: bool
) -> None:
    sent = connection.info.get(PIPELINE)
    if sent is not None and _has_rows(context):
        sent.sync()


def _has_rows(context: Any) -> bool:
    if context.compiled is None:
        return bool(context.execution_options.get(READS))
    return not context.is_crud or bool(context.compiled.effective_returning)
