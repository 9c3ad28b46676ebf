"""Flags that the rules raised, and what is usual in a department (`norm`)."""

from enum import StrEnum

from sqlalchemy import Column, Float, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from db.schema.base import Utc, metadata


class FlagState(StrEnum):
    """A rule fired (`open`), could not be checked (`unchecked`), or was checked later and found in order (`passed`)."""

    OPEN = "open"
    UNCHECKED = "unchecked"
    PASSED = "passed"


flag = Table(
    "flag",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("tally_id", ForeignKey("tally.id"), nullable=False, index=True),
    Column("code", String(40), nullable=False),
    Column("severity", String(16), nullable=False),
    Column("state", String(16), nullable=False),
    Column("facts", Text, nullable=False, comment="JSON: the values of its sentence"),
    Column("at", Utc, nullable=False),
    UniqueConstraint("tally_id", "code"),
    Index(None, "severity", "state"),
)

norm = Table(
    "norm",
    metadata,
    Column("department_id", ForeignKey("department.id"), primary_key=True, autoincrement=False),
    Column(
        "measure",
        String(16),
        primary_key=True,
        comment="turnout, a candidate's number, or seen: the bureaux at the last renewal",
    ),
    Column("median", Float, nullable=False),
    Column("mad", Float, nullable=False, comment="median absolute deviation"),
    Column("sample", Integer, nullable=False, comment="bureaux"),
    Column("at", Utc, nullable=False),
    sqlite_with_rowid=False,
    comment="what is usual in a department, as of its last refreshing",
)
