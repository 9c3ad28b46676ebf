"""Transactions. A function that writes takes a `WriteTransaction`, which only `begin_write` makes; one that reads takes a
`Connection`.

Reads see the newest commit, statement by statement, in and out of a write transaction; in a `snapshot` they see one moment.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

from sqlalchemy import Connection, CursorResult, Engine, Executable
from sqlalchemy.exc import DBAPIError, IntegrityError

from db.backends.base import Backend
from db.backends.engine import backend_of
from db.locks import Lock, LocksHeld

Values = Mapping[str, Any] | Sequence[Mapping[str, Any]]


class WriteTransaction:
    """A transaction that may write. It is committed when its block ends, and rolled back if the block raises."""

    def __init__(self, connection: Connection, turn: ExitStack | None = None) -> None:
        self.connection = connection
        self.backend: Backend = backend_of(connection)
        self._locks = LocksHeld()
        self._turn = turn or ExitStack()
        self._rolled_back = False

    def execute(self, statement: Executable, values: Values | None = None) -> CursorResult[*tuple[Any, ...]]:
        """Executes a statement; for several rows, once for each."""
        assert not self._rolled_back, "nothing is written after a rollback"
        return self.connection.execute(statement, values)

    def lock(self, lock: Lock) -> None:
        """Must be called before the statement that takes the lock. Raises `LockOutOfOrder`."""
        self._locks.take(lock)

    def roll_back(self) -> None:
        """Gives up all that was written, and lets others write; the connection may be read from until the block ends."""
        self.connection.rollback()
        self._turn.close()
        self._rolled_back = True


class SingleWrite(WriteTransaction):
    """A transaction of one statement."""

    def execute(self, statement: Executable, values: Values | None = None) -> CursorResult[*tuple[Any, ...]]:
        """Executes the one statement."""
        assert not self._executed, "a single write has one statement: use begin_write"
        self._executed = True
        return super().execute(statement, values)

    _executed = False


@contextmanager
def begin_write(engine: Engine) -> Iterator[WriteTransaction]:
    """A transaction that commits at the end of the block. What the block raises rolls it back.

    A connection on which the database failed, other than by a key that was taken, is closed: a broken connection fails fast, so
    the pool would lend it again and again. A connection whose COMMIT failed is closed, too: its transaction may still be open.
    """
    backend = backend_of(engine)
    with ExitStack() as turn, engine.connect() as connection:
        try:
            turn.enter_context(backend.one_writer(engine))
            backend.begin_write(connection)
            yield WriteTransaction(connection, turn)
        except DBAPIError as error:
            _close_where_it_failed(connection, error)
            raise
        try:
            backend.commit(connection)
        except BaseException:
            connection.invalidate()
            raise


@contextmanager
def begin_single_write(engine: Engine) -> Iterator[SingleWrite]:
    """A transaction of one statement, which the line's connections commit by itself."""
    with backend_of(engine).one_writer(engine), engine.connect() as connection:
        try:
            yield SingleWrite(connection)
            connection.commit()
        except DBAPIError as error:
            _close_where_it_failed(connection, error)
            raise


def _close_where_it_failed(connection: Connection, error: DBAPIError) -> None:
    if not isinstance(error, IntegrityError):
        connection.invalidate()


@contextmanager
def snapshot(engine: Engine) -> Iterator[Connection]:
    """A connection that sees the database as it is now, however long it reads."""
    with engine.connect() as connection:
        backend_of(engine).begin_snapshot(connection)
        yield connection
