"""How far the departments are on the way to publication: their bureaux by stage, who signed, and what is published."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from db.schema import decision, department, reconciliation, sign_off, user, validated
from flows.ballot import Election
from reporting.verification.reconciliation_stages import Stage


@dataclass(frozen=True, slots=True)
class DepartmentProgress:
    """A department: how many of its bureaux are at each stage (all are at one), how many are published, and its sign-off."""

    id: int
    code: str
    bureaux: int
    stages: Mapping[Stage, int]
    published: int
    signed_by: str | None
    signed_at: datetime | None


def read_progress(
    connection: Connection, election: Election, department_code: str | None = None
) -> list[DepartmentProgress]:
    """The departments, by code."""
    stages: dict[int, Counter[Stage]] = {}
    counted = (
        select(reconciliation.c.department_id, reconciliation.c.stage, func.count())
        .where(reconciliation.c.election_id == election.id)
        .group_by(reconciliation.c.department_id, reconciliation.c.stage)
    )
    for department_id, stage, count in connection.execute(counted):
        stages.setdefault(department_id, Counter())[Stage(stage)] = count
    published: dict[int, int] = dict(
        connection.execute(
            select(validated.c.department_id, func.count())
            .where(validated.c.election_id == election.id)
            .group_by(validated.c.department_id)
        ).all()
    )
    query = (
        select(department.c.id, department.c.code, department.c.bureaux, user.c.email, decision.c.at)
        .select_from(
            department.outerjoin(sign_off, sign_off.c.department_id == department.c.id)
            .outerjoin(decision, decision.c.id == sign_off.c.decision_id)
            .outerjoin(user, user.c.id == decision.c.user_id)
        )
        .where(department.c.election_id == election.id, department.c.bureaux > 0)
        .order_by(department.c.code)
    )
    if department_code is not None:
        query = query.where(department.c.code == department_code)
    found = []
    for row in connection.execute(query):
        mine = stages.get(row.id, Counter())
        mine[Stage.INCOMPLETE] += row.bureaux - sum(mine.values())
        found.append(
            DepartmentProgress(row.id, row.code, row.bureaux, mine, published.get(row.id, 0), row.email, row.at)
        )
    return found
