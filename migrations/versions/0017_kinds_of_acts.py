"""Acts that are not on codings have an index, so that a certificate need not read the log of a whole project.

Revision ID: 0017
Revises: 0016
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

INDEX = "ix_event_project_id_action"
OTHERS = sa.text("action NOT IN ('coding.created', 'coding.changed', 'coding.deleted')")


def upgrade() -> None:
    columns = ["project_id", "action", "subject_id", "seq", "at", "stream"]
    op.create_index(INDEX, "event", columns, sqlite_where=OTHERS, postgresql_where=OTHERS)


def downgrade() -> None:
    op.drop_index(INDEX, "event")
