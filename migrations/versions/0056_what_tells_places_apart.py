"""What tells places apart: how many coders are behind the commonest reading, doubts, memos, leverage, which are alike.

Revision ID: 0056
Revises: 0050
"""

import sqlalchemy as sa
from alembic import op

revision = "0056"
down_revision = "0050"
branch_labels = None
depends_on = None

KNOWN_LATER = ("judged", "behind", "alike", "leverage")
COUNTED = ("doubts", "memos")


def upgrade() -> None:
    with op.batch_alter_table("disagreement") as table:
        for name in KNOWN_LATER:
            table.add_column(sa.Column(name, sa.Integer(), nullable=True))
        for name in COUNTED:
            table.add_column(sa.Column(name, sa.Integer(), nullable=False, server_default="0"))
    # What the sides say already is counted; the rest is known when a round is compared again.
    op.execute(
        "UPDATE disagreement SET doubts = (SELECT count(*) FROM disagreement_side AS s "
        "WHERE s.disagreement_id = disagreement.id AND s.doubt)"
    )
    op.execute(
        "UPDATE disagreement SET memos = (SELECT count(*) FROM disagreement_side AS s "
        "JOIN coding AS c ON c.coder_id = s.coder_id AND c.key = s.key "
        "WHERE s.disagreement_id = disagreement.id AND c.memo <> '')"
    )
    with op.batch_alter_table("disagreement") as table:
        for name in COUNTED:
            table.alter_column(name, server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("disagreement") as table:
        for name in (*KNOWN_LATER, *COUNTED):
            table.drop_column(name)
