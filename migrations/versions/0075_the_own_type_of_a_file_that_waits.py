"""What the project calls the type of a file that waits to be imported.

Revision ID: 0075
Revises: 0071
"""

import sqlalchemy as sa
from alembic import op

revision = "0075"
down_revision = "0071"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("source_file") as table:
        table.add_column(sa.Column("source", sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    with op.batch_alter_table("source_file") as table:
        table.drop_column("source")
