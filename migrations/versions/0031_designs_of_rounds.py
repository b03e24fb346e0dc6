"""What a round is for and how its documents were given out; when an assignment is due, and why it came back.

Revision ID: 0031
Revises: 0030
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    with op.batch_alter_table("round") as batch_op:
        batch_op.add_column(sa.Column("purpose", sa.Text(), nullable=False, server_default="main"))
        batch_op.add_column(sa.Column("design", JSON, nullable=True))
    with op.batch_alter_table("assignment") as batch_op:
        batch_op.add_column(sa.Column("due_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("handed_back_for", sa.Text(), nullable=False, server_default=""))
    # What those say who write rows is the program's; a database that has a default of its own would differ from a new one.
    with op.batch_alter_table("round") as batch_op:
        batch_op.alter_column("purpose", server_default=None)
    with op.batch_alter_table("assignment") as batch_op:
        batch_op.alter_column("handed_back_for", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("assignment") as batch_op:
        batch_op.drop_column("handed_back_for")
        batch_op.drop_column("due_on")
    with op.batch_alter_table("round") as batch_op:
        batch_op.drop_column("design")
        batch_op.drop_column("purpose")
