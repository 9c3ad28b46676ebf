"""The statements of many bureaux, by state: what a clerk or a chair has to do next."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Select, case, func, or_, select

from db.schema import bureau, department, pv_entry, reconciliation, tally, user
from flows.ballot import Election
from reporting.verification.statement_entries import FIRST, SECOND


class StatementState(StrEnum):
    """How far a statement is."""

    NONE = "none"
    FIRST = "first"
    DIFFERS = "differs"
    SETTLED = "settled"


@dataclass(frozen=True, slots=True)
class StatementFilter:
    """Which statements to list; None or empty: all. `search` is the beginning of a code, or part of a name."""

    department: str | None = None
    state: StatementState | None = None
    search: str = ""


@dataclass(frozen=True, slots=True)
class ListedStatement:
    """The statement of one bureau: `by` made the last entry, `at` it was made."""

    code: str
    department: str
    commune: str
    name: str
    state: StatementState
    by: str | None
    at: datetime | None


def read_statements(
    connection: Connection, election: Election, wanted: StatementFilter, *, limit: int, offset: int = 0
) -> list[ListedStatement]:
    """The statements, by code."""
    query = _query(election, wanted).order_by(bureau.c.code).limit(limit).offset(offset)
    return [
        ListedStatement(row.code, row.department, row.commune, row.name, StatementState(row.state), row.email, row.at)
        for row in connection.execute(query)
    ]


def count_statements(
    connection: Connection, election: Election, department_code: str | None
) -> Mapping[StatementState, int]:
    """How many statements are in each state."""
    listed = _query(election, StatementFilter(department_code)).subquery()
    query = select(listed.c.state, func.count()).group_by(listed.c.state)
    found: dict[str, int] = dict(connection.execute(query).all())
    return {state: found.get(state.value, 0) for state in StatementState}


def _query(election: Election, wanted: StatementFilter) -> Select[Any]:
    newest = (
        select(pv_entry.c.bureau_id, func.max(pv_entry.c.id).label("id"))
        .where(pv_entry.c.election_id == election.id)
        .group_by(pv_entry.c.bureau_id)
        .subquery()
    )
    open_entry = pv_entry.c.version > func.coalesce(tally.c.version, 0)
    state = case(
        (open_entry & (pv_entry.c.entry == SECOND), StatementState.DIFFERS.value),
        (open_entry & (pv_entry.c.entry == FIRST), StatementState.FIRST.value),
        (tally.c.version.is_not(None), StatementState.SETTLED.value),
        else_=StatementState.NONE.value,
    )
    query = (
        select(bureau.c.code, department.c.code.label("department"), bureau.c.commune, bureau.c.name)
        .add_columns(state.label("state"), user.c.email, pv_entry.c.at)
        .select_from(
            bureau.join(department)
            .outerjoin(reconciliation, reconciliation.c.bureau_id == bureau.c.id)
            .outerjoin(tally, tally.c.id == reconciliation.c.pv_id)
            .outerjoin(newest, newest.c.bureau_id == bureau.c.id)
            .outerjoin(pv_entry, pv_entry.c.id == newest.c.id)
            .outerjoin(user, user.c.id == pv_entry.c.user_id)
        )
        .where(bureau.c.election_id == election.id)
    )
    if wanted.department is not None:
        query = query.where(department.c.code == wanted.department)
    if wanted.state is not None:
        query = query.where(state == wanted.state.value)
    if wanted.search:
        digits = "".join(wanted.search.split())
        text = func.lower(bureau.c.commune + " " + bureau.c.name)
        named = text.contains(wanted.search.lower(), autoescape=True)
        query = query.where(or_(bureau.c.code.startswith(digits, autoescape=True), named))
    return query
