"""What is asked of submitted layers without their codes is read from an index: the rows hold 16 bytes for each code.

Revision ID: 0066
Revises: 0065
"""

from alembic import op

revision = "0066"
down_revision = "0065"
branch_labels = None
depends_on = None

NAME = "ix_incidence_round_id_coder_id_submitted_at_codings"


def upgrade() -> None:
    op.create_index(NAME, "incidence", ["round_id", "coder_id", "submitted_at", "codings", "document_id"])
    op.drop_index("ix_incidence_round_id", "incidence")


def downgrade() -> None:
    op.create_index("ix_incidence_round_id", "incidence", ["round_id"])
    op.drop_index(NAME, "incidence")
