"""The minutes of the count as they are signed: what is published, beside all of the register, and why the rest is missing."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import BinaryIO

from sqlalchemy import Connection, select

from db.elections import Schedule
from db.result_schema import reconciliation
from db.schema import bureau, decision
from flows.ballot import Election
from reporting.papers.recensement import Context, Publication, print_department, print_nation
from reporting.publication import read_publication
from reporting.published_totals import read_published_totals
from reporting.renderings import Status
from reporting.tally_life import Stage
from reporting.totals import Level, TotalsRow, read_totals


def print_certified(
    connection: Connection,
    public: Connection,
    election: Election,
    schedule: Schedule,
    now: datetime,
    department: str | None,
    out: BinaryIO,
) -> None:
    """Prints the minutes of a department's count, or of the nation's. Counts are read through the `public` connection only."""
    context = Context(
        election,
        schedule,
        Status.VALIDATED,
        created=now,
        reasons=_reasons(connection, election),
        publication=_publication(public, election, schedule, now),
    )

    def read(level: Level) -> Iterator[TotalsRow]:
        return read_published_totals(public, election, now, level, department)

    if department is None:
        (total,) = read(Level.NATIONAL)
        print_nation(context, total, read(Level.DEPARTMENT), out)
        return
    (total,) = read(Level.DEPARTMENT)
    register = read_totals(connection, election, Level.BUREAU, department)
    print_department(context, total, with_missing(election, register, read(Level.BUREAU)), out)


def with_missing(
    election: Election, register: Iterator[TotalsRow], published: Iterator[TotalsRow]
) -> Iterator[TotalsRow]:
    """All bureaux of the register: those that are published with their figures, the others as not in."""
    known = {row.code: row for row in published}
    nothing = dict.fromkeys(election.fields, 0)
    for row in register:
        empty = replace(row, reported=0, electorate_reported=0, figures=nothing, valid=0, known_voters=0)
        yield known.get(row.code, empty)


def _publication(public: Connection, election: Election, schedule: Schedule, now: datetime) -> Publication | None:
    found = read_publication(public, election, schedule, now)
    return Publication(found.number, found.at, found.hash) if found else None


def _reasons(connection: Connection, election: Election) -> dict[str, str]:
    """Why bureaux are missing, by their codes: what the chair said who listed them."""
    query = (
        select(bureau.c.code, decision.c.reason)
        .select_from(
            reconciliation.join(bureau, bureau.c.id == reconciliation.c.bureau_id).join(
                decision, decision.c.id == reconciliation.c.decision_id
            )
        )
        .where(reconciliation.c.election_id == election.id, reconciliation.c.stage == Stage.LISTED.value)
    )
    return dict(connection.execute(query).all())
