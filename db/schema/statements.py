"""Statements of the count (procès-verbaux, PV): what clerks read in them, and their scans."""

from sqlalchemy import Column, ForeignKey, Integer, String, Table, Text, UniqueConstraint

from db.schema.base import Utc, metadata

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
    UniqueConstraint("bureau_id", "version", "entry", "attempt"),
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
