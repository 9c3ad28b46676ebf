"""The call log for supervisors: the list of calls, and the conversation of one call.

A conversation is read by replaying the call's log into the flow that led it, so that the page shows what was said.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, Row, Select, case, exists, func, select

from db.schema import DecisionKind, FlagState, Origin, bureau, call, call_step, decision, department, flag, tally
from flows.ballot import Election
from flows.catalogue import prompts
from flows.identify import CODE
from flows.replay import CannotReplay, replay
from flows.vocabulary import (
    AnyAnswer,
    Ask,
    Errand,
    Identified,
    Keyed,
    Locked,
    Malformed,
    Outcome,
    Refused,
    Returned,
    Silent,
    Step,
    Stored,
)
from reporting.anomalies.rules import Severity
from reporting.tabulation.pace import going_on

_decode = msgspec.json.Decoder(AnyAnswer).decode
HIDDEN = "●●●●●●"

DROPPED = "dropped"
"""The caller hung up, or was cut off, before the conversation ended."""
GOING_ON = "going-on"
OUTCOMES = (*(each.value for each in Outcome), DROPPED, GOING_ON)


@dataclass(frozen=True, slots=True)
class CallFilter:
    """Which calls: all of these hold, None stands for any. `caller` is a number in E.164."""

    department: str | None = None
    bureau: str | None = None
    caller: str | None = None
    outcome: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    flagged: bool | None = None
    reviewed: bool | None = None


@dataclass(frozen=True, slots=True)
class CallRow:
    """A call in the list. `bureau` is "" before code and PIN were right; `receipt` is "" where it stored nothing."""

    id: int
    started_at: datetime
    caller: str
    bureau: str
    department: str
    commune: str
    name: str
    outcome: str
    seconds: int | None
    pin_failures: int
    receipt: str
    flags: int
    reviewed: bool
    rehearsal: bool


class Speaker(StrEnum):
    """Who speaks in a transcript."""

    LINE = "line"
    CALLER = "caller"
    SYSTEM = "house"


class Deed(StrEnum):
    """What the caller did other than keying digits, or what came of it."""

    SILENT = "silent"
    STRAY = "stray"
    PIN_RIGHT = "pin-right"
    PIN_WRONG = "pin-wrong"
    PIN_LOCKED = "pin-locked"
    PIN_MALFORMED = "pin-malformed"
    REACHED = "reached"
    NOT_REACHED = "not-reached"
    STORED = "stored"
    NOT_KEPT = "not-kept"


@dataclass(frozen=True, slots=True)
class Utterance:
    """A piece of the conversation: what the line said, what the caller keyed (`keys`) or did (`deed`), or what was stored.

    `waited` are the seconds since the answer before.
    """

    speaker: Speaker
    at: datetime
    lines: tuple[str, ...] = ()
    keys: str = ""
    deed: Deed | None = None
    receipt: str = ""
    waited: float | None = None


def outcome_now(now: datetime) -> ColumnElement[str]:
    """How a call ended; at `now`, `GOING_ON` or `DROPPED` if the conversation did not say (`pace.going_on`)."""
    return func.coalesce(call.c.outcome, case((going_on(now), GOING_ON), else_=DROPPED))


def read_calls(
    connection: Connection,
    election: Election,
    which: CallFilter,
    now: datetime,
    *,
    before: int | None,
    limit: int | None,
) -> Iterator[CallRow]:
    """The calls, newest first, beginning with the one before the call `before`."""
    query = _query(election.id, which, now).limit(limit)
    if before is not None:
        query = query.where(call.c.id < before)
    for row in connection.execution_options(yield_per=2000).execute(query):
        yield _call_row(row)


def find_call(connection: Connection, election: Election, call_id: int, now: datetime) -> CallRow | None:
    """One call, or None if the election has none of this id."""
    row = connection.execute(_query(election.id, CallFilter(), now).where(call.c.id == call_id)).one_or_none()
    return None if row is None else _call_row(row)


def _call_row(row: Row[Any]) -> CallRow:
    return CallRow(
        id=row.id,
        started_at=row.started_at,
        caller=row.caller,
        bureau=row.code or "",
        department=row.department or "",
        commune=row.commune or "",
        name=row.name or "",
        outcome=row.outcome_now,
        seconds=row.duration,
        pin_failures=row.pin_failures,
        receipt=row.receipt or "",
        flags=row.flags,
        reviewed=bool(row.reviewed),
        rehearsal=row.origin == Origin.REHEARSAL.value,
    )


def _query(election_id: int, which: CallFilter, now: datetime) -> Select[Any]:
    open_flags = (
        select(func.count())
        .select_from(
            tally.join(flag, flag.c.tally_id == tally.c.id).outerjoin(decision, decision.c.flag_id == flag.c.id)
        )
        .where(tally.c.call_id == call.c.id, flag.c.state == FlagState.OPEN.value, decision.c.id.is_(None))
        .correlate(call)
        .scalar_subquery()
    )
    flagged = (
        select(tally.c.call_id)
        .select_from(flag.join(tally).outerjoin(decision, decision.c.flag_id == flag.c.id))
        .where(
            tally.c.call_id.is_not(None),
            flag.c.severity.in_(list(Severity)),
            flag.c.state == FlagState.OPEN.value,
            decision.c.id.is_(None),
        )
    )
    reviewed = exists().where(decision.c.call_id == call.c.id, decision.c.kind == DecisionKind.CALL_REVIEWED.value)
    receipt = select(func.max(tally.c.receipt)).where(tally.c.call_id == call.c.id).scalar_subquery()
    ongoing = going_on(now)
    query = (
        select(call, bureau.c.code, bureau.c.commune, bureau.c.name, department.c.code.label("department"))
        .add_columns(
            open_flags.label("flags"),
            reviewed.label("reviewed"),
            receipt.label("receipt"),
            outcome_now(now).label("outcome_now"),
        )
        .select_from(call.outerjoin(bureau, bureau.c.id == call.c.bureau_id).outerjoin(department))
        .where(call.c.election_id == election_id)
        .order_by(call.c.id.desc())
    )
    conditions: dict[str, Callable[[Any], ColumnElement[bool]]] = {
        "department": lambda value: department.c.code == value,
        "bureau": lambda value: bureau.c.code == value,
        "caller": lambda value: call.c.caller == value,
        "outcome": lambda value: {GOING_ON: ongoing, DROPPED: call.c.outcome.is_(None) & ~ongoing}.get(
            value, call.c.outcome == value
        ),
        "since": lambda value: call.c.started_at >= value,
        "until": lambda value: call.c.started_at < value,
        "flagged": lambda value: call.c.id.in_(flagged) if value else call.c.id.not_in(flagged),
        "reviewed": lambda value: reviewed if value else ~reviewed,
    }
    for name, condition in conditions.items():
        value = getattr(which, name)
        if value is not None:
            query = query.where(condition(value))
    return query


def read_transcript(
    connection: Connection, election: Election, call_id: int, locale: str
) -> tuple[Sequence[Utterance], bool]:
    """The conversation of a call, and whether it could be replayed.

    A call that began under another version of the flow or of the register cannot, and neither can one whose log does not fit
    (`flows.replay`). Then only the answers are shown, without what was said.
    """
    version = connection.execute(select(call.c.flow_version).where(call.c.id == call_id)).scalar_one()
    query = select(call_step.c.at, call_step.c.asked, call_step.c.answer).where(call_step.c.call_id == call_id)
    rows = connection.execute(query.order_by(call_step.c.step)).all()
    timed = [(at, Step(asked, _decode(answer))) for at, asked, answer in rows]
    try:
        return _replay(election, version, timed, locale), True
    except CannotReplay:
        return [each for at, step in timed if (each := _answered(step.answer, at, None))], False


def _replay(election: Election, version: str, timed: Sequence[tuple[datetime, Step]], locale: str) -> list[Utterance]:
    """Raises `CannotReplay`."""
    catalogue = prompts(locale)
    conversation = replay(election, version, ())
    heard: list[Utterance] = []
    before: datetime | None = None
    for at, step in timed:
        pending, answer = conversation.pending, step.answer
        if isinstance(pending, Errand):
            if isinstance(answer, Stored):
                heard.append(Utterance(Speaker.SYSTEM, at, deed=Deed.STORED, receipt=answer.receipt))
        else:
            waited = (at - before).total_seconds() if before else None
            said = _answered(answer, at, waited)
            if (
                said is not None
                and isinstance(pending, Ask)
                and pending.name == CODE
                and _replaced(election, said.keys)
            ):
                said = replace(said, keys="●" * len(said.keys), deed=Deed.NOT_KEPT)
            if said is not None:
                heard.append(said)
        before = at
        conversation.repeat(step)
        if isinstance(conversation.pending, Errand):
            continue
        lines = tuple(catalogue.text(line) for line in conversation.lines)
        if lines:
            heard.append(Utterance(Speaker.LINE, at, lines))
    return heard


def _replaced(election: Election, keys: str) -> bool:
    """True for keys that the log keeps in place of a text that cannot have been a code (`Election.code_for_log`)."""
    misfit = election.code_length is not None and len(keys) != election.code_length
    return len(keys) > 1 and misfit and (keys.strip("0") == "1" or set(keys) == {"*"})


def _answered(answer: AnyAnswer, at: datetime, waited: float | None) -> Utterance | None:
    """What the caller did; of a PIN, the verdict only."""
    deeds = {
        Identified: Deed.PIN_RIGHT,
        Refused: Deed.PIN_WRONG,
        Locked: Deed.PIN_LOCKED,
        Malformed: Deed.PIN_MALFORMED,
    }
    if isinstance(answer, Keyed):
        return Utterance(Speaker.CALLER, at, keys=answer.keys, waited=waited)
    if isinstance(answer, Silent):
        return Utterance(Speaker.CALLER, at, deed=Deed.STRAY if answer.immediate else Deed.SILENT, waited=waited)
    if isinstance(answer, Returned):
        deed = Deed.REACHED if answer.reached else Deed.NOT_REACHED
        return Utterance(Speaker.SYSTEM, at, deed=deed, waited=waited)
    if type(answer) in deeds:
        return Utterance(Speaker.CALLER, at, keys=HIDDEN, deed=deeds[type(answer)], waited=waited)
    return None
