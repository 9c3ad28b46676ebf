"""A commission and two members of the High Authority on the intranet."""

import pytest

from db.users import Role
from tests.support.intranet import MAKER, Intranet
from tests.support.intranet_client import Reader, add_colleagues


@pytest.fixture
def commission(line, intranet) -> "Commission":
    return Commission(intranet)


class Commission:
    """The intranet with a commission, and two members of the High Authority."""

    def __init__(self, intranet: Intranet) -> None:
        self.intranet = intranet
        self.line = intranet.line
        self.colleagues = add_colleagues(self.line.engine, MAKER, self.line.clock.now)

    def of(self, name: str) -> Reader:
        """Somebody who is logged in: a role, or a colleague."""
        if name in set(Role):
            return self.intranet.reader(Role(name))
        reader = self.intranet.visitor()
        assert reader.log_in(self.colleagues[name]).status_code == 302
        return reader
