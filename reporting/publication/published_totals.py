"""The totals, validated: what is published, in rows like the provisional totals; read through the public's connection."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from flows.ballot import Election
from reporting.publication.editions import read_editions, read_results
from reporting.publication.published_sums import bureaux, departments
from reporting.tabulation.totals import Level, TotalsRow, add_up


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


def with_missing(
    election: Election, register: Iterator[TotalsRow], published: Iterator[TotalsRow]
) -> Iterator[TotalsRow]:
    """All bureaux of the register: those that are published with their figures, the others as not in."""
    known = {row.code: row for row in published}
    nothing = dict.fromkeys(election.fields, 0)
    for row in register:
        empty = replace(row, reported=0, electorate_reported=0, figures=nothing, valid=0, known_voters=0)
        yield known.get(row.code, empty)
