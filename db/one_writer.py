"""SQLite has one place for a writer. Within a process its threads queue for it here, and each is woken when its turn comes.

SQLite's own way is to sleep and try again, ever longer, up to a tenth of a second at a time: with ten threads the line's
99th percentile was 400 ms, most of it sleep (`docs/performance.md`). Other processes are still waited for in that way.
"""

import sqlite3
import threading

from db.together import Together

BUSY = "database is locked"


class Queue:
    """The queue of one database in this process, waited in for `patience` seconds at most."""

    def __init__(self, patience: float) -> None:
        self._place = threading.Lock()
        self._patience = patience
        self.together = Together()

    def enter(self) -> None:
        """Waits for the place. Raises sqlite3.OperationalError, as SQLite would."""
        if not self._place.acquire(timeout=self._patience):
            raise sqlite3.OperationalError(BUSY)

    def leave(self) -> None:
        """Lets the next one in."""
        self._place.release()

    def connection(self, *arguments: object, **options: object) -> "QueuedConnection":
        """Connects to the database of this queue: `sqlite3`'s factory."""
        connection = QueuedConnection(*arguments, **options)  # type: ignore[arg-type]
        connection.queue = self
        return connection


class QueuedConnection(sqlite3.Connection):
    """A connection whose write transaction is begun with `begin_write`, and gives the place back when it ends, however that
    may be."""

    queue: Queue
    _writes = False

    def begin_write(self) -> None:
        """Begins a transaction that may write. Raises sqlite3.OperationalError when the place is not free in time."""
        self.queue.enter()
        self._writes = True
        try:
            self.execute("BEGIN IMMEDIATE")
        except BaseException:
            self._leave()
            raise

    def commit(self) -> None:
        """Commits; if that fails, the transaction goes on, and keeps the place."""
        super().commit()
        self._leave()

    def rollback(self) -> None:
        """Rolls back."""
        try:
            super().rollback()
        finally:
            self._leave()

    def close(self) -> None:
        """Closes."""
        try:
            super().close()
        finally:
            self._leave()

    def _leave(self) -> None:
        if self._writes:
            self._writes = False
            self.queue.leave()
