"""Code and PIN, checked: by a caller on the line, or by an operator on a president's word. One count, one lock-out."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from db import audit, lockout
from db.engine import begin_write
from db.lockout import Scope
from db.phone_numbers import is_number
from db.pins import Credentials, PinSeal, find_credentials


@dataclass(frozen=True, slots=True)
class Attempt:
    """Somebody who says that they speak for the bureau `code`. `caller` is a number, or whatever stands for a withheld one;
    `actor` and `detail` are for the audit, should this attempt lock the PIN."""

    election_id: int
    code: str
    pin: str = field(repr=False)
    caller: str
    actor: str
    detail: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Verdict:
    """The bureau, if code and PIN are right; else None, and when the lock ends if there is one."""

    bureau: Credentials | None
    locked_until: datetime | None = None


def verify(
    connection: Connection,
    seal: PinSeal,
    attempt: Attempt,
    *,
    at: datetime,
    begin: Callable[[], None] | None = None,
    blame: Callable[[], None] = lambda: None,
) -> Verdict:
    """Checks an attempt and counts it; begins the write (by `begin`, if that is more than `begin_write`), and the caller
    commits. `blame` is called if the PIN is wrong.

    The slow hash is computed before the transaction, the count that decides is made within it.
    """
    found = find_credentials(connection, attempt.election_id, attempt.code)
    right = seal.matches(attempt.election_id, attempt.code, attempt.pin, found.sealed if found else None)
    if begin is None:
        begin_write(connection)
    else:
        begin()
    until = _guard(connection, attempt, right, at, blame)
    return Verdict(found if right and until is None else None, until)


def _guard(
    connection: Connection, attempt: Attempt, right: bool, at: datetime, blame: Callable[[], None]
) -> datetime | None:
    """Counts the attempt against bureau, caller and call; a lock goes before a right PIN. Returns when the lock ends."""
    caller = attempt.caller if is_number(attempt.caller) else ""
    if right:
        return lockout.succeed(connection, attempt.election_id, attempt.code, caller, at)
    until = lockout.either_locked_until(connection, attempt.election_id, attempt.code, caller, at)
    if until is not None:
        return until
    blame()
    scopes = [(Scope.BUREAU, attempt.code)]
    if caller:
        scopes.append((Scope.CALLER, caller))
    locks = [
        until
        for scope, subject in scopes
        if (until := lockout.fail(connection, attempt.election_id, scope, subject, at))
    ]
    if not locks:
        return None
    audit.record(
        connection,
        at=at,
        actor=attempt.actor,
        action=audit.PIN_LOCKED,
        subject=f"code {attempt.code}",
        detail={**attempt.detail, "until": max(locks).isoformat()},
    )
    return max(locks)
