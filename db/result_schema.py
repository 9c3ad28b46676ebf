"""The tables between a tally and the published result: minutes, scans, ink, reconciliation, validation, publication.

What people did is append-only (`pv_entry`, `scan`, `pen_document`, `validation`, `publication`); what follows from it is kept
beside it (`reconciliation`, `sign_off`, `validated`, `published_department`), is moved in the same transaction, and can be made
anew from it.
"""

from sqlalchemy import CheckConstraint, Column, Float, ForeignKey, Index, Integer, String, Table, Text
from sqlalchemy import UniqueConstraint as Unique

from db.schema import Utc, metadata

pv_entry = Table(
    "pv_entry",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("election_id", ForeignKey("election.id"), nullable=False),
    Column("bureau_id", ForeignKey("bureau.id"), nullable=False),
    Column("version", Integer, nullable=False, comment="of the PV's tally that these entries are to make"),
    Column("entry", Integer, nullable=False, comment="1, or 2: the one that is blind to the first"),
    Column("attempt", Integer, nullable=False, comment="grows when a clerk keys the first entry anew"),
    Column("user_id", ForeignKey("user.id"), nullable=False),
    Column("figures", Text, nullable=False, comment="JSON"),
    Column(
        "salt", String(32), nullable=False, comment="of the digest in the audit, which shows no first entry to anybody"
    ),
    Column("at", Utc, nullable=False),
    Unique("bureau_id", "version", "entry", "attempt"),
    comment="a procès-verbal as one clerk read it",
)

scan = Table(
    "scan",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("election_id", ForeignKey("election.id"), nullable=False),
    Column("bureau_id", ForeignKey("bureau.id"), nullable=False, index=True),
    Column("user_id", ForeignKey("user.id"), nullable=False),
    Column("kind", String(8), nullable=False, comment="what was sent: jpeg, png or pdf"),
    Column("pages", Integer, nullable=False),
    Column("original", String(64), nullable=False, comment="SHA-256 of what was sent"),
    Column(
        "digest", String(64), nullable=False, comment="SHA-256 over the pages as they are kept, outside the database"
    ),
    Column("at", Utc, nullable=False),
)

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
    Unique("election_id", "digest"),
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

reconciliation = Table(
    "reconciliation",
    metadata,
    Column("bureau_id", ForeignKey("bureau.id"), primary_key=True, autoincrement=False),
    Column("election_id", ForeignKey("election.id"), nullable=False),
    Column("department_id", ForeignKey("department.id"), nullable=False),
    Column("state", String(16), nullable=False, comment="what the comparison of the channels says"),
    Column("stage", String(16), nullable=False, comment="how far the bureau is on its way to publication"),
    Column("phone_id", ForeignKey("tally.id")),
    Column("pv_id", ForeignKey("tally.id")),
    Column("pen_id", ForeignKey("tally.id")),
    Column("at_stake", Integer, nullable=False, comment="votes by which it could change the lead of one candidate"),
    Column("settled", Text, comment="JSON: the figures that were agreed or decided; null while there are none"),
    Column("version", Integer, nullable=False, comment="grows whenever somebody must look again"),
    Column("changed", Integer, nullable=False, comment="the audit's row that was the newest once it changed"),
    Column("decision_id", ForeignKey("decision.id"), comment="the one that settled, listed as missing, or refused"),
    Column("validation_id", ForeignKey("validation.id"), comment="the newest of this version"),
    Index(None, "election_id", "stage"),
    Index(None, "department_id", "stage"),
    comment="each bureau's channels compared, and how far it is",
)

sign_off = Table(
    "sign_off",
    metadata,
    Column("department_id", ForeignKey("department.id"), primary_key=True, autoincrement=False),
    Column("decision_id", ForeignKey("decision.id"), nullable=False),
    Column("figures", Text, nullable=False, comment="JSON: the department's cumulated result, as signed"),
    comment="the departments that their chair signed off; a row goes when one of its bureaux changes",
)

validation = Table(
    "validation",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("bureau_id", ForeignKey("bureau.id"), nullable=False, index=True),
    Column("decision_id", ForeignKey("decision.id"), nullable=False, index=True),
    Column("user_id", ForeignKey("user.id"), nullable=False),
    Column("step", String(16), nullable=False, comment="first or second validation, first or second take-back"),
    Column("version", Integer, nullable=False, comment="of the reconciliation"),
    Column("figures", Text, nullable=False, comment="JSON"),
    comment="what one member of the High Authority did about one bureau",
)

validated = Table(
    "validated",
    metadata,
    Column("bureau_id", ForeignKey("bureau.id"), primary_key=True, autoincrement=False),
    Column("election_id", ForeignKey("election.id"), nullable=False),
    Column("department_id", ForeignKey("department.id"), nullable=False, index=True),
    Column("version", Integer, nullable=False, comment="of the reconciliation"),
    Column("figures", Text, nullable=False, comment="JSON"),
    Column("first_user_id", ForeignKey("user.id"), nullable=False),
    Column("second_user_id", ForeignKey("user.id"), nullable=False),
    Column("take_back_id", ForeignKey("validation.id"), comment="the first of two take-backs"),
    Column("at", Utc, nullable=False),
    CheckConstraint("first_user_id <> second_user_id", name="two_people"),
    Index(None, "election_id"),
    comment="what two members have validated, and nobody has taken back",
)

publication = Table(
    "publication",
    metadata,
    Column("election_id", ForeignKey("election.id"), primary_key=True, autoincrement=False),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", Utc, nullable=False),
    Column(
        "manifest", Text, nullable=False, comment="JSON: what was published, and the hash of the publication before"
    ),
    Column("hash", String(64), nullable=False, comment="SHA-256 of the manifest"),
    Column("signature", String(128), nullable=False, comment="Ed25519 over the manifest, hexadecimal"),
    sqlite_with_rowid=False,
)

published_department = Table(
    "published_department",
    metadata,
    Column("election_id", ForeignKey("election.id"), primary_key=True, autoincrement=False),
    Column("code", Text, primary_key=True),
    Column("rows", Text, nullable=False, comment="JSON: its published bureaux, in the order of their codes"),
    Column("totals", Text, nullable=False, comment="JSON: the sums of exactly these"),
    Column("hash", String(64), nullable=False, comment="SHA-256 of the rows"),
    sqlite_with_rowid=False,
)
