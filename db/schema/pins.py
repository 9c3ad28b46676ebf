"""The PINs of the bureaux, and who is locked out after wrong ones."""

from sqlalchemy import Column, ForeignKey, Integer, String, Table, Text

from db.schema.base import Utc, metadata

pin = Table(
    "pin",
    metadata,
    Column("bureau_id", ForeignKey("bureau.id"), primary_key=True, autoincrement=False),
    Column("hash", Text, nullable=False, comment="argon2id over a peppered HMAC, with its own salt"),
    Column("issued_at", Utc, nullable=False),
)

lockout = Table(
    "lockout",
    metadata,
    Column("election_id", ForeignKey("election.id"), primary_key=True, autoincrement=False),
    Column("scope", String(8), primary_key=True, comment="bureau, or caller"),
    Column("subject", Text, primary_key=True, comment="the code as keyed, whether or not it exists, or the number"),
    Column("failures", Integer, nullable=False, comment="wrong PINs since the last right one or the last lock"),
    Column("total", Integer, nullable=False, comment="wrong PINs of the whole evening"),
    Column("locks", Integer, nullable=False),
    Column("locked_until", Utc),
)
