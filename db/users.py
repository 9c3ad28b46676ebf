"""Accounts of the intranet: made, renewed and closed on the command line, each with its audit row."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from db import audit
from db.refusals import Refusal
from db.schema import user
from db.transactions import WriteTransaction


class Role(StrEnum):
    """What an account is for. `docs/security.md` says what each may do."""

    ADMIN = "admin"
    SUPERVISOR = "supervisor"
    OPERATOR = "operator"
    CDRV = "cdrv"
    CANDIDATE = "candidate"
    AUTHORITY = "authority"

    @property
    def second_factor(self) -> bool:
        """True if the account must also show a code of its authenticator."""
        return self in (Role.ADMIN, Role.SUPERVISOR, Role.AUTHORITY)


class Post(StrEnum):
    """What somebody is in a departmental commission (CDRV)."""

    CHAIR = "chair"
    CLERK = "clerk"


class AccountExists(Refusal):
    """There is an account of this e-mail address already."""


class NoAccount(Refusal):
    """There is no account of this e-mail address."""


@dataclass(frozen=True, slots=True)
class NewUser:
    """An account to make. `password` is hashed (argon2id) and `totp` encrypted; `totp` is None where the role needs none."""

    email: str
    role: Role
    password: str
    totp: str | None
    post: Post | None = None
    department: str | None = None
    candidate: int | None = None


def normalise_email(text: str) -> str:
    """An e-mail address as it is stored and compared."""
    return text.strip().lower()


def add(transaction: WriteTransaction, new: NewUser, *, at: datetime) -> int:
    """Makes an account and returns its id. Raises `AccountExists`."""
    email = normalise_email(new.email)
    if _find(transaction.connection, email) is not None:
        raise AccountExists(f"there is an account {email} already")
    values = {
        "email": email,
        "active": True,
        "role": new.role.value,
        "post": new.post.value if new.post else None,
        "department": new.department,
        "candidate": new.candidate,
        "created_at": at,
        **_keys(new.password, new.totp),
    }
    key = transaction.execute(insert(user).values(values)).inserted_primary_key
    assert key is not None
    detail = {"role": new.role.value, "post": values["post"]}
    _record(
        transaction, "account created", email, detail | {"department": new.department, "candidate": new.candidate}, at
    )
    return int(key[0])


def renew(transaction: WriteTransaction, email: str, *, password: str, totp: str | None, at: datetime) -> None:
    """Gives an account a new password and second factor, and ends its sessions and tokens; one that was closed is open again.

    Raises `NoAccount`.
    """
    found = find(transaction.connection, email)
    transaction.execute(update(user).where(user.c.id == found.id).values(active=True, **_keys(password, totp)))
    _record(transaction, "account renewed", found.email, {"was closed": not found.active}, at)


def close(transaction: WriteTransaction, email: str, *, at: datetime) -> None:
    """Closes an account and ends its sessions and tokens; what it decided stays. Raises `NoAccount`."""
    found = find(transaction.connection, email)
    transaction.execute(update(user).where(user.c.id == found.id).values(active=False, **_names()))
    _record(transaction, "account closed", found.email, {}, at)


def find(connection: Connection, email: str) -> Row[Any]:
    """The account of this address. Raises `NoAccount`."""
    found = _find(connection, normalise_email(email))
    if found is None:
        raise NoAccount(f"there is no account {normalise_email(email)}")
    return found


def _find(connection: Connection, email: str) -> Row[Any] | None:
    return connection.execute(select(user).where(user.c.email == email)).one_or_none()


def _names() -> dict[str, str]:
    """New names of the account in sessions and tokens: those that carry the old ones are over."""
    return {"fs_uniquifier": secrets.token_hex(32), "fs_token_uniquifier": secrets.token_hex(32)}


def _keys(password: str, totp: str | None) -> dict[str, object]:
    return {
        "password": password,
        "tf_primary_method": "authenticator" if totp else None,
        "tf_totp_secret": totp,
        "tf_last_counter": None,
        **_names(),
    }


def _record(transaction: WriteTransaction, action: str, email: str, detail: Mapping[str, Any], at: datetime) -> None:
    audit.record(transaction, at=at, actor="command line", action=action, subject=f"account {email}", detail=detail)
