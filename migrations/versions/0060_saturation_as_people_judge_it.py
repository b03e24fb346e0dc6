"""Stopping rules saved before looking, declarations of saturation and what took them back, dated notes on sampling.

Revision ID: 0060
Revises: 0052
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0060"
down_revision = "0052"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "saturation_rule",
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("rule", JSON, nullable=False),
        sa.Column("documents", sa.Integer(), nullable=False),
        sa.Column("live", sa.Boolean(), nullable=False),
        sa.Column("saved_by", sa.Uuid(), nullable=False),
        sa.Column("saved_at", TIME, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_saturation_rule_project_id_project"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["saved_by"], ["user_account.id"], name=op.f("fk_saturation_rule_saved_by_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saturation_rule")),
    )
    op.create_index(op.f("ix_saturation_rule_project_id"), "saturation_rule", ["project_id"])
    op.create_table(
        "saturation_declaration",
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("view", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("arrival", sa.Text(), nullable=False),
        sa.Column("rule", JSON, nullable=True),
        sa.Column("codes", JSON, nullable=False),
        sa.Column("figures", JSON, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("mapping", sa.Integer(), nullable=False),
        sa.Column("declared_by", sa.Uuid(), nullable=False),
        sa.Column("declared_at", TIME, nullable=False),
        sa.Column("withdrawn_at", TIME, nullable=True),
        sa.Column("cause", sa.Text(), nullable=True),
        sa.Column("withdrawn_by", sa.Uuid(), nullable=True),
        sa.Column("document_id", sa.Uuid(), nullable=True),
        sa.Column("coder_id", sa.Uuid(), nullable=True),
        sa.Column("new_codes", JSON, nullable=False),
        sa.Column("withdrawal_reason", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["project_id"],
            ["project.id"],
            name=op.f("fk_saturation_declaration_project_id_project"),
            ondelete="CASCADE",
        ),
        *(
            sa.ForeignKeyConstraint(
                [column], ["user_account.id"], name=op.f(f"fk_saturation_declaration_{column}_user_account")
            )
            for column in ("declared_by", "withdrawn_by", "coder_id")
        ),
        sa.ForeignKeyConstraint(
            ["document_id"], ["document.id"], name=op.f("fk_saturation_declaration_document_id_document")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saturation_declaration")),
    )
    op.create_index(
        "ix_saturation_declaration_project_id_withdrawn_at", "saturation_declaration", ["project_id", "withdrawn_at"]
    )
    op.create_table(
        "sampling_note",
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("written_by", sa.Uuid(), nullable=False),
        sa.Column("written_at", TIME, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_sampling_note_project_id_project"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["written_by"], ["user_account.id"], name=op.f("fk_sampling_note_written_by_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sampling_note")),
    )
    op.create_index(op.f("ix_sampling_note_project_id"), "sampling_note", ["project_id"])


def downgrade() -> None:
    for table in ("sampling_note", "saturation_declaration", "saturation_rule"):
        op.drop_table(table)
