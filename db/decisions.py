"""What people decide: each decision with its reason and its audit row, in the transaction of what follows from it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select

from db import audit, lockout
from db.lockout import Scope
from db.refusals import Refusal
from db.schema import DecisionKind, FlagState, bureau, call, decision, flag, tally
from db.transactions import WriteTransaction
from db.users import Post, Role

MAX_REASON = 1000


class NoReason(Refusal):
    """A decision was to be taken without a reason."""

    key = "no-reason"
    reason = "a decision needs a reason"


class NotTheirs(Refusal):
    """The account's role, post or department is not one that may decide this."""

    reason = "this account may not decide this"


class AlreadyResolved(Refusal):
    """Somebody resolved this flag before, or it found nothing."""

    key = "already-resolved"
    reason = "the flag is resolved already, or it found nothing"


class NotLocked(Refusal):
    """The PIN is not locked."""

    key = "pin-not-locked"
    reason = "the PIN is not locked"


@dataclass(frozen=True, slots=True)
class Decider:
    """Who decides: an account. A commission's has a post, and the code of the one department that it may decide about."""

    user_id: int
    email: str
    role: Role
    post: Post | None = None
    department: str | None = None

    @classmethod
    def of(cls, account: Row[Any]) -> "Decider":
        """The account of a row of `user`."""
        post = Post(account.post) if account.post else None
        return cls(account.id, account.email, Role(account.role), post, account.department)

    @property
    def actor(self) -> str:
        """As the audit names them."""
        return f"account {self.email}"

    def must_be_of_commission(self, department: str, *, chair: bool = False) -> None:
        """Raises `NotTheirs` unless they are of this department's commission; with `chair`, its chair."""
        if self.role is not Role.CDRV or self.department != department or (chair and self.post is not Post.CHAIR):
            raise NotTheirs

    def must_be_chair_or_authority(self, department: str) -> None:
        """Raises `NotTheirs` unless they are this department's chair, or of the High Authority."""
        if self.role is not Role.AUTHORITY:
            self.must_be_of_commission(department, chair=True)

    def must_be_authority(self) -> None:
        """Raises `NotTheirs` unless they are of the High Authority."""
        if self.role is not Role.AUTHORITY:
            raise NotTheirs


@dataclass(frozen=True, slots=True)
class NewDecision:
    """What is decided, about what: a flag, a call, a bureau or a department; about the election, where none of these is named.

    `subject` is how the audit names it. `detail` is what the kind does not say; `noted` goes into the audit only.
    """

    kind: DecisionKind
    election_id: int
    subject: str
    reason: str
    about: Mapping[str, int] = field(default_factory=dict)
    detail: Mapping[str, Any] | None = None
    noted: Mapping[str, Any] = field(default_factory=dict)


def take(transaction: WriteTransaction, new: NewDecision, by: Decider, *, at: datetime) -> int:
    """Writes a decision down and returns its id. Raises `NoReason`."""
    reason = new.reason.strip()[:MAX_REASON]
    if not reason:
        raise NoReason
    row = {
        "election_id": new.election_id,
        "kind": new.kind.value,
        **new.about,
        "user_id": by.user_id,
        "reason": reason,
        "detail": None if new.detail is None else encode_detail(new.detail),
        "at": at,
    }
    key = transaction.execute(insert(decision).values(row)).inserted_primary_key
    assert key is not None
    detail = {**(new.detail or {}), **new.noted, "reason": reason}
    audit.record(transaction, at=at, actor=by.actor, action=new.kind.value, subject=new.subject, detail=detail)
    return int(key[0])


def encode_detail(detail: Mapping[str, Any]) -> str:
    """A decision's detail as it is stored, and compared with the audit's."""
    return json.dumps(detail, ensure_ascii=False, sort_keys=True)


def resolve_flag(transaction: WriteTransaction, flag_id: int, by: Decider, reason: str, *, at: datetime) -> None:
    """Resolves a flag. Raises `NoReason`, or `AlreadyResolved`."""
    audit.lock(transaction)
    if transaction.execute(select(decision.c.id).where(decision.c.flag_id == flag_id)).one_or_none() is not None:
        raise AlreadyResolved
    about = select(flag.c.code, flag.c.state, tally.c.election_id).join(tally).where(flag.c.id == flag_id)
    row = transaction.execute(about).one()
    if row.state != FlagState.OPEN.value:
        raise AlreadyResolved
    new = NewDecision(
        DecisionKind.FLAG_RESOLVED,
        row.election_id,
        f"flag {flag_id}",
        reason,
        {"flag_id": flag_id},
        noted={"flag": row.code},
    )
    take(transaction, new, by, at=at)


def review_call(transaction: WriteTransaction, call_id: int, by: Decider, note: str, *, at: datetime) -> None:
    """Marks a call as reviewed, with a note. Raises `NoReason`."""
    election_id = transaction.execute(select(call.c.election_id).where(call.c.id == call_id)).scalar_one()
    new = NewDecision(DecisionKind.CALL_REVIEWED, election_id, f"call {call_id}", note, {"call_id": call_id})
    take(transaction, new, by, at=at)


def lock_pin(transaction: WriteTransaction, bureau_id: int, by: Decider, reason: str, *, at: datetime) -> None:
    """Locks a bureau's PIN until somebody unlocks it. Raises `NoReason`."""
    row = _bureau(transaction.connection, bureau_id)
    lockout.bar(transaction, row.election_id, row.code)
    take(transaction, _about_pin(DecisionKind.PIN_LOCKED, bureau_id, row, reason), by, at=at)


def unlock_pin(transaction: WriteTransaction, bureau_id: int, by: Decider, reason: str, *, at: datetime) -> None:
    """Lifts the lock of a bureau's PIN. Raises `NoReason`, or `NotLocked`."""
    row = _bureau(transaction.connection, bureau_id)
    if lockout.locked_until(transaction.connection, row.election_id, Scope.BUREAU, row.code, at) is None:
        raise NotLocked
    lockout.clear(transaction, row.election_id, row.code)
    take(transaction, _about_pin(DecisionKind.PIN_UNLOCKED, bureau_id, row, reason), by, at=at)


def _bureau(connection: Connection, bureau_id: int) -> Any:
    return connection.execute(select(bureau.c.election_id, bureau.c.code).where(bureau.c.id == bureau_id)).one()


def _about_pin(kind: DecisionKind, bureau_id: int, row: Any, reason: str) -> NewDecision:
    return NewDecision(kind, row.election_id, f"code {row.code}", reason, {"bureau_id": bureau_id})
