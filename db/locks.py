"""The order in which a transaction takes its locks.

Two transactions that each wait for a lock of the other never end. So a transaction takes its locks in the order of `Lock`,
which `WriteTransaction.lock` enforces on either database. A lock is held until the transaction ends; taking it a second time is
allowed at any moment. SQLite has one lock, the writer's, taken when the transaction begins. The order is enforced there all the
same, so that code that runs on SQLite also runs on PostgreSQL.
"""

from enum import IntEnum


class Lock(IntEnum):
    """What a transaction may hold, in the order in which it must be taken."""

    PIN_ATTEMPTS = 1
    """The count of wrong PINs of a code, then of a caller: attempts at one code wait for each other."""
    COMPARABLE_TALLIES = 2
    """The bureau, the caller and the figures of a tally that was told: a rule compares tallies that share one of them."""
    REGISTER = 3
    """An election's row: transactions that rely on its register share the lock, one that loads it takes it alone."""
    DEPARTMENT = 4
    """A department's running totals: its tallies are stored one after the other."""
    AUDIT = 5
    """The audit's chain head: all writers meet here, so take it late."""
    MINUTE = 6
    """The bureaux that first reported in a minute. A transaction that holds the chain head never waits here."""


class LockOutOfOrder(AssertionError):
    """A lock was taken after one that must come later: two such transactions could wait for each other for ever."""


class LocksHeld:
    """The locks that one transaction holds."""

    def __init__(self) -> None:
        self._held: set[Lock] = set()

    def take(self, lock: Lock) -> None:
        """Notes that the transaction is about to take this lock. Raises `LockOutOfOrder`."""
        if lock in self._held:
            return
        later = [each.name for each in self._held if each > lock]
        if later:
            raise LockOutOfOrder(f"{lock.name} must be taken before {', '.join(sorted(later))}")
        self._held.add(lock)
