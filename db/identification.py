"""Code and PIN, checked: by a caller on the line, or by an operator on a president's word. One count, one lock-out.

Two steps: `check` computes the slow hash, outside of any transaction; `count` decides, in one.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from db import audit, lockout
from db.lockout import Scope
from db.phone_numbers import is_number
from db.pins import Credentials, PinSeal, find_credentials
from db.transactions import WriteTransaction


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
class Checked:
    """An attempt, and the bureau if code and PIN are right."""

    attempt: Attempt
    bureau: Credentials | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """The bureau, if code and PIN are right; else None, and when the lock ends if there is one. `counted`: it was a wrong PIN,
    and was counted."""

    bureau: Credentials | None
    locked_until: datetime | None = None
    counted: bool = False


def check(connection: Connection, seal: PinSeal, attempt: Attempt) -> Checked:
    """Whether code and PIN are right. It takes as long for a code that no bureau has."""
    found = find_credentials(connection, attempt.election_id, attempt.code)
    right = seal.matches(attempt.election_id, attempt.code, attempt.pin, found.sealed if found else None)
    return Checked(attempt, found if right else None)


def count(transaction: WriteTransaction, checked: Checked, *, at: datetime) -> Verdict:
    """Counts the attempt against bureau and caller; a locked code is refused even if the PIN is right."""
    attempt = checked.attempt
    caller = attempt.caller if is_number(attempt.caller) else ""
    if checked.bureau is not None:
        until = lockout.succeed(transaction, attempt.election_id, attempt.code, caller, at)
        return Verdict(checked.bureau if until is None else None, until)
    until = lockout.either_locked_until(transaction.connection, attempt.election_id, attempt.code, caller, at)
    if until is not None:
        return Verdict(None, until)
    scopes = [(Scope.BUREAU, attempt.code)]
    if caller:
        scopes.append((Scope.CALLER, caller))
    locks = [
        until
        for scope, subject in scopes
        if (until := lockout.fail(transaction, attempt.election_id, scope, subject, at))
    ]
    return Verdict(None, max(locks) if locks else None, counted=True)


def record_lock(transaction: WriteTransaction, checked: Checked, verdict: Verdict, *, at: datetime) -> None:
    """The audit row of an attempt that has just locked the PIN; writers wait for each other there, so do this last."""
    if not verdict.counted or verdict.locked_until is None:
        return
    attempt = checked.attempt
    detail = {**attempt.detail, "until": verdict.locked_until.isoformat()}
    subject = f"code {attempt.code}"
    audit.record(transaction, at=at, actor=attempt.actor, action=audit.PIN_LOCKED, subject=subject, detail=detail)
