"""How far the coders of a round are is read from an index.

Revision ID: 0051
Revises: 0057
"""

from alembic import op

revision = "0051"
down_revision = "0057"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_assignment_progress", "assignment", ["round_id", "coder_id", "state", "due_on", "id"])


def downgrade() -> None:
    op.drop_index("ix_assignment_progress", "assignment")
