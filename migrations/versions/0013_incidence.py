"""Which codes each submitted layer holds is kept, so that saturation does not read every coding at each look.

Revision ID: 0013
Revises: 0012
"""

from itertools import groupby

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

OLD, NEW = "ix_consensus_coding_round_id_document_id", "ix_consensus_coding_round_id_document_id_code_id"


def upgrade() -> None:
    table = op.create_table(
        "incidence",
        sa.Column("assignment_id", sa.Uuid(), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("coder_id", sa.Uuid(), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("codings", sa.Integer(), nullable=False),
        sa.Column("codes", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignment.id"], name="fk_incidence_assignment_id_assignment", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name="fk_incidence_round_id_round", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name="fk_incidence_document_id_document"),
        sa.ForeignKeyConstraint(["coder_id"], ["user_account.id"], name="fk_incidence_coder_id_user_account"),
        sa.PrimaryKeyConstraint("assignment_id", name="pk_incidence"),
    )
    op.create_index("ix_incidence_round_id", "incidence", ["round_id"])
    _count(table)
    op.drop_index(OLD, "consensus_coding")
    op.create_index(NEW, "consensus_coding", ["round_id", "document_id", "code_id"])


def _count(incidence: sa.Table) -> None:
    """Enter the layers that are submitted, one round after the other."""
    connection = op.get_bind()
    about = [c for c in incidence.columns if c.name not in {"assignment_id", "codings", "codes"}]
    assignment = sa.table(
        "assignment",
        sa.column("id", sa.Uuid()),
        sa.column("state", sa.Text()),
        *(sa.column(c.name, c.type) for c in about),
    )
    coding = sa.table(
        "coding", sa.column("assignment_id", sa.Uuid()), sa.column("code_id", sa.Uuid()), sa.column("deleted_at")
    )
    applied = sa.and_(coding.c.assignment_id == assignment.c.id, coding.c.deleted_at.is_(None))
    rounds = sa.select(assignment.c.round_id).where(assignment.c.state == "submitted").distinct()
    for round_id in connection.scalars(rounds).all():
        rows = connection.execute(
            sa.select(assignment, coding.c.code_id, sa.func.count(coding.c.code_id))
            .select_from(assignment.outerjoin(coding, applied))
            .where(assignment.c.round_id == round_id, assignment.c.state == "submitted")
            .group_by(*assignment.columns, coding.c.code_id)
            .order_by(assignment.c.id)
        ).all()
        counted = []
        for identifier, group in groupby(rows, key=lambda row: row.id):
            layer = list(group)
            codes = sorted(row.code_id.bytes for row in layer if row.code_id is not None)
            counted.append(
                {"assignment_id": identifier, "codings": sum(row[-1] for row in layer), "codes": b"".join(codes)}
                | {c.name: getattr(layer[0], c.name) for c in about}
            )
        connection.execute(sa.insert(incidence), counted)


def downgrade() -> None:
    op.drop_index(NEW, "consensus_coding")
    op.create_index(OLD, "consensus_coding", ["round_id", "document_id"])
    op.drop_table("incidence")
