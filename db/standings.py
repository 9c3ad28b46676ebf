"""Which tally stands for each bureau, and the sums over those tallies: moved in the transaction that stores a tally.

The provisional tally of a bureau is the newest that its president phoned in; where there is none, the newest that an operator
keyed on the president's word. Minutes and ink never stand: they are what it is compared with. Rehearsals do not, either.
Who moves a department's sums holds them until the end of the transaction: its tallies are stored one after the other.
"""

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import msgspec
from sqlalchemy import (
    ARRAY,
    Column,
    Connection,
    Insert,
    Integer,
    String,
    bindparam,
    column,
    delete,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql import Insert as PostgresqlInsert
from sqlalchemy.dialects.sqlite import Insert as SqliteInsert

from db.prepared import Write
from db.schema import Channel, Origin, bureau, pace, running_total, standing, tally, tally_count
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
_seat = (
    select(bureau.c.election_id, bureau.c.department_id, bureau.c.electorate, standing.c.figures, tally.c.channel)
    .select_from(bureau.outerjoin(standing).outerjoin(tally, tally.c.id == standing.c.tally_id))
    .where(bureau.c.id == bindparam("bureau"))
)
_insert = Write(insert(standing), tuple(standing.c.keys()))
_move = Write(
    update(standing)
    .where(standing.c.bureau_id == bindparam("bureau"))
    .values(tally_id=bindparam("tally"), figures=bindparam("sheet"), digest=bindparam("hash"))
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
class Seat:
    """A bureau of the register, and the tally that stands for it: its `channel` and its `figures` as their column has them,
    both None where nothing stands."""

    bureau_id: int
    election_id: int
    department_id: int
    electorate: int | None
    channel: str | None
    figures: str | None


def move(
    connection: Connection,
    seat: Seat,
    *,
    tally_id: int,
    channel: Channel,
    origin: Origin,
    figures: Mapping[str, int],
    at: datetime,
) -> bool:
    """Lets a stored tally stand for its bureau if it is to, and moves its department's sums; returns whether it stands now.

    A bureau's first is to be counted with its minute, too (`keep_pace`).
    """
    if origin is not Origin.LIVE or channel not in PRECEDENCE:
        return False
    if seat.channel is not None and PRECEDENCE.index(Channel(seat.channel)) < PRECEDENCE.index(channel):
        return False
    values = {"tally": tally_id, "sheet": encode_figures(figures), "hash": digest(figures)}
    place = {"election_id": seat.election_id, "department_id": seat.department_id}
    change = _sums(figures, seat.electorate)
    if seat.figures is None:
        row = {**place, "bureau_id": seat.bureau_id, "tally_id": tally_id, "first_at": at}
        _insert.execute(connection, {**row, "figures": values["sheet"], "digest": values["hash"]})
    else:
        _move.execute(connection, {**values, "bureau": seat.bureau_id})
        change.subtract(_sums(read_figures(seat.figures), seat.electorate))
    _add_to_sums(connection, place, change)
    return True


def keep_pace(connection: Connection, election_id: int, at: datetime) -> None:
    """Counts a bureau that has first reported in the minute of `at`. All writers meet at this row, so do this late."""
    minute = {"election_id": election_id, "minute": _minute(at), "reported": 1}
    _PACE[connection.dialect.name].execute(connection, minute)


def _sums(figures: Mapping[str, int], electorate: int | None) -> Counter[str]:
    """What one standing tally adds to its department's sums."""
    known = {ELECTORATE: electorate, KNOWN_VOTERS: figures[VOTERS]} if electorate is not None else {}
    return Counter({**figures, **known, REPORTED: 1})


def _minute(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)


def _adding(first: PostgresqlInsert | SqliteInsert, counted: Column[int]) -> Insert:
    """Adds `counted` of a row to the row of the same key, or begins it."""
    changed = {counted.name: counted + first.excluded[counted.name]}
    return first.on_conflict_do_update(index_elements=list(counted.table.primary_key), set_=changed)


_PACE = {
    name: Write(_adding(dialect.insert(pace), pace.c.reported), tuple(pace.c.keys()))
    for name, dialect in (("sqlite", sqlite), ("postgresql", postgresql))
}
_add_to_sum = _adding(sqlite.insert(running_total), running_total.c.count)
_changes = (
    func.unnest(bindparam("fields", type_=ARRAY(String)), bindparam("counts", type_=ARRAY(Integer)))
    .table_valued(column("field", String), column("count", Integer))
    .render_derived()
)
_add_to_all_sums = Write(
    _adding(
        postgresql.insert(running_total).from_select(
            [each.name for each in running_total.c],
            select(bindparam("election_id", type_=Integer), bindparam("department_id", type_=Integer), *_changes.c),
        ),
        running_total.c.count,
    )
)


def _add_to_sums(connection: Connection, place: dict[str, int], change: Counter[str]) -> None:
    """Adds to a department's sums: in one statement on PostgreSQL, where each is a journey; row by row on SQLite."""
    if connection.dialect.name == "sqlite":
        rows = [{**place, "field": field, "count": count} for field, count in change.items()]
        connection.execute(_add_to_sum, rows)
        return
    _add_to_all_sums.execute(connection, {**place, "fields": list(change), "counts": list(change.values())})


def rebuild(connection: Connection) -> None:
    """Makes the standing tallies and their sums anew from the tallies, for every election; the caller commits."""
    for table in (standing, running_total, pace):
        connection.execute(delete(table))
    figures: dict[int, dict[str, int]] = {}
    for tally_id, field, count in connection.execute(select(tally_count)):
        figures.setdefault(tally_id, {})[field] = count
    live = (
        select(tally.c.id, tally.c.election_id, tally.c.bureau_id, tally.c.channel, tally.c.at)
        .where(tally.c.origin == Origin.LIVE.value, tally.c.channel.in_(PRECEDENCE))
        .order_by(tally.c.id)
    )
    for row in connection.execute(live).all():
        present = connection.execute(_seat, {"bureau": row.bureau_id}).one()
        move(
            connection,
            Seat(row.bureau_id, *present[:3], present.channel, present.figures),
            tally_id=row.id,
            channel=Channel(row.channel),
            origin=Origin.LIVE,
            figures=figures[row.id],
            at=row.at,
        )
        if present.figures is None:
            keep_pace(connection, row.election_id, row.at)


def first_difference(connection: Connection, figures: Mapping[int, Mapping[str, int]]) -> str | None:
    """What of the standing tallies or their sums is not what the tallies make it, in a few words; None if nothing is.

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
