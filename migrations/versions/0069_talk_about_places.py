"""Talk about places, with mentions; coders see and may contest the rulings on their work where a project allows it.

Revision ID: 0069
Revises: 0053
"""

import sqlalchemy as sa
from alembic import op

revision = "0069"
down_revision = "0053"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)


def _keys(own: str, *keys: tuple[str, str, str | None]) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([column], [f"{table}.id"], name=op.f(f"fk_{own}_{column}_{table}"), ondelete=gone)
        for column, table, gone in keys
    ]


def upgrade() -> None:
    with op.batch_alter_table("project") as table:
        table.add_column(sa.Column("coders_see_rulings", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.create_table(
        "thread",
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("disagreement_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("ruling_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("opened_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        *_keys(
            "thread",
            ("project_id", "project", "CASCADE"),
            ("round_id", "round", "CASCADE"),
            ("disagreement_id", "disagreement", "CASCADE"),
            ("ruling_id", "ruling", "CASCADE"),
            ("opened_by", "user_account", None),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_thread")),
    )
    op.create_index(op.f("ix_thread_disagreement_id"), "thread", ["disagreement_id"])
    op.create_table(
        "comment",
        sa.Column("thread_id", sa.Uuid(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        *_keys("comment", ("thread_id", "thread", "CASCADE"), ("author_id", "user_account", None)),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment")),
    )
    op.create_index(op.f("ix_comment_thread_id"), "comment", ["thread_id"])
    op.create_table(
        "mention",
        sa.Column("comment_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        *_keys("mention", ("comment_id", "comment", "CASCADE"), ("user_id", "user_account", None)),
        sa.PrimaryKeyConstraint("comment_id", "user_id", name=op.f("pk_mention")),
    )
    op.create_index(op.f("ix_mention_user_id"), "mention", ["user_id"])


def downgrade() -> None:
    # What was said stays in the log, which an earlier version keeps and cannot read.
    for table in ("mention", "comment", "thread"):
        op.drop_table(table)
    with op.batch_alter_table("project") as table:
        table.drop_column("coders_see_rulings")
