"""What a dataset is read with: the database as of one moment, the election, how far the reader may see, the language."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from sqlalchemy import Connection, select

from db.elections import Schedule
from db.public import PublicDatabase
from db.schema import bureau, department
from flows.ballot import Election


class OutOfReach(Exception):
    """The department, or the bureau's department, is not one that the reader may see."""


class UnknownPlace(Exception):
    """The election has no department or bureau of this code."""


@dataclass(frozen=True)
class BureauRow:
    """A bureau as the register has it."""

    id: int
    code: str
    department: str
    department_id: int
    commune: str
    name: str
    electorate: int | None
    president: str
    phone: str | None


@dataclass(frozen=True)
class ReadContext:
    """What a dataset is read with.

    `public` is the way to what is published. `only_department` is the code of the one department that may be read, None for
    all of them.
    """

    connection: Connection
    public: PublicDatabase
    election: Election
    schedule: Schedule
    only_department: str | None
    locale: str
    now: datetime

    @cached_property
    def candidates(self) -> dict[str, str]:
        """The candidates' names by field."""
        return {each.field: each.name for each in self.election.candidates}

    def may_see(self, department_code: str) -> bool:
        """True if the department of this code may be read."""
        return self.only_department in (None, department_code)

    def department(self, code: str) -> str:
        """The department of this code. Raises `OutOfReach`, or `UnknownPlace` if there is none."""
        query = select(department.c.code).where(department.c.election_id == self.election.id, department.c.code == code)
        if not self.may_see(code):
            raise OutOfReach(code)
        if self.connection.execute(query).one_or_none() is None:
            raise UnknownPlace(code)
        return code

    def bureau(self, code: str) -> BureauRow:
        """The bureau of this code. Raises `UnknownPlace` if there is none, or `OutOfReach`."""
        query = (
            select(bureau, department.c.code.label("department"))
            .join(department)
            .where(bureau.c.election_id == self.election.id, bureau.c.code == code)
        )
        row = self.connection.execute(query).one_or_none()
        if row is None:
            raise UnknownPlace(code)
        if not self.may_see(row.department):
            raise OutOfReach(code)
        return BureauRow(
            id=row.id,
            code=row.code,
            department=row.department,
            department_id=row.department_id,
            commune=row.commune,
            name=row.name,
            electorate=row.electorate,
            president=row.president,
            phone=row.phone,
        )

    def within(self, asked: str | None) -> str | None:
        """The department to read: the one that is asked for, otherwise the only one that may be read, None for all.

        Raises `OutOfReach` or `UnknownPlace`.
        """
        return self.department(asked) if asked else self.only_department
