"""What tests of trainees are compared with, gates before main rounds, and for whom they were lifted.

Revision ID: 0034
Revises: 0033
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def _round() -> sa.Column[object]:
    return sa.Column("round_id", sa.Uuid(), nullable=False)


def _keys(table: str) -> list[sa.schema.SchemaItem]:
    return [
        sa.ForeignKeyConstraint(
            ["round_id"], ["round.id"], name=op.f(f"fk_{table}_round_id_round"), ondelete="CASCADE"
        ),
    ]


def _project(table: str) -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f(f"fk_{table}_project_id_project"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("round_id", name=op.f(f"pk_{table}")),
    ]


def upgrade() -> None:
    op.create_table(
        "answer_key",
        _round(),
        sa.Column("documents", JSON, nullable=False),
        sa.Column("seed", sa.Integer(), nullable=True),
        sa.Column("difficulty", sa.Text(), nullable=True),
        *_keys("answer_key"),
        *_project("answer_key"),
    )
    op.create_index(op.f("ix_answer_key_project_id"), "answer_key", ["project_id"])
    op.create_table("gate", _round(), sa.Column("rule", JSON, nullable=False), *_keys("gate"), *_project("gate"))
    op.create_index(op.f("ix_gate_project_id"), "gate", ["project_id"])
    op.create_table(
        "gate_lift",
        _round(),
        sa.Column("coder_id", sa.Uuid(), nullable=False),
        sa.Column("lifted_by", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        *_keys("gate_lift"),
        sa.ForeignKeyConstraint(["coder_id"], ["user_account.id"], name=op.f("fk_gate_lift_coder_id_user_account")),
        sa.ForeignKeyConstraint(["lifted_by"], ["user_account.id"], name=op.f("fk_gate_lift_lifted_by_user_account")),
        sa.PrimaryKeyConstraint("round_id", "coder_id", name=op.f("pk_gate_lift")),
    )


def downgrade() -> None:
    for table in ("gate_lift", "gate", "answer_key"):
        op.drop_table(table)
