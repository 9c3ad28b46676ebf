"""The intranet of a line in this process, with an account for each role."""

from db.users import Role
from reporting.intranet.access.accounts import totp
from tests.support.intranet_client import Reader, add_accounts, forget_codes
from tests.support.line import Line
from tests.support.primary_2011 import ELECTION_NIGHT
from tests.support.settings import PUBLIC_URL, SECRET_KEY

MAKER = totp(SECRET_KEY)
"""Makes the second factors of accounts."""


class Intranet:
    """Opens readers of the intranet, logged in or not."""

    def __init__(self, line: Line) -> None:
        self.line = line
        self.accounts = add_accounts(line.engine, MAKER, ELECTION_NIGHT)

    def visitor(self) -> Reader:
        """A reader who is not logged in."""
        return Reader(self.line.app.test_client(), PUBLIC_URL)

    def reader(self, role: Role) -> Reader:
        """A reader who is logged in with this role's account."""
        forget_codes(self.line.engine)
        reader = self.visitor()
        response = reader.log_in(self.accounts[role])
        assert (response.status_code, response.location) == (302, "/intranet/")
        return reader
