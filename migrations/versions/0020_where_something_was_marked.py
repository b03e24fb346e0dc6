"""Agreement on where something was marked in a round of open coding.

Revision ID: 0020
Revises: 0019
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "marked_agreement",
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("format", sa.Integer(), nullable=False),
        sa.Column("content", JSON, nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["round_id"], ["round.id"], name="fk_marked_agreement_round_id_round", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("round_id", name="pk_marked_agreement"),
    )


def downgrade() -> None:
    op.drop_table("marked_agreement")
