"""Reminders by mail: who wishes them, and what was told.

Revision ID: 0045
Revises: 0044
"""

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("user_account") as batch_op:
        batch_op.add_column(sa.Column("reminders", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_table(
        "reminder",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("assignment_id", sa.Uuid(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["assignment_id"],
            ["assignment.id"],
            ondelete="CASCADE",
            name="fk_reminder_assignment_id_assignment",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_reminder"),
        sa.UniqueConstraint("assignment_id", "due_on", "kind", name="uq_reminder_assignment_id_due_on_kind"),
    )


def downgrade() -> None:
    op.drop_table("reminder")
    with op.batch_alter_table("user_account") as batch_op:
        batch_op.drop_column("reminders")
