"""How much the files of a project take, and whether a text is here already, is read from indexes and not from all texts.

Revision ID: 0018
Revises: 0017
"""

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_source_file_project_id_state_size", "source_file", ["project_id", "state", "size"])
    op.drop_index("ix_source_file_project_id", "source_file")
    op.create_index("ix_revision_sha256", "revision", ["sha256"])


def downgrade() -> None:
    op.drop_index("ix_revision_sha256", "revision")
    op.create_index("ix_source_file_project_id", "source_file", ["project_id"])
    op.drop_index("ix_source_file_project_id_state_size", "source_file")
