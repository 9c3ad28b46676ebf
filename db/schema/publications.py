"""Validation by the High Authority, and what was published.

`validation` and `publication` are append-only; `validated` and `published_department` follow from them.
"""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, String, Table, Text

from db.schema.base import Utc, metadata

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
