"""Whether a test may be left out where what it needs is missing."""

import os

REQUIRE_ALL = "REMONTEE_REQUIRE_ALL"
"""The environment variable that makes a test which could not run a failure."""


def all_required() -> bool:
    """True if no test may be left out."""
    return bool(os.environ.get(REQUIRE_ALL))
