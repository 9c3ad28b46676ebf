"""The intranet: accounts, decisions, standing tallies and their running sums."""

import sqlalchemy as sa
from alembic import op

import db.schema
from db import provisional_results
from db.transactions import WriteTransaction

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "user",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False, comment="in lower case"),
        sa.Column("password", sa.Text(), nullable=False, comment="argon2id"),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("post", sa.String(length=8), nullable=True, comment="chair or clerk, of a departmental commission"),
        sa.Column(
            "department", sa.Text(), nullable=True, comment="code of the one department that the account may see"
        ),
        sa.Column("candidate", sa.Integer(), nullable=True, comment="number of the candidate whose team this is"),
        sa.Column("fs_uniquifier", sa.String(length=64), nullable=False, comment="names the account in sessions"),
        sa.Column("fs_token_uniquifier", sa.String(length=64), nullable=False, comment="names it in API tokens"),
        sa.Column("tf_primary_method", sa.String(length=16), nullable=True),
        sa.Column("tf_totp_secret", sa.Text(), nullable=True, comment="encrypted with SECRET_KEY"),
        sa.Column(
            "tf_last_counter",
            sa.Integer(),
            nullable=True,
            comment="the last time step whose code was used: none is used twice",
        ),
        sa.Column("created_at", db.schema.Utc(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user")),
        sa.UniqueConstraint("email", name=op.f("uq_user_email")),
        sa.UniqueConstraint("fs_token_uniquifier", name=op.f("uq_user_fs_token_uniquifier")),
        sa.UniqueConstraint("fs_uniquifier", name=op.f("uq_user_fs_uniquifier")),
    )
    op.create_table(
        "pace",
        sa.Column("election_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("minute", db.schema.Utc(timezone=True), nullable=False),
        sa.Column("reported", sa.Integer(), nullable=False, comment="bureaux that first reported in this minute"),
        sa.ForeignKeyConstraint(["election_id"], ["election.id"], name=op.f("fk_pace_election_id")),
        sa.PrimaryKeyConstraint("election_id", "minute", name=op.f("pk_pace")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "norm",
        sa.Column("department_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "measure",
            sa.String(length=16),
            nullable=False,
            comment="turnout, a candidate's number, or seen: the bureaux at the last renewal",
        ),
        sa.Column("median", sa.Float(), nullable=False),
        sa.Column("mad", sa.Float(), nullable=False, comment="median absolute deviation"),
        sa.Column("sample", sa.Integer(), nullable=False, comment="bureaux"),
        sa.Column("at", db.schema.Utc(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["department_id"], ["department.id"], name=op.f("fk_norm_department_id")),
        sa.PrimaryKeyConstraint("department_id", "measure", name=op.f("pk_norm")),
        comment="what is usual in a department, as of its last refreshing",
        sqlite_with_rowid=False,
    )
    op.create_table(
        "running_total",
        sa.Column("election_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("department_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "field", sa.String(length=32), nullable=False, comment="a tally's field, or what else is added up with it"
        ),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["department_id"], ["department.id"], name=op.f("fk_running_total_department_id")),
        sa.ForeignKeyConstraint(["election_id"], ["election.id"], name=op.f("fk_running_total_election_id")),
        sa.PrimaryKeyConstraint("election_id", "department_id", "field", name=op.f("pk_running_total")),
        comment="the sums over `standing`, moved in the transaction that moves it",
        sqlite_with_rowid=False,
    )
    op.create_table(
        "standing",
        sa.Column("bureau_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("election_id", sa.Integer(), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.Column("tally_id", sa.Integer(), nullable=False),
        sa.Column(
            "first_at",
            db.schema.Utc(timezone=True),
            nullable=False,
            comment="when the bureau first reported, by whatever channel",
        ),
        sa.Column(
            "figures",
            sa.Text(),
            nullable=False,
            comment="JSON: a copy of the tally's counts, so that a report reads one row",
        ),
        sa.Column(
            "digest", sa.String(length=16), nullable=False, comment="of the figures: equal figures have equal digests"
        ),
        sa.ForeignKeyConstraint(["bureau_id"], ["bureau.id"], name=op.f("fk_standing_bureau_id")),
        sa.ForeignKeyConstraint(["department_id"], ["department.id"], name=op.f("fk_standing_department_id")),
        sa.ForeignKeyConstraint(["election_id"], ["election.id"], name=op.f("fk_standing_election_id")),
        sa.ForeignKeyConstraint(["tally_id"], ["tally.id"], name=op.f("fk_standing_tally_id")),
        sa.PrimaryKeyConstraint("bureau_id", name=op.f("pk_standing")),
        sa.UniqueConstraint("tally_id", name=op.f("uq_standing_tally_id")),
        comment="each bureau's provisional tally",
    )
    with op.batch_alter_table("standing", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_standing_department_id"), ["department_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_standing_election_id_digest"), ["election_id", "digest"], unique=False)

    op.create_table(
        "ended_session",
        sa.Column("session", sa.String(length=32), nullable=False),
        sa.Column("at", db.schema.Utc(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("session", name=op.f("pk_ended_session")),
        comment="sessions of the intranet that somebody ended: their cookies are worth nothing",
        sqlite_with_rowid=False,
    )
    op.create_table(
        "decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("election_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("flag_id", sa.Integer(), nullable=True),
        sa.Column("call_id", sa.Integer(), nullable=True),
        sa.Column("bureau_id", sa.Integer(), nullable=True),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", db.schema.Utc(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["bureau_id"], ["bureau.id"], name=op.f("fk_decision_bureau_id")),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_decision_call_id")),
        sa.ForeignKeyConstraint(["election_id"], ["election.id"], name=op.f("fk_decision_election_id")),
        sa.ForeignKeyConstraint(["flag_id"], ["flag.id"], name=op.f("fk_decision_flag_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_decision_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
        sa.UniqueConstraint("flag_id", name=op.f("uq_decision_flag_id")),
    )
    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_decision_bureau_id"), ["bureau_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_decision_call_id"), ["call_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_decision_election_id"), ["election_id"], unique=False)

    with op.batch_alter_table("flag", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_flag_severity_state"), ["severity", "state"], unique=False)

    op.add_column("department", sa.Column("bureaux", sa.Integer(), server_default="0", nullable=False))
    op.add_column("department", sa.Column("electorate", sa.Integer(), server_default="0", nullable=False))
    op.execute(
        "UPDATE department SET bureaux = (SELECT count(*) FROM bureau WHERE bureau.department_id = department.id), "
        "electorate = (SELECT coalesce(sum(electorate), 0) FROM bureau WHERE bureau.department_id = department.id)"
    )
    # By hand: a batch would make the table anew, and SQLite would take its counts for orphans meanwhile.
    op.execute('ALTER TABLE tally ADD COLUMN user_id INTEGER CONSTRAINT fk_tally_user_id REFERENCES "user" (id)')
    op.create_index(op.f("ix_tally_call_id"), "tally", ["call_id"])
    op.create_index(op.f("ix_call_election_id_id"), "call", ["election_id", "id"])
    provisional_results.rebuild(WriteTransaction(op.get_bind()))


def downgrade() -> None:
    raise NotImplementedError("accounts and decisions would be lost: go back to a backup instead")
