"""Storing a tally: one function, whatever channel it came by. What a stored tally sets off runs in the same transaction."""

import hashlib
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, exists, func, insert, null, select
from stdnum import damm

from db import audit, standings
from db.audit import Chain
from db.calls import CallSoFar
from db.driver import send
from db.phone_numbers import is_number
from db.prepared import Read, Write, WriteRows
from db.schema import Channel, Origin, bureau, department, election, standing, tally, tally_count
from db.standings import Seat

RECEIPT_DIGITS = 6


class RegisterChanged(Exception):
    """The register was loaded anew since the figures were taken: they may mean something else now."""


class TallyOvertaken(Exception):
    """Another version was stored since the one that this tally was to follow."""


@dataclass(frozen=True, slots=True)
class NewTally:
    """What to store: the figures of one bureau, as the version after `replaces` (0: the first), taken under a `revision` of the
    register (None: it cannot have changed)."""

    election_id: int
    bureau_id: int
    channel: Channel
    origin: Origin
    figures: Mapping[str, int]
    replaces: int
    caller: str
    actor: str
    call: CallSoFar | None = None
    user_id: int | None = None
    revision: int | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a tally is stored, as it was before: the bureau's entry in the register (as of `revision`), and how many tallies of
    the same origin it had by any channel."""

    code: str
    electorate: int | None
    phone: str | None
    department_id: int
    department: str
    polls_close: datetime
    revision: int
    tallies: int


@dataclass(frozen=True, slots=True)
class StoredTally:
    """A tally that is in the database, complete with its receipt. `stands`: it has just become its bureau's provisional one."""

    id: int
    election_id: int
    bureau_id: int
    channel: Channel
    origin: Origin
    version: int
    at: datetime
    receipt: str
    figures: Mapping[str, int]
    place: Place
    caller: str = ""
    call: CallSoFar | None = None
    stands: bool = False


Consequence = Callable[[Connection, StoredTally, Chain], None]
"""What a stored tally sets off, in its transaction, whose audit rows go to the chain."""


@dataclass(frozen=True, slots=True)
class KeptTally:
    """A tally as the database has it."""

    id: int
    version: int
    at: datetime
    receipt: str
    figures: Mapping[str, int]


_newest = (
    select(tally)
    .where(
        tally.c.bureau_id == bindparam("bureau"),
        tally.c.origin == bindparam("kind"),
        tally.c.channel == bindparam("way"),
    )
    .order_by(tally.c.version.desc())
    .limit(1)
)
_counts = select(tally_count.c.field, tally_count.c.count).where(tally_count.c.tally_id == bindparam("which"))
_told = select(tally.c.version).where(tally.c.bureau_id == bindparam("bureau"), tally.c.origin == bindparam("kind"))
_standing_tally = tally.alias("standing_tally")
_place = (
    select(bureau.c.code, bureau.c.electorate, bureau.c.phone, bureau.c.department_id)
    .add_columns(department.c.code.label("department"), election.c.polls_close, election.c.revision)
    .add_columns(standing.c.figures, _standing_tally.c.channel)
    .add_columns(
        select(func.count()).select_from(_told.subquery()).scalar_subquery().label("tallies"),
        select(func.coalesce(func.max(tally.c.version), 0))
        .where(
            tally.c.bureau_id == bindparam("bureau"),
            tally.c.origin == bindparam("kind"),
            tally.c.channel == bindparam("way"),
        )
        .scalar_subquery()
        .label("version"),
        exists()
        .where(tally.c.election_id == bindparam("election"), tally.c.receipt == bindparam("receipt"))
        .label("receipt_taken"),
    )
    .select_from(
        bureau.join(department)
        .join(election, election.c.id == bureau.c.election_id)
        .outerjoin(standing, standing.c.bureau_id == bureau.c.id)
        .outerjoin(_standing_tally, _standing_tally.c.id == standing.c.tally_id)
    )
    .where(bureau.c.id == bindparam("bureau"))
    .with_for_update(read=True, of=election)
)
_PLACE = {
    "sqlite": Read(_place.add_columns(null().label("id"))),
    "postgresql": Read(_place.add_columns(func.nextval(func.pg_get_serial_sequence("tally", "id")).label("id"))),
}
"""On PostgreSQL the tally's number is drawn with its place: then nobody waits for the row to have one."""
_WAIT = "SELECT pg_advisory_xact_lock(key) FROM unnest(%(keys)s::bigint[]) AS key"
_insert = Write(insert(tally), tuple(tally.c.keys()))
_insert_counts = WriteRows(tally_count, tally_count.c.keys())


def find_newest(connection: Connection, bureau_id: int, origin: Origin, channel: Channel) -> KeptTally | None:
    """The bureau's current tally by one channel, or None."""
    row = connection.execute(_newest, {"bureau": bureau_id, "kind": origin.value, "way": channel.value}).one_or_none()
    if row is None:
        return None
    return KeptTally(row.id, row.version, row.at, row.receipt, read_counts(connection, row.id))


def read_counts(connection: Connection, tally_id: int) -> dict[str, int]:
    """The figures of a tally, by field."""
    return dict(connection.execute(_counts, {"which": tally_id}).all())


def store(
    connection: Connection, new: NewTally, *, at: datetime, consequences: Sequence[Consequence] = ()
) -> StoredTally:
    """Stores a tally with its audit row and its consequences; the caller commits.

    Call `begin_write` first. A rule that compares bureaux sees all that came before: tallies of one bureau, of one caller, with
    the same figures (`_queue`) or of one department (`standings`) are stored one after the other. Others meet at the audit's
    end only, which is locked as late as can be. Raises `TallyOvertaken` where the newest version is not the one that this was
    to follow, or `RegisterChanged`; the register stays as it is until the transaction ends.
    """
    _queue(connection, new)
    receipt, row = _find_place(connection, new)
    if new.revision not in (None, row.revision):
        raise RegisterChanged
    if row.version != new.replaces:
        raise TallyOvertaken
    values = {
        "id": row.id,
        "election_id": new.election_id,
        "bureau_id": new.bureau_id,
        "channel": new.channel.value,
        "origin": new.origin.value,
        "version": new.replaces + 1,
        "at": at,
        "call_id": new.call.id if new.call else None,
        "user_id": new.user_id,
        "receipt": receipt,
    }
    inserted = _insert.execute(connection, values)
    tally_id = row.id or inserted.lastrowid
    counts = [{"tally_id": tally_id, "field": field, "count": count} for field, count in new.figures.items()]
    _insert_counts.execute(connection, counts)
    seat = Seat(new.bureau_id, new.election_id, row.department_id, row.electorate, row.channel, row.figures)
    stands = standings.move(
        connection, seat, tally_id=tally_id, channel=new.channel, origin=new.origin, figures=new.figures, at=at
    )
    stored = StoredTally(
        id=tally_id,
        election_id=new.election_id,
        bureau_id=new.bureau_id,
        channel=new.channel,
        origin=new.origin,
        version=new.replaces + 1,
        at=at,
        receipt=receipt,
        figures=dict(new.figures),
        place=Place(
            code=row.code,
            electorate=row.electorate,
            phone=row.phone,
            department_id=row.department_id,
            department=row.department,
            polls_close=row.polls_close,
            revision=row.revision,
            tallies=row.tallies,
        ),
        caller=new.caller,
        call=new.call,
        stands=stands,
    )
    chain = Chain(connection)
    for consequence in consequences:
        consequence(connection, stored, chain)
    chain.record(
        at=at,
        actor=new.actor,
        action=audit.TALLY_STORED,
        subject=f"tally {stored.id}",
        detail=audit.tally_detail(
            new.bureau_id, new.channel.value, new.origin.value, stored.version, receipt, new.figures
        ),
    )
    chain.write()
    if stands and seat.figures is None:
        standings.keep_pace(connection, new.election_id, at)
    return stored


def _queue(connection: Connection, new: NewTally) -> None:
    """On PostgreSQL, tallies queue that a rule may compare, and those of one bureau that a president and an operator report.

    Minutes and ink do not: they are stored behind the audit's end from the start.
    """
    if connection.dialect.name == "sqlite" or new.channel not in standings.PRECEDENCE:
        return
    subjects = [f"bureau {new.bureau_id}", f"figures {new.election_id} {standings.digest(new.figures)}"]
    if is_number(new.caller):
        subjects.append(f"caller {new.caller}")
    digests = (hashlib.blake2b(each.encode(), digest_size=8).digest() for each in subjects)
    send(connection, _WAIT, {"keys": sorted(int.from_bytes(each, signed=True) for each in digests)})


def _find_place(connection: Connection, new: NewTally) -> tuple[str, Any]:
    """A receipt that was not yet given in this election, and the bureau's place."""
    key = {"bureau": new.bureau_id, "kind": new.origin.value, "way": new.channel.value, "election": new.election_id}
    while True:
        receipt = _draw_receipt()
        row = _PLACE[connection.dialect.name].first(connection, {**key, "receipt": receipt})
        if not row.receipt_taken:
            return receipt, row


def _draw_receipt() -> str:
    """Six random digits and Damm's check digit."""
    digits = f"{secrets.randbelow(10**RECEIPT_DIGITS):0{RECEIPT_DIGITS}}"
    return digits + damm.calc_check_digit(digits)
