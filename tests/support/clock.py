"""A clock that the test moves."""

from datetime import datetime, timedelta

from tests.support.primary_2011 import ELECTION_NIGHT


class Clock:
    """Says `now`, until the test says otherwise."""

    def __init__(self, now: datetime = ELECTION_NIGHT) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def advance(self, seconds: float) -> None:
        """Lets time pass."""
        self.now += timedelta(seconds=seconds)
