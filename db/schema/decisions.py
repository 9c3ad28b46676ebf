"""What people decided: who, when, why."""

from enum import StrEnum

from sqlalchemy import Column, ForeignKey, Integer, String, Table, Text

from db.schema.base import Utc, metadata


class DecisionKind(StrEnum):
    """What somebody decided."""

    FLAG_RESOLVED = "flag resolved"
    CALL_REVIEWED = "call reviewed"
    PIN_LOCKED = "PIN locked"
    PIN_UNLOCKED = "PIN unlocked"
    THIRD_LOOK = "third look"
    FIELDS_DECIDED = "fields decided"
    LISTED_MISSING = "listed missing"
    SIGNED_OFF = "signed off"
    VALIDATED = "validated"
    REFUSED = "refused"
    TAKEN_BACK = "taken back"
    SAMPLE_DRAWN = "sample drawn"

    @property
    def detailed(self) -> bool:
        """True if its rows say more than the kind does, in `decision.detail`."""
        return self not in (self.FLAG_RESOLVED, self.CALL_REVIEWED, self.PIN_LOCKED, self.PIN_UNLOCKED)


decision = Table(
    "decision",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("election_id", ForeignKey("election.id"), nullable=False, index=True),
    Column("kind", String(16), nullable=False),
    Column("flag_id", ForeignKey("flag.id"), unique=True),
    Column("call_id", ForeignKey("call.id"), index=True),
    Column("bureau_id", ForeignKey("bureau.id"), index=True),
    Column("department_id", ForeignKey("department.id"), index=True),
    Column("user_id", ForeignKey("user.id"), nullable=False),
    Column("reason", Text, nullable=False),
    Column("detail", Text, comment="JSON: what was decided, where its kind does not say it all"),
    Column("at", Utc, nullable=False),
)
