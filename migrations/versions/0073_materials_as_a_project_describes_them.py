"""Own types of sources, typed attributes and the citation of a project; what a document's own type is called.

Revision ID: 0073
Revises: 0061
"""

import sqlalchemy as sa
from alembic import op

from intercoder.models.values import Json

revision = "0073"
down_revision = "0061"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("project") as table:
        table.add_column(sa.Column("described", Json(), nullable=False, server_default="{}"))
    with op.batch_alter_table("document") as table:
        table.add_column(sa.Column("source", sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    with op.batch_alter_table("document") as table:
        table.drop_column("source")
    with op.batch_alter_table("project") as table:
        table.drop_column("described")
