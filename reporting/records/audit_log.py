"""Reads and searches the audit chain, newest row first."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, or_, select

from db.schema import audit

SEARCHED = (audit.c.actor, audit.c.action, audit.c.subject, audit.c.detail)


@dataclass(frozen=True, slots=True)
class AuditRow:
    """A row of the chain. `at` is ISO 8601 in UTC and `detail` JSON, as the hash binds them."""

    id: int
    at: str
    actor: str
    action: str
    subject: str
    detail: str
    hash: str


def read_audit(
    connection: Connection, search: str = "", *, before: int | None = None, limit: int | None = None
) -> Iterator[AuditRow]:
    """The rows that contain `search`, newest first, beginning with the one before the row `before`."""
    query = select(audit).order_by(audit.c.id.desc()).limit(limit)
    if search:
        query = query.where(or_(*(column.contains(search, autoescape=True) for column in SEARCHED)))
    if before is not None:
        query = query.where(audit.c.id < before)
    for row in connection.execution_options(yield_per=2000).execute(query):
        yield AuditRow(row.id, row.at, row.actor, row.action, row.subject, row.detail, row.hash)
