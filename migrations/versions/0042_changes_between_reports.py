"""How much agreement changed between two reports is kept.

Revision ID: 0042
Revises: 0039
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0042"
down_revision = "0039"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
JOBS = sa.table("job", sa.column("kind", sa.Text))
SECTIONS = sa.table("report_content", sa.column("section", sa.Text))


def upgrade() -> None:
    op.create_table(
        "report_changes",
        sa.Column("first_id", sa.Uuid(), nullable=False),
        sa.Column("second_id", sa.Uuid(), nullable=False),
        sa.Column("format", sa.Integer(), nullable=False),
        sa.Column("content", JSON, nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["first_id"],
            ["agreement_report.id"],
            ondelete="CASCADE",
            name="fk_report_changes_first_id_agreement_report",
        ),
        sa.ForeignKeyConstraint(
            ["second_id"],
            ["agreement_report.id"],
            ondelete="CASCADE",
            name="fk_report_changes_second_id_agreement_report",
        ),
        sa.PrimaryKeyConstraint("first_id", "second_id", name="pk_report_changes"),
    )
    op.create_index("ix_report_changes_second_id", "report_changes", ["second_id"])


def downgrade() -> None:
    """An earlier version knows no such jobs, ended or not, and no section of what would raise agreement most."""
    op.execute(sa.delete(SECTIONS).where(SECTIONS.c.section == "remedies"))
    op.execute(sa.delete(JOBS).where(JOBS.c.kind == "changes"))
    op.drop_table("report_changes")
