"""Makes the sample's accounts: one for each role, with random passwords, in a file that only its owner can read."""

import csv
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine, select

from db import users
from db.schema import user
from db.transactions import begin_write
from db.users import NewUser, Post, Role
from reporting.intranet.access.accounts import OnceTotp
from reporting.intranet.access.commands import make_keys

DOMAIN = "remontee.example"
DEPARTMENT = "02"
CANDIDATE = 3
ACCOUNTS = (
    ("admin", Role.ADMIN, None),
    ("supervisor", Role.SUPERVISOR, None),
    ("operator", Role.OPERATOR, None),
    ("cdrv", Role.CDRV, Post.CHAIR),
    ("clerk", Role.CDRV, Post.CLERK),
    ("clerk2", Role.CDRV, Post.CLERK),
    ("candidate", Role.CANDIDATE, None),
    ("authority", Role.AUTHORITY, None),
    ("authority2", Role.AUTHORITY, None),
)
"""Enough people to take a tally from the phone to the public page."""
COLUMNS = ("role", "email", "password", "second_factor")


@dataclass(frozen=True, slots=True)
class Login:
    """What one role needs to log in. `second_factor` is the authenticator's secret, or ""."""

    role: str
    email: str
    password: str
    second_factor: str


def add(engine: Engine, maker: OnceTotp, file: Path, at: datetime) -> None:
    """Makes each account that does not exist yet, and appends its login to `file`."""
    file.touch(mode=0o600)
    with begin_write(engine) as transaction, file.open("a", encoding="utf-8", newline="") as out:
        present = set(transaction.connection.scalars(select(user.c.email)))
        writer = csv.writer(out, lineterminator="\n")
        if not out.tell():
            writer.writerow(COLUMNS)
        for name, role, post in ACCOUNTS:
            email = f"{name}@{DOMAIN}"
            if email in present:
                continue
            keys, password, factor = make_keys(email, role, maker)
            department = DEPARTMENT if role is Role.CDRV else None
            candidate = CANDIDATE if role is Role.CANDIDATE else None
            users.add(transaction, NewUser(email, role, password, factor, post, department, candidate), at=at)
            writer.writerow((" ".join(filter(None, (role, post))), email, keys.password, keys.secret))


def read(file: Path) -> list[Login]:
    """The sample's logins. If an address is there twice, the last one counts."""
    with file.open(encoding="utf-8", newline="") as rows:
        found = {row["email"]: Login(*(row[name] for name in COLUMNS)) for row in csv.DictReader(rows)}
    return list(found.values())
