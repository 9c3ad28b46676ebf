"""Which tally stands for each bureau, and the sums over those tallies: moved in the transaction that stores a tally.

The provisional tally of a bureau is the newest that its president phoned in; where there is none, the newest that an operator
keyed on the president's word. Statements (PV) and ink never stand: they are what it is compared with. Rehearsals never stand.
A transaction that moves a department's sums holds them until its end: the department's tallies are stored one after the other.
"""

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache

import msgspec
from sqlalchemy import Column, Connection, Insert, bindparam, delete, insert, select, update

from db.backends.base import Backend
from db.locks import Lock
from db.schema import Channel, Origin, bureau, pace, running_total, standing, tally, tally_count
from db.transactions import WriteTransaction
from flows.ballot import VOTERS

REPORTED = "reported"
"""Bureaux that have reported."""
ELECTORATE = "electorate"
"""Electors of these, where the register knows them."""
KNOWN_VOTERS = "known-voters"
"""Voters of the bureaux whose electors are known."""

PRECEDENCE = (Channel.PHONE, Channel.OPERATOR)
"""The channels by which a president reports: a tally stands unless there is one by an earlier channel of this list."""

_decode = msgspec.json.Decoder(dict[str, int]).decode
_standing = (
    select(bureau.c.election_id, bureau.c.department_id, bureau.c.electorate, standing.c.figures, tally.c.channel)
    .select_from(bureau.outerjoin(standing).outerjoin(tally, tally.c.id == standing.c.tally_id))
    .where(bureau.c.id == bindparam("bureau"))
)
_insert = insert(standing)
_replace = (
    update(standing)
    .where(standing.c.bureau_id == bindparam("bureau"))
    .values(tally_id=bindparam("tally"), figures=bindparam("text"), digest=bindparam("hash"))
)


def read_figures(text: str) -> dict[str, int]:
    """The figures of a standing tally, from its column."""
    return _decode(text)


def digest(figures: Mapping[str, int]) -> str:
    """The same 16 hexadecimal digits for the same figures, in whatever order."""
    return hashlib.blake2b(encode_figures(figures).encode(), digest_size=8).hexdigest()


def encode_figures(figures: Mapping[str, int]) -> str:
    """Figures as a column keeps them: the same text for the same figures."""
    return msgspec.json.encode(dict(figures), order="deterministic").decode()


@dataclass(frozen=True, slots=True)
class BureauStanding:
    """A bureau of the register, and the tally that stands for it: its `channel` and its `figures` as their column has them,
    both None where nothing stands."""

    bureau_id: int
    election_id: int
    department_id: int
    electorate: int | None
    channel: str | None
    figures: str | None


def move(
    transaction: WriteTransaction,
    before: BureauStanding,
    *,
    tally_id: int,
    channel: Channel,
    origin: Origin,
    figures: Mapping[str, int],
    at: datetime,
) -> bool:
    """Makes this tally the bureau's provisional one, if it qualifies, and moves its department's sums; returns whether it does.

    A bureau's first is to be counted with its minute, too (`count_minute`).
    """
    if origin is not Origin.LIVE or channel not in PRECEDENCE:
        return False
    if before.channel is not None and PRECEDENCE.index(Channel(before.channel)) < PRECEDENCE.index(channel):
        return False
    text, hashed = encode_figures(figures), digest(figures)
    department = {"election_id": before.election_id, "department_id": before.department_id}
    change = _sums(figures, before.electorate)
    if before.figures is None:
        row = {**department, "bureau_id": before.bureau_id, "tally_id": tally_id, "first_at": at}
        transaction.execute(_insert, {**row, "figures": text, "digest": hashed})
    else:
        transaction.execute(_replace, {"bureau": before.bureau_id, "tally": tally_id, "text": text, "hash": hashed})
        change.subtract(_sums(read_figures(before.figures), before.electorate))
    transaction.lock(Lock.DEPARTMENT)
    rows = [{**department, "field": field, "count": count} for field, count in sorted(change.items())]
    transaction.execute(_add_to_sums(transaction.backend), rows)
    return True


def count_minute(transaction: WriteTransaction, election_id: int, at: datetime) -> None:
    """Counts a bureau that has first reported in the minute of `at`. All writers meet at this row, so do this late."""
    transaction.lock(Lock.MINUTE)
    minute = {"election_id": election_id, "minute": _minute(at), "reported": 1}
    transaction.execute(_add_to_minute(transaction.backend), minute)


def _sums(figures: Mapping[str, int], electorate: int | None) -> Counter[str]:
    """What one standing tally adds to its department's sums."""
    known = {ELECTORATE: electorate, KNOWN_VOTERS: figures[VOTERS]} if electorate is not None else {}
    return Counter({**figures, **known, REPORTED: 1})


def _minute(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)


def _adding(backend: Backend, counted: Column[int]) -> Insert:
    """Adds `counted` of a row to the row of the same key, or begins it."""
    first = backend.insert(counted.table)
    changed = {counted.name: counted + first.excluded[counted.name]}
    return first.on_conflict_do_update(index_elements=list(counted.table.primary_key), set_=changed)


@cache
def _add_to_minute(backend: Backend) -> Insert:
    return _adding(backend, pace.c.reported)


@cache
def _add_to_sums(backend: Backend) -> Insert:
    return _adding(backend, running_total.c.count)


def rebuild(transaction: WriteTransaction) -> None:
    """Makes the standing tallies and their sums again from the tallies, for every election."""
    for table in (standing, running_total, pace):
        transaction.execute(delete(table))
    figures: dict[int, dict[str, int]] = {}
    counts = select(tally_count.c.tally_id, tally_count.c.field, tally_count.c.count)
    for tally_id, field, count in transaction.connection.execute(counts):
        figures.setdefault(tally_id, {})[field] = count
    live = (
        select(tally.c.id, tally.c.election_id, tally.c.bureau_id, tally.c.channel, tally.c.at)
        .where(tally.c.origin == Origin.LIVE.value, tally.c.channel.in_(PRECEDENCE))
        .order_by(tally.c.id)
    )
    for row in transaction.execute(live).all():
        present = transaction.execute(_standing, {"bureau": row.bureau_id}).one()
        move(
            transaction,
            BureauStanding(row.bureau_id, **present._mapping),
            tally_id=row.id,
            channel=Channel(row.channel),
            origin=Origin.LIVE,
            figures=figures[row.id],
            at=row.at,
        )
        if present.figures is None:
            count_minute(transaction, row.election_id, row.at)


def first_difference(connection: Connection, figures: Mapping[int, Mapping[str, int]]) -> str | None:
    """Which standing tally or sum is not what the tallies make it, in a few words; None if nothing is.

    `figures` are those of every tally, by its id.
    """
    about = {
        row.id: row for row in connection.execute(select(bureau.c.id, bureau.c.department_id, bureau.c.electorate))
    }
    expected: dict[int, tuple[int, str, str, datetime]] = {}
    by: dict[int, Channel] = {}
    first: dict[int, datetime] = {}
    paces: Counter[tuple[int, datetime]] = Counter()
    live = select(tally.c.id, tally.c.election_id, tally.c.bureau_id, tally.c.channel, tally.c.at)
    live = live.where(tally.c.origin == Origin.LIVE.value, tally.c.channel.in_(PRECEDENCE))
    for row in connection.execute(live.order_by(tally.c.id)):
        if row.bureau_id not in first:
            first[row.bureau_id] = row.at
            paces[row.election_id, _minute(row.at)] += 1
        channel = Channel(row.channel)
        if PRECEDENCE.index(by.get(row.bureau_id, channel)) >= PRECEDENCE.index(channel):
            by[row.bureau_id] = channel
            sheet = figures[row.id]
            expected[row.bureau_id] = (row.id, encode_figures(sheet), digest(sheet), first[row.bureau_id])
    unseen = dict(expected)
    for row in connection.execute(select(standing)):
        if expected.get(row.bureau_id) != (row.tally_id, row.figures, row.digest, row.first_at):
            return f"the figures that stand for bureau {row.bureau_id}"
        del unseen[row.bureau_id]
    if unseen:
        return f"the figures that stand for bureau {next(iter(unseen))}"
    sums: dict[int, Counter[str]] = {}
    for bureau_id, (tally_id, *_) in expected.items():
        department_id, electorate = about[bureau_id].department_id, about[bureau_id].electorate
        sums.setdefault(department_id, Counter()).update(_sums(figures[tally_id], electorate))
    found: dict[int, Counter[str]] = {}
    running = select(running_total.c.department_id, running_total.c.field, running_total.c.count)
    for department_id, field, count in connection.execute(running):
        found.setdefault(department_id, Counter())[field] = count
    wrong = next((each for each in sums.keys() | found.keys() if sums.get(each) != found.get(each)), None)
    if wrong is not None:
        return f"the sums of department {wrong}"
    minutes = select(pace.c.election_id, pace.c.minute, pace.c.reported)
    kept = {(election_id, minute): count for election_id, minute, count in connection.execute(minutes)}
    return None if kept == dict(paces) else "the bureaux by the minute"
