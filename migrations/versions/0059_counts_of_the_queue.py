"""What the desk of adjudication counts of a round is counted from an index alone.

Revision ID: 0059
Revises: 0058
"""

from alembic import op

revision = "0059"
down_revision = "0058"
branch_labels = None
depends_on = None

COUNTED = ["round_id", "state", "kind", "alike", "position", "id"]


def upgrade() -> None:
    op.drop_index("ix_disagreement_round_id_state", "disagreement")
    op.create_index("ix_disagreement_counted", "disagreement", COUNTED)


def downgrade() -> None:
    op.drop_index("ix_disagreement_counted", "disagreement")
    op.create_index("ix_disagreement_round_id_state", "disagreement", ["round_id", "state"])
