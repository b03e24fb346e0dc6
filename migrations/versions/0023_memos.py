"""Memos on codes, with their history.

Revision ID: 0023
Revises: 0022
"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "memo",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("code_id", sa.Uuid(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name="fk_memo_project_id_project", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["code_id"], ["code.id"], name="fk_memo_code_id_code"),
        sa.ForeignKeyConstraint(["author_id"], ["user_account.id"], name="fk_memo_author_id_user_account"),
        sa.PrimaryKeyConstraint("id", name="pk_memo"),
    )
    op.create_index("ix_memo_code_id", "memo", ["code_id"])
    op.create_table(
        "memo_before",
        sa.Column("memo_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["memo_id"], ["memo.id"], name="fk_memo_before_memo_id_memo", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("memo_id", "revision", name="pk_memo_before"),
    )


def downgrade() -> None:
    op.drop_table("memo_before")
    op.drop_table("memo")
