"""The sample's accounts: one for each role, with passwords drawn at random, in a file that only its owner can read."""

import csv
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine, select

from db import users
from db.engine import begin_write
from db.schema import user
from db.users import NewUser, Post, Role
from reporting.intranet.accounts import OnceTotp
from reporting.intranet.commands import make_keys

DOMAIN = "remontee.example"
DEPARTMENT = "02"
CANDIDATE = 3
COLUMNS = ("role", "email", "password", "second_factor")


@dataclass(frozen=True, slots=True)
class Login:
    """How to log in as one role. `second_factor` is the authenticator's secret, or ""."""

    role: str
    email: str
    password: str
    second_factor: str


def add(engine: Engine, maker: OnceTotp, file: Path, at: datetime) -> None:
    """Makes an account for each role that has none of its address yet, and adds how to log in to `file`."""
    file.touch(mode=0o600)
    with engine.connect() as connection, file.open("a", encoding="utf-8", newline="") as out:
        begin_write(connection)
        present = set(connection.scalars(select(user.c.email)))
        writer = csv.writer(out, lineterminator="\n")
        if not out.tell():
            writer.writerow(COLUMNS)
        for role in Role:
            email = f"{role}@{DOMAIN}"
            if email in present:
                continue
            keys, password, factor = make_keys(email, role, maker)
            bound = {
                Role.CDRV: {"department": DEPARTMENT, "post": Post.CHAIR},
                Role.CANDIDATE: {"candidate": CANDIDATE},
            }
            users.add(connection, NewUser(email, role, password, factor, **bound.get(role, {})), at=at)
            writer.writerow((role.value, email, keys.password, keys.secret))
        connection.commit()


def read(file: Path) -> list[Login]:
    """The sample's logins; of an address that stands twice the last."""
    with file.open(encoding="utf-8", newline="") as rows:
        found = {row["email"]: Login(*(row[name] for name in COLUMNS)) for row in csv.DictReader(rows)}
    return list(found.values())
