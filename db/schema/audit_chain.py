"""The audit: a hash chain of rows, and its head."""

from sqlalchemy import Boolean, Column, Integer, String, Table, Text

from db.schema.base import metadata

audit = Table(
    "audit",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("at", Text, nullable=False, comment="ISO 8601, UTC: text, because the hash binds every byte"),
    Column("actor", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("detail", Text, nullable=False, comment="JSON"),
    Column("hash", String(64), nullable=False, comment="SHA-256 of this row and of the hash before it"),
)

audit_head = Table(
    "audit_head",
    metadata,
    Column("one", Boolean, primary_key=True, comment="true: there is one head; locking it puts the writers in a row"),
    Column("id", Integer, nullable=False),
    Column("hash", String(64), nullable=False),
)
