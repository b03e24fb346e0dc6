"""What was merged into a code is found without looking at every code of its round.

Revision ID: 0027
Revises: 0026
"""

from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_code_into_id", "code", ["into_id"])


def downgrade() -> None:
    op.drop_index("ix_code_into_id", "code")
