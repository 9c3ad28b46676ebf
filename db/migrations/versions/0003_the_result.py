"""The result: minutes, ink, reconciliation, validation, publication, and the role that reads what is published."""

import sqlalchemy as sa
from alembic import op

import db.schema
from db.backends.engine import backend_of

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

PUBLIC = ("election", "candidate", "department", "publication", "published_department")
"""What is published, and the register that it is part of: all that the public's role can read."""


def upgrade() -> None:
    op.create_table(
        "publication",
        sa.Column("election_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", db.schema.Utc(timezone=True), nullable=False),
        sa.Column(
            "manifest",
            sa.Text(),
            nullable=False,
            comment="JSON: what was published, and the hash of the publication before",
        ),
        sa.Column("hash", sa.String(length=64), nullable=False, comment="SHA-256 of the manifest"),
        sa.Column("signature", sa.String(length=128), nullable=False, comment="Ed25519 over the manifest, hexadecimal"),
        sa.ForeignKeyConstraint(["election_id"], ["election.id"], name=op.f("fk_publication_election_id")),
        sa.PrimaryKeyConstraint("election_id", "number", name=op.f("pk_publication")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "published_department",
        sa.Column("election_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column(
            "rows", sa.Text(), nullable=False, comment="JSON: its published bureaux, in the order of their codes"
        ),
        sa.Column("totals", sa.Text(), nullable=False, comment="JSON: the sums of exactly these"),
        sa.Column("hash", sa.String(length=64), nullable=False, comment="SHA-256 of the rows"),
        sa.ForeignKeyConstraint(["election_id"], ["election.id"], name=op.f("fk_published_department_election_id")),
        sa.PrimaryKeyConstraint("election_id", "code", name=op.f("pk_published_department")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "pv_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("election_id", sa.Integer(), nullable=False),
        sa.Column("bureau_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False, comment="of the PV's tally that these entries are to make"),
        sa.Column("entry", sa.Integer(), nullable=False, comment="1, or 2: the one that is blind to the first"),
        sa.Column("attempt", sa.Integer(), nullable=False, comment="grows when a clerk keys the first entry anew"),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("figures", sa.Text(), nullable=False, comment="JSON"),
        sa.Column(
            "salt",
            sa.String(length=32),
            nullable=False,
            comment="of the digest in the audit, which shows no first entry to anybody",
        ),
        sa.Column("at", db.schema.Utc(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["bureau_id"], ["bureau.id"], name=op.f("fk_pv_entry_bureau_id")),
        sa.ForeignKeyConstraint(["election_id"], ["election.id"], name=op.f("fk_pv_entry_election_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_pv_entry_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pv_entry")),
        sa.UniqueConstraint(
            "bureau_id", "version", "entry", "attempt", name=op.f("uq_pv_entry_bureau_id_version_entry_attempt")
        ),
        comment="a procès-verbal as one clerk read it",
    )
    op.create_table(
        "scan",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("election_id", sa.Integer(), nullable=False),
        sa.Column("bureau_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False, comment="what was sent: jpeg, png or pdf"),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("original", sa.String(length=64), nullable=False, comment="SHA-256 of what was sent"),
        sa.Column(
            "digest",
            sa.String(length=64),
            nullable=False,
            comment="SHA-256 over the pages as they are kept, outside the database",
        ),
        sa.Column("at", db.schema.Utc(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["bureau_id"], ["bureau.id"], name=op.f("fk_scan_bureau_id")),
        sa.ForeignKeyConstraint(["election_id"], ["election.id"], name=op.f("fk_scan_election_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_scan_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scan")),
    )
    with op.batch_alter_table("scan", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_scan_bureau_id"), ["bureau_id"], unique=False)

    op.create_table(
        "pen_document",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("election_id", sa.Integer(), nullable=False),
        sa.Column("bureau_id", sa.Integer(), nullable=False),
        sa.Column("tally_id", sa.Integer(), nullable=True, comment="null where nothing could be read"),
        sa.Column("name", sa.Text(), nullable=False, comment="the file's"),
        sa.Column("pen", sa.Text(), nullable=False, comment="the pen's own name for itself, or empty"),
        sa.Column(
            "digest", sa.String(length=64), nullable=False, comment="SHA-256 of the document: none is taken twice"
        ),
        sa.Column(
            "ink", sa.Text(), nullable=False, comment="JSON: strokes of points, in tenths of a millimetre on the form"
        ),
        sa.Column("user_id", sa.Integer(), nullable=True, comment="null: the command line"),
        sa.Column("at", db.schema.Utc(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["bureau_id"], ["bureau.id"], name=op.f("fk_pen_document_bureau_id")),
        sa.ForeignKeyConstraint(["election_id"], ["election.id"], name=op.f("fk_pen_document_election_id")),
        sa.ForeignKeyConstraint(["tally_id"], ["tally.id"], name=op.f("fk_pen_document_tally_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_pen_document_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pen_document")),
        sa.UniqueConstraint("election_id", "digest", name=op.f("uq_pen_document_election_id_digest")),
        comment="what a digital pen recorded on one procès-verbal (W3C InkML)",
    )
    with op.batch_alter_table("pen_document", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_pen_document_bureau_id"), ["bureau_id"], unique=False)

    op.create_table(
        "pen_reading",
        sa.Column("document_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("field", sa.String(length=8), nullable=False),
        sa.Column(
            "digits",
            sa.String(length=16),
            nullable=False,
            comment="the likeliest digits, read or not; empty where there is no ink",
        ),
        sa.Column("confidence", sa.Float(), nullable=False, comment="0 to 1"),
        sa.Column("count", sa.Integer(), nullable=True, comment="null: unread"),
        sa.ForeignKeyConstraint(["document_id"], ["pen_document.id"], name=op.f("fk_pen_reading_document_id")),
        sa.PrimaryKeyConstraint("document_id", "field", name=op.f("pk_pen_reading")),
        comment="what a figure's ink was recognised as",
        sqlite_with_rowid=False,
    )
    op.create_table(
        "sign_off",
        sa.Column("department_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column("figures", sa.Text(), nullable=False, comment="JSON: the department's cumulated result, as signed"),
        sa.ForeignKeyConstraint(["decision_id"], ["decision.id"], name=op.f("fk_sign_off_decision_id")),
        sa.ForeignKeyConstraint(["department_id"], ["department.id"], name=op.f("fk_sign_off_department_id")),
        sa.PrimaryKeyConstraint("department_id", name=op.f("pk_sign_off")),
        comment="the departments that their chair signed off; a row goes when one of its bureaux changes",
    )
    op.create_table(
        "validation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("bureau_id", sa.Integer(), nullable=False),
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column(
            "step",
            sa.String(length=16),
            nullable=False,
            comment="first or second validation, first or second take-back",
        ),
        sa.Column("version", sa.Integer(), nullable=False, comment="of the reconciliation"),
        sa.Column("figures", sa.Text(), nullable=False, comment="JSON"),
        sa.ForeignKeyConstraint(["bureau_id"], ["bureau.id"], name=op.f("fk_validation_bureau_id")),
        sa.ForeignKeyConstraint(["decision_id"], ["decision.id"], name=op.f("fk_validation_decision_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_validation_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_validation")),
        comment="what one member of the High Authority did about one bureau",
    )
    with op.batch_alter_table("validation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_validation_bureau_id"), ["bureau_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_validation_decision_id"), ["decision_id"], unique=False)

    op.create_table(
        "reconciliation",
        sa.Column("bureau_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("election_id", sa.Integer(), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False, comment="what the comparison of the channels says"),
        sa.Column(
            "stage", sa.String(length=16), nullable=False, comment="how far the bureau is on its way to publication"
        ),
        sa.Column("phone_id", sa.Integer(), nullable=True),
        sa.Column("pv_id", sa.Integer(), nullable=True),
        sa.Column("pen_id", sa.Integer(), nullable=True),
        sa.Column(
            "at_stake", sa.Integer(), nullable=False, comment="votes by which it could change the lead of one candidate"
        ),
        sa.Column(
            "settled",
            sa.Text(),
            nullable=True,
            comment="JSON: the figures that were agreed or decided; null while there are none",
        ),
        sa.Column("version", sa.Integer(), nullable=False, comment="grows whenever somebody must look again"),
        sa.Column(
            "changed", sa.Integer(), nullable=False, comment="the audit's row that was the newest once it changed"
        ),
        sa.Column(
            "decision_id", sa.Integer(), nullable=True, comment="the one that settled, listed as missing, or refused"
        ),
        sa.Column("validation_id", sa.Integer(), nullable=True, comment="the newest of this version"),
        sa.ForeignKeyConstraint(["bureau_id"], ["bureau.id"], name=op.f("fk_reconciliation_bureau_id")),
        sa.ForeignKeyConstraint(["decision_id"], ["decision.id"], name=op.f("fk_reconciliation_decision_id")),
        sa.ForeignKeyConstraint(["department_id"], ["department.id"], name=op.f("fk_reconciliation_department_id")),
        sa.ForeignKeyConstraint(["election_id"], ["election.id"], name=op.f("fk_reconciliation_election_id")),
        sa.ForeignKeyConstraint(["pen_id"], ["tally.id"], name=op.f("fk_reconciliation_pen_id")),
        sa.ForeignKeyConstraint(["phone_id"], ["tally.id"], name=op.f("fk_reconciliation_phone_id")),
        sa.ForeignKeyConstraint(["pv_id"], ["tally.id"], name=op.f("fk_reconciliation_pv_id")),
        sa.ForeignKeyConstraint(["validation_id"], ["validation.id"], name=op.f("fk_reconciliation_validation_id")),
        sa.PrimaryKeyConstraint("bureau_id", name=op.f("pk_reconciliation")),
        comment="each bureau's channels compared, and how far it is",
    )
    with op.batch_alter_table("reconciliation", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_reconciliation_department_id_stage"), ["department_id", "stage"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_reconciliation_election_id_stage"), ["election_id", "stage"], unique=False)

    op.create_table(
        "validated",
        sa.Column("bureau_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("election_id", sa.Integer(), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False, comment="of the reconciliation"),
        sa.Column("figures", sa.Text(), nullable=False, comment="JSON"),
        sa.Column("first_user_id", sa.Integer(), nullable=False),
        sa.Column("second_user_id", sa.Integer(), nullable=False),
        sa.Column("take_back_id", sa.Integer(), nullable=True, comment="the first of two take-backs"),
        sa.Column("at", db.schema.Utc(timezone=True), nullable=False),
        sa.CheckConstraint("first_user_id <> second_user_id", name="two_people"),
        sa.ForeignKeyConstraint(["bureau_id"], ["bureau.id"], name=op.f("fk_validated_bureau_id")),
        sa.ForeignKeyConstraint(["department_id"], ["department.id"], name=op.f("fk_validated_department_id")),
        sa.ForeignKeyConstraint(["election_id"], ["election.id"], name=op.f("fk_validated_election_id")),
        sa.ForeignKeyConstraint(["first_user_id"], ["user.id"], name=op.f("fk_validated_first_user_id")),
        sa.ForeignKeyConstraint(["second_user_id"], ["user.id"], name=op.f("fk_validated_second_user_id")),
        sa.ForeignKeyConstraint(["take_back_id"], ["validation.id"], name=op.f("fk_validated_take_back_id")),
        sa.PrimaryKeyConstraint("bureau_id", name=op.f("pk_validated")),
        comment="what two members have validated, and nobody has taken back",
    )
    with op.batch_alter_table("validated", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_validated_department_id"), ["department_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_validated_election_id"), ["election_id"], unique=False)

    # By hand: a batch would make the table anew.
    op.execute(
        "ALTER TABLE decision ADD COLUMN department_id INTEGER "
        "CONSTRAINT fk_decision_department_id REFERENCES department (id)"
    )
    op.add_column(
        "decision",
        sa.Column(
            "detail", sa.Text(), nullable=True, comment="JSON: what was decided, where its kind does not say it all"
        ),
    )
    op.create_index(op.f("ix_decision_department_id"), "decision", ["department_id"])
    _compare_what_came()
    backend_of(op.get_bind()).make_public_role(op.get_bind(), PUBLIC)


def _compare_what_came() -> None:
    """Whoever has reported lacks the minutes."""
    op.execute(
        "INSERT INTO reconciliation "
        "(bureau_id, election_id, department_id, state, stage, phone_id, at_stake, version, changed) "
        "SELECT bureau_id, standing.election_id, department_id, 'incomplete', 'incomplete', tally_id, tally_count.count, 1, "
        "coalesce((SELECT id FROM audit_head), 0) FROM standing "
        "JOIN tally_count USING (tally_id) WHERE tally_count.field = 'voters'"
    )


def downgrade() -> None:
    raise NotImplementedError("validations and publications would be lost: go back to a backup instead")
