"""`audit verify`: finds where the chain, or what it says of the other tables, is broken."""

import json
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, Row, select

from db import provisional_results
from db.audit.chain import (
    ACCOUNT_CREATED,
    ELECTION_CREATED,
    ELECTION_UPDATED,
    FLAGS_RAISED,
    GENESIS,
    TALLY_STORED,
    Head,
    head,
    recorded,
    row_hash,
    tally_detail,
)
from db.schema import (
    DecisionKind,
    FlagState,
    audit,
    bureau,
    candidate,
    decision,
    department,
    flag,
    tally,
    tally_count,
    user,
)
from db.transactions import snapshot

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Break:
    """Where the chain is broken: the row's number, and what is wrong there."""

    row: int
    reason: str


def broken(connection: Connection, what: str) -> Break:
    """A break that no one row of the chain explains: it is reported at the newest row."""
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
    difference = provisional_results.first_difference(connection, figures)
    return Break(head(connection).row, f"{difference} are not those of the tallies") if difference else None


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
