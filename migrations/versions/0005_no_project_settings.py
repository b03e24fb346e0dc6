"""A project has no settings: nothing ever read or wrote them.

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    with op.batch_alter_table("project") as batch_op:
        batch_op.drop_column("settings")


def downgrade() -> None:
    with op.batch_alter_table("project") as batch_op:
        batch_op.add_column(sa.Column("settings", JSON, nullable=False, server_default="{}"))
    with op.batch_alter_table("project") as batch_op:
        batch_op.alter_column("settings", server_default=None)
