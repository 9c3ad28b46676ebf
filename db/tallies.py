"""Storing a tally: one function, whatever channel it came by. What a stored tally sets off runs in the same transaction."""

import hashlib
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, exists, func, insert, select
from stdnum import damm

from db import audit, provisional_results
from db.audit import Chain
from db.calls import CallSoFar
from db.locks import Lock
from db.phone_numbers import is_number
from db.provisional_results import BureauStanding
from db.schema import Channel, Origin, bureau, department, election, standing, tally, tally_count
from db.transactions import WriteTransaction

RANDOM_DIGITS = 6
RECEIPT_LENGTH = RANDOM_DIGITS + 1
"""The digits of a receipt: random ones, and a check digit."""


class RegisterChanged(Exception):
    """The register was loaded again since the figures were taken: they may mean something else now."""


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
    """Where a tally is stored: the bureau's entry in the register (as of `revision`), and how many tallies of the same origin
    it had before, by any channel."""

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
    """A tally as the database has it."""

    id: int
    version: int
    at: datetime
    receipt: str
    figures: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class TallyArrival:
    """A tally that has just been stored, in the transaction that stores it. `stands`: it has just become its bureau's
    provisional one."""

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
    caller: str
    call: CallSoFar | None
    stands: bool


Consequence = Callable[[WriteTransaction, TallyArrival, Chain], None]
"""What a stored tally sets off, in its transaction. The audit rows that it leaves go to the chain."""


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
_insert = insert(tally)
_insert_counts = insert(tally_count)


def find_newest(connection: Connection, bureau_id: int, origin: Origin, channel: Channel) -> StoredTally | None:
    """The bureau's current tally by one channel, or None."""
    row = connection.execute(_newest, {"bureau": bureau_id, "kind": origin.value, "way": channel.value}).one_or_none()
    if row is None:
        return None
    return StoredTally(row.id, row.version, row.at, row.receipt, read_counts(connection, row.id))


def read_counts(connection: Connection, tally_id: int) -> dict[str, int]:
    """The figures of a tally, by field."""
    return dict(connection.execute(_counts, {"which": tally_id}).all())


def store(
    transaction: WriteTransaction, new: NewTally, *, at: datetime, consequences: Sequence[Consequence] = ()
) -> TallyArrival:
    """Stores a tally with its audit row and its consequences.

    A rule that compares bureaux sees all that came before: tallies of one bureau, of one caller, with the same figures or of
    one department are stored one after the other. Others meet at the chain head only, which is locked as late as can be. Raises
    `TallyOvertaken` where the newest version is not the one that this was to follow, or `RegisterChanged`; the register stays
    as it is until the transaction ends.
    """
    _lock_comparable(transaction, new)
    receipt, row = _find_place(transaction, new)
    arrival = _insert_tally(transaction, new, row, receipt, at)
    chain = Chain(transaction)
    for consequence in consequences:
        consequence(transaction, arrival, chain)
    _record(chain, new, arrival)
    chain.write()
    if arrival.stands and row.figures is None:
        provisional_results.count_minute(transaction, new.election_id, at)
    return arrival


def _lock_comparable(transaction: WriteTransaction, new: NewTally) -> None:
    """Waits for tallies that a rule may compare with this one, and for those of one bureau by a president and an operator.

    Statements and ink do not: they are stored behind the chain head from the start.
    """
    if new.channel not in provisional_results.PRECEDENCE:
        return
    subjects = [f"bureau {new.bureau_id}", f"figures {new.election_id} {provisional_results.digest(new.figures)}"]
    if is_number(new.caller):
        subjects.append(f"caller {new.caller}")
    digests = (hashlib.blake2b(each.encode(), digest_size=8).digest() for each in subjects)
    transaction.lock(Lock.COMPARABLE_TALLIES)
    transaction.backend.wait_for(transaction.connection, [int.from_bytes(each, signed=True) for each in digests])


def _find_place(transaction: WriteTransaction, new: NewTally) -> tuple[str, Any]:
    """A receipt that was not yet given in this election, and the bureau's place with what stands for it, in one statement."""
    transaction.lock(Lock.REGISTER)
    key = {"bureau": new.bureau_id, "kind": new.origin.value, "way": new.channel.value, "election": new.election_id}
    while True:
        receipt = _draw_receipt()
        row = transaction.execute(_place, {**key, "receipt": receipt}).one()
        if not row.receipt_taken:
            break
    if new.revision not in (None, row.revision):
        raise RegisterChanged
    if row.version != new.replaces:
        raise TallyOvertaken
    return receipt, row


def _insert_tally(transaction: WriteTransaction, new: NewTally, row: Any, receipt: str, at: datetime) -> TallyArrival:
    """Inserts the tally with its counts, and makes it the bureau's provisional one, if it qualifies."""
    values = {
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
    key = transaction.execute(_insert, values).inserted_primary_key
    assert key is not None
    tally_id = int(key[0])
    counts = [{"tally_id": tally_id, "field": field, "count": count} for field, count in new.figures.items()]
    if counts:
        transaction.execute(_insert_counts, counts)
    stands = provisional_results.move(
        transaction,
        BureauStanding(new.bureau_id, new.election_id, row.department_id, row.electorate, row.channel, row.figures),
        tally_id=tally_id,
        channel=new.channel,
        origin=new.origin,
        figures=new.figures,
        at=at,
    )
    return TallyArrival(
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


def _record(chain: Chain, new: NewTally, arrival: TallyArrival) -> None:
    chain.record(
        at=arrival.at,
        actor=new.actor,
        action=audit.TALLY_STORED,
        subject=f"tally {arrival.id}",
        detail=audit.tally_detail(
            new.bureau_id, new.channel.value, new.origin.value, arrival.version, arrival.receipt, new.figures
        ),
    )


def _draw_receipt() -> str:
    """Six random digits and Damm's check digit."""
    digits = f"{secrets.randbelow(10**RANDOM_DIGITS):0{RANDOM_DIGITS}}"
    return digits + damm.calc_check_digit(digits)
