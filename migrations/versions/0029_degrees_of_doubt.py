"""A doubt has a degree: what was doubted is in slight doubt. A coding may be typical of its code.

Revision ID: 0029
Revises: 0028
"""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("coding", sa.Column("typical", sa.Boolean(), nullable=False, server_default=sa.false()))
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column(
            "coding", "doubt", type_=sa.SmallInteger(), existing_type=sa.Boolean(), postgresql_using="doubt::int"
        )
        op.alter_column("coding", "typical", server_default=None)
        return
    # Without writing the table anew: others refer to it, and it is the largest.
    op.add_column("coding", sa.Column("degree", sa.SmallInteger(), nullable=False, server_default="0"))
    op.execute("UPDATE coding SET degree = doubt WHERE doubt")
    op.drop_column("coding", "doubt")
    op.execute("ALTER TABLE coding RENAME COLUMN degree TO doubt")


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column(
            "coding", "doubt", type_=sa.Boolean(), existing_type=sa.SmallInteger(), postgresql_using="doubt > 0"
        )
    else:
        op.add_column("coding", sa.Column("doubted", sa.Boolean(), nullable=False, server_default=sa.false()))
        op.execute("UPDATE coding SET doubted = 1 WHERE doubt > 0")
        op.drop_column("coding", "doubt")
        op.execute("ALTER TABLE coding RENAME COLUMN doubted TO doubt")
    op.drop_column("coding", "typical")
