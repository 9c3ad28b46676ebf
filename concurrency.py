"""A limit to how many threads do something at once. The others wait for their turn, but not for one that does not come."""

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Condition

STALLED_SECONDS = 5.5
"""If no turn has ended well for so long, all turns wait for a database that does not answer: it gives up a lock, or a
connection, in 5 s. The balancer waits 6 s, the carrier 15 s."""


class NoTurn(Exception):
    """Every turn is taken and none ends, or enough threads are waiting already."""


class ConcurrencyLimit:
    """`at_once` turns. While turns end well, a thread waits for as long as it takes: busy is not broken.

    If none has ended well for `stalled` seconds, no thread waits any longer. At most `waiting` threads wait at once (None: any
    number). A turn that is kept for longer than `held` seconds is given away.
    """

    def __init__(
        self,
        at_once: int,
        stalled: float = STALLED_SECONDS,
        *,
        waiting: int | None = None,
        held: float = math.inf,
    ) -> None:
        self._at_once = at_once
        self._stalled = stalled
        self._most_waiting = waiting
        self._held = held
        self._taken: dict[object, float] = {}
        self._waiting = 0
        self._ended_well = time.monotonic()
        self._moves = Condition()

    def is_busy(self) -> bool:
        """True while a turn is taken."""
        return bool(self._taken)

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Waits for a turn, and takes it for the block; one that raises has not ended well. Raises `NoTurn`."""
        turn = self.take()
        ended_well = False
        try:
            yield
            ended_well = True
        finally:
            self.give_back(turn, ended_well=ended_well)

    def take(self) -> object:
        """Waits for a turn, and takes it until it is given back. Raises `NoTurn`."""
        turn = object()
        with self._moves:
            if not self._taken:
                self._ended_well = time.monotonic()
            while not self._is_free():
                self._wait()
            self._taken[turn] = time.monotonic()
        return turn

    def give_back(self, turn: object, *, ended_well: bool = True) -> None:
        """Ends a turn. Doing so twice is allowed."""
        with self._moves:
            if self._taken.pop(turn, None) is not None and ended_well:
                self._ended_well = time.monotonic()
            self._moves.notify()

    def _is_free(self) -> bool:
        if self._held < math.inf:
            now = time.monotonic()
            self._taken = {turn: since for turn, since in self._taken.items() if now - since < self._held}
        return len(self._taken) < self._at_once

    def _wait(self) -> None:
        """Waits until something moves. Raises `NoTurn`."""
        left = self._ended_well + self._stalled - time.monotonic()
        if left <= 0 or (self._most_waiting is not None and self._waiting >= self._most_waiting):
            raise NoTurn
        self._waiting += 1
        try:
            self._moves.wait(left)
        finally:
            self._waiting -= 1
