"""The audit: a hash chain. Each row binds the one before it; the head, kept apart, shows a tail that was cut off."""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, Row, RowMapping, bindparam, insert, select, update

from db import standings
from db.engine import snapshot
from db.prepared import Read, Write, WriteRows
from db.schema import (
    DecisionKind,
    FlagState,
    audit,
    audit_head,
    bureau,
    candidate,
    decision,
    department,
    flag,
    tally,
    tally_count,
    user,
)

GENESIS = "0" * 64
"""What the first row binds."""

Key = TypeVar("Key", bound=Hashable)

TALLY_STORED = "tally stored"
FLAGS_RAISED = "flags raised"
PIN_LOCKED = "PIN locked"
ACCOUNT_CREATED = "account created"
ELECTION_CREATED = "election created"
ELECTION_UPDATED = "election updated"

_head = Read(select(audit_head.c.id, audit_head.c.hash).with_for_update())
_append = WriteRows(audit, audit.c.keys())
_move_head = Write(update(audit_head).values(id=bindparam("head_id"), hash=bindparam("head_hash")))


@dataclass(frozen=True, slots=True)
class Break:
    """Where the chain is broken: the row's number, and what is wrong there."""

    row: int
    reason: str


@dataclass(frozen=True, slots=True)
class Head:
    """The newest row of the chain: its number (0: there is none) and its hash."""

    row: int
    hash: str


class Chain:
    """The chain's end, as one transaction sees it. Rows are kept here until `write`, which writes all of them at once.

    From `lock` on, and until the transaction is over, nobody else appends: all writers meet there, so lock late.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._kept: list[dict[str, Any]] = []
        self._end: Head | None = None

    def lock(self) -> int:
        """Queues for the chain's end; returns the number that the next row will have."""
        if self._end is None:
            row = _head.first(self._connection, {})
            self._end = Head(row.id, row.hash) if row else Head(0, GENESIS)
        return self._end.row + len(self._kept) + 1

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
        assert self._end is not None
        begun, rows = self._end.row > 0, []
        for kept in self._kept:
            row = {"id": self._end.row + 1, **kept}
            self._end = Head(row["id"], row_hash(row, self._end.hash))
            rows.append({**row, "hash": self._end.hash})
        self._kept = []
        if not rows:
            return
        _append.execute(self._connection, rows)
        if begun:
            _move_head.execute(self._connection, {"head_id": self._end.row, "head_hash": self._end.hash})
        else:
            self._connection.execute(insert(audit_head), {"one": True, "id": self._end.row, "hash": self._end.hash})


def record(
    connection: Connection, *, at: datetime, actor: str, action: str, subject: str, detail: Mapping[str, Any]
) -> None:
    """Appends a row, in the caller's transaction; writers queue for the head, so do this last."""
    chain = Chain(connection)
    chain.record(at=at, actor=actor, action=action, subject=subject, detail=detail)
    chain.write()


def row_hash(row: Mapping[str, Any] | RowMapping, previous: str) -> str:
    """SHA-256 over the row's columns and the hash before it, as a JSON array."""
    bound = [previous, *(row[column] for column in ("id", "at", "actor", "action", "subject", "detail"))]
    return hashlib.sha256(json.dumps(bound, ensure_ascii=False).encode()).hexdigest()


def lock(connection: Connection) -> None:
    """Queues for the chain's end: until this transaction is over, nobody else appends."""
    Chain(connection).lock()


def head(connection: Connection) -> Head:
    """The newest row: written down elsewhere, it binds all that came before."""
    row = connection.execute(select(audit_head.c.id, audit_head.c.hash)).one_or_none()
    return Head(row.id, row.hash) if row else Head(0, GENESIS)


def broken(connection: Connection, what: str) -> Break:
    """A break that no one row of the chain explains: it is told of the newest row."""
    return Break(head(connection).row, what)


Check = Callable[[Connection], Break | None]
"""Compares what is stored with what the chain says of it."""


def verify(engine: Engine, further: Sequence[Check] = ()) -> Break | Head:
    """The first break of the chain, or the head up to which it holds, both as of one moment.

    Found are rows changed, removed, added or cut off; tallies, totals, flags, candidates, decisions and accounts that are
    not what the chain says; and whatever the `further` checks find.
    """
    checks = (
        _verify_chain,
        _verify_tallies,
        _verify_flags,
        _verify_candidates,
        _verify_decisions,
        _verify_accounts,
        *further,
    )
    with snapshot(engine) as connection:
        broken = next(filter(None, (check(connection) for check in checks)), None)
        return broken or head(connection)


def _verify_chain(connection: Connection) -> Break | None:
    previous, number = GENESIS, 0
    for row in connection.execution_options(yield_per=5000).execute(select(audit).order_by(audit.c.id)).mappings():
        number += 1
        if row["id"] != number:
            return Break(number, f"the row is missing: row {row['id']} follows row {number - 1}")
        if row["hash"] != row_hash(row, previous):
            return Break(number, "the row is not what its hash binds")
        previous = row["hash"]
    newest = head(connection)
    if newest.row > number:
        return Break(number + 1, f"the row is missing: the chain had {newest.row} rows")
    return None if newest.hash == previous else Break(number, "the row is not the head that was recorded")


def recorded(connection: Connection, *actions: str) -> Iterator[tuple[int, str, dict[str, Any]]]:
    """Number, subject and detail of the rows with these actions."""
    rows = select(audit.c.id, audit.c.subject, audit.c.detail).where(audit.c.action.in_(actions)).order_by(audit.c.id)
    for number, subject, detail in connection.execute(rows):
        yield number, subject, json.loads(detail)


def _verify_tallies(connection: Connection) -> Break | None:
    figures: dict[int, dict[str, int]] = {}
    counts = select(tally_count.c.tally_id, tally_count.c.field, tally_count.c.count)
    for tally_id, field, count in connection.execute(counts):
        figures.setdefault(tally_id, {})[field] = count
    stored = {
        f"tally {each.id}": tally_detail(
            each.bureau_id, each.channel, each.origin, each.version, each.receipt, figures.get(each.id, {})
        )
        for each in connection.execute(select(tally))
    }
    extra = [f"tally {tally_id}" for tally_id in figures if f"tally {tally_id}" not in stored]
    for number, subject, detail in recorded(connection, TALLY_STORED):
        if stored.pop(subject, None) != detail:
            return Break(number, f"{subject} is not what was stored then")
    extra += stored
    if extra:
        return Break(head(connection).row, f"{extra[0]} was never stored by the line")
    difference = standings.first_difference(connection, figures)
    return Break(head(connection).row, f"{difference} are not those of the tallies") if difference else None


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


def _verify_flags(connection: Connection) -> Break | None:
    raised: dict[str, set[str]] = {}
    query = select(flag.c.tally_id, flag.c.code).where(flag.c.state == FlagState.OPEN.value)
    for tally_id, code in connection.execute(query):
        raised.setdefault(f"tally {tally_id}", set()).add(code)
    raised_then: dict[str, set[str]] = {}
    last: dict[str, int] = {}
    for number, subject, detail in recorded(connection, FLAGS_RAISED):
        raised_then.setdefault(subject, set()).update(detail["flags"])
        last[subject] = number
    for subject, codes in raised_then.items():
        if raised.pop(subject, set()) != codes:
            return Break(last[subject], f"the flags of {subject} are not those that were raised then")
    return Break(head(connection).row, f"the flags of {next(iter(raised))} were never raised") if raised else None


def _verify_candidates(connection: Connection) -> Break | None:
    present: dict[str, list[list[Any]]] = {}
    for each in connection.execute(select(candidate).order_by(candidate.c.election_id, candidate.c.position)):
        present.setdefault(f"election {each.election_id}", []).append([each.number, each.name])
    loaded = {}
    for number, subject, detail in recorded(connection, ELECTION_CREATED, ELECTION_UPDATED):
        loaded[subject] = number, detail["candidates"]
    for subject, (number, candidates) in loaded.items():
        if present.pop(subject, None) != candidates:
            return Break(number, f"the candidates of {subject} are not those that were loaded then")
    return Break(head(connection).row, f"{next(iter(present))} was never loaded") if present else None


def _verify_decisions(connection: Connection) -> Break | None:
    taken: Counter[tuple[str, str, str, str, str]] = Counter()
    query = (
        select(decision, user.c.email, bureau.c.code, department.c.code.label("department"))
        .join(user)
        .outerjoin(bureau, bureau.c.id == decision.c.bureau_id)
        .outerjoin(department, department.c.id == decision.c.department_id)
    )
    for each in connection.execute(query):
        taken[each.kind, f"account {each.email}", _subject(each), each.reason, each.detail or ""] += 1
    last = 0
    rows = select(audit.c.id, audit.c.actor, audit.c.action, audit.c.subject, audit.c.detail)
    kinds = [kind.value for kind in DecisionKind]
    for row in connection.execute(rows.where(audit.c.action.in_(kinds)).order_by(audit.c.id)):
        detail = json.loads(row.detail)
        # The line locks a PIN by itself, the command line unlocks one: neither is anybody's decision here.
        if "reason" not in detail:
            continue
        last = row.id
        reason = detail.pop("reason")
        known = json.dumps(detail, ensure_ascii=False, sort_keys=True) if DecisionKind(row.action).detailed else ""
        key = (row.action, row.actor, row.subject, reason, known)
        if not taken[key]:
            return Break(row.id, f"{row.action}, {row.subject}: this decision is not there")
        taken[key] -= 1
    left = next((key for key, count in taken.items() if count), None)
    return None if left is None else Break(last or head(connection).row, f"{left[0]}, {left[2]}: nobody decided this")


def _subject(taken: Row[Any]) -> str:
    """What a decision is about, as the chain names it."""
    if taken.flag_id is not None:
        return f"flag {taken.flag_id}"
    if taken.call_id is not None:
        return f"call {taken.call_id}"
    if taken.code is not None:
        return f"code {taken.code}"
    return f"election {taken.election_id}" if taken.department is None else f"department {taken.department}"


def _verify_accounts(connection: Connection) -> Break | None:
    present = {
        f"account {row.email}": {
            "role": row.role,
            "post": row.post,
            "department": row.department,
            "candidate": row.candidate,
        }
        for row in connection.execute(select(user))
    }
    for number, subject, detail in recorded(connection, ACCOUNT_CREATED):
        if present.pop(subject, None) != detail:
            return Break(number, f"{subject} is not what was created then")
    return Break(head(connection).row, f"{next(iter(present))} was never created") if present else None


def stored_as_recorded(
    connection: Connection,
    stored: Mapping[Key, Any],
    rows: Iterable[tuple[int, Key, Any]],
    named: Callable[[Key], str],
    done: str,
) -> Break | None:
    """Compares each thing that is `stored`, by its key, with the row of the chain that recorded it: number, key, and detail.

    A break says that a thing, as `named`, is not what was `done` then, or was never `done`.
    """
    left = dict(stored)
    for number, key, detail in rows:
        if left.pop(key, None) != detail:
            return Break(number, f"{named(key)} is not what was {done} then")
    return broken(connection, f"{named(next(iter(left)))} was never {done}") if left else None
