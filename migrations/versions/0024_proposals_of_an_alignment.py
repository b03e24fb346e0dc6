"""Which private labels of an open round may be the same, and agreement before and after they were aligned.

Revision ID: 0024
Revises: 0023
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "alignment_proposal",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("evidence", JSON, nullable=False),
        sa.Column("later", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["round_id"], ["round.id"], name="fk_alignment_proposal_round_id_round", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_alignment_proposal"),
        sa.UniqueConstraint("round_id", "position", name="uq_alignment_proposal_round_id_position"),
    )
    op.create_table(
        "proposed_label",
        sa.Column("proposal_id", sa.Uuid(), nullable=False),
        sa.Column("code_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["proposal_id"],
            ["alignment_proposal.id"],
            name="fk_proposed_label_proposal_id_alignment_proposal",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["code_id"], ["code.id"], name="fk_proposed_label_code_id_code", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("proposal_id", "code_id", name="pk_proposed_label"),
    )
    op.create_index("ix_proposed_label_code_id", "proposed_label", ["code_id"])
    op.create_table(
        "aligned_figures",
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("format", sa.Integer(), nullable=False),
        sa.Column("content", JSON, nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["round_id"], ["round.id"], name="fk_aligned_figures_round_id_round", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("round_id", name="pk_aligned_figures"),
    )


def downgrade() -> None:
    op.drop_table("aligned_figures")
    op.drop_table("proposed_label")
    op.drop_table("alignment_proposal")
