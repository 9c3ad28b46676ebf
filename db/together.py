"""What several threads write at the same moment, each by itself, is committed together: SQLite then waits for the disk once.

The first to come leads: it waits for the writer's place, and whoever comes meanwhile is taken along. Nobody is answered before
the commit. Who breaks a key (two copies of one webhook) fails alone; any other failure is everybody's, and nothing is written.
"""

import threading
from collections.abc import Callable
from typing import Any, Generic, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

Written = TypeVar("Written")
Act = Callable[[Connection], Written]
"""Writes with the connection that it is given; does not commit. What may break a key is its first write: whatever it wrote
before that would be committed with the others."""


class _Turn(Generic[Written]):
    """One thread's act, and what became of it."""

    def __init__(self, act: Act[Written]) -> None:
        self._act = act
        self._written: Any = None
        self.error: BaseException | None = None
        self.leads = False
        self.called = threading.Event()

    def run(self, connection: Connection) -> None:
        try:
            self._written = self._act(connection)
        except IntegrityError as error:
            self.error = error

    def result(self) -> Written:
        if self.error is not None:
            raise self.error
        written: Written = self._written
        return written


class Together:
    """The acts that wait to be committed together."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: list[_Turn[Any]] = []
        self._led = False

    def commit(self, connection: Connection, begin: Callable[[Connection], None], act: Act[Written]) -> Written:
        """Runs `act` in a transaction that `begin` begins, perhaps somebody else's, and returns once it is committed."""
        turn: _Turn[Written] = _Turn(act)
        with self._lock:
            self._waiting.append(turn)
            turn.leads, self._led = not self._led, True
        if not turn.leads:
            turn.called.wait()
        if turn.leads:
            self._lead(connection, begin)
        return turn.result()

    def _lead(self, connection: Connection, begin: Callable[[Connection], None]) -> None:
        turns: list[_Turn[Any]] = []
        try:
            begin(connection)
            turns = self._take()
            for each in turns:
                each.run(connection)
            connection.commit()
        except BaseException as error:
            turns = turns or self._take()
            for each in turns:
                each.error = error
            connection.rollback()
        finally:
            self._hand_over(turns)

    def _take(self) -> list[_Turn[Any]]:
        with self._lock:
            turns, self._waiting = self._waiting, []
        return turns

    def _hand_over(self, turns: list[_Turn[Any]]) -> None:
        """Calls those whose acts are over, and whoever leads next."""
        with self._lock:
            self._led = bool(self._waiting)
            if self._waiting:
                self._waiting[0].leads = True
                self._waiting[0].called.set()
        for each in turns:
            each.called.set()
