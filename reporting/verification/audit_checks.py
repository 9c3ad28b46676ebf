"""What `audit verify` checks of verification: entries, scans and sign-offs are those that the chain records."""

import json
from typing import Any

from sqlalchemy import Connection, select

from db import audit
from db.audit import Break, broken
from db.result_schema import pv_entry, scan, sign_off
from db.schema import DecisionKind
from db.schema import audit as audit_rows
from db.standings import read_figures
from reporting.verification import scans, statement_entries
from reporting.verification.reconciliation import SIGN_OFF_REOPENED


def verify_statements(connection: Connection) -> Break | None:
    """The first entry, scan or sign-off that is not what the chain records, or None."""
    checks = (_entries, _scans, _sign_offs)
    return next(filter(None, (check(connection) for check in checks)), None)


def _entries(connection: Connection) -> Break | None:
    stored: dict[tuple[int, int, int, int], dict[str, Any]] = {}
    for row in connection.execute(select(pv_entry)).mappings():
        key = (row["bureau_id"], row["version"], row["entry"], row["attempt"])
        stored[key] = statement_entries.entry_detail(row)
    for number, _, detail in audit.recorded(connection, statement_entries.ENTERED):
        key = (detail["bureau"], detail["version"], detail["entry"], detail["attempt"])
        if stored.pop(key, None) != detail:
            return Break(number, f"entry {key} of the minutes is not what was entered then")
    return broken(connection, f"entry {next(iter(stored))} of the minutes was never entered") if stored else None


def _scans(connection: Connection) -> Break | None:
    stored = {row["id"]: scans.scan_detail(row) for row in connection.execute(select(scan)).mappings()}
    for number, _, detail in audit.recorded(connection, scans.SCAN_KEPT):
        if stored.pop(detail["scan"], None) != detail:
            return Break(number, f"scan {detail['scan']} is not what was kept then")
    return broken(connection, f"scan {next(iter(stored))} was never kept") if stored else None


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
