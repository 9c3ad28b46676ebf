"""What people decide about a flag, a call or a PIN: each with its reason and its audit row, in one transaction."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from db import audit, lockout
from db.lockout import Scope
from db.schema import DecisionKind, FlagState, bureau, call, decision, flag, tally

MAX_REASON = 1000


class NoReason(Exception):
    """A decision was to be taken without a reason."""


class AlreadyResolved(Exception):
    """Somebody resolved this flag before, or it found nothing."""


class NotLocked(Exception):
    """The PIN is not locked."""


@dataclass(frozen=True, slots=True)
class Decider:
    """Who decides: an account."""

    user_id: int
    email: str

    @property
    def actor(self) -> str:
        """As the audit names them."""
        return f"account {self.email}"


def resolve_flag(connection: Connection, flag_id: int, by: Decider, reason: str, *, at: datetime) -> None:
    """Resolves a flag; the caller commits. Call `begin_write` first. Raises `NoReason`, or `AlreadyResolved`."""
    audit.lock(connection)
    if connection.execute(select(decision.c.id).where(decision.c.flag_id == flag_id)).one_or_none() is not None:
        raise AlreadyResolved
    about = select(flag.c.code, flag.c.state, tally.c.election_id).join(tally).where(flag.c.id == flag_id)
    row = connection.execute(about).one()
    if row.state != FlagState.OPEN.value:
        raise AlreadyResolved
    values = {"election_id": row.election_id, "kind": DecisionKind.FLAG_RESOLVED, "flag_id": flag_id}
    _decide(connection, values, by, reason, f"flag {flag_id}", {"flag": row.code}, at)


def review_call(connection: Connection, call_id: int, by: Decider, note: str, *, at: datetime) -> None:
    """Marks a call as reviewed, with a note; the caller commits. Call `begin_write` first. Raises `NoReason`."""
    election_id = connection.execute(select(call.c.election_id).where(call.c.id == call_id)).scalar_one()
    values = {"election_id": election_id, "kind": DecisionKind.CALL_REVIEWED, "call_id": call_id}
    _decide(connection, values, by, note, f"call {call_id}", {}, at)


def lock_pin(connection: Connection, bureau_id: int, by: Decider, reason: str, *, at: datetime) -> None:
    """Locks a bureau's PIN until somebody unlocks it; the caller commits. Call `begin_write` first. Raises `NoReason`."""
    row = _bureau(connection, bureau_id)
    lockout.bar(connection, row.election_id, row.code)
    values = {"election_id": row.election_id, "kind": DecisionKind.PIN_LOCKED, "bureau_id": bureau_id}
    _decide(connection, values, by, reason, f"code {row.code}", {}, at)


def unlock_pin(connection: Connection, bureau_id: int, by: Decider, reason: str, *, at: datetime) -> None:
    """Lifts the lock of a bureau's PIN; the caller commits. Call `begin_write` first. Raises `NoReason`, or `NotLocked`."""
    row = _bureau(connection, bureau_id)
    if lockout.locked_until(connection, row.election_id, Scope.BUREAU, row.code, at) is None:
        raise NotLocked
    lockout.clear(connection, row.election_id, row.code)
    values = {"election_id": row.election_id, "kind": DecisionKind.PIN_UNLOCKED, "bureau_id": bureau_id}
    _decide(connection, values, by, reason, f"code {row.code}", {}, at)


def _bureau(connection: Connection, bureau_id: int) -> Any:
    return connection.execute(select(bureau.c.election_id, bureau.c.code).where(bureau.c.id == bureau_id)).one()


def _decide(
    connection: Connection,
    values: dict[str, Any],
    by: Decider,
    reason: str,
    subject: str,
    detail: dict[str, Any],
    at: datetime,
) -> None:
    reason = reason.strip()[:MAX_REASON]
    if not reason:
        raise NoReason
    kind = DecisionKind(values["kind"])
    row = {**values, "kind": kind.value, "user_id": by.user_id, "reason": reason, "at": at}
    connection.execute(insert(decision).values(row))
    audit.record(
        connection, at=at, actor=by.actor, action=kind.value, subject=subject, detail={**detail, "reason": reason}
    )
