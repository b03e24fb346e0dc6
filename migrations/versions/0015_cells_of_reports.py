"""What a report says of each code and pair of coders is kept by code, so that a page reads what it shows.

Reports that are there already keep it in their sections.

Revision ID: 0015
Revises: 0014
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
REPORTS = sa.table("agreement_report", sa.column("id", sa.Uuid()), sa.column("format", sa.Integer()))
CELLS = sa.table(
    "report_cells",
    sa.column("report_id", sa.Uuid()),
    sa.column("code", sa.Text()),
    sa.column("packed", sa.LargeBinary()),
)
SECTIONS = sa.table(
    "report_content", sa.column("report_id", sa.Uuid()), sa.column("section", sa.Text()), sa.column("content", JSON)
)


def upgrade() -> None:
    op.create_table(
        "report_cells",
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("packed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["report_id"],
            ["agreement_report.id"],
            name="fk_report_cells_report_id_agreement_report",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("report_id", "code", name="pk_report_cells"),
    )


def downgrade() -> None:
    from intercoder.stats.agreement.packed import opened, unpacked
    from intercoder.stats.results import plain_fields

    connection = op.get_bind()
    for report in connection.scalars(sa.select(REPORTS.c.id).where(REPORTS.c.format >= 3)).all():
        rows = sa.select(CELLS.c.code, CELLS.c.packed).where(CELLS.c.report_id == report).order_by(CELLS.c.code)
        cells = [plain_fields(cell) for code, kept in connection.execute(rows) for cell in unpacked(code, opened(kept))]
        section = {"report_id": report, "section": "code_pairs", "content": cells}
        connection.execute(sa.insert(SECTIONS), section)
    connection.execute(sa.update(REPORTS).where(REPORTS.c.format >= 3).values(format=2))
    op.drop_table("report_cells")
