"""Those who decide about results, for tests of what they may do: accounts, used without a log-in."""

from dataclasses import dataclass

from sqlalchemy import Engine, select

from db import users
from db.decisions import Decider
from db.schema import user
from db.transactions import begin_write
from db.users import NewUser, Post, Role


@dataclass(frozen=True)
class Deciders:
    """The commission of department 01, a clerk of department 02, two members of the High Authority, and others."""

    clerk: Decider
    second_clerk: Decider
    chair: Decider
    stranger: Decider
    member: Decider
    second_member: Decider
    supervisor: Decider


ROLES = {
    "clerk": (Role.CDRV, Post.CLERK, "01"),
    "second_clerk": (Role.CDRV, Post.CLERK, "01"),
    "chair": (Role.CDRV, Post.CHAIR, "01"),
    "stranger": (Role.CDRV, Post.CLERK, "02"),
    "member": (Role.AUTHORITY, None, None),
    "second_member": (Role.AUTHORITY, None, None),
    "supervisor": (Role.SUPERVISOR, None, None),
}


def add_deciders(engine: Engine, at) -> Deciders:
    """Makes their accounts."""
    found = {}
    with begin_write(engine) as transaction:
        for name, (role, post, department) in ROLES.items():
            new = NewUser(f"{name}@people.example", role, "no password", None, post, department)
            key = users.add(transaction, new, at=at)
            found[name] = Decider.of(transaction.connection.execute(select(user).where(user.c.id == key)).one())
    return Deciders(**found)
