"""The bureaux under reconciliation, listed: for the queue, the command line and the exports."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Row, Select, func, select

from db.schema import bureau, department, reconciliation, tally_count, validated
from flows.ballot import Election
from reporting.verification.comparison import Comparison, ComparisonState, compare
from reporting.verification.reconciliation_stages import Stage

CHUNK = 1000
"""Bureaux whose figures are read at once."""

RECONCILIATION_COLUMNS = ("code", "state", "field", "phone", "pv", "pen", "kind")


class CaseOrder(StrEnum):
    """How they are listed."""

    CODE = "code"
    AT_STAKE = "at-stake"


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """Which bureaux to list; None: all. `changed` lists those that are published with figures that have changed since."""

    state: ComparisonState | None = None
    stage: Stage | None = None
    department: str | None = None
    changed: bool = False


@dataclass(frozen=True, slots=True)
class ListedCase:
    """A bureau with its channels compared. `published` if it is on the public page, `changed` if with other figures."""

    code: str
    department: str
    commune: str
    name: str
    stage: Stage
    version: int
    published: bool
    changed: bool
    comparison: Comparison


def read_cases(
    connection: Connection,
    election: Election,
    wanted: CaseFilter | None = None,
    *,
    order: CaseOrder = CaseOrder.CODE,
    limit: int | None = None,
    offset: int = 0,
) -> Iterator[ListedCase]:
    """The bureaux, by code, or those first that could change most in the result; read in chunks, however many there are."""
    rows = iter(connection.execute(_query(election, wanted or CaseFilter(), order).limit(limit).offset(offset)))
    while chunk := list(islice(rows, CHUNK)):
        figures = _read_figures(connection, chunk)
        yield from (_case(election, row, figures) for row in chunk)


def count_cases(connection: Connection, election: Election, wanted: CaseFilter) -> int:
    """How many there are."""
    query = _query(election, wanted, None).with_only_columns(func.count(), maintain_column_froms=True)
    return int(connection.execute(query).scalar_one())


def _query(election: Election, wanted: CaseFilter, order: CaseOrder | None) -> Select[Any]:
    query = (
        select(bureau.c.code, bureau.c.commune, bureau.c.name, bureau.c.electorate)
        .add_columns(department.c.code.label("department"), reconciliation.c.stage, reconciliation.c.version)
        .add_columns(reconciliation.c.phone_id, reconciliation.c.pv_id, reconciliation.c.pen_id)
        .add_columns(validated.c.version.label("published_version"))
        .select_from(
            bureau.join(department)
            .outerjoin(reconciliation, reconciliation.c.bureau_id == bureau.c.id)
            .outerjoin(validated, validated.c.bureau_id == bureau.c.id)
        )
        .where(bureau.c.election_id == election.id)
    )
    if wanted.department is not None:
        query = query.where(department.c.code == wanted.department)
    if wanted.state is not None:
        query = query.where(
            func.coalesce(reconciliation.c.state, ComparisonState.INCOMPLETE.value) == wanted.state.value
        )
    if wanted.stage is not None:
        query = query.where(func.coalesce(reconciliation.c.stage, Stage.INCOMPLETE.value) == wanted.stage.value)
    if wanted.changed:
        query = query.where(validated.c.version != reconciliation.c.version)
    if order is CaseOrder.AT_STAKE:
        stake = func.coalesce(reconciliation.c.at_stake, bureau.c.electorate, 0)
        query = query.order_by(stake.desc(), bureau.c.code)
    return query.order_by(bureau.c.code) if order is CaseOrder.CODE else query


def _read_figures(connection: Connection, rows: list[Row[Any]]) -> dict[int, dict[str, int]]:
    ids = {each for row in rows for each in (row.phone_id, row.pv_id, row.pen_id) if each is not None}
    figures: dict[int, dict[str, int]] = {each: {} for each in ids}
    counts = select(tally_count.c.tally_id, tally_count.c.field, tally_count.c.count)
    for tally_id, field, count in connection.execute(counts.where(tally_count.c.tally_id.in_(ids))):
        figures[tally_id][field] = count
    return figures


def _case(election: Election, row: Row[Any], figures: dict[int, dict[str, int]]) -> ListedCase:
    phone, pv, pen = (figures.get(each) for each in (row.phone_id, row.pv_id, row.pen_id))
    return ListedCase(
        code=row.code,
        department=row.department,
        commune=row.commune,
        name=row.name,
        stage=Stage(row.stage or Stage.INCOMPLETE),
        version=row.version or 0,
        published=row.published_version is not None,
        changed=row.published_version is not None and row.published_version != row.version,
        comparison=compare(election, phone, pv, pen, row.electorate),
    )


def reconciliation_records(cases: Iterable[ListedCase]) -> Iterator[dict[str, Any]]:
    """The comparisons as rows of `RECONCILIATION_COLUMNS`, one a field."""
    for case in cases:
        for line in case.comparison.lines:
            yield {
                "code": case.code,
                "state": case.comparison.state.value,
                "field": line.field,
                "phone": line.phone,
                "pv": line.pv,
                "pen": line.pen,
                "kind": line.kind.value if line.kind else "",
            }
