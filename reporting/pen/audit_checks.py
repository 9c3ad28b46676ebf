"""What `audit verify` checks of the pen: its documents and readings are those that the chain records."""

from sqlalchemy import Connection, select

from db import audit
from db.audit import Break, broken
from db.result_schema import pen_document, pen_reading
from db.schema import bureau
from reporting.pen import import_ink
from reporting.pen.reading import Reading


def verify_inks(connection: Connection) -> Break | None:
    """The first of the pens' documents that is not what was taken then, or None."""
    readings: dict[int, list[Reading]] = {}
    for row in connection.execute(select(pen_reading)):
        readings.setdefault(row.document_id, []).append(Reading(row.field, row.digits, row.confidence, row.count))
    query = select(pen_document, bureau.c.code).join(bureau, bureau.c.id == pen_document.c.bureau_id)
    stored = {
        f"document {row.id}": import_ink.ink_detail(row.code, row.digest, row.name, row.ink, readings.get(row.id, []))
        for row in connection.execute(query)
    }
    for number, subject, detail in audit.recorded(connection, import_ink.INK_TAKEN):
        if stored.pop(subject, None) != detail:
            return Break(number, f"the pen's {subject} is not what was taken then")
    return broken(connection, f"the pen's {next(iter(stored))} was never taken") if stored else None
