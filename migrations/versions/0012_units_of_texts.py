"""Sentences and paragraphs of a text are kept, so that no comparison, page or write cuts it again.

Texts that are here already are cut when they are first needed.

Revision ID: 0012
Revises: 0011
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "revision_units",
        sa.Column("revision_id", sa.Uuid(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("packed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["revision_id"],
            ["revision.id"],
            name="fk_revision_units_revision_id_revision",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("revision_id", "unit", name="pk_revision_units"),
    )


def downgrade() -> None:
    op.drop_table("revision_units")
