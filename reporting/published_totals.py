"""The totals, validated: what is published, in rows like the provisional totals; read through the public's connection."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from db.elections import Schedule
from db.schema import department
from flows.arithmetic import valid_votes
from flows.ballot import VOTERS, Election
from reporting.publication import PublishedDepartment, read_publication
from reporting.totals import Level, TotalsRow, add_up


def read_published_totals(
    connection: Connection,
    election: Election,
    schedule: Schedule,
    now: datetime,
    level: Level,
    department_code: str | None = None,
) -> Iterator[TotalsRow]:
    """The sums of exactly the bureaux that are published: `reported` counts these.

    Of the departments all are listed, with zeros where nothing is published; of the bureaux only those that are.
    """
    found = read_publication(connection, election, schedule, now)
    published = {each.code: each for each in (found.departments if found else ())}
    query = select(department).where(department.c.election_id == election.id, department.c.bureaux > 0)
    if department_code is not None:
        query = query.where(department.c.code == department_code)
    register = connection.execute(query.order_by(department.c.code)).all()
    if level is Level.BUREAU:
        places = [published[row.code] for row in register if row.code in published]
        return (_bureau_row(election, place, row) for place in places for row in place.bureaux())
    rows = [_department_row(election, row, published.get(row.code)) for row in register]
    return iter([add_up(rows)]) if level is Level.NATIONAL and department_code is None else iter(rows)


def _department_row(election: Election, row: Row[Any], published: PublishedDepartment | None) -> TotalsRow:
    totals: Mapping[str, Any] = published.totals if published else {}
    figures = {field: totals.get("figures", {}).get(field, 0) for field in election.fields}
    return TotalsRow(
        department=row.code,
        code="",
        commune="",
        name="",
        bureaux=row.bureaux,
        reported=totals.get("bureaux", 0),
        electorate=int(row.electorate),
        electorate_reported=totals.get("electorate", 0),
        figures=figures,
        valid=valid_votes(election, figures),
        known_voters=totals.get("known_voters", 0),
    )


def _bureau_row(election: Election, place: PublishedDepartment, row: Mapping[str, Any]) -> TotalsRow:
    figures = {field: row["figures"][field] for field in election.fields}
    known = row["electorate"] is not None
    return TotalsRow(
        department=place.code,
        code=row["code"],
        commune=row["commune"],
        name=row["name"],
        bureaux=1,
        reported=1,
        electorate=row["electorate"] or 0,
        electorate_reported=row["electorate"] if known else 0,
        figures=figures,
        valid=valid_votes(election, figures),
        known_voters=figures[VOTERS] if known else 0,
    )
