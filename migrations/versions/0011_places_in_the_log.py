"""Rows of the log have their place in the project's log: a clock that is set back no longer moves them in the list.

So far the time of a row was its place.

Revision ID: 0011
Revises: 0010
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

BACKFILL = """
UPDATE event SET position = numbered.place
FROM (SELECT id, row_number() OVER (PARTITION BY project_id ORDER BY at, id) AS place FROM event) AS numbered
WHERE event.id = numbered.id
"""


def upgrade() -> None:
    # A column that is added in place: the table may be the largest there is, and its triggers stay on it.
    op.add_column("event", sa.Column("position", sa.Integer(), server_default="0", nullable=False))
    sqlite = op.get_bind().dialect.name == "sqlite"
    if sqlite:
        op.execute("DROP TRIGGER event_no_update")
        op.execute(BACKFILL)
        op.execute(
            "CREATE TRIGGER event_no_update BEFORE UPDATE ON event "
            "BEGIN SELECT RAISE(ABORT, 'the log is written once'); END"
        )
    else:
        op.execute("ALTER TABLE event DISABLE TRIGGER event_no_change")
        op.execute(BACKFILL)
        op.execute("ALTER TABLE event ENABLE TRIGGER event_no_change")
    op.create_index("ix_event_project_id_position", "event", ["project_id", "position"])
    op.drop_index("ix_event_project_id_at", "event")


def downgrade() -> None:
    op.create_index("ix_event_project_id_at", "event", ["project_id", "at"])
    op.drop_index("ix_event_project_id_position", "event")
    op.drop_column("event", "position")
