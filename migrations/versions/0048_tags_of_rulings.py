"""Why coders differed is said by a tag of a ruling, beside its reason in words.

Revision ID: 0048
Revises: 0047
"""

import sqlalchemy as sa
from alembic import op

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("ruling", sa.Column("tag", sa.Text(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("ruling") as table:
        table.drop_column("tag")
