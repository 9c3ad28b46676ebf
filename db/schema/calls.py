"""Calls, and the log of each: one row per answer, appended and never changed."""

from enum import StrEnum

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text

from db.schema.base import Utc, metadata


class Origin(StrEnum):
    """Whether a call, or a tally, counts."""

    LIVE = "live"
    REHEARSAL = "rehearsal"


call = Table(
    "call",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("sid", String(255), nullable=False, unique=True, comment="the carrier's name for the call, opaque"),
    Column("election_id", ForeignKey("election.id"), nullable=False),
    Column("origin", String(16), nullable=False),
    Column("flow_version", String(32), nullable=False),
    Column("caller", Text, nullable=False, comment="E.164 where it is a number, else as the carrier said it"),
    Column("bureau_id", ForeignKey("bureau.id"), comment="once code and PIN were right"),
    Column("pin_failures", Integer, nullable=False),
    Column("started_at", Utc, nullable=False),
    Column("outcome", String(16), comment="how the conversation ended; null while it goes on, or if it was dropped"),
    Column("ended_at", Utc, comment="when the carrier said that the call was over"),
    Column("carrier_status", Text),
    Column("duration", Integer, comment="seconds, as the carrier counts them"),
    Index(None, "bureau_id", "id"),
    Index(None, "caller"),
    Index(None, "election_id", "started_at"),
    Index(None, "election_id", "id"),
)

call_step = Table(
    "call_step",
    metadata,
    Column("call_id", ForeignKey("call.id"), primary_key=True, autoincrement=False),
    Column("step", Integer, primary_key=True, autoincrement=False),
    Column("at", Utc, nullable=False),
    Column("asked", Text, nullable=False, comment="the name of the request that this answers"),
    Column("answer", Text, nullable=False, comment="JSON; of a PIN, the verdict only"),
    sqlite_with_rowid=False,
)
