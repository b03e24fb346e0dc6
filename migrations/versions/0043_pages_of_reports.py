"""What the page of a report shows is kept in one piece beside its sections; reports that are here are read from these.

Revision ID: 0043
Revises: 0048
"""

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0048"
branch_labels = None
depends_on = None

SECTIONS = sa.table("report_content", sa.column("section", sa.Text))


def upgrade() -> None:
    op.create_table(
        "report_page",
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("packed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["report_id"],
            ["agreement_report.id"],
            name=op.f("fk_report_page_report_id_agreement_report"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("report_id", name=op.f("pk_report_page")),
    )


def downgrade() -> None:
    """An earlier version knows no such pages, and no section of the units that somebody coded."""
    op.execute(sa.delete(SECTIONS).where(SECTIONS.c.section == "coded_units"))
    op.drop_table("report_page")
