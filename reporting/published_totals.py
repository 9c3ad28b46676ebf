"""The totals, validated: what is published, in rows like the provisional totals; read through the public's connection."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import Connection

from flows.ballot import Election
from reporting.resultats.editions import read_editions, read_results
from reporting.resultats.sums import bureaux, departments
from reporting.totals import Level, TotalsRow, add_up


def read_published_totals(
    connection: Connection, election: Election, now: datetime, level: Level, department_code: str | None = None
) -> Iterator[TotalsRow]:
    """The sums of exactly the bureaux that are published: `reported` counts these.

    Of the departments all are listed, with zeros where nothing is published; of the bureaux only those that are.
    """
    results = read_results(connection, read_editions(connection, now)[election.id], now)
    if level is Level.BUREAU:
        published = results.publication.departments if results.publication else ()
        places = [each for each in published if department_code in (None, each.code)]
        return (row for place in places for row in bureaux(election, place.code, place.bureaux()))
    rows = [row for row in departments(results) if department_code in (None, row.department)]
    return iter([add_up(rows)]) if level is Level.NATIONAL and department_code is None else iter(rows)
