"""Reports have a name, may be about a part of their round, and about further rounds.

Revision ID: 0038
Revises: 0037
"""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

REPORTS = sa.table(
    "agreement_report", sa.column("id", sa.Uuid), sa.column("narrowed", sa.Boolean), sa.column("unit", sa.Text)
)


def upgrade() -> None:
    with op.batch_alter_table("agreement_report") as table:
        table.add_column(sa.Column("name", sa.Text(), nullable=False, server_default=""))
        table.add_column(sa.Column("narrowed", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("agreement_report") as table:
        table.alter_column("name", server_default=None)
        table.alter_column("narrowed", server_default=None)
    op.create_table(
        "report_round",
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["report_id"],
            ["agreement_report.id"],
            ondelete="CASCADE",
            name="fk_report_round_report_id_agreement_report",
        ),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], ondelete="CASCADE", name="fk_report_round_round_id_round"),
        sa.PrimaryKeyConstraint("report_id", "round_id", name="pk_report_round"),
    )
    op.create_index("ix_report_round_round_id", "report_round", ["round_id"])


def downgrade() -> None:
    """What an earlier version would take for figures of a round goes: reports of a part, of several rounds, by row or document."""
    gone = sa.or_(REPORTS.c.narrowed, REPORTS.c.unit.in_(["row", "document"]))
    op.drop_table("report_round")
    for name in ("report_content", "report_cells"):
        part = sa.table(name, sa.column("report_id", sa.Uuid))
        op.execute(sa.delete(part).where(part.c.report_id.in_(sa.select(REPORTS.c.id).where(gone))))
    op.execute(sa.delete(REPORTS).where(gone))
    with op.batch_alter_table("agreement_report") as table:
        table.drop_column("narrowed")
        table.drop_column("name")
