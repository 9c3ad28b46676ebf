"""Rows of totals as records: their columns and values in CSV, JSON and workbooks."""

from typing import Any

from flows.ballot import Election
from reporting.tabulation.totals import Level, TotalsRow

PLACES = 6
"""Decimal places of a turnout or a share."""


def columns(election: Election, level: Level) -> list[str]:
    """The columns of totals in CSV and JSON, in their order."""
    names = ["code", "department", "commune", "name"] if level is Level.BUREAU else ["department"]
    names += ["bureaux", "electorate", "voters", "valid", *election.candidate_fields]
    names += ["reported", "electorate_reported", "turnout", *election.invalid.fields]
    return names + [f"share_{field}" for field in election.candidate_fields]


def record(election: Election, level: Level, row: TotalsRow) -> dict[str, Any]:
    """One row of totals, by column. A part of nothing is None."""
    shares = {f"share_{field}": _rounded(row.share(field)) for field in election.candidate_fields}
    place = {"code": row.code, "commune": row.commune, "name": row.name} if level is Level.BUREAU else {}
    return {
        **place,
        "department": row.department,
        "bureaux": row.bureaux,
        "electorate": row.electorate,
        "valid": row.valid,
        "reported": row.reported,
        "electorate_reported": row.electorate_reported,
        "turnout": _rounded(row.turnout),
        **row.figures,
        **shares,
    }


def _rounded(part: float | None) -> float | None:
    return None if part is None else round(part, PLACES)
