"""Tallies. What was confirmed is append-only: a tally is never updated, a correction is a new version.

What stands and its sums (`standing`, `running_total`, `pace`) follow from the tallies, and can be rebuilt from them
(`db.provisional_results`).
"""

from enum import StrEnum

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from db.schema.base import Utc, metadata


class Channel(StrEnum):
    """How a tally came: told by the president, read from the statement by two clerks, or from a digital pen's ink."""

    PHONE = "phone"
    OPERATOR = "operator"
    PV = "pv"
    PEN = "pen"


tally = Table(
    "tally",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("election_id", ForeignKey("election.id"), nullable=False),
    Column("bureau_id", ForeignKey("bureau.id"), nullable=False),
    Column("channel", String(16), nullable=False),
    Column("origin", String(16), nullable=False),
    Column("version", Integer, nullable=False),
    Column("at", Utc, nullable=False),
    Column("call_id", ForeignKey("call.id")),
    Column("receipt", String(7), nullable=False),
    Column("user_id", ForeignKey("user.id")),
    UniqueConstraint("bureau_id", "origin", "channel", "version"),
    UniqueConstraint("election_id", "receipt"),
    Index(None, "call_id"),
)

tally_count = Table(
    "tally_count",
    metadata,
    Column("tally_id", ForeignKey("tally.id"), primary_key=True, autoincrement=False),
    Column("field", String(8), primary_key=True, comment="voters, invalid or blank and null, or a candidate's number"),
    Column("count", Integer, nullable=False),
    sqlite_with_rowid=False,
)

standing = Table(
    "standing",
    metadata,
    Column("bureau_id", ForeignKey("bureau.id"), primary_key=True, autoincrement=False),
    Column("election_id", ForeignKey("election.id"), nullable=False),
    Column("department_id", ForeignKey("department.id"), nullable=False, index=True),
    Column("tally_id", ForeignKey("tally.id"), nullable=False, unique=True),
    Column("first_at", Utc, nullable=False, comment="when the bureau first reported, by whatever channel"),
    Column(
        "figures", Text, nullable=False, comment="JSON: a copy of the tally's counts, so that a report reads one row"
    ),
    Column("digest", String(16), nullable=False, comment="of the figures: equal figures have equal digests"),
    Index(None, "election_id", "digest"),
    comment="each bureau's provisional tally",
)

running_total = Table(
    "running_total",
    metadata,
    Column("election_id", ForeignKey("election.id"), primary_key=True, autoincrement=False),
    Column("department_id", ForeignKey("department.id"), primary_key=True, autoincrement=False),
    Column("field", String(32), primary_key=True, comment="a tally's field, or what else is added up with it"),
    Column("count", BigInteger, nullable=False),
    sqlite_with_rowid=False,
    comment="the sums over `standing`, moved in the transaction that moves it",
)

pace = Table(
    "pace",
    metadata,
    Column("election_id", ForeignKey("election.id"), primary_key=True, autoincrement=False),
    Column("minute", Utc, primary_key=True),
    Column("reported", Integer, nullable=False, comment="bureaux that first reported in this minute"),
    sqlite_with_rowid=False,
)
