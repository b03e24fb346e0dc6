"""Files to take away that a job makes are kept in parts until they are fetched.

Revision ID: 0041
Revises: 0042
"""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0042"
branch_labels = None
depends_on = None

JOBS = sa.table("job", sa.column("kind", sa.Text))


def upgrade() -> None:
    op.create_table(
        "file_part",
        sa.Column("job_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_file_part_job_id_job"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("job_id", "position", name=op.f("pk_file_part")),
    )


def downgrade() -> None:
    op.drop_table("file_part")
    op.execute(sa.delete(JOBS).where(JOBS.c.kind == "export"))
