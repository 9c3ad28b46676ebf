"""What `audit verify` checks of verification: entries, scans and sign-offs are those that the chain records."""

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, select

from db.audit.chain import recorded
from db.audit.verify import Break, broken, stored_as_recorded
from db.provisional_results import read_figures
from db.schema import DecisionKind, pv_entry, scan, sign_off
from db.schema import audit as audit_rows
from reporting.verification import scans, statement_entries
from reporting.verification.reconciliation import SIGN_OFF_REOPENED


def verify_statements(connection: Connection) -> Break | None:
    """The first entry, scan or sign-off that is not what the chain records, or None."""
    checks = (_entries, _scans, _sign_offs)
    return next(filter(None, (check(connection) for check in checks)), None)


def _entries(connection: Connection) -> Break | None:
    details = [statement_entries.entry_detail(row._asdict()) for row in connection.execute(select(pv_entry))]
    return stored_as_recorded(
        connection,
        {_entry(detail): detail for detail in details},
        ((number, _entry(detail), detail) for number, _, detail in recorded(connection, statement_entries.ENTERED)),
        lambda entry: f"entry {entry} of the statement",
        "entered",
    )


def _entry(detail: Mapping[str, Any]) -> tuple[int, int, int, int]:
    """What tells one entry from another."""
    return detail["bureau"], detail["version"], detail["entry"], detail["attempt"]


def _scans(connection: Connection) -> Break | None:
    return stored_as_recorded(
        connection,
        {row.id: scans.scan_detail(row._asdict()) for row in connection.execute(select(scan))},
        ((number, detail["scan"], detail) for number, _, detail in recorded(connection, scans.SCAN_KEPT)),
        lambda scan_id: f"scan {scan_id}",
        "kept",
    )


def _sign_offs(connection: Connection) -> Break | None:
    """A department is signed off if its chair signed, and nothing has reopened it since."""
    signed: dict[int, dict[str, int]] = {}
    query = select(audit_rows.c.action, audit_rows.c.detail).where(
        audit_rows.c.action.in_((DecisionKind.SIGNED_OFF.value, SIGN_OFF_REOPENED))
    )
    for action, text in connection.execute(query.order_by(audit_rows.c.id)):
        detail = json.loads(text)
        if action == SIGN_OFF_REOPENED:
            signed.pop(detail["department"], None)
        else:
            signed[detail["department"]] = detail["figures"]
    found = {row.department_id: read_figures(row.figures) for row in connection.execute(select(sign_off))}
    return None if found == signed else broken(connection, "the departments' sign-offs are not those that were signed")
