"""How fast the evening goes: bureaux that reported by the minute, and the load of the line."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, case, func, select

from db.schema import Origin, call, pace
from flows.vocabulary import Outcome

LONGEST_CALL = timedelta(hours=1)
"""A call that has not ended after so long was dropped, and its status callback was lost."""
RECENT = timedelta(minutes=5)
"""The span over which the calls per minute are counted."""
DONE = (Outcome.CONFIRMED.value, Outcome.LISTENED.value, Outcome.TRANSFERRED.value)
"""Outcomes of calls that came to what they were made for."""


@dataclass(frozen=True, slots=True)
class Minute:
    """One minute of the evening: bureaux that first reported in it, and all that had by its end."""

    at: datetime
    reported: int
    total: int


def read_pace(connection: Connection, election_id: int) -> list[Minute]:
    """The minutes in which bureaux reported, in their order."""
    query = select(pace.c.minute, pace.c.reported).where(pace.c.election_id == election_id).order_by(pace.c.minute)
    minutes, total = [], 0
    for at, reported in connection.execute(query):
        total += reported
        minutes.append(Minute(at, reported, total))
    return minutes


@dataclass(frozen=True, slots=True)
class LineLoad:
    """The load of the line, without rehearsals.

    `mean_seconds` is of the calls that the carrier has ended. Parts are of the calls that are over; None if there are none.
    """

    calls: int
    now: int
    recent: int
    over: int
    completed: int
    given_up: int
    mean_seconds: float | None
    pin_failures: int

    @property
    def per_minute(self) -> float:
        """Calls a minute, over the last minutes."""
        return self.recent / (RECENT.total_seconds() / 60)

    @property
    def completed_part(self) -> float | None:
        """Calls that came to what they were made for, of those that are over."""
        return self.completed / self.over if self.over else None

    @property
    def given_up_part(self) -> float | None:
        """Calls that were cut, or ended in mistakes, silence or refusals, of those that are over."""
        return self.given_up / self.over if self.over else None


def going_on(now: datetime) -> ColumnElement[bool]:
    """A call that has not ended, neither by itself nor by the carrier, and cannot have been dropped unheard."""
    return call.c.outcome.is_(None) & call.c.ended_at.is_(None) & (call.c.started_at > now - LONGEST_CALL)


def read_load(connection: Connection, election_id: int, now: datetime) -> LineLoad:
    """The load of the line at `now`."""
    ours = call.c.election_id == election_id, call.c.origin == Origin.LIVE.value
    row = connection.execute(
        select(
            func.count().label("calls"),
            func.count(case((going_on(now), 1))).label("now"),
            func.count(case((call.c.outcome.in_(DONE), 1))).label("completed"),
            func.avg(call.c.duration).label("mean"),
            func.coalesce(func.sum(call.c.pin_failures), 0).label("failures"),
        ).where(*ours)
    ).one()
    lately = select(func.count()).select_from(call).where(*ours, call.c.started_at > now - RECENT)
    over = row.calls - row.now
    return LineLoad(
        calls=row.calls,
        now=row.now,
        recent=connection.execute(lately).scalar_one(),
        over=over,
        completed=row.completed,
        given_up=over - row.completed,
        mean_seconds=None if row.mean is None else float(row.mean),
        pin_failures=int(row.failures),
    )


def thin(minutes: Sequence[Minute], most: int) -> list[Minute]:
    """At most `most` of the minutes, evenly chosen, the last among them: enough to draw."""
    if len(minutes) <= most:
        return list(minutes)
    step = len(minutes) / most
    return [minutes[round((place + 1) * step) - 1] for place in range(most)]
