"""The database's tables, one file a subject.

Here live tables, their columns and the enumerations that name a column's values, and nothing else: no query, no rule, and no
branch on the kind of database. A change of a table needs a migration (`db/migrations`); a test compares the two.
"""

from db.schema.accounts import ended_session, failed_log_in, user
from db.schema.audit_chain import audit, audit_head
from db.schema.base import Utc, metadata
from db.schema.calls import Origin, call, call_step
from db.schema.decisions import DecisionKind, decision
from db.schema.elections import bureau, candidate, department, election
from db.schema.flags import FlagState, flag, norm
from db.schema.pens import pen_document, pen_reading
from db.schema.pins import lockout, pin
from db.schema.publications import publication, published_department, validated, validation
from db.schema.statements import pv_entry, scan
from db.schema.tallies import Channel, pace, running_total, standing, tally, tally_count
from db.schema.verification import reconciliation, sign_off

__all__ = [
    "Channel",
    "DecisionKind",
    "FlagState",
    "Origin",
    "Utc",
    "audit",
    "audit_head",
    "bureau",
    "call",
    "call_step",
    "candidate",
    "decision",
    "department",
    "election",
    "ended_session",
    "failed_log_in",
    "flag",
    "lockout",
    "metadata",
    "norm",
    "pace",
    "pen_document",
    "pen_reading",
    "pin",
    "publication",
    "published_department",
    "pv_entry",
    "reconciliation",
    "running_total",
    "scan",
    "sign_off",
    "standing",
    "tally",
    "tally_count",
    "user",
    "validated",
    "validation",
]
