"""The audit: a hash chain. Each row binds the one before it; the head, kept apart, shows a tail that was cut off."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, bindparam, insert, select, update

from db.schema import audit, audit_head, tally, tally_count

GENESIS = "0" * 64
"""What the first row binds."""

TALLY_STORED = "tally stored"

_head = select(audit_head.c.id, audit_head.c.hash).with_for_update()
_append = insert(audit)
_move_head = update(audit_head).values(id=bindparam("head_id"), hash=bindparam("head_hash"))


@dataclass(frozen=True, slots=True)
class Break:
    """Where the chain is broken: the row's number, and what is wrong there."""

    row: int
    reason: str


def record(
    connection: Connection, *, at: datetime, actor: str, action: str, subject: str, detail: Mapping[str, Any]
) -> None:
    """Appends a row, in the caller's transaction; writers queue for the head, so do this last."""
    head = connection.execute(_head).one_or_none()
    number, previous = (head.id + 1, head.hash) if head else (1, GENESIS)
    row = {
        "id": number,
        "at": at.astimezone(UTC).isoformat(),
        "actor": actor,
        "action": action,
        "subject": subject,
        "detail": json.dumps(detail, ensure_ascii=False, sort_keys=True),
    }
    digest = row_hash(row, previous)
    connection.execute(_append, {**row, "hash": digest})
    if head is None:
        connection.execute(insert(audit_head), {"one": True, "id": number, "hash": digest})
    else:
        connection.execute(_move_head, {"head_id": number, "head_hash": digest})


def row_hash(row: Mapping[str, Any] | RowMapping, previous: str) -> str:
    """SHA-256 over the row's columns and the hash before it, as a JSON array."""
    bound = [previous, *(row[column] for column in ("id", "at", "actor", "action", "subject", "detail"))]
    return hashlib.sha256(json.dumps(bound, ensure_ascii=False).encode()).hexdigest()


def head(connection: Connection) -> tuple[int, str]:
    """The newest row's number and hash: written down elsewhere, it binds all that came before."""
    row = connection.execute(select(audit_head.c.id, audit_head.c.hash)).one_or_none()
    return (row.id, row.hash) if row else (0, GENESIS)


def verify(connection: Connection) -> Break | None:
    """The first break of the chain, or None: rows changed, removed, added or cut off, and tallies that are not, figure by
    figure, what the chain says was stored."""
    return _verify_chain(connection) or _verify_tallies(connection)


def _verify_chain(connection: Connection) -> Break | None:
    previous, number = GENESIS, 0
    for row in connection.execution_options(yield_per=5000).execute(select(audit).order_by(audit.c.id)).mappings():
        number += 1
        if row["id"] != number:
            return Break(number, f"the row is missing: row {row['id']} follows row {number - 1}")
        if row["hash"] != row_hash(row, previous):
            return Break(number, "the row is not what its hash binds")
        previous = row["hash"]
    head_number, head_hash = head(connection)
    if head_number > number:
        return Break(number + 1, f"the row is missing: the chain had {head_number} rows")
    return None if head_hash == previous else Break(number, "the row is not the head that was recorded")


def _verify_tallies(connection: Connection) -> Break | None:
    stored: dict[str, dict[str, int]] = {}
    counts = select(tally_count.c.tally_id, tally_count.c.field, tally_count.c.count)
    for tally_id, field, count in connection.execute(counts):
        stored.setdefault(f"tally {tally_id}", {})[field] = count
    receipts = {f"tally {each.id}": each.receipt for each in connection.execute(select(tally.c.id, tally.c.receipt))}
    bound = select(audit.c.id, audit.c.subject, audit.c.detail).where(audit.c.action == TALLY_STORED)
    for number, subject, text in connection.execute(bound.order_by(audit.c.id)):
        detail = json.loads(text)
        if receipts.pop(subject, None) != detail["receipt"] or stored.pop(subject, None) != detail["figures"]:
            return Break(number, f"{subject} is not what was stored then")
    extra = sorted(receipts) or sorted(stored)
    return Break(head(connection)[0], f"{extra[0]} was never stored by the line") if extra else None
