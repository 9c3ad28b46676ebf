"""The totals, provisional: of every bureau the newest tally that counts, added up at three levels by one query."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Connection, Select, and_, case, exists, func, select

from db.schema import Channel, Origin, bureau, department, tally, tally_count
from flows.arithmetic import valid_votes
from flows.ballot import VOTERS, Election

NATION = "*"
"""Stands for all departments, as in the published files of totals."""


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
        """Voters, as the minutes say."""
        return self.figures[VOTERS]

    @property
    def turnout(self) -> float | None:
        """Voters by electors, of the bureaux that have reported and whose electorate is known; None where there are none."""
        return self.known_voters / self.electorate_reported if self.electorate_reported else None

    def share(self, field: str) -> float | None:
        """A candidate's part of the valid votes; None where there are none."""
        return self.figures[field] / self.valid if self.valid else None


def provisional_tallies(election_id: int) -> Select[tuple[int, int]]:
    """Each bureau's provisional tally (`id`, `bureau_id`): the newest version that came by phone, rehearsals apart."""
    later = tally.alias()
    return select(tally.c.id, tally.c.bureau_id).where(
        tally.c.election_id == election_id,
        tally.c.origin == Origin.LIVE.value,
        tally.c.channel == Channel.PHONE.value,
        ~exists().where(
            and_(
                later.c.bureau_id == tally.c.bureau_id,
                later.c.origin == tally.c.origin,
                later.c.channel == tally.c.channel,
                later.c.version > tally.c.version,
            )
        ),
    )


def count_reported(connection: Connection, election_id: int) -> int:
    """How many bureaux have reported."""
    reported = provisional_tallies(election_id).subquery()
    return int(connection.execute(select(func.count()).select_from(reported)).scalar_one())


def read_totals(connection: Connection, election: Election, level: Level) -> Iterator[TotalsRow]:
    """The totals, row by row, departments and bureaux in the order of their codes; who has not reported has zeros."""
    for row in connection.execution_options(yield_per=2000).execute(_query(election, level)).mappings():
        figures = {field: int(row[f"field_{field}"]) for field in election.fields}
        yield TotalsRow(
            department=row["department"] if level is not Level.NATIONAL else NATION,
            code=row["code"] if level is Level.BUREAU else "",
            commune=row["commune"] if level is Level.BUREAU else "",
            name=row["name"] if level is Level.BUREAU else "",
            bureaux=row["bureaux"],
            reported=row["reported"],
            electorate=int(row["electorate"]),
            electorate_reported=int(row["electorate_reported"]),
            figures=figures,
            valid=valid_votes(election, figures),
            known_voters=int(row["known_voters"]),
        )


def _query(election: Election, level: Level) -> Select:  # type: ignore[type-arg]
    newest = provisional_tallies(election.id).subquery()
    counts = [
        func.sum(case((tally_count.c.field == field, tally_count.c.count), else_=0)).label(f"field_{field}")
        for field in election.fields
    ]
    sheet = (
        select(newest.c.bureau_id, *counts)
        .join(tally_count, tally_count.c.tally_id == newest.c.id)
        .group_by(newest.c.bureau_id)
        .subquery()
    )
    electors = func.coalesce(bureau.c.electorate, 0)
    keys = {
        Level.NATIONAL: (),
        Level.DEPARTMENT: (department.c.code.label("department"),),
        Level.BUREAU: (department.c.code.label("department"), bureau.c.code, bureau.c.commune, bureau.c.name),
    }[level]
    return (
        select(
            *keys,
            func.count(bureau.c.id).label("bureaux"),
            func.count(sheet.c.bureau_id).label("reported"),
            func.coalesce(func.sum(electors), 0).label("electorate"),
            func.coalesce(func.sum(case((sheet.c.bureau_id.is_not(None), electors), else_=0)), 0).label(
                "electorate_reported"
            ),
            func.coalesce(
                func.sum(case((bureau.c.electorate.is_not(None), sheet.c[f"field_{VOTERS}"]), else_=0)), 0
            ).label("known_voters"),
            *(func.coalesce(func.sum(sheet.c[label]), 0).label(label) for label in (count.name for count in counts)),
        )
        .select_from(bureau.join(department).outerjoin(sheet, sheet.c.bureau_id == bureau.c.id))
        .where(bureau.c.election_id == election.id)
        .group_by(*keys)
        .order_by(*keys[:2])
    )
