"""Connections that stay open between two webhooks: to be lent one by SQLAlchemy's pool and to give it back costs as much as a
statement.

Only what is in no transaction stays at hand; anything else goes back to the pool, which undoes what was left. Whether a
connection still lives is found by the statement that is sent over it: who is told that it does not tries again, and then
nothing is at hand any more, for the same server has closed the others. One on which the database failed, other than by a key
that was taken, is not used again: a connection that fails at once would be free more often than all others, and meet the next
webhook, and the next.
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
            if isinstance(error, DBAPIError) and not isinstance(error, IntegrityError):
                connection.invalidate()
            connection.close()
            if lost:
                self.give_up()
            raise
        if connection.in_transaction():
            connection.close()
        else:
            self._resting.append(connection)

    def _take(self) -> Connection:
        try:
            return self._resting.pop()
        except IndexError:
            return self._engine.connect()

    def give_up(self) -> None:
        """Closes all that nobody has. (Given back, they would stay open in a pool that the engine may have replaced.)"""
        with suppress(IndexError):
            while True:
                connection = self._resting.pop()
                connection.invalidate()
                connection.close()
