"""Views that ask whether coders agreed on a passage, and whether it stands before or after one of another code.

Revision ID: 0077
Revises: 0075
"""

import sqlalchemy as sa
from alembic import op

revision = "0077"
down_revision = "0075"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("passage_view") as table:
        table.add_column(sa.Column("agreement", sa.Text(), nullable=True))
        table.add_column(sa.Column("sequence", sa.Text(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("passage_view") as table:
        table.drop_column("sequence")
        table.drop_column("agreement")
