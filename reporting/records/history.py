"""A bureau's whole history, in time order: its calls, tallies, flags and what was decided."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, select

from db.schema import Channel, Origin, call, decision, standing, tally, tally_count, user, validation
from flows.ballot import Election
from reporting.anomalies.flag_list import FlagFilter, read_flags
from reporting.records.call_log import outcome_now


class EventKind(StrEnum):
    """What happened."""

    CALL = "call"
    TALLY = "tally"
    FLAG = "flag"
    DECISION = "decision"


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened.

    `what` is the call's outcome, the tally's channel, the flag's rule, or the kind of decision; `text` the flag's sentence, or
    the reason; `by` who called, keyed or decided; `reference` the call's, tally's or flag's id.
    """

    at: datetime
    kind: EventKind
    what: str
    text: str = ""
    by: str = ""
    version: int | None = None
    receipt: str = ""
    reference: int | None = None
    rehearsal: bool = False


@dataclass(frozen=True, slots=True)
class TallyVersion:
    """One version of a bureau's tally. `stands` if it is the provisional one; `by` is the account that keyed it, or ""."""

    id: int
    channel: Channel
    version: int
    at: datetime
    receipt: str
    figures: Mapping[str, int]
    call_id: int | None
    by: str
    stands: bool


def read_versions(connection: Connection, bureau_id: int, origin: Origin = Origin.LIVE) -> list[TallyVersion]:
    """Every version by every channel, oldest first."""
    rows = connection.execute(
        select(tally, user.c.email, standing.c.bureau_id.label("stands"))
        .select_from(
            tally.outerjoin(user, user.c.id == tally.c.user_id).outerjoin(standing, standing.c.tally_id == tally.c.id)
        )
        .where(tally.c.bureau_id == bureau_id, tally.c.origin == origin.value)
        .order_by(tally.c.id)
    ).all()
    figures: dict[int, dict[str, int]] = {row.id: {} for row in rows}
    counts = select(tally_count).where(tally_count.c.tally_id.in_(figures))
    for tally_id, field, count in connection.execute(counts):
        figures[tally_id][field] = count
    return [
        TallyVersion(
            id=row.id,
            channel=Channel(row.channel),
            version=row.version,
            at=row.at,
            receipt=row.receipt,
            figures=figures[row.id],
            call_id=row.call_id,
            by=row.email or "",
            stands=row.stands is not None,
        )
        for row in rows
    ]


def read_history(
    connection: Connection, election: Election, bureau_id: int, code: str, locale: str, now: datetime
) -> list[Event]:
    """All that happened until `now`, oldest first, rehearsals included and marked."""
    events = [*_calls(connection, bureau_id, now), *_tallies(connection, bureau_id)]
    flags = list(read_flags(connection, election, FlagFilter(bureau=code), locale=locale))
    events += [Event(each.at, EventKind.FLAG, each.code, each.sentence, reference=each.id) for each in flags]
    events += _decisions(connection, bureau_id, [each.id for each in flags])
    order = list(EventKind)
    return sorted(events, key=lambda event: (event.at, order.index(event.kind)))


def _calls(connection: Connection, bureau_id: int, now: datetime) -> list[Event]:
    outcome = outcome_now(now).label("outcome_now")
    query = select(call.c.id, call.c.started_at, outcome, call.c.caller, call.c.origin)
    return [
        Event(
            row.started_at,
            EventKind.CALL,
            row.outcome_now,
            by=row.caller,
            reference=row.id,
            rehearsal=row.origin == Origin.REHEARSAL.value,
        )
        for row in connection.execute(query.where(call.c.bureau_id == bureau_id))
    ]


def _tallies(connection: Connection, bureau_id: int) -> list[Event]:
    return [
        Event(
            each.at,
            EventKind.TALLY,
            each.channel.value,
            by=each.by,
            version=each.version,
            receipt=each.receipt,
            reference=each.id,
            rehearsal=origin is Origin.REHEARSAL,
        )
        for origin in Origin
        for each in read_versions(connection, bureau_id, origin)
    ]


def _decisions(connection: Connection, bureau_id: int, flags: Sequence[int]) -> list[Event]:
    calls = select(call.c.id).where(call.c.bureau_id == bureau_id)
    validations = select(validation.c.decision_id).where(validation.c.bureau_id == bureau_id)
    query = (
        select(decision, user.c.email)
        .join(user)
        .where(
            (decision.c.bureau_id == bureau_id)
            | decision.c.flag_id.in_(flags)
            | decision.c.call_id.in_(calls)
            | decision.c.id.in_(validations),
        )
    )
    return [
        Event(row.at, EventKind.DECISION, row.kind, row.reason, by=row.email, reference=row.flag_id or row.call_id)
        for row in connection.execute(query)
    ]
