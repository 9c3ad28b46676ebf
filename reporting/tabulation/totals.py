"""The totals, provisional: the tallies that stand (`db.provisional_results`), at three levels."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, func, select

from db.provisional_results import ELECTORATE, KNOWN_VOTERS, REPORTED, read_figures
from db.schema import bureau, department, running_total, standing
from flows.arithmetic import valid_votes
from flows.ballot import VOTERS, Election

NATION = "*"
"""Stands for all departments, as in the published files of totals."""


class Status(StrEnum):
    """Which totals."""

    PROVISIONAL = "provisional"
    VALIDATED = "validated"


class Level(StrEnum):
    """How far the totals are added up."""

    NATIONAL = "national"
    DEPARTMENT = "department"
    BUREAU = "bureau"


@dataclass(frozen=True, slots=True)
class TotalsRow:
    """The totals of the nation (`department` is `*`), of a department, or of a bureau (which has `code`, `commune`, `name`).

    `electorate` is that of all bureaux of the row, `electorate_reported` of those that have reported; a bureau whose electorate
    the register does not know counts for none, and its voters are not among the `known_voters`.
    `figures` holds a count for each field of the election.
    """

    department: str
    code: str
    commune: str
    name: str
    bureaux: int
    reported: int
    electorate: int
    electorate_reported: int
    figures: Mapping[str, int]
    valid: int
    known_voters: int

    @property
    def voters(self) -> int:
        """Voters, as the statements say."""
        return self.figures[VOTERS]

    @property
    def turnout(self) -> float | None:
        """Voters by electors, of the bureaux that have reported and whose electorate is known; None where there are none."""
        return self.known_voters / self.electorate_reported if self.electorate_reported else None

    def share(self, field: str) -> float | None:
        """A candidate's part of the valid votes; None where there are none."""
        return self.figures[field] / self.valid if self.valid else None


def count_reported(connection: Connection, election_id: int) -> int:
    """How many bureaux have reported."""
    reported = select(func.coalesce(func.sum(running_total.c.count), 0)).where(
        running_total.c.election_id == election_id, running_total.c.field == REPORTED
    )
    return int(connection.execute(reported).scalar_one())


def read_totals(
    connection: Connection,
    election: Election,
    level: Level,
    department_code: str | None = None,
    *,
    limit: int | None = None,
    offset: int = 0,
) -> Iterator[TotalsRow]:
    """The totals, row by row, in the order of the departments' or the bureaux' codes. A bureau without report has zeros.

    With `department_code`, only that department is read; the row for the whole then has its code. `limit` and `offset` choose
    among bureaux.
    """
    if level is Level.BUREAU:
        return _read_bureaux(connection, election, department_code, limit, offset)
    rows = _read_departments(connection, election, department_code)
    return iter([add_up(rows)]) if level is Level.NATIONAL and department_code is None else iter(rows)


def add_up(rows: Sequence[TotalsRow]) -> TotalsRow:
    """Adds the rows up to one: the nation's, if they are those of all departments. There must be at least one row."""
    figures: Counter[str] = Counter()
    for row in rows:
        figures.update(row.figures)
    return TotalsRow(
        department=NATION,
        code="",
        commune="",
        name="",
        bureaux=sum(row.bureaux for row in rows),
        reported=sum(row.reported for row in rows),
        electorate=sum(row.electorate for row in rows),
        electorate_reported=sum(row.electorate_reported for row in rows),
        figures={field: figures[field] for field in rows[0].figures},
        valid=sum(row.valid for row in rows),
        known_voters=sum(row.known_voters for row in rows),
    )


def ranked(election: Election, row: TotalsRow) -> list[tuple[str, str, int, float | None]]:
    """The candidates (field, name, votes, share), most votes first; where equal, in the ballot's order."""
    found = [(each.field, each.name, row.figures[each.field], row.share(each.field)) for each in election.candidates]
    return sorted(found, key=lambda each: -each[2])


def _read_departments(connection: Connection, election: Election, department_code: str | None) -> list[TotalsRow]:
    sums: dict[int, dict[str, int]] = {}
    running = select(running_total.c.department_id, running_total.c.field, running_total.c.count)
    for department_id, field, count in connection.execute(
        running.where(running_total.c.election_id == election.id)
    ).all():
        sums.setdefault(department_id, {})[field] = int(count)
    register = (
        select(department)
        .where(department.c.election_id == election.id, department.c.bureaux > 0)
        .order_by(department.c.code)
    )
    if department_code is not None:
        register = register.where(department.c.code == department_code)
    return [_department_row(election, row, sums.get(row.id, {})) for row in connection.execute(register)]


def _department_row(election: Election, row: Row[Any], sums: Mapping[str, int]) -> TotalsRow:
    figures = {field: sums.get(field, 0) for field in election.fields}
    return TotalsRow(
        department=row.code,
        code="",
        commune="",
        name="",
        bureaux=row.bureaux,
        reported=sums.get(REPORTED, 0),
        electorate=int(row.electorate),
        electorate_reported=sums.get(ELECTORATE, 0),
        figures=figures,
        valid=valid_votes(election, figures),
        known_voters=sums.get(KNOWN_VOTERS, 0),
    )


def _read_bureaux(
    connection: Connection, election: Election, department_code: str | None, limit: int | None, offset: int
) -> Iterator[TotalsRow]:
    query = (
        select(department.c.code.label("department"), bureau.c.code, bureau.c.commune, bureau.c.name)
        .add_columns(bureau.c.electorate, standing.c.figures)
        .select_from(bureau.join(department).outerjoin(standing, standing.c.bureau_id == bureau.c.id))
        .where(bureau.c.election_id == election.id)
        .order_by(bureau.c.code)
        .limit(limit)
        .offset(offset)
    )
    if department_code is not None:
        query = query.where(department.c.code == department_code)
    nothing = dict.fromkeys(election.fields, 0)
    for row in connection.execution_options(yield_per=2000).execute(query):
        reported = row.figures is not None
        figures = read_figures(row.figures) if reported else nothing
        known = reported and row.electorate is not None
        yield TotalsRow(
            department=row.department,
            code=row.code,
            commune=row.commune,
            name=row.name,
            bureaux=1,
            reported=int(reported),
            electorate=row.electorate or 0,
            electorate_reported=row.electorate if known else 0,
            figures=figures,
            valid=valid_votes(election, figures),
            known_voters=figures[VOTERS] if known else 0,
        )
