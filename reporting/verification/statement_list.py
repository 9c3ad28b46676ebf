"""The minutes of many bureaux, by how far they are: what a clerk or a chair has to do next."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Select, case, func, or_, select

from db.result_schema import pv_entry, reconciliation
from db.schema import bureau, department, tally, user
from flows.ballot import Election
from reporting.verification.statement_entries import FIRST, SECOND


class PaperState(StrEnum):
    """How far minutes are."""

    NONE = "none"
    FIRST = "first"
    DIFFERS = "differs"
    SETTLED = "settled"


@dataclass(frozen=True, slots=True)
class PaperFilter:
    """Which minutes to list; None or empty: all. `search` is the beginning of a code, or part of a name."""

    department: str | None = None
    state: PaperState | None = None
    search: str = ""


@dataclass(frozen=True, slots=True)
class ListedPaper:
    """The minutes of one bureau: `by` made the last entry, `at` it was made."""

    code: str
    department: str
    commune: str
    name: str
    state: PaperState
    by: str | None
    at: datetime | None


def read_papers(
    connection: Connection, election: Election, wanted: PaperFilter, *, limit: int, offset: int = 0
) -> list[ListedPaper]:
    """The minutes, by code."""
    query = _query(election, wanted).order_by(bureau.c.code).limit(limit).offset(offset)
    return [
        ListedPaper(row.code, row.department, row.commune, row.name, PaperState(row.state), row.email, row.at)
        for row in connection.execute(query)
    ]


def count_papers(connection: Connection, election: Election, department_code: str | None) -> Mapping[PaperState, int]:
    """How many minutes are in each state."""
    listed = _query(election, PaperFilter(department_code)).subquery()
    query = select(listed.c.state, func.count()).group_by(listed.c.state)
    found = dict(connection.execute(query).all())
    return {state: found.get(state.value, 0) for state in PaperState}


def _query(election: Election, wanted: PaperFilter) -> Select[Any]:
    newest = (
        select(pv_entry.c.bureau_id, func.max(pv_entry.c.id).label("id"))
        .where(pv_entry.c.election_id == election.id)
        .group_by(pv_entry.c.bureau_id)
        .subquery()
    )
    open_entry = pv_entry.c.version > func.coalesce(tally.c.version, 0)
    state = case(
        (open_entry & (pv_entry.c.entry == SECOND), PaperState.DIFFERS.value),
        (open_entry & (pv_entry.c.entry == FIRST), PaperState.FIRST.value),
        (tally.c.version.is_not(None), PaperState.SETTLED.value),
        else_=PaperState.NONE.value,
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
