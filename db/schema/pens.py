"""What digital pens recorded, and how it was read."""

from sqlalchemy import Column, Float, ForeignKey, Integer, String, Table, Text, UniqueConstraint

from db.schema.base import Utc, metadata

pen_document = Table(
    "pen_document",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("election_id", ForeignKey("election.id"), nullable=False),
    Column("bureau_id", ForeignKey("bureau.id"), nullable=False, index=True),
    Column("tally_id", ForeignKey("tally.id"), comment="null where nothing could be read"),
    Column("name", Text, nullable=False, comment="the file's"),
    Column("pen", Text, nullable=False, comment="the pen's own name for itself, or empty"),
    Column("digest", String(64), nullable=False, comment="SHA-256 of the document: none is taken twice"),
    Column("ink", Text, nullable=False, comment="JSON: strokes of points, in tenths of a millimetre on the form"),
    Column("user_id", ForeignKey("user.id"), comment="null: the command line"),
    Column("at", Utc, nullable=False),
    UniqueConstraint("election_id", "digest"),
    comment="what a digital pen recorded on one procès-verbal (W3C InkML)",
)

pen_reading = Table(
    "pen_reading",
    metadata,
    Column("document_id", ForeignKey("pen_document.id"), primary_key=True, autoincrement=False),
    Column("field", String(8), primary_key=True),
    Column(
        "digits", String(16), nullable=False, comment="the likeliest digits, read or not; empty where there is no ink"
    ),
    Column("confidence", Float, nullable=False, comment="0 to 1"),
    Column("count", Integer, comment="null: unread"),
    sqlite_with_rowid=False,
    comment="what a figure's ink was recognised as",
)
