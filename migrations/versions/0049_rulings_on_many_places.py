"""Many places are ruled on by a rule in one act, which is taken back as one.

Revision ID: 0049
Revises: 0045
"""

import sqlalchemy as sa
from alembic import op

revision = "0049"
down_revision = "0045"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "bulk_ruling",
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("adjudicator_id", sa.Uuid(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("undone_at", TIME, nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_bulk_ruling_project_id_project"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["round.id"], name=op.f("fk_bulk_ruling_round_id_round"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["adjudicator_id"], ["user_account.id"], name=op.f("fk_bulk_ruling_adjudicator_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulk_ruling")),
    )
    op.create_index(op.f("ix_bulk_ruling_round_id"), "bulk_ruling", ["round_id"])
    with op.batch_alter_table("ruling") as table:
        table.add_column(sa.Column("bulk_id", sa.Uuid(), nullable=True))
        table.create_foreign_key(
            op.f("fk_ruling_bulk_id_bulk_ruling"), "bulk_ruling", ["bulk_id"], ["id"], ondelete="CASCADE"
        )
        table.create_index(op.f("ix_ruling_bulk_id"), ["bulk_id"])


def downgrade() -> None:
    # The rulings stay, each by itself; what an earlier version cannot read of the log, it says.
    with op.batch_alter_table("ruling") as table:
        table.drop_index(op.f("ix_ruling_bulk_id"))
        table.drop_constraint(op.f("fk_ruling_bulk_id_bulk_ruling"), type_="foreignkey")
        table.drop_column("bulk_id")
    op.drop_table("bulk_ruling")
