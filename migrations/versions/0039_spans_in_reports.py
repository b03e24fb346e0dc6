"""Reports of rounds by free span say how far coders agree on boundaries; those that are here stay as they are.

Revision ID: 0039
Revises: 0038
"""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

REPORTS = sa.table("agreement_report", sa.column("id", sa.Uuid()), sa.column("unit", sa.Text))
SECTIONS = sa.table("report_content", sa.column("report_id", sa.Uuid()), sa.column("section", sa.Text))
SPANS = ("free_spans", "span_tables", "span_cells")


def upgrade() -> None:
    pass


def downgrade() -> None:
    """A report by free span is one that the program before cannot read; of the others the sections about spans go."""
    by_span = sa.select(REPORTS.c.id).where(REPORTS.c.unit == "span")
    op.execute(sa.delete(SECTIONS).where(SECTIONS.c.section.in_(SPANS) | SECTIONS.c.report_id.in_(by_span)))
    op.execute(sa.delete(REPORTS).where(REPORTS.c.unit == "span"))
