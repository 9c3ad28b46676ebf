"""A small evening that the pages show, and a supervisor who reads them."""

import pytest

from db.users import Role
from tests.support.small_evening import begin_evening


@pytest.fixture
def evening(line):
    """Two bureaux have reported, one of them wrongly; a third has begun."""
    return begin_evening(line)


@pytest.fixture
def supervisor(evening, intranet):
    return intranet.reader(Role.SUPERVISOR)
