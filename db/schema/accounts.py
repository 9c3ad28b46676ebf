"""Accounts of the intranet, sessions that were ended, and failed log-ins."""

from sqlalchemy import Boolean, Column, Index, Integer, String, Table, Text

from db.schema.base import Utc, metadata

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
