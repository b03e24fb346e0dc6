"""The consensus holds a coding once: by unanimity, or by the first ruling that lets it stand.

Revision ID: 0047
Revises: 0041
"""

import sqlalchemy as sa
from alembic import op

revision = "0047"
down_revision = "0041"
branch_labels = None
depends_on = None

OLD, NEW = "ix_consensus_coding_round_id_document_id_code_id", "ux_consensus_coding"
KEY = ["round_id", "document_id", "code_id", "start", "end"]
ROWS = sa.table("consensus_coding", *(sa.column(name) for name in ["id", "ruling_id", *KEY]))


def upgrade() -> None:
    other = ROWS.alias("other")
    better = sa.or_(
        sa.and_(other.c.ruling_id.is_(None), ROWS.c.ruling_id.is_not(None)),
        other.c.ruling_id < ROWS.c.ruling_id,
        sa.and_(
            sa.or_(
                other.c.ruling_id == ROWS.c.ruling_id,
                sa.and_(other.c.ruling_id.is_(None), ROWS.c.ruling_id.is_(None)),
            ),
            other.c.id < ROWS.c.id,
        ),
    )
    twice = sa.exists().where(*(other.c[name] == ROWS.c[name] for name in KEY), better)
    op.execute(sa.delete(ROWS).where(twice))
    op.create_index(NEW, "consensus_coding", KEY, unique=True)
    op.drop_index(OLD, "consensus_coding")


def downgrade() -> None:
    op.create_index(OLD, "consensus_coding", ["round_id", "document_id", "code_id"])
    op.drop_index(NEW, "consensus_coding")
