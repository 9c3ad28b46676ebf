"""What is usual in a department: medians of turnout and shares, renewed as it reports (`statistics.norm_due`)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select

from db.provisional_results import REPORTED, read_figures
from db.schema import bureau, norm, running_total, standing
from db.transactions import WriteTransaction
from flows.ballot import Election
from reporting.anomalies.statistics import Norm, last_digits, norm_due, shares, turnout
from reporting.anomalies.statistics import norm as norm_of

TURNOUT = "turnout"
SEEN = "seen"
"""The measure whose sample is how many bureaux had reported when the norms were last renewed."""

_norms = select(norm).where(norm.c.department_id == bindparam("department"))
_reported_and_norms = (
    select(running_total.c.count.label("reported"), norm.c.measure, norm.c.median, norm.c.mad, norm.c.sample)
    .select_from(running_total.outerjoin(norm, norm.c.department_id == running_total.c.department_id))
    .where(
        running_total.c.election_id == bindparam("election"),
        running_total.c.department_id == bindparam("department"),
        running_total.c.field == REPORTED,
    )
)
_sheets = (
    select(standing.c.figures, bureau.c.electorate)
    .join(bureau)
    .where(standing.c.department_id == bindparam("department"))
)


@dataclass(frozen=True, slots=True)
class Norms:
    """A department's norms: there are none before 50 of its bureaux have reported.

    `last_digits`, of the department's figures, is set only when the norms have just been renewed.
    """

    turnout: Norm | None = None
    shares: Mapping[str, Norm] = field(default_factory=dict)
    seen: int = 0
    last_digits: Mapping[int, int] | None = None


def read(connection: Connection, department_id: int) -> Norms:
    """The norms as last renewed."""
    return _norms_of(connection.execute(_norms, {"department": department_id}).all())


def _norms_of(rows: Sequence[Any]) -> Norms:
    found = {row.measure: Norm(row.median, row.mad, row.sample) for row in rows if row.measure is not None}
    seen = found.pop(SEEN, Norm(0.0, 0.0, 0)).sample
    return Norms(found.pop(TURNOUT, None), found, seen)


def keep(transaction: WriteTransaction, election: Election, department_id: int, at: datetime) -> Norms:
    """The norms, renewed first if the department has reported so much more since."""
    rows = transaction.connection.execute(
        _reported_and_norms, {"election": election.id, "department": department_id}
    ).all()
    present, reported = _norms_of(rows), int(rows[0].reported)
    return _renew(transaction, election, department_id, at) if norm_due(present.seen, reported) else present


def _renew(transaction: WriteTransaction, election: Election, department_id: int, at: datetime) -> Norms:
    sheets = [
        (read_figures(row.figures), row.electorate)
        for row in transaction.connection.execute(_sheets, {"department": department_id})
    ]
    rates = [rate for figures, electorate in sheets if (rate := turnout(figures, electorate)) is not None]
    parts = [part for figures, _ in sheets if (part := shares(figures, election.candidate_fields)) is not None]
    new = Norms(
        norm_of(rates),
        {each: norm_of(part[each] for part in parts) for each in election.candidate_fields},
        seen=len(sheets),
        last_digits=last_digits(figures for figures, _ in sheets),
    )
    measures = {**new.shares, TURNOUT: new.turnout, SEEN: Norm(0.0, 0.0, new.seen)}
    transaction.execute(delete(norm).where(norm.c.department_id == department_id))
    transaction.execute(
        insert(norm),
        [
            {"department_id": department_id, "measure": measure, "at": at}
            | {"median": each.median, "mad": each.mad, "sample": each.sample}
            for measure, each in measures.items()
            if each is not None
        ],
    )
    return new
