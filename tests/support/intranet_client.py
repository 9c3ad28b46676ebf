"""An intranet to log into in a test: an account for each role, and a client that behaves as a browser does."""

import re
from dataclasses import dataclass, field
from functools import cache
from html import unescape
from typing import Any

from flask.testing import FlaskClient
from passlib.totp import TOTP
from sqlalchemy import Engine, update
from werkzeug.test import TestResponse

from db import users
from db.schema import user
from db.transactions import begin_write
from db.users import NewUser, Post, Role
from reporting.intranet.access.accounts import OnceTotp
from reporting.intranet.access.commands import Keys, make_keys

_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
_TAG = re.compile(r"<[^>]+>")


@dataclass(frozen=True)
class Account:
    """How to log in."""

    email: str
    password: str
    secret: str

    def code(self) -> str:
        """The present code of the authenticator."""
        return str(TOTP(key=self.secret).generate().token)


@cache
def _keys(name: str, role: Role, maker: OnceTotp) -> tuple[Keys, str, str | None]:
    """An account's keys, made once: hashing a password is slow on purpose."""
    return make_keys(f"{name}@tests.example", role, maker)


def add_accounts(engine: Engine, maker: OnceTotp, at: Any) -> dict[Role, Account]:
    """An account for each role: the commission's is bound to department 01, the team's to candidate 3."""
    bound: dict[Role, dict[str, Any]] = {
        Role.CDRV: {"department": "01", "post": Post.CHAIR},
        Role.CANDIDATE: {"candidate": 3},
    }
    accounts = {}
    with begin_write(engine) as transaction:
        for role in Role:
            keys, password, factor = _keys(role.value, role, maker)
            users.add(transaction, NewUser(keys.email, role, password, factor, **bound.get(role, {})), at=at)
            accounts[role] = Account(keys.email, keys.password, keys.secret)
    return accounts


COLLEAGUES: dict[str, tuple[Role, dict[str, Any]]] = {
    "clerk": (Role.CDRV, {"department": "01", "post": Post.CLERK}),
    "second-clerk": (Role.CDRV, {"department": "01", "post": Post.CLERK}),
    "second-member": (Role.AUTHORITY, {}),
}


def add_colleagues(engine: Engine, maker: OnceTotp, at: Any) -> dict[str, Account]:
    """Two clerks of department 01, and the High Authority's second member."""
    accounts = {}
    with begin_write(engine) as transaction:
        for name, (role, bound) in COLLEAGUES.items():
            keys, password, factor = _keys(name, role, maker)
            users.add(transaction, NewUser(keys.email, role, password, factor, **bound), at=at)
            accounts[name] = Account(keys.email, keys.password, keys.secret)
    return accounts


def forget_codes(engine: Engine) -> None:
    """Lets a code be used again within its 30 seconds: tests log in faster than people do."""
    with engine.begin() as connection:
        connection.execute(update(user).values(tf_last_counter=None))


@dataclass
class Reader:
    """A browser without scripts, logged in or not."""

    client: FlaskClient
    base: str
    last: TestResponse | None = field(default=None)

    def get(self, path: str, **headers: str) -> TestResponse:
        """Opens a page."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.last = self.client.get(path, base_url=self.base, headers=named, buffered=True)
        return self.last

    def page(self, path: str) -> str:
        """The words of a page that must open."""
        response = self.get(path)
        assert response.status_code == 200, (path, response.status_code, response.location)
        return words(response)

    def post(self, path: str, form_page: str | None = None, **form: Any) -> TestResponse:
        """Sends a form with the token of the page that it stands on (by default, the one of the same address)."""
        shown = self.client.get(form_page or path, base_url=self.base).get_data(as_text=True)
        found = _TOKEN.search(shown)
        token = {"csrf_token": unescape(found.group(1))} if found else {}
        headers = {"Referer": f"{self.base}{form_page or path}"}
        self.last = self.client.post(path, base_url=self.base, data={**token, **form}, headers=headers)
        return self.last

    def log_in(self, account: Account) -> TestResponse:
        """Logs in, with the second factor where one is asked for."""
        response = self.post("/intranet/login", email=account.email, password=account.password)
        if response.status_code == 302 and "tf-validate" in response.location:
            response = self.post("/intranet/tf-validate", code=account.code())
        return response


def words(response: TestResponse) -> str:
    """What a page says, without its tags."""
    return " ".join(unescape(_TAG.sub(" ", response.get_data(as_text=True))).split())
