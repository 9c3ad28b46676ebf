"""The register as the papers need it."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, select

from db.pins import UnknownDepartment
from db.schema import bureau, department
from flows.ballot import Election


@dataclass(frozen=True, slots=True)
class RegisteredBureau:
    """A bureau of the register. `electorate` is None if the register does not say it."""

    department: str
    code: str
    commune: str
    name: str
    electorate: int | None


def read_register(
    connection: Connection, election: Election, department_code: str | None = None
) -> Iterator[RegisteredBureau]:
    """The bureaux of a department, or of all, in the order of their departments and codes. Raises `UnknownDepartment`."""
    query = (
        select(
            department.c.code.label("department"), bureau.c.code, bureau.c.commune, bureau.c.name, bureau.c.electorate
        )
        .select_from(bureau.join(department))
        .where(bureau.c.election_id == election.id)
        .order_by(department.c.code, bureau.c.code)
    )
    if department_code is not None:
        departments_of(connection, election, department_code)
        query = query.where(department.c.code == department_code)
    rows = connection.execution_options(yield_per=2000).execute(query)
    return (RegisteredBureau(*row) for row in rows)


def departments_of(connection: Connection, election: Election, code: str | None = None) -> list[str]:
    """The codes of all departments that have bureaux, or `code` alone. Raises `UnknownDepartment` if it has none."""
    query = select(department.c.code).where(department.c.election_id == election.id, department.c.bureaux > 0)
    codes = list(connection.scalars(query.order_by(department.c.code)))
    if code is None:
        return codes
    if code not in codes:
        raise UnknownDepartment(f"no department {code} in this election")
    return [code]
