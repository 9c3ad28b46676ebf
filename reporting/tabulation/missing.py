"""The bureaux that have not reported: they have no standing tally. Says how far each came."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, case, exists, func, select

from db.lockout import Scope
from db.provisional_results import REPORTED
from db.schema import Origin, bureau, call, department, lockout, running_total, standing
from flows.ballot import Election
from reporting.tabulation.totals import Level, read_totals


class Progress(StrEnum):
    """How far a bureau that has not reported came."""

    SILENT = "silent"
    WRONG_PIN = "wrong-pin"
    LOCKED = "locked"
    STARTED = "started"


class MissingOrder(StrEnum):
    """How the list is sorted."""

    CODE = "code"
    ELECTORATE = "electorate"
    LAST_CALL = "last-call"


@dataclass(frozen=True, slots=True)
class MissingBureau:
    """A bureau that has not reported.

    `calls` counts the calls in which code and PIN were right; the last began at `last_call`. `wrong_pins` counts the wrong PINs
    keyed for the bureau's code.
    """

    code: str
    department: str
    commune: str
    name: str
    electorate: int | None
    president: str
    phone: str | None
    calls: int
    last_call: datetime | None
    wrong_pins: int
    locked_until: datetime | None
    progress: Progress


@dataclass(frozen=True, slots=True)
class MissingCount:
    """How many bureaux of a department have not reported, and how many electors they have."""

    department: str
    bureaux: int
    missing: int
    electorate: int


def read_missing(
    connection: Connection,
    election: Election,
    now: datetime,
    department_code: str | None = None,
    progress: Progress | None = None,
    order: MissingOrder = MissingOrder.CODE,
    *,
    limit: int | None = None,
    offset: int = 0,
) -> Iterator[MissingBureau]:
    """The bureaux that have not reported, of one department or all."""
    mine = (call.c.bureau_id == bureau.c.id) & (call.c.origin == Origin.LIVE.value)
    calls = select(func.count()).where(mine).scalar_subquery()
    last_call = select(func.max(call.c.started_at)).where(mine).scalar_subquery()
    came = _progress(exists().where(mine), now)
    query = (
        select(bureau, department.c.code.label("department"), calls.label("calls"), last_call.label("last_call"))
        .add_columns(lockout.c.total.label("wrong_pins"), lockout.c.locked_until, came.label("progress"))
        .select_from(
            bureau.join(department)
            .outerjoin(standing, standing.c.bureau_id == bureau.c.id)
            .outerjoin(lockout, _its_lockout())
        )
        .where(bureau.c.election_id == election.id, standing.c.bureau_id.is_(None))
        .where(bureau.c.department_id.in_(_incomplete(connection, election)))
        .limit(limit)
        .offset(offset)
    )
    if department_code is not None:
        query = query.where(department.c.code == department_code)
    if progress is not None:
        query = query.where(came == progress.value)
    first: dict[MissingOrder, tuple[ColumnElement[Any], ...]] = {
        MissingOrder.CODE: (),
        MissingOrder.ELECTORATE: (func.coalesce(bureau.c.electorate, 0).desc(),),
        MissingOrder.LAST_CALL: (last_call.desc().nulls_last(),),
    }
    query = query.order_by(*first[order], bureau.c.code)
    for row in connection.execution_options(yield_per=2000).execute(query):
        came_to = Progress(row.progress)
        yield MissingBureau(
            code=row.code,
            department=row.department,
            commune=row.commune,
            name=row.name,
            electorate=row.electorate,
            president=row.president,
            phone=row.phone,
            calls=row.calls or 0,
            last_call=row.last_call,
            wrong_pins=row.wrong_pins or 0,
            locked_until=row.locked_until if came_to is Progress.LOCKED else None,
            progress=came_to,
        )


def _its_lockout() -> ColumnElement[bool]:
    return (
        (lockout.c.election_id == bureau.c.election_id)
        & (lockout.c.scope == Scope.BUREAU.value)
        & (lockout.c.subject == bureau.c.code)
    )


def _progress(started: ColumnElement[bool], now: datetime) -> ColumnElement[str]:
    """How far the bureau came."""
    return case(
        (lockout.c.locked_until > now, Progress.LOCKED.value),
        (started, Progress.STARTED.value),
        (lockout.c.total > 0, Progress.WRONG_PIN.value),
        else_=Progress.SILENT.value,
    )


def count_missing(connection: Connection, election: Election, department_code: str | None = None) -> list[MissingCount]:
    """How many bureaux are missing, by department. Complete departments are listed, too."""
    rows = read_totals(connection, election, Level.DEPARTMENT, department_code)
    return [
        MissingCount(row.department, row.bureaux, row.bureaux - row.reported, row.electorate - row.electorate_reported)
        for row in rows
    ]


def _incomplete(connection: Connection, election: Election) -> list[int]:
    """The departments that miss a bureau: the others need no search."""
    reported = (
        select(running_total.c.department_id, running_total.c.count)
        .where(running_total.c.election_id == election.id, running_total.c.field == REPORTED)
        .subquery()
    )
    query = (
        select(department.c.id)
        .outerjoin(reported, reported.c.department_id == department.c.id)
        .where(department.c.election_id == election.id, department.c.bureaux > func.coalesce(reported.c.count, 0))
    )
    return list(connection.scalars(query))
