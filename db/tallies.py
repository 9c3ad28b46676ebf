"""Storing a tally: one function, whatever channel it came by. What a stored tally sets off runs in the same transaction."""

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, insert, select
from stdnum import damm

from db import audit, standings
from db.calls import CallSoFar
from db.schema import Channel, Origin, tally, tally_count

RECEIPT_DIGITS = 6


class TallyOvertaken(Exception):
    """Another version was stored since the one that this tally was to follow."""


@dataclass(frozen=True, slots=True)
class NewTally:
    """What to store: the figures of one bureau, as the version after `replaces` (0: the first)."""

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
    caller: str
    call: CallSoFar | None = None
    stands: bool = False


Consequence = Callable[[Connection, StoredTally], None]
"""What a stored tally sets off, in its transaction."""

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
_receipt_taken = select(tally.c.id).where(
    tally.c.election_id == bindparam("election"), tally.c.receipt == bindparam("number")
)
_insert = insert(tally)
_insert_counts = insert(tally_count)


def find_newest(connection: Connection, bureau_id: int, origin: Origin, channel: Channel) -> StoredTally | None:
    """The bureau's current tally by one channel, or None."""
    row = connection.execute(_newest, {"bureau": bureau_id, "kind": origin.value, "way": channel.value}).one_or_none()
    if row is None:
        return None
    figures = dict(connection.execute(_counts, {"which": row.id}).all())
    return StoredTally(
        row.id, row.election_id, bureau_id, channel, origin, row.version, row.at, row.receipt, figures, caller=""
    )


def store(
    connection: Connection, new: NewTally, *, at: datetime, consequences: Sequence[Consequence] = ()
) -> StoredTally:
    """Stores a tally with its audit row and its consequences; the caller commits.

    Call `begin_write` first. Tallies are stored one after the other, behind the audit's head, so that a rule which compares
    bureaux sees all that came before. Raises `TallyOvertaken` where the newest version is not the one that this was to follow.
    """
    audit.lock(connection)
    current = find_newest(connection, new.bureau_id, new.origin, new.channel)
    if (current.version if current else 0) != new.replaces:
        raise TallyOvertaken
    version = new.replaces + 1
    receipt = _draw_receipt(connection, new.election_id)
    row = {
        "election_id": new.election_id,
        "bureau_id": new.bureau_id,
        "channel": new.channel.value,
        "origin": new.origin.value,
        "version": version,
        "at": at,
        "call_id": new.call.id if new.call else None,
        "user_id": new.user_id,
        "receipt": receipt,
    }
    key = connection.execute(_insert, row).inserted_primary_key
    assert key is not None
    stands = standings.move(
        connection,
        election_id=new.election_id,
        bureau_id=new.bureau_id,
        tally_id=int(key[0]),
        channel=new.channel,
        origin=new.origin,
        figures=new.figures,
        at=at,
    )
    stored = StoredTally(
        int(key[0]),
        new.election_id,
        new.bureau_id,
        new.channel,
        new.origin,
        version,
        at,
        receipt,
        dict(new.figures),
        new.caller,
        new.call,
        stands,
    )
    connection.execute(
        _insert_counts,
        [{"tally_id": stored.id, "field": field, "count": count} for field, count in new.figures.items()],
    )
    for consequence in consequences:
        consequence(connection, stored)
    audit.record(
        connection,
        at=at,
        actor=new.actor,
        action=audit.TALLY_STORED,
        subject=f"tally {stored.id}",
        detail=audit.tally_detail(new.bureau_id, new.channel.value, new.origin.value, version, receipt, new.figures),
    )
    return stored


def _draw_receipt(connection: Connection, election_id: int) -> str:
    """Six random digits and Damm's check digit, not yet given in this election."""
    while True:
        digits = f"{secrets.randbelow(10**RECEIPT_DIGITS):0{RECEIPT_DIGITS}}"
        receipt = digits + damm.calc_check_digit(digits)
        if connection.execute(_receipt_taken, {"election": election_id, "number": receipt}).one_or_none() is None:
            return receipt
