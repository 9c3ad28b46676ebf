"""Taking a pen's document: its ink, what was read of it, and the tally that follows, all in one transaction or not at all.

`prepare` does the slow part, parsing and recognising, and touches no database; `keep` stores, and holds the one writer's place
for a moment only. `take` does both.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Row, insert, select

from db import audit, elections
from db.decisions import Decider
from db.elections import Schedule
from db.schema import Channel, Origin, bureau, department, pen_document, pen_reading
from db.tallies import Consequence, NewTally, TallyArrival, find_newest, store
from db.transactions import WriteTransaction
from db.users import Role
from flows.ballot import Election
from reporting.pen.form_layout import lay_out
from reporting.pen.inkml import Stroke, parse
from reporting.pen.reading import Reading, read
from reporting.pen.refusals import AlreadyTaken, NoSuchBureau, OutsideDepartment, PollsStillOpen

INK_TAKEN = "ink taken"
TENTHS = 10
"""Ink is kept in tenths of a millimetre."""
MAX_NAME = 200


@dataclass(frozen=True, slots=True)
class Prepared:
    """A document that was parsed and read, not yet stored. `ink` is packed as it will be kept."""

    name: str
    digest: str
    bureau: str
    pen: str
    ink: str
    readings: tuple[Reading, ...]


@dataclass(frozen=True, slots=True)
class Taken:
    """A document that is in the database. `tally` is None where no figure could be read."""

    id: int
    bureau: str
    readings: tuple[Reading, ...]
    tally: TallyArrival | None


@dataclass(frozen=True, slots=True)
class PenDocument:
    """A stored document with its ink (millimetres) and its readings, in the order of the statement."""

    id: int
    name: str
    pen: str
    digest: str
    at: datetime
    user_id: int | None
    tally_id: int | None
    strokes: tuple[Stroke, ...]
    readings: tuple[Reading, ...]


def take(
    transaction: WriteTransaction,
    election: Election,
    schedule: Schedule,
    document: bytes,
    name: str,
    *,
    at: datetime,
    by: Decider | None = None,
    department_code: str | None = None,
    consequences: Sequence[Consequence] = (),
) -> Taken:
    """Takes a document in. Raises a `PenRefusal`, or `TallyOvertaken`.

    `by` is None on the command line; `department_code` limits who may see one department only.
    """
    prepared = prepare(election, document, name)
    return keep(
        transaction,
        election,
        schedule,
        prepared,
        at=at,
        by=by,
        department_code=department_code,
        consequences=consequences,
    )


def prepare(election: Election, document: bytes, name: str) -> Prepared:
    """Parses a document and reads its figures. Raises a `PenRefusal`."""
    ink = parse(document)
    readings = read(ink.strokes, lay_out(election))
    return Prepared(
        printable(name), hashlib.sha256(document).hexdigest(), ink.bureau, ink.pen, _pack(ink.strokes), tuple(readings)
    )


def keep(
    transaction: WriteTransaction,
    election: Election,
    schedule: Schedule,
    prepared: Prepared,
    *,
    at: datetime,
    by: Decider | None = None,
    department_code: str | None = None,
    consequences: Sequence[Consequence] = (),
) -> Taken:
    """Stores what was prepared, as `take` does."""
    if not schedule.polls_closed(at):
        raise PollsStillOpen
    place = _find_bureau(transaction.connection, election.id, prepared.bureau)
    if by is not None and by.role is not Role.CDRV:
        raise OutsideDepartment
    if department_code is not None and place.department != department_code:
        raise OutsideDepartment
    elections.hold_register(transaction, election.id)
    audit.lock(transaction)
    _refuse_if_taken(transaction.connection, election.id, prepared.digest)
    stored = _store_tally(transaction, election, place.id, prepared, at, by, consequences)
    document_id = _insert(transaction, election, place.id, prepared, at, by, stored)
    audit.record(
        transaction,
        at=at,
        actor=_actor(by),
        action=INK_TAKEN,
        subject=f"document {document_id}",
        detail=ink_detail(prepared.bureau, prepared.digest, prepared.name, prepared.ink, prepared.readings),
    )
    return Taken(document_id, prepared.bureau, prepared.readings, stored)


def ink_detail(bureau: str, digest: str, name: str, ink: str, readings: Iterable[Reading]) -> dict[str, str]:
    """What the chain binds of a document: its ink, and what it was read as."""
    read_as = sorted([each.field, each.digits, each.count] for each in readings)
    bound = hashlib.sha256(f"{ink}{json.dumps(read_as)}".encode()).hexdigest()
    return {"bureau": bureau, "digest": digest, "name": name, "ink": bound}


def _actor(by: Decider | None) -> str:
    return by.actor if by else "command line"


def printable(name: str) -> str:
    """A file's name as it can be stored and shown anywhere."""
    return "".join(each for each in name if each.isprintable())[-MAX_NAME:]


def _find_bureau(connection: Connection, election_id: int, code: str) -> Row[int, str]:
    """Its id, and its department's code. Raises `NoSuchBureau`."""
    query = (
        select(bureau.c.id, department.c.code.label("department"))
        .join(department, department.c.id == bureau.c.department_id)
        .where(bureau.c.election_id == election_id, bureau.c.code == code)
    )
    found = connection.execute(query).one_or_none()
    if found is None:
        raise NoSuchBureau
    return found


def _refuse_if_taken(connection: Connection, election_id: int, digest: str) -> None:
    """Behind the audit's lock, so that two who take the same document come one after the other."""
    same = select(pen_document.c.id).where(pen_document.c.election_id == election_id, pen_document.c.digest == digest)
    if connection.execute(same).one_or_none() is not None:
        raise AlreadyTaken


def _store_tally(
    transaction: WriteTransaction,
    election: Election,
    bureau_id: int,
    prepared: Prepared,
    at: datetime,
    by: Decider | None,
    consequences: Sequence[Consequence],
) -> TallyArrival | None:
    """A tally of the figures that were read, and of those that an earlier document had; None where none is read now.

    A pen that reads less than the one before takes nothing back: a disagreement must not disappear with a shorter document.
    """
    read_now = {each.field: each.count for each in prepared.readings if each.count is not None}
    if not read_now:
        return None
    before = find_newest(transaction.connection, bureau_id, Origin.LIVE, Channel.PEN)
    figures = {**(before.figures if before else {}), **read_now}
    new = NewTally(
        election_id=election.id,
        bureau_id=bureau_id,
        channel=Channel.PEN,
        origin=Origin.LIVE,
        figures=figures,
        replaces=before.version if before else 0,
        caller="",
        actor=_actor(by),
        user_id=by.user_id if by else None,
    )
    return store(transaction, new, at=at, consequences=consequences)


def _insert(
    transaction: WriteTransaction,
    election: Election,
    bureau_id: int,
    prepared: Prepared,
    at: datetime,
    by: Decider | None,
    stored: TallyArrival | None,
) -> int:
    values = {
        "election_id": election.id,
        "bureau_id": bureau_id,
        "tally_id": stored.id if stored else None,
        "name": prepared.name,
        "pen": prepared.pen,
        "digest": prepared.digest,
        "ink": prepared.ink,
        "user_id": by.user_id if by else None,
        "at": at,
    }
    key = transaction.execute(insert(pen_document).values(values)).inserted_primary_key
    assert key is not None
    rows = [
        {
            "document_id": key[0],
            "field": each.field,
            "digits": each.digits,
            "confidence": each.confidence,
            "count": each.count,
        }
        for each in prepared.readings
    ]
    transaction.execute(insert(pen_reading), rows)
    return int(key[0])


def _pack(strokes: Sequence[Stroke]) -> str:
    packed = [[[round(x * TENTHS), round(y * TENTHS)] for x, y in stroke] for stroke in strokes]
    return json.dumps(packed, separators=(",", ":"))


def _unpack(ink: str) -> tuple[Stroke, ...]:
    return tuple(tuple((x / TENTHS, y / TENTHS) for x, y in stroke) for stroke in json.loads(ink))


def find_document(connection: Connection, election: Election, bureau_id: int) -> PenDocument | None:
    """The bureau's newest document, or None."""
    query = (
        select(pen_document).where(pen_document.c.bureau_id == bureau_id).order_by(pen_document.c.id.desc()).limit(1)
    )
    row = connection.execute(query).one_or_none()
    if row is None:
        return None
    columns = select(pen_reading.c.field, pen_reading.c.digits, pen_reading.c.confidence, pen_reading.c.count)
    readings = {
        field: Reading(field, digits, confidence, count)
        for field, digits, confidence, count in connection.execute(columns.where(pen_reading.c.document_id == row.id))
    }
    ordered = tuple(readings[field] for field in election.fields if field in readings)
    return PenDocument(
        row.id, row.name, row.pen, row.digest, row.at, row.user_id, row.tally_id, _unpack(row.ink), ordered
    )
