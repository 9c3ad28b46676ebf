"""The recensement to be signed: the published counts, beside the whole register, and why the other bureaux are missing."""

from collections.abc import Iterator
from datetime import datetime
from typing import BinaryIO

from sqlalchemy import Connection, select

from db.elections import Schedule
from db.schema import bureau, decision, reconciliation
from flows.ballot import Election
from reporting.papers.recensement import PublicationReference, RecensementContext, print_department, print_nation
from reporting.publication.publish import read_publication
from reporting.publication.published_totals import read_published_totals, with_missing
from reporting.tabulation.totals import Level, Status, TotalsRow, read_totals
from reporting.verification.reconciliation_stages import Stage


def print_certified(
    connection: Connection,
    public: Connection,
    election: Election,
    schedule: Schedule,
    now: datetime,
    department: str | None,
    out: BinaryIO,
) -> None:
    """Prints the recensement of a department, or of the nation. Counts are read through the `public` connection only."""
    context = RecensementContext(
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


def _publication(
    public: Connection, election: Election, schedule: Schedule, now: datetime
) -> PublicationReference | None:
    found = read_publication(public, election, schedule, now)
    return PublicationReference(found.number, found.at, found.hash) if found else None


def _reasons(connection: Connection, election: Election) -> dict[str, str]:
    """Why bureaux are missing, by their codes, in the words of the chair who listed them."""
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
