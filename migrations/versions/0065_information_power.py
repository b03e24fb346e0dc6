"""A project may argue by information power and not look at saturation; what was judged by it.

Revision ID: 0065
Revises: 0064
"""

import sqlalchemy as sa
from alembic import op

from intercoder.models.values import Json

revision = "0065"
down_revision = "0064"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("project") as table:
        table.add_column(sa.Column("information_power", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "information_power",
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("judged", Json(), nullable=False),
        sa.Column("suffices", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("documents", sa.Integer(), nullable=False),
        sa.Column("cases", sa.Integer(), nullable=False),
        sa.Column("judged_by", sa.Uuid(), nullable=False),
        sa.Column("judged_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_information_power_project_id_project"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["judged_by"], ["user_account.id"], name=op.f("fk_information_power_judged_by_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_information_power")),
    )
    op.create_index(op.f("ix_information_power_project_id"), "information_power", ["project_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_information_power_project_id"), "information_power")
    op.drop_table("information_power")
    with op.batch_alter_table("project") as table:
        table.drop_column("information_power")
