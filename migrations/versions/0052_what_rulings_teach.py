"""What rulings teach waits for the lead, and is named by the version of the codebook that has it.

Revision ID: 0052
Revises: 0059
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0052"
down_revision = "0059"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    json = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
    op.create_table(
        "lesson",
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("ruling_id", sa.Uuid(), nullable=False),
        sa.Column("code_id", sa.Uuid(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("quote", sa.Text(), nullable=True),
        sa.Column("passage", json, nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", TIME, nullable=True),
        sa.Column("version_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        *(
            sa.ForeignKeyConstraint([column], [f"{table}.id"], name=op.f(f"fk_lesson_{column}_{table}"), ondelete=gone)
            for column, table, gone in (
                ("project_id", "project", "CASCADE"),
                ("round_id", "round", "CASCADE"),
                ("ruling_id", "ruling", "CASCADE"),
                ("code_id", "code", None),
                ("author_id", "user_account", None),
                ("decided_by", "user_account", None),
                ("version_id", "codebook_version", "SET NULL"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lesson")),
    )
    op.create_index(op.f("ix_lesson_project_id"), "lesson", ["project_id"])
    op.create_index(op.f("ix_lesson_ruling_id"), "lesson", ["ruling_id"])


def downgrade() -> None:
    # What was accepted stays in the draft and in the versions, without the ruling that it came from.
    op.drop_table("lesson")
