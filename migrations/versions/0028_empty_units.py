"""What a coder says of units without codings, and what those count as of which nothing was said.

Revision ID: 0028
Revises: 0027
"""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "empty_unit",
        sa.Column("assignment_id", sa.Uuid(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignment.id"], name="fk_empty_unit_assignment_id_assignment", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("assignment_id", "start", name="pk_empty_unit"),
    )
    with op.batch_alter_table("assignment") as batch_op:
        batch_op.add_column(sa.Column("unseen", sa.Text(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("assignment") as batch_op:
        batch_op.drop_column("unseen")
    op.drop_table("empty_unit")
