"""Reports of format 5 have a section to sort codes by, and each code beside its pairs; those that are here stay as they are.

Revision ID: 0037
Revises: 0036
"""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

REPORTS = sa.table("agreement_report", sa.column("format", sa.Integer))
SECTIONS = sa.table("report_content", sa.column("section", sa.Text))


def upgrade() -> None:
    pass


def downgrade() -> None:
    """The section of all codes is still there, and what reads cells of format 4 leaves alone what stands beside them."""
    op.execute(sa.delete(SECTIONS).where(SECTIONS.c.section == "brief"))
    op.execute(sa.update(REPORTS).where(REPORTS.c.format == 5).values(format=4))
