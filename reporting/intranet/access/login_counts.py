"""Where Flask-Limiter keeps its counts: in the database, so that ten failures are ten whichever host they came to.

The limits (`accounts`) deduct what failed, after it failed: a log-in that goes on writes nothing here.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from limits.storage import MovingWindowSupport, Storage
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from db import failed_log_ins
from db.engine import begin_write

SCHEME = "remontee"


class SharedAttempts(Storage, MovingWindowSupport):
    """Counts of a moving window, as the library `limits` wants them. The library's other strategies are not used, nor kept."""

    STORAGE_SCHEME = [SCHEME]  # noqa: RUF012 -- the library's

    def __init__(self, uri: str, engine: Engine, clock: Callable[[], datetime], **options: Any) -> None:
        super().__init__(uri, **options)
        self._engine = engine
        self._clock = clock

    @property
    def base_exceptions(self) -> type[Exception]:
        """What the database raises."""
        return SQLAlchemyError

    def get_moving_window(self, key: str, limit: int, expiry: int) -> tuple[float, int]:
        """The first failure of the last `expiry` seconds, as seconds since 1970, and their number."""
        now = self._clock()
        with self._engine.connect() as connection:
            number, first = failed_log_ins.count(connection, key, now - timedelta(seconds=expiry))
        return (first or now).timestamp(), number

    def acquire_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        """Notes `amount` failures; False, and nothing noted, if that would be more than `limit`."""
        now = self._clock()
        since = now - timedelta(seconds=expiry)
        with self._engine.connect() as connection:
            begin_write(connection)
            if failed_log_ins.count(connection, key, since)[0] + amount > limit:
                return False
            for _ in range(amount):
                failed_log_ins.note(connection, key, now, since)
            connection.commit()
        return True

    def check(self) -> bool:
        """True: whether the database answers is `/readyz`'s."""
        return True

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Not of a moving window."""
        raise NotImplementedError

    def get(self, key: str) -> int:
        """Not of a moving window."""
        raise NotImplementedError

    def get_expiry(self, key: str) -> float:
        """Not of a moving window."""
        raise NotImplementedError

    def reset(self) -> int | None:
        """Nobody's failures are forgotten before their time."""
        raise NotImplementedError

    def clear(self, key: str) -> None:
        """Nobody's failures are forgotten before their time."""
        raise NotImplementedError
