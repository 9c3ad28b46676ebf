"""What `audit verify` checks of the pen: its documents and readings are those that the chain records."""

from sqlalchemy import Connection, select

from db.audit.chain import recorded
from db.audit.verify import Break, stored_as_recorded
from db.schema import bureau, pen_document, pen_reading
from reporting.pen import import_ink
from reporting.pen.reading import Reading


def verify_inks(connection: Connection) -> Break | None:
    """The first of the pens' documents that is not what the chain recorded, or None."""
    readings: dict[int, list[Reading]] = {}
    columns = (pen_reading.c[name] for name in ("document_id", "field", "digits", "confidence", "count"))
    for document_id, *read in connection.execute(select(*columns)):
        readings.setdefault(document_id, []).append(Reading(*read))
    query = select(pen_document, bureau.c.code).join(bureau, bureau.c.id == pen_document.c.bureau_id)
    stored = {
        f"document {row.id}": import_ink.ink_detail(row.code, row.digest, row.name, row.ink, readings.get(row.id, []))
        for row in connection.execute(query)
    }
    return stored_as_recorded(
        connection,
        stored,
        recorded(connection, import_ink.INK_TAKEN),
        lambda subject: f"the pen's {subject}",
        "taken",
    )
