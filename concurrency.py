"""A limit to how many threads do something at once: the others wait for their turn, but not for one that never comes."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Condition

STALLED_SECONDS = 5.5
"""If nothing has ended well for so long, all turns wait for a database that does not answer: it gives up a lock, or a
connection, in 5 s. The balancer waits 6 s, the carrier 15 s."""


class Stalled(Exception):
    """Every turn is taken, and none ends: nobody should wait any longer, or come to wait."""


class ConcurrencyLimit:
    """`at_once` turns. While turns end well, a thread waits for as long as it takes: busy is not broken."""

    def __init__(self, at_once: int, stalled: float = STALLED_SECONDS) -> None:
        self._at_once = self._free = at_once
        self._stalled = stalled
        self._ended_well = time.monotonic()
        self._moves = Condition()

    def is_busy(self) -> bool:
        """True while a turn is taken."""
        return self._free < self._at_once

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Waits for a turn, and takes it for the block; one that raises has not ended well. Raises `Stalled`."""
        self._take()
        ended_well = False
        try:
            yield
            ended_well = True
        finally:
            self._give_back(ended_well=ended_well)

    def _take(self) -> None:
        with self._moves:
            if self._free == self._at_once:
                self._ended_well = time.monotonic()
            while not self._free:
                left = self._ended_well + self._stalled - time.monotonic()
                if left <= 0:
                    raise Stalled
                self._moves.wait(left)
            self._free -= 1

    def _give_back(self, *, ended_well: bool) -> None:
        with self._moves:
            self._free += 1
            if ended_well:
                self._ended_well = time.monotonic()
            self._moves.notify()
