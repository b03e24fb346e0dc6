"""Agreement reports: the headline in columns, the result in sections, a number for the format.

Results that are already there stay as they are, in one piece, as format 0; services/results.py reads them.

Revision ID: 0003
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0001"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
WHOLE = "whole"


def upgrade() -> None:
    op.create_table(
        "report_content",
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("section", sa.Text(), nullable=False),
        sa.Column("content", JSON, nullable=False),
        sa.ForeignKeyConstraint(
            ["report_id"],
            ["agreement_report.id"],
            name=op.f("fk_report_content_report_id_agreement_report"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("report_id", "section", name=op.f("pk_report_content")),
    )
    with op.batch_alter_table("agreement_report") as batch_op:
        batch_op.add_column(sa.Column("format", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("coefficient", sa.Text(), nullable=False, server_default="alpha"))
        batch_op.add_column(sa.Column("value", sa.Double(), nullable=True))
        batch_op.add_column(sa.Column("reason", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("low", sa.Double(), nullable=True))
        batch_op.add_column(sa.Column("high", sa.Double(), nullable=True))
        batch_op.add_column(sa.Column("interval_reason", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("n_pairable", sa.Integer(), nullable=False, server_default="0"))
    _move_results()
    with op.batch_alter_table("agreement_report") as batch_op:
        batch_op.drop_column("result")
        # New rows say all of these themselves.
        for name in ("format", "coefficient", "n_pairable"):
            batch_op.alter_column(name, server_default=None)


def _tables() -> tuple[sa.TableClause, sa.TableClause]:
    report = sa.table(
        "agreement_report",
        sa.column("id", sa.Uuid()),
        sa.column("result", JSON),
        sa.column("value", sa.Double()),
        sa.column("reason", sa.Text()),
        sa.column("low", sa.Double()),
        sa.column("high", sa.Double()),
        sa.column("interval_reason", sa.Text()),
        sa.column("n_pairable", sa.Integer()),
    )
    content = sa.table(
        "report_content", sa.column("report_id", sa.Uuid()), sa.column("section", sa.Text()), sa.column("content", JSON)
    )
    return report, content


def _move_results() -> None:
    report, content = _tables()
    connection = op.get_bind()
    # One at a time: a result may hold a megabyte.
    for identifier in connection.scalars(sa.select(report.c.id)).all():
        result = connection.scalar(sa.select(report.c.result).where(report.c.id == identifier))
        connection.execute(sa.insert(content).values(report_id=identifier, section=WHOLE, content=result))
        alpha = result["overall"]["alpha"]
        interval = alpha["interval"] or {}
        connection.execute(
            sa.update(report)
            .where(report.c.id == identifier)
            .values(
                value=alpha["value"],
                reason=alpha["reason"],
                low=interval.get("low"),
                high=interval.get("high"),
                interval_reason=alpha["interval_reason"],
                n_pairable=alpha["n_pairable"],
            )
        )


#: where the older program looks for each section
_NAMES = {
    "codes": "by_code",
    "pairs": "by_pair",
    "code_pairs": "by_code_and_pair",
    "documents": "by_document",
    "left_out": "left_out",
    "confusions": "confusions",
}


def downgrade() -> None:
    """Put every result back into one piece: formats 0 and 1 differ in nothing else."""
    report, content = _tables()
    with op.batch_alter_table("agreement_report") as batch_op:
        batch_op.add_column(sa.Column("result", JSON, nullable=True))
    connection = op.get_bind()
    for identifier in connection.scalars(sa.select(report.c.id)).all():
        rows = connection.execute(
            sa.select(content.c.section, content.c.content).where(content.c.report_id == identifier)
        )
        sections = {section: part for section, part in rows}
        whole = sections.pop(WHOLE, None) or {
            **sections.pop("summary"),
            **{_NAMES[section]: part for section, part in sections.items()},
        }
        connection.execute(sa.update(report).where(report.c.id == identifier).values(result=whole))
    op.drop_table("report_content")
    with op.batch_alter_table("agreement_report") as batch_op:
        batch_op.alter_column("result", existing_type=JSON, nullable=False)
        for name in ("format", "coefficient", "value", "reason", "low", "high", "interval_reason", "n_pairable"):
            batch_op.drop_column(name)
