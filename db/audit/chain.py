"""The hash chain: each row binds the one before it; the chain head, kept apart, shows a tail that was cut off."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, bindparam, insert, select, update

from db.locks import Lock
from db.schema import audit, audit_head
from db.transactions import WriteTransaction

GENESIS = "0" * 64
"""What the first row binds."""

TALLY_STORED = "tally stored"
FLAGS_RAISED = "flags raised"
PIN_LOCKED = "PIN locked"
ACCOUNT_CREATED = "account created"
ELECTION_CREATED = "election created"
ELECTION_UPDATED = "election updated"

_head = select(audit_head.c.id, audit_head.c.hash)
_head_to_move = _head.with_for_update()
_append = insert(audit)
_first_head = insert(audit_head)
_move_head = update(audit_head).values(id=bindparam("head_id"), hash=bindparam("head_hash"))


@dataclass(frozen=True, slots=True)
class Head:
    """The newest row of the chain: its number (0: there is none) and its hash."""

    row: int
    hash: str


class Chain:
    """The chain, as one transaction appends to it. Rows are kept here until `write`, which appends all of them at once.

    From `lock` on, and until the transaction is over, no other transaction appends: all writers meet there, so lock late.
    """

    def __init__(self, transaction: WriteTransaction) -> None:
        self._transaction = transaction
        self._kept: list[dict[str, Any]] = []
        self._head: Head | None = None

    def lock(self) -> int:
        """Locks the chain head; returns the number that the next row will have."""
        if self._head is None:
            self._transaction.lock(Lock.AUDIT)
            row = self._transaction.execute(_head_to_move).one_or_none()
            self._head = Head(row.id, row.hash) if row else Head(0, GENESIS)
        return self._head.row + len(self._kept) + 1

    def record(self, *, at: datetime, actor: str, action: str, subject: str, detail: Mapping[str, Any]) -> None:
        """Keeps a row to append."""
        self._kept.append(
            {
                "at": at.astimezone(UTC).isoformat(),
                "actor": actor,
                "action": action,
                "subject": subject,
                "detail": json.dumps(detail, ensure_ascii=False, sort_keys=True),
            }
        )

    def write(self) -> None:
        """Appends the rows that were kept."""
        self.lock()
        assert self._head is not None
        begun, rows = self._head.row > 0, []
        for kept in self._kept:
            row = {"id": self._head.row + 1, **kept}
            self._head = Head(row["id"], row_hash(row, self._head.hash))
            rows.append({**row, "hash": self._head.hash})
        self._kept = []
        if not rows:
            return
        self._transaction.execute(_append, rows)
        if begun:
            self._transaction.execute(_move_head, {"head_id": self._head.row, "head_hash": self._head.hash})
        else:
            self._transaction.execute(_first_head, {"one": True, "id": self._head.row, "hash": self._head.hash})


def record(
    transaction: WriteTransaction, *, at: datetime, actor: str, action: str, subject: str, detail: Mapping[str, Any]
) -> None:
    """Appends a row; writers wait for each other at the chain head, so do this last."""
    chain = Chain(transaction)
    chain.record(at=at, actor=actor, action=action, subject=subject, detail=detail)
    chain.write()


def lock(transaction: WriteTransaction) -> None:
    """Locks the chain head: until this transaction is over, no other appends."""
    Chain(transaction).lock()


def head(connection: Connection) -> Head:
    """The newest row: written down elsewhere, it binds all that came before."""
    row = connection.execute(_head).one_or_none()
    return Head(row.id, row.hash) if row else Head(0, GENESIS)


def row_hash(row: Mapping[str, Any] | RowMapping, previous: str) -> str:
    """SHA-256 over the row's columns and the hash before it, as a JSON array."""
    bound = [previous, *(row[column] for column in ("id", "at", "actor", "action", "subject", "detail"))]
    return hashlib.sha256(json.dumps(bound, ensure_ascii=False).encode()).hexdigest()


def recorded(connection: Connection, *actions: str) -> Iterator[tuple[int, str, dict[str, Any]]]:
    """Number, subject and detail of the rows with these actions."""
    rows = select(audit.c.id, audit.c.subject, audit.c.detail).where(audit.c.action.in_(actions)).order_by(audit.c.id)
    for number, subject, detail in connection.execute(rows):
        yield number, subject, json.loads(detail)


def tally_detail(
    bureau_id: int, channel: str, origin: str, version: int, receipt: str, figures: Mapping[str, int]
) -> dict[str, Any]:
    """What the chain binds of a stored tally: all that decides where, and whether, it counts."""
    return {
        "bureau": bureau_id,
        "channel": channel,
        "origin": origin,
        "version": version,
        "receipt": receipt,
        "figures": dict(figures),
    }
