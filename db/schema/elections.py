"""The register: elections with their candidates, departments and bureaux."""

from sqlalchemy import Column, ForeignKey, Integer, String, Table, Text, UniqueConstraint

from db.schema.base import Utc, metadata

election = Table(
    "election",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False),
    Column("round", Integer, nullable=False),
    Column("polls_close", Utc, nullable=False),
    Column("utc_offset", Integer, nullable=False, comment="minutes, of the local time that the voice says"),
    Column("locale", String(8), nullable=False),
    Column("invalid", String(16), nullable=False),
    Column("check_digit", String(8), nullable=False),
    Column("code_length", Integer, comment="digits of every code; null where they differ"),
    Column("revision", Integer, nullable=False),
    Column("loaded_at", Utc, nullable=False),
    UniqueConstraint("name", "round"),
)

candidate = Table(
    "candidate",
    metadata,
    Column("election_id", ForeignKey("election.id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("position", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("spoken", Text, nullable=False),
)

department = Table(
    "department",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("election_id", ForeignKey("election.id"), nullable=False),
    Column("code", Text, nullable=False),
    Column("bureaux", Integer, nullable=False, server_default="0"),
    Column("electorate", Integer, nullable=False, server_default="0"),
    UniqueConstraint("election_id", "code"),
)

bureau = Table(
    "bureau",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("election_id", ForeignKey("election.id"), nullable=False),
    Column("department_id", ForeignKey("department.id"), nullable=False, index=True),
    Column("code", String(20), nullable=False),
    Column("commune", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("electorate", Integer, comment="null where the register has none"),
    Column("president", Text, nullable=False),
    Column("phone", Text, comment="E.164; null where the register has none"),
    UniqueConstraint("election_id", "code"),
)
