"""Connections that stay open between two webhooks: to be lent one by SQLAlchemy's pool and to give it back costs as much as a
statement.

What somebody left on a connection is rolled back before it rests. None goes back to the pool: an engine that has lost a
connection replaces its pool, and what is given back to the old one stays open, used by nobody, until the server takes no more.

Whether a connection still lives is found by the statement that is sent over it: who is told that it does not tries again, and
then nothing is at hand any more, for the same server has closed the others. One on which the database failed, other than by a
key that was taken, is not used again: a connection that fails at once would be free more often than all others, and meet the
next webhook, and the next.
"""

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, IntegrityError


class AtHand:
    """An `autocommitting` engine's connections, as many as were ever used at once."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._resting: deque[Connection] = deque()

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        """A connection in no transaction. Raises what `Engine.connect` would."""
        connection = self._take()
        try:
            yield connection
        except BaseException as error:
            lost = connection.invalidated
            if lost or (isinstance(error, DBAPIError) and not isinstance(error, IntegrityError)):
                _close(connection)
            else:
                self._undo(connection)
            if lost:
                self.give_up()
            raise
        if connection.in_transaction():
            self._undo(connection)
        else:
            self._resting.append(connection)

    def _undo(self, connection: Connection) -> None:
        try:
            connection.rollback()
            connection.connection.rollback()  # where a COMMIT failed, SQLAlchemy takes the transaction for ended
        except (DBAPIError, connection.dialect.loaded_dbapi.Error):
            _close(connection)
        else:
            self._resting.append(connection)

    def _take(self) -> Connection:
        try:
            return self._resting.pop()
        except IndexError:
            return self._engine.connect()

    def give_up(self) -> None:
        """Closes all that nobody has."""
        with suppress(IndexError):
            while True:
                _close(self._resting.pop())


def _close(connection: Connection) -> None:
    connection.invalidate()
    connection.close()
