"""Waiting for what happens elsewhere, by condition and not by sleeping."""

import time
from collections.abc import Callable
from contextlib import suppress

from sqlalchemy.exc import OperationalError

WAIT_SECONDS = 20


def wait_until(holds: Callable[[], object]) -> None:
    """Waits until `holds` is true. A database that cannot be reached counts as not yet."""
    until = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < until:
        with suppress(OperationalError):
            if holds():
                return
        time.sleep(0.01)
    raise AssertionError(f"it did not come to {holds.__doc__ or holds}")
