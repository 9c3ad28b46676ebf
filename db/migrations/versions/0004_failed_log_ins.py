"""Failed log-ins are counted for all workers together."""

import sqlalchemy as sa
from alembic import op

import db.schema

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "failed_log_in",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("whose", sa.String(length=64), nullable=False, comment="SHA-256 of the limit and whom it is about"),
        sa.Column("at", db.schema.Utc(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_failed_log_in")),
        comment="counted for a quarter of an hour, then forgotten",
    )
    op.create_index(op.f("ix_failed_log_in_whose_at"), "failed_log_in", ["whose", "at"])
    op.create_index(op.f("ix_failed_log_in_at"), "failed_log_in", ["at"])


def downgrade() -> None:
    op.drop_table("failed_log_in")
