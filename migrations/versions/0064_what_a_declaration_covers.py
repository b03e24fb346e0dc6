"""A declaration of saturation may cover relations, properties and dimensions besides codes.

Revision ID: 0064
Revises: 0068
"""

import sqlalchemy as sa
from alembic import op

from intercoder.models.values import Json

revision = "0064"
down_revision = "0068"
branch_labels = None
depends_on = None

COLUMNS = ("covers", "things", "new_things")


def upgrade() -> None:
    with op.batch_alter_table("saturation_declaration") as table:
        for name in COLUMNS:
            table.add_column(sa.Column(name, Json(), nullable=False, server_default="[]"))


def downgrade() -> None:
    with op.batch_alter_table("saturation_declaration") as table:
        for name in COLUMNS:
            table.drop_column(name)
