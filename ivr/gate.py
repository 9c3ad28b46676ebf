"""The gate to the line: some webhooks of a worker at once, the others wait for their turn, but not for one that never comes."""

import threading
import time

STALLED_SECONDS = 6.0
"""Without anybody coming in or going out for so long, those inside wait for a database that does not answer: it gives up a
lock, or a connection, in 5 s. The carrier waits 15 s."""


class Gate:
    """Lets `at_once` in. While it goes on, everybody waits for as long as it takes: a busy line is no broken line."""

    def __init__(self, at_once: int, stalled: float = STALLED_SECONDS) -> None:
        self._turns = threading.Semaphore(at_once)
        self._stalled = stalled
        self._moved = time.monotonic()

    def enter(self) -> bool:
        """Waits for a turn. Returns False if the line has stalled: nobody should wait any longer, or come to wait."""
        while not self._turns.acquire(timeout=self._left()):
            if self._left() == 0:
                return False
        self._moved = time.monotonic()
        return True

    def leave(self) -> None:
        """Gives the turn to the next."""
        self._moved = time.monotonic()
        self._turns.release()

    def _left(self) -> float:
        return max(0.0, self._moved + self._stalled - time.monotonic())
