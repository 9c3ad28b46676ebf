"""A copy of the database to read from: a standby that replays what the primary writes. It is late; here is known by how much.

A copy cannot say how late it is, for it does not know what it has not heard of. So the primary is asked how far its log has
come, now and then, and each answer is kept with its moment: a *mark*. The copy is asked how far it has replayed. The newest
mark that it has passed names a moment, and it shows all that was committed before that one. This holds while nothing is
written, while replay is paused, when the copy has lost its primary, and whatever the three machines' clocks say.
"""

import math
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import SQLAlchemyError

from db.backends.base import UnusableDatabase
from db.backends.engine import backend_of, open_engine

BOUND = 5.0
"""Seconds: a copy that is further behind is not read from."""
ASK_AFTER = 0.5
"""Seconds between two questions of one worker."""
LEAVE_ALONE = 10.0
"""Seconds for which a copy that failed is not asked again, so that few wait for nothing."""
PATIENCE_SECONDS = 2
"""How long one waits for a connection to the copy: the primary is there, too."""
MARKS = 600
"""How many are kept of a copy that passes none."""
GLANCES = 5
BLINK = 0.005
"""A copy that is in time passes the primary's newest place within milliseconds: it is asked so often, so many seconds apart."""

_primary = text("SELECT (pg_current_wal_flush_lsn() - '0/0')::bigint AS place, pg_postmaster_start_time() AS server")
_replica = text(
    "SELECT pg_is_in_recovery() AS follows, (pg_last_wal_replay_lsn() - '0/0')::bigint AS place, "
    "pg_postmaster_start_time() AS server, "
    "extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp())::float AS age"
)


class ReplicaLost(Exception):
    """The copy failed while it was being read. If the reader asks again, the primary answers."""


@dataclass(frozen=True, slots=True)
class Lag:
    """How many seconds the copy is behind, at most; None: it does not answer, or it cannot be said yet."""

    seconds: float | None

    @property
    def bearable(self) -> bool:
        """True if the copy may be read from."""
        return self.seconds is not None and self.seconds <= BOUND


class Replica:
    """The copy, beside its primary. `ticks` counts seconds and never goes back."""

    def __init__(self, primary: Engine, copy: Engine, ticks: Callable[[], float] = time.monotonic) -> None:
        self._primary = primary
        self._copy = copy
        self._ticks = ticks
        self._asking = Lock()
        self._ask_at = -math.inf
        self._marks: deque[tuple[float, int]] = deque(maxlen=MARKS)
        self._as_of: float | None = None
        self._follows = True

    def lag(self) -> Lag:
        """How late the copy is now. One thread at a time asks; the others go by what is known."""
        if self._ticks() >= self._ask_at and self._asking.acquire(blocking=False):
            try:
                self._ask()
            finally:
                self._asking.release()
        as_of, now = self._as_of, self._ticks()
        if as_of is None:
            return Lag(None)
        return Lag(max(0.0, now - as_of) if self._follows else 0.0)

    def look(self) -> Connection | None:
        """A connection that sees one moment of the copy; None where it is too late, or does not answer. Close it."""
        if not self.lag().bearable:
            return None
        try:
            connection = self._copy.connect()
        except SQLAlchemyError:
            self.leave_alone()
            return None
        try:
            backend_of(connection).begin_snapshot(connection)
        except SQLAlchemyError:
            connection.close()
            self.leave_alone()
            return None
        return connection

    def leave_alone(self) -> None:
        """Notes that the copy failed: for a while it is not used."""
        self._as_of = None
        self._ask_at = self._ticks() + LEAVE_ALONE

    def _ask(self) -> None:
        self._ask_at = self._ticks() + ASK_AFTER
        try:
            asked = self._ticks()
            with self._primary.connect() as connection:
                primary = connection.execute(_primary).one()
            with self._copy.connect() as connection:
                said = connection.execute(_replica).one()
                for _ in range(GLANCES):
                    if not said.follows or said.place >= primary.place:
                        break
                    time.sleep(BLINK)
                    said = connection.execute(_replica).one()
        except SQLAlchemyError:
            self.leave_alone()
            return
        self._follows = said.follows
        if not said.follows:
            # Either the primary itself, as after a promotion, or a server that has parted from it and is no copy at all.
            self._as_of = asked if said.server == primary.server else None
            return
        self._marks.append((asked, primary.place))
        passed = None
        while self._marks and self._marks[0][1] <= said.place:
            passed = self._marks.popleft()[0]
        if passed is not None:
            self._as_of = passed
        elif self._as_of is None and said.age is not None:
            self._as_of = asked - said.age


def open_replica(url: str, primary: Engine) -> Replica | None:
    """The copy that `url` names, or None for "". Raises `UnusableDatabase`."""
    if not url:
        return None
    copy = open_engine(url, "DATABASE_REPLICA_URL", PATIENCE_SECONDS)
    if not (backend_of(primary).has_copies and backend_of(copy).has_copies):
        raise UnusableDatabase("DATABASE_REPLICA_URL: only PostgreSQL has a copy to read from, SQLite has none")
    return Replica(primary, copy)
