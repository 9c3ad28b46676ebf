"""The tables. What a president confirmed is append-only: a tally is never updated, a correction is a new version."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Utc(TypeDecorator[datetime]):
    """A moment, aware, in UTC. SQLite, which has no time zones, keeps it naive."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuses a naive moment (ValueError): it would be somebody's local time."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Gives the moment its time zone back."""
        if value is None:
            return None
        moment: datetime = value
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


class Channel(StrEnum):
    """How a tally came: told by the president, read from the minutes by two clerks, or from a digital pen's ink."""

    PHONE = "phone"
    OPERATOR = "operator"
    PV = "pv"
    PEN = "pen"


class Origin(StrEnum):
    """Whether a call, or a tally, counts."""

    LIVE = "live"
    REHEARSAL = "rehearsal"


class FlagState(StrEnum):
    """A rule fired (`open`), could not be checked (`unchecked`), or was checked later and found in order (`passed`)."""

    OPEN = "open"
    UNCHECKED = "unchecked"
    PASSED = "passed"


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

user = Table(
    "user",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("email", String(254), nullable=False, unique=True, comment="in lower case"),
    Column("password", Text, nullable=False, comment="argon2id"),
    Column("active", Boolean, nullable=False),
    Column("role", String(16), nullable=False),
    Column("post", String(8), comment="chair or clerk, of a departmental commission"),
    Column("department", Text, comment="code of the one department that the account may see"),
    Column("candidate", Integer, comment="number of the candidate whose team this is"),
    Column("fs_uniquifier", String(64), nullable=False, unique=True, comment="names the account in sessions"),
    Column("fs_token_uniquifier", String(64), nullable=False, unique=True, comment="names it in API tokens"),
    Column("tf_primary_method", String(16)),
    Column("tf_totp_secret", Text, comment="encrypted with SECRET_KEY"),
    Column("tf_last_counter", Integer, comment="the last time step whose code was used: none is used twice"),
    Column("created_at", Utc, nullable=False),
)

ended_session = Table(
    "ended_session",
    metadata,
    Column("session", String(32), primary_key=True),
    Column("at", Utc, nullable=False),
    sqlite_with_rowid=False,
    comment="sessions of the intranet that somebody ended: their cookies are worth nothing",
)

failed_log_in = Table(
    "failed_log_in",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("whose", String(64), nullable=False, comment="SHA-256 of the limit and whom it is about"),
    Column("at", Utc, nullable=False, index=True),
    Index(None, "whose", "at"),
    comment="counted for a quarter of an hour, then forgotten",
)

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
