"""Documents put aside for the hold-out test of saturation, looks at them, and when the test was opened.

Revision ID: 0061
Revises: 0067
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0061"
down_revision = "0067"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    with op.batch_alter_table("document") as table:
        table.add_column(sa.Column("held_out", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "saturation_reserve",
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("seed", sa.Integer(), nullable=True),
        sa.Column("share", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("units", JSON, nullable=False),
        sa.Column("offered", sa.Integer(), nullable=False),
        sa.Column("begun", sa.Integer(), nullable=False),
        sa.Column("documents", JSON, nullable=False),
        sa.Column("reserved_by", sa.Uuid(), nullable=False),
        sa.Column("reserved_at", TIME, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("ended_by", sa.Uuid(), nullable=True),
        sa.Column("ended_at", TIME, nullable=True),
        sa.Column("unfinished", sa.Integer(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_saturation_reserve_project_id_project"), ondelete="CASCADE"
        ),
        *(
            sa.ForeignKeyConstraint(
                [column], ["user_account.id"], name=op.f(f"fk_saturation_reserve_{column}_user_account")
            )
            for column in ("reserved_by", "ended_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saturation_reserve")),
    )
    op.create_index(op.f("ix_saturation_reserve_project_id"), "saturation_reserve", ["project_id"])
    op.create_table(
        "saturation_look",
        sa.Column("reserve_id", sa.Uuid(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("looked_by", sa.Uuid(), nullable=False),
        sa.Column("looked_at", TIME, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["reserve_id"],
            ["saturation_reserve.id"],
            name=op.f("fk_saturation_look_reserve_id_saturation_reserve"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_saturation_look_document_id_document")),
        sa.ForeignKeyConstraint(
            ["looked_by"], ["user_account.id"], name=op.f("fk_saturation_look_looked_by_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saturation_look")),
    )
    op.create_index(op.f("ix_saturation_look_reserve_id"), "saturation_look", ["reserve_id"])


def downgrade() -> None:
    for table in ("saturation_look", "saturation_reserve"):
        op.drop_table(table)
    with op.batch_alter_table("document") as table:
        table.drop_column("held_out")
