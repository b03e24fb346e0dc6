"""Open coding may begin without a codebook.

Revision ID: 0019
Revises: 0018
"""

from uuid import uuid4

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

# Such a round had a version in the earlier schema: an empty one of its own.
EMPTY_VERSION = sa.text(
    "INSERT INTO codebook_version (id, project_id, number, note, published_by, published_at) "
    "SELECT :id, r.project_id, "
    "(SELECT coalesce(max(v.number), 0) + 1 FROM codebook_version v WHERE v.project_id = r.project_id), '', m.user_id, "
    "r.created_at FROM round r JOIN member m ON m.project_id = r.project_id WHERE r.id = :round ORDER BY m.id LIMIT 1"
).bindparams(sa.bindparam("id", type_=sa.Uuid()), sa.bindparam("round", type_=sa.Uuid()))
PIN = sa.text("UPDATE round SET version_id = :id WHERE id = :round").bindparams(
    sa.bindparam("id", type_=sa.Uuid()), sa.bindparam("round", type_=sa.Uuid())
)


def upgrade() -> None:
    with op.batch_alter_table("round") as batch:
        batch.alter_column("version_id", existing_type=sa.Uuid(), nullable=True)


def downgrade() -> None:
    connection = op.get_bind()
    rounds = sa.table("round", sa.column("id", sa.Uuid()), sa.column("version_id", sa.Uuid()))
    for round_id in connection.scalars(sa.select(rounds.c.id).where(rounds.c.version_id.is_(None))).all():
        version = {"id": uuid4(), "round": round_id}
        connection.execute(EMPTY_VERSION, version)
        connection.execute(PIN, version)
    with op.batch_alter_table("round") as batch:
        batch.alter_column("version_id", existing_type=sa.Uuid(), nullable=False)
