"""The line: elections, calls, tallies, flags, audit."""

import sqlalchemy as sa
from alembic import op

import db.schema

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.Text(), nullable=False, comment="ISO 8601, UTC: text, because the hash binds every byte"),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False, comment="JSON"),
        sa.Column(
            "hash", sa.String(length=64), nullable=False, comment="SHA-256 of this row and of the hash before it"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    op.create_table(
        "audit_head",
        sa.Column(
            "one", sa.Boolean(), nullable=False, comment="true: there is one head; locking it puts the writers in a row"
        ),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("one", name=op.f("pk_audit_head")),
    )
    op.create_table(
        "election",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("polls_close", db.schema.Utc(timezone=True), nullable=False),
        sa.Column("utc_offset", sa.Integer(), nullable=False, comment="minutes, of the local time that the voice says"),
        sa.Column("locale", sa.String(length=8), nullable=False),
        sa.Column("invalid", sa.String(length=16), nullable=False),
        sa.Column("check_digit", sa.String(length=8), nullable=False),
        sa.Column("code_length", sa.Integer(), nullable=True, comment="digits of every code; null where they differ"),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("loaded_at", db.schema.Utc(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_election")),
        sa.UniqueConstraint("name", "round", name=op.f("uq_election_name_round")),
    )
    op.create_table(
        "candidate",
        sa.Column("election_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("spoken", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["election_id"], ["election.id"], name=op.f("fk_candidate_election_id")),
        sa.PrimaryKeyConstraint("election_id", "number", name=op.f("pk_candidate")),
    )
    op.create_table(
        "department",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("election_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["election_id"], ["election.id"], name=op.f("fk_department_election_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_department")),
        sa.UniqueConstraint("election_id", "code", name=op.f("uq_department_election_id_code")),
    )
    op.create_table(
        "lockout",
        sa.Column("election_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("scope", sa.String(length=8), nullable=False, comment="bureau, or caller"),
        sa.Column(
            "subject", sa.Text(), nullable=False, comment="the code as keyed, whether or not it exists, or the number"
        ),
        sa.Column(
            "failures", sa.Integer(), nullable=False, comment="wrong PINs since the last right one or the last lock"
        ),
        sa.Column("total", sa.Integer(), nullable=False, comment="wrong PINs of the whole evening"),
        sa.Column("locks", sa.Integer(), nullable=False),
        sa.Column("locked_until", db.schema.Utc(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["election_id"], ["election.id"], name=op.f("fk_lockout_election_id")),
        sa.PrimaryKeyConstraint("election_id", "scope", "subject", name=op.f("pk_lockout")),
    )
    op.create_table(
        "bureau",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("election_id", sa.Integer(), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("commune", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("electorate", sa.Integer(), nullable=True, comment="null where the register has none"),
        sa.Column("president", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=True, comment="E.164; null where the register has none"),
        sa.ForeignKeyConstraint(["department_id"], ["department.id"], name=op.f("fk_bureau_department_id")),
        sa.ForeignKeyConstraint(["election_id"], ["election.id"], name=op.f("fk_bureau_election_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bureau")),
        sa.UniqueConstraint("election_id", "code", name=op.f("uq_bureau_election_id_code")),
    )
    with op.batch_alter_table("bureau", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_bureau_department_id"), ["department_id"], unique=False)

    op.create_table(
        "call",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sid", sa.String(length=255), nullable=False, comment="the carrier's name for the call, opaque"),
        sa.Column("election_id", sa.Integer(), nullable=False),
        sa.Column("origin", sa.String(length=16), nullable=False),
        sa.Column("flow_version", sa.String(length=32), nullable=False),
        sa.Column(
            "caller", sa.Text(), nullable=False, comment="E.164 where it is a number, else as the carrier said it"
        ),
        sa.Column("bureau_id", sa.Integer(), nullable=True, comment="once code and PIN were right"),
        sa.Column("pin_failures", sa.Integer(), nullable=False),
        sa.Column("started_at", db.schema.Utc(timezone=True), nullable=False),
        sa.Column(
            "outcome",
            sa.String(length=16),
            nullable=True,
            comment="how the conversation ended; null while it goes on, or if it was dropped",
        ),
        sa.Column(
            "ended_at",
            db.schema.Utc(timezone=True),
            nullable=True,
            comment="when the carrier said that the call was over",
        ),
        sa.Column("carrier_status", sa.Text(), nullable=True),
        sa.Column("duration", sa.Integer(), nullable=True, comment="seconds, as the carrier counts them"),
        sa.ForeignKeyConstraint(["bureau_id"], ["bureau.id"], name=op.f("fk_call_bureau_id")),
        sa.ForeignKeyConstraint(["election_id"], ["election.id"], name=op.f("fk_call_election_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call")),
        sa.UniqueConstraint("sid", name=op.f("uq_call_sid")),
    )
    with op.batch_alter_table("call", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_call_bureau_id_id"), ["bureau_id", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_call_caller"), ["caller"], unique=False)
        batch_op.create_index(batch_op.f("ix_call_election_id_started_at"), ["election_id", "started_at"], unique=False)

    op.create_table(
        "pin",
        sa.Column("bureau_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.Text(), nullable=False, comment="argon2id over a peppered HMAC, with its own salt"),
        sa.Column("issued_at", db.schema.Utc(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["bureau_id"], ["bureau.id"], name=op.f("fk_pin_bureau_id")),
        sa.PrimaryKeyConstraint("bureau_id", name=op.f("pk_pin")),
    )
    op.create_table(
        "call_step",
        sa.Column("call_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("step", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", db.schema.Utc(timezone=True), nullable=False),
        sa.Column("asked", sa.Text(), nullable=False, comment="the name of the request that this answers"),
        sa.Column("answer", sa.Text(), nullable=False, comment="JSON; of a PIN, the verdict only"),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_call_step_call_id")),
        sa.PrimaryKeyConstraint("call_id", "step", name=op.f("pk_call_step")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "tally",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("election_id", sa.Integer(), nullable=False),
        sa.Column("bureau_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("origin", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("at", db.schema.Utc(timezone=True), nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=True),
        sa.Column("receipt", sa.String(length=7), nullable=False),
        sa.ForeignKeyConstraint(["bureau_id"], ["bureau.id"], name=op.f("fk_tally_bureau_id")),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_tally_call_id")),
        sa.ForeignKeyConstraint(["election_id"], ["election.id"], name=op.f("fk_tally_election_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tally")),
        sa.UniqueConstraint(
            "bureau_id", "origin", "channel", "version", name=op.f("uq_tally_bureau_id_origin_channel_version")
        ),
        sa.UniqueConstraint("election_id", "receipt", name=op.f("uq_tally_election_id_receipt")),
    )
    op.create_table(
        "flag",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("tally_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("severity", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False, comment="JSON: the values of its sentence"),
        sa.Column("at", db.schema.Utc(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["tally_id"], ["tally.id"], name=op.f("fk_flag_tally_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_flag")),
        sa.UniqueConstraint("tally_id", "code", name=op.f("uq_flag_tally_id_code")),
    )
    with op.batch_alter_table("flag", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_flag_tally_id"), ["tally_id"], unique=False)

    op.create_table(
        "tally_count",
        sa.Column("tally_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "field",
            sa.String(length=8),
            nullable=False,
            comment="voters, invalid or blank and null, or a candidate's number",
        ),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["tally_id"], ["tally.id"], name=op.f("fk_tally_count_tally_id")),
        sa.PrimaryKeyConstraint("tally_id", "field", name=op.f("pk_tally_count")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("tally_count")
    with op.batch_alter_table("flag", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_flag_tally_id"))

    op.drop_table("flag")
    op.drop_table("tally")
    op.drop_table("call_step")
    op.drop_table("pin")
    with op.batch_alter_table("call", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_call_election_id_started_at"))
        batch_op.drop_index(batch_op.f("ix_call_caller"))
        batch_op.drop_index(batch_op.f("ix_call_bureau_id_id"))

    op.drop_table("call")
    with op.batch_alter_table("bureau", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_bureau_department_id"))

    op.drop_table("bureau")
    op.drop_table("lockout")
    op.drop_table("department")
    op.drop_table("candidate")
    op.drop_table("election")
    op.drop_table("audit_head")
    op.drop_table("audit")
