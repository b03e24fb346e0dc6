"""Reports have a name, may be about a part of their round, and about further rounds.

Revision ID: 0038
Revises: 0037
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

REPORTS = sa.table(
    "agreement_report", sa.column("id", sa.Uuid), sa.column("narrowed", sa.Boolean), sa.column("unit", sa.Text)
)


JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
JOBS = sa.table(
    "job",
    sa.column("id", sa.Uuid()),
    sa.column("kind", sa.Text),
    sa.column("state", sa.Text),
    sa.column("parameters", JSON),
)
KNOWN = {"unit", "level", "resamples"}
#: of a report about all of its round
WHOLE = {"codes": [], "coders": [], "documents": [], "rounds": [], "doubtful": True, "dependent": True}


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
    _forget_choices()
    with op.batch_alter_table("agreement_report") as table:
        table.drop_column("narrowed")
        table.drop_column("name")


def _forget_choices() -> None:
    """A report that waits to be made of a part would be made of all: it is not made. Of the others unit, level and draws stay."""
    connection = op.get_bind()
    rows = connection.execute(sa.select(JOBS.c.id, JOBS.c.state, JOBS.c.parameters).where(JOBS.c.kind == "agreement"))
    for identifier, state, parameters in rows.all():
        is_one = JOBS.c.id == identifier
        chosen = parameters.get("selection", WHOLE) != WHOLE or parameters["unit"] in {"row", "document"}
        if chosen and state in {"queued", "running"}:
            connection.execute(sa.delete(JOBS).where(is_one))
        else:
            kept = {name: value for name, value in parameters.items() if name in KNOWN}
            connection.execute(sa.update(JOBS).where(is_one).values(parameters=kept))
