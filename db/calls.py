"""The call log: one row per answer, appended and never changed; the pair (call, step) is unique."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import msgspec
from sqlalchemy import Connection, Select, bindparam, exists, insert, or_, select, update
from sqlalchemy.sql.dml import ReturningInsert

from db.backends.base import Backend
from db.elections import LAST_CLOSING_FIRST
from db.locks import Lock
from db.schema import Channel, Origin, call, call_step, election, tally
from db.transactions import WriteTransaction
from flows.ballot import Election
from flows.vocabulary import AnyAnswer, Line, Outcome, Step

NEWEST = 2**31 - 1

_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(AnyAnswer)


@dataclass(frozen=True, slots=True)
class LoggedCall:
    """A call as the log has it. `last_at` is when its newest answer came, `revision` how often its election's register has
    been loaded by now."""

    id: int
    sid: str
    election_id: int
    origin: Origin
    flow_version: str
    caller: str
    bureau_id: int | None
    steps: tuple[Step, ...]
    started_at: datetime
    last_at: datetime
    revision: int


@dataclass(frozen=True, slots=True)
class NewCall:
    """A call that has just come in. `sid` is the carrier's name for it."""

    sid: str
    origin: Origin
    flow_version: str
    caller: str
    at: datetime


@dataclass(frozen=True, slots=True)
class CallSoFar:
    """A call as far as the confirmation of its figures: all that it `heard` until then."""

    id: int
    started_at: datetime
    heard: tuple[Line, ...]


_columns = (
    call.c.id,
    call.c.sid,
    call.c.election_id,
    call.c.origin,
    call.c.flow_version,
    call.c.caller,
    call.c.bureau_id,
    call.c.started_at,
    election.c.revision,
    call_step.c.at,
    call_step.c.asked,
    call_step.c.answer,
)
_with_steps = select(*_columns).select_from(call.join(election).join(call_step)).order_by(call_step.c.step)
_by_sid = _with_steps.where(call.c.sid == bindparam("which"))
_by_id = _with_steps.where(call.c.id == bindparam("which"))
_since = (
    select(call.c.bureau_id, call_step.c.at, call_step.c.asked, call_step.c.answer)
    .select_from(call.join(call_step))
    .where(call.c.id == bindparam("which"), call_step.c.step >= bindparam("first"))
    .order_by(call_step.c.step)
)
_CALL_COLUMNS = ("sid", "election_id", "origin", "flow_version", "caller", "pin_failures", "started_at")
_newest = select(election.c.id, election.c.revision).order_by(*LAST_CLOSING_FIRST).limit(1).subquery()
_new_call = select(*(bindparam(f"call_{name}", type_=call.c[name].type) for name in _CALL_COLUMNS)).where(
    _newest.c.id == bindparam("call_election_id"), _newest.c.revision == bindparam("loaded")
)
_append = insert(call_step)
_append_under = (
    insert(call_step)
    .from_select(
        [column.name for column in call_step.columns],
        select(*(bindparam(column.name, type_=column.type) for column in call_step.columns)).where(
            election.c.id == bindparam("under"), election.c.revision == bindparam("loaded")
        ),
    )
    .execution_options(preserve_rowcount=True)
)
_identify = update(call).where(call.c.id == bindparam("which")).values(bureau_id=bindparam("bureau"))
_finish = update(call).where(call.c.id == bindparam("which")).values(outcome=bindparam("how"))
_count_pin_failure = update(call).where(call.c.id == bindparam("which")).values(pin_failures=call.c.pin_failures + 1)
_hang_up = (
    update(call)
    .where(call.c.sid == bindparam("which"), call.c.ended_at.is_(None))
    .values(ended_at=bindparam("when"), carrier_status=bindparam("status"), duration=bindparam("seconds"))
)
_previous = (
    select(call.c.id)
    .where(
        call.c.bureau_id == bindparam("bureau"),
        call.c.origin == bindparam("kind"),
        call.c.id != bindparam("except"),
        call.c.id < bindparam("before"),
    )
    .order_by(call.c.id.desc())
    .limit(1)
)

_situation = (
    select(
        election.c.revision,
        or_(
            exists().where(
                tally.c.bureau_id == bindparam("bureau"),
                tally.c.origin == bindparam("kind"),
                tally.c.channel == Channel.PHONE.value,
            ),
            exists().where(
                call.c.bureau_id == bindparam("bureau"),
                call.c.origin == bindparam("kind"),
                call.c.id != bindparam("except"),
            ),
        ).label("heard_of"),
    )
    .where(election.c.id == bindparam("election"))
    .with_for_update(read=True)
)


@cache
def _open(backend: Backend) -> ReturningInsert[Any]:
    """Inserts a call unless the carrier's name for it is taken, or another election or register is the one to answer for."""
    inserted = backend.insert(call).from_select(_CALL_COLUMNS, _new_call)
    return inserted.on_conflict_do_nothing(index_elements=["sid"]).returning(call.c.id)


def _logged(connection: Connection, steps: Select[Any], which: int | str) -> LoggedCall | None:
    rows = connection.execute(steps, {"which": which}).all()
    if not rows:
        return None
    first = rows[0]
    return LoggedCall(
        id=first.id,
        sid=first.sid,
        election_id=first.election_id,
        origin=Origin(first.origin),
        flow_version=first.flow_version,
        caller=first.caller,
        bureau_id=first.bureau_id,
        steps=tuple(_read_step(row.asked, row.answer) for row in rows),
        started_at=first.started_at,
        last_at=rows[-1].at,
        revision=first.revision,
    )


def _read_step(asked: str, answer: str) -> Step:
    return Step(asked, _decoder.decode(answer))


def find(connection: Connection, sid: str) -> LoggedCall | None:
    """The call that the carrier names `sid`, with all its steps, or None."""
    return _logged(connection, _by_sid, sid)


@dataclass(frozen=True, slots=True)
class Further:
    """How much further a call is: the `steps` that were new, when the newest came, and the bureau it speaks for by now."""

    steps: tuple[Step, ...]
    last_at: datetime
    bureau_id: int | None


def read_further(connection: Connection, call_id: int, first: int) -> Further | None:
    """The steps of the call from number `first` on; None if there are none yet."""
    rows = connection.execute(_since, {"which": call_id, "first": first}).all()
    if not rows:
        return None
    return Further(tuple(_read_step(row.asked, row.answer) for row in rows), rows[-1].at, rows[-1].bureau_id)


@dataclass(frozen=True, slots=True)
class Situation:
    """Where a call stands whose bureau has just been identified: the register's `revision`, which is held until the transaction
    ends, and whether the bureau was `heard_of` before, by a tally or a call."""

    revision: int
    heard_of: bool


def read_situation(
    transaction: WriteTransaction, election_id: int, bureau_id: int, origin: Origin, call_id: int
) -> Situation:
    """Reads it, and holds the register."""
    transaction.lock(Lock.REGISTER)
    key = {"election": election_id, "bureau": bureau_id, "kind": origin.value, "except": call_id}
    row = transaction.execute(_situation, key).one()
    return Situation(row.revision, row.heard_of)


def read_previous(connection: Connection, bureau_id: int, origin: Origin, except_call: int) -> Iterator[LoggedCall]:
    """The other calls that spoke for the bureau, newest first."""
    before = NEWEST
    while True:
        key = {"bureau": bureau_id, "kind": origin.value, "except": except_call, "before": before}
        previous = connection.execute(_previous, key).scalar_one_or_none()
        logged = None if previous is None else _logged(connection, _by_id, previous)
        if logged is None:
            return
        yield logged
        before = logged.id


def open_call(transaction: WriteTransaction, new: NewCall, opening: Step, under: Election) -> int | None:
    """A new call's row, with its first answer; returns its id, or None: the carrier's name for it is taken, or `under` is no
    longer the election that closes last, as its register was loaded last."""
    row = {
        "call_sid": new.sid,
        "call_election_id": under.id,
        "call_origin": new.origin.value,
        "call_flow_version": new.flow_version,
        "call_caller": new.caller,
        "call_pin_failures": 0,
        "call_started_at": new.at,
        "loaded": under.revision,
    }
    call_id: int | None = transaction.execute(_open(transaction.backend), row).scalar_one_or_none()
    if call_id is not None:
        append(transaction, call_id, 0, [opening], new.at)
    return call_id


def append(transaction: WriteTransaction, call_id: int, first: int, steps: Sequence[Step], at: datetime) -> None:
    """Appends answers, numbered from `first`. Raises IntegrityError if one of the numbers is taken."""
    transaction.execute(_append, [_step(call_id, number, new, at) for number, new in enumerate(steps, first)])


def append_under(
    transaction: WriteTransaction, call_id: int, number: int, new: Step, at: datetime, under: Election
) -> bool:
    """Appends one answer, if the register is still the one that `under` was read from; returns whether it is.

    Raises IntegrityError if the number is taken.
    """
    guard = {"under": under.id, "loaded": under.revision}
    appended = transaction.execute(_append_under, {**_step(call_id, number, new, at), **guard})
    return appended.rowcount == 1


def _step(call_id: int, number: int, new: Step, at: datetime) -> dict[str, object]:
    answer = _encoder.encode(new.answer).decode()
    return {"call_id": call_id, "step": number, "at": at, "asked": new.asked, "answer": answer}


def identify(transaction: WriteTransaction, call_id: int, bureau_id: int) -> None:
    """Notes for which bureau the call speaks."""
    transaction.execute(_identify, {"which": call_id, "bureau": bureau_id})


def count_pin_failure(transaction: WriteTransaction, call_id: int) -> None:
    """Counts a wrong PIN against the call."""
    transaction.execute(_count_pin_failure, {"which": call_id})


def finish(transaction: WriteTransaction, call_id: int, outcome: Outcome) -> None:
    """Notes how the conversation ended."""
    transaction.execute(_finish, {"which": call_id, "how": outcome.value})


def hang_up(transaction: WriteTransaction, sid: str, *, status: str, duration: int | None, at: datetime) -> None:
    """Notes that the carrier ended the call, once; does nothing if the call is unknown."""
    values = {"which": sid, "when": at, "status": status, "seconds": duration}
    transaction.execute(_hang_up, values)
