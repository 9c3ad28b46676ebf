"""The gate to the line: some webhooks of a worker at once, the others wait for their turn, but not for one that never comes."""

import time
from threading import Condition

STALLED_SECONDS = 5.5
"""Without anybody served for so long, those inside wait for a database that does not answer: it gives up a lock, or a
connection, in 5 s. The balancer waits 6 s, the carrier 15 s."""


class Gate:
    """Lets `at_once` in. While people are served, everybody waits for as long as it takes: a busy line is no broken line."""

    def __init__(self, at_once: int, stalled: float = STALLED_SECONDS) -> None:
        self._at_once = self._free = at_once
        self._stalled = stalled
        self._served = time.monotonic()
        self._moves = Condition()

    def is_busy(self) -> bool:
        """True while somebody is inside."""
        return self._free < self._at_once

    def enter(self) -> bool:
        """Waits for a turn. Returns False if the line has stalled: nobody should wait any longer, or come to wait."""
        with self._moves:
            if self._free == self._at_once:
                self._served = time.monotonic()
            while not self._free:
                left = self._served + self._stalled - time.monotonic()
                if left <= 0:
                    return False
                self._moves.wait(left)
            self._free -= 1
        return True

    def leave(self, *, served: bool) -> None:
        """Gives the turn to the next. Who was not `served`, but failed, is no sign that the line goes on."""
        with self._moves:
            self._free += 1
            if served:
                self._served = time.monotonic()
            self._moves.notify()
