"""Memos on anything: what each is about, its title, who may read it, other memos and passages that it is tied to.

Revision ID: 0070
Revises: 0066
"""

import sqlalchemy as sa
from alembic import op

revision = "0070"
down_revision = "0066"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)


def _keys(own: str, *keys: tuple[str, str, str | None]) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([column], [f"{table}.id"], name=op.f(f"fk_{own}_{column}_{table}"), ondelete=gone)
        for column, table, gone in keys
    ]


def upgrade() -> None:
    with op.batch_alter_table("memo") as batch:
        batch.alter_column("code_id", existing_type=sa.Uuid(), nullable=True)
        batch.add_column(sa.Column("about", sa.Text(), nullable=False, server_default="code"))
        batch.add_column(sa.Column("title", sa.Text(), nullable=False, server_default=""))
        batch.add_column(sa.Column("readers", sa.Text(), nullable=False, server_default="all"))
        batch.add_column(sa.Column("case_id", sa.Uuid(), nullable=True))
        batch.add_column(sa.Column("document_id", sa.Uuid(), nullable=True))
        batch.add_column(sa.Column("relation_id", sa.Uuid(), nullable=True))
        batch.create_foreign_key(
            op.f("fk_memo_case_id_case_studied"), "case_studied", ["case_id"], ["id"], ondelete="CASCADE"
        )
        batch.create_foreign_key(
            op.f("fk_memo_document_id_document"), "document", ["document_id"], ["id"], ondelete="CASCADE"
        )
        batch.create_foreign_key(
            op.f("fk_memo_relation_id_relation"), "relation", ["relation_id"], ["id"], ondelete="CASCADE"
        )
        batch.create_index(op.f("ix_memo_project_id"), ["project_id"])
    with op.batch_alter_table("memo") as batch:
        for column in ("about", "title", "readers"):
            batch.alter_column(column, existing_type=sa.Text(), server_default=None)
    with op.batch_alter_table("memo_before") as batch:
        batch.add_column(sa.Column("title", sa.Text(), nullable=False, server_default=""))
    with op.batch_alter_table("memo_before") as batch:
        batch.alter_column("title", existing_type=sa.Text(), server_default=None)
    op.create_table(
        "memo_link",
        sa.Column("memo_id", sa.Uuid(), nullable=False),
        sa.Column("other_id", sa.Uuid(), nullable=False),
        *_keys("memo_link", ("memo_id", "memo", "CASCADE"), ("other_id", "memo", "CASCADE")),
        sa.PrimaryKeyConstraint("memo_id", "other_id", name=op.f("pk_memo_link")),
    )
    op.create_table(
        "memo_passage",
        sa.Column("memo_id", sa.Uuid(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("revision_id", sa.Uuid(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("coder_id", sa.Uuid(), nullable=True),
        sa.Column("key", sa.Uuid(), nullable=True),
        sa.Column("applied_id", sa.Uuid(), nullable=False),
        sa.Column("added_by", sa.Uuid(), nullable=False),
        sa.Column("added_at", TIME, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        *_keys(
            "memo_passage",
            ("memo_id", "memo", "CASCADE"),
            ("project_id", "project", "CASCADE"),
            ("round_id", "round", "CASCADE"),
            ("document_id", "document", None),
            ("revision_id", "revision", None),
            ("coder_id", "user_account", None),
            ("applied_id", "code", None),
            ("added_by", "user_account", None),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_memo_passage")),
        sa.UniqueConstraint(
            "memo_id", "revision_id", "start", "end", name=op.f("uq_memo_passage_memo_id_revision_id_start_end")
        ),
    )


def downgrade() -> None:
    # An earlier version knows memos on codes alone, and no reflexive ones: what it cannot read goes.
    op.drop_table("memo_passage")
    op.drop_table("memo_link")
    op.execute("DELETE FROM memo_before WHERE memo_id IN (SELECT id FROM memo WHERE code_id IS NULL)")
    op.execute("DELETE FROM memo WHERE code_id IS NULL OR readers <> 'all'")
    for table in ("memo", "memo_before"):
        op.execute(f"UPDATE {table} SET kind = 'theoretical' WHERE kind = 'reflexive'")  # noqa: S608 - two names written here
    with op.batch_alter_table("memo_before") as batch:
        batch.drop_column("title")
    with op.batch_alter_table("memo") as batch:
        batch.drop_index(op.f("ix_memo_project_id"))
        for column, table in (("case_id", "case_studied"), ("document_id", "document"), ("relation_id", "relation")):
            batch.drop_constraint(op.f(f"fk_memo_{column}_{table}"), type_="foreignkey")
            batch.drop_column(column)
        for column in ("about", "title", "readers"):
            batch.drop_column(column)
        batch.alter_column("code_id", existing_type=sa.Uuid(), nullable=False)
