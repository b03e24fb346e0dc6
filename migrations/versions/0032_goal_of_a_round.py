"""How far the coders of a round should agree, set before they begin.

Revision ID: 0032
Revises: 0031
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    with op.batch_alter_table("round") as batch_op:
        batch_op.add_column(sa.Column("goal", JSON, nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("round") as batch_op:
        batch_op.drop_column("goal")
