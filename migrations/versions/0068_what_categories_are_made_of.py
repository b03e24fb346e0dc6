"""What categories are made of: properties with dimensions, places of cases on them, negative cases, the passages that show them.

Revision ID: 0068
Revises: 0073
"""

import sqlalchemy as sa
from alembic import op

revision = "0068"
down_revision = "0073"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)


def _keys(own: str, *keys: tuple[str, str, str | None]) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([column], [f"{table}.id"], name=op.f(f"fk_{own}_{column}_{table}"), ondelete=gone)
        for column, table, gone in keys
    ]


def upgrade() -> None:
    op.create_table(
        "code_property",
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("code_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("low", sa.Text(), nullable=False),
        sa.Column("high", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("removed_at", TIME, nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        *_keys(
            "code_property",
            ("project_id", "project", "CASCADE"),
            ("code_id", "code", None),
            ("created_by", "user_account", None),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_code_property")),
    )
    op.create_index(op.f("ix_code_property_project_id"), "code_property", ["project_id"])
    op.create_index(op.f("ix_code_property_code_id"), "code_property", ["code_id"])
    op.create_table(
        "property_place",
        sa.Column("property_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("placed_by", sa.Uuid(), nullable=False),
        sa.Column("placed_at", TIME, nullable=False),
        *_keys(
            "property_place",
            ("property_id", "code_property", "CASCADE"),
            ("case_id", "case_studied", "CASCADE"),
            ("placed_by", "user_account", None),
        ),
        sa.PrimaryKeyConstraint("property_id", "case_id", name=op.f("pk_property_place")),
    )
    op.create_table(
        "negative_case",
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("code_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        *_keys(
            "negative_case",
            ("project_id", "project", "CASCADE"),
            ("code_id", "code", None),
            ("case_id", "case_studied", "CASCADE"),
            ("created_by", "user_account", None),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_negative_case")),
        sa.UniqueConstraint("code_id", "case_id", name=op.f("uq_negative_case_code_id_case_id")),
    )
    op.create_index(op.f("ix_negative_case_project_id"), "negative_case", ["project_id"])
    op.create_table(
        "category_passage",
        sa.Column("property_id", sa.Uuid(), nullable=True),
        sa.Column("negative_id", sa.Uuid(), nullable=True),
        sa.Column("at", sa.Integer(), nullable=True),
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
            "category_passage",
            ("property_id", "code_property", "CASCADE"),
            ("negative_id", "negative_case", "CASCADE"),
            ("project_id", "project", "CASCADE"),
            ("round_id", "round", "CASCADE"),
            ("document_id", "document", None),
            ("revision_id", "revision", None),
            ("coder_id", "user_account", None),
            ("applied_id", "code", None),
            ("added_by", "user_account", None),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_category_passage")),
        sa.CheckConstraint("(property_id IS NULL) <> (negative_id IS NULL)", name=op.f("ck_category_passage_shows")),
        sa.UniqueConstraint(
            "property_id",
            "revision_id",
            "start",
            "end",
            name=op.f("uq_category_passage_property_id_revision_id_start_end"),
        ),
        sa.UniqueConstraint(
            "negative_id",
            "revision_id",
            "start",
            "end",
            name=op.f("uq_category_passage_negative_id_revision_id_start_end"),
        ),
    )


def downgrade() -> None:
    # What was done stays in the log, which an earlier version keeps and cannot read.
    for table in ("category_passage", "negative_case", "property_place", "code_property"):
        op.drop_table(table)
