"""The objects of a theory: elements of the model, relations with evidence, typical quotations.

Revision ID: 0067
Revises: 0069
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0067"
down_revision = "0069"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
TIME = sa.DateTime(timezone=True)


def _keys(own: str, *keys: tuple[str, str, str | None]) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([column], [f"{table}.id"], name=op.f(f"fk_{own}_{column}_{table}"), ondelete=gone)
        for column, table, gone in keys
    ]


def _passage(own: str) -> list[sa.schema.SchemaItem]:
    return [
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
            own,
            ("project_id", "project", "CASCADE"),
            ("round_id", "round", "CASCADE"),
            ("document_id", "document", None),
            ("revision_id", "revision", None),
            ("coder_id", "user_account", None),
            ("applied_id", "code", None),
            ("added_by", "user_account", None),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{own}")),
    ]


def upgrade() -> None:
    op.create_table(
        "model_element",
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("code_id", sa.Uuid(), nullable=True),
        sa.Column("grouped", sa.Text(), nullable=False),
        sa.Column("x", sa.Integer(), nullable=True),
        sa.Column("y", sa.Integer(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("removed_at", TIME, nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        *_keys(
            "model_element",
            ("project_id", "project", "CASCADE"),
            ("code_id", "code", None),
            ("created_by", "user_account", None),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_model_element")),
    )
    op.create_index(op.f("ix_model_element_project_id"), "model_element", ["project_id"])
    op.create_table(
        "relation_type",
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("stroke", sa.Text(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        *_keys("relation_type", ("project_id", "project", "CASCADE")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_relation_type")),
        sa.UniqueConstraint("project_id", "name_key", name=op.f("uq_relation_type_project_id_name_key")),
    )
    op.create_table(
        "relation",
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("from_element_id", sa.Uuid(), nullable=True),
        sa.Column("from_code_id", sa.Uuid(), nullable=True),
        sa.Column("to_element_id", sa.Uuid(), nullable=True),
        sa.Column("to_code_id", sa.Uuid(), nullable=True),
        sa.Column("to_relation_id", sa.Uuid(), nullable=True),
        sa.Column("sort", sa.Text(), nullable=False),
        sa.Column("type_id", sa.Uuid(), nullable=True),
        sa.Column("directed", sa.Boolean(), nullable=False),
        sa.Column("sign", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("removed_at", TIME, nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        *_keys(
            "relation",
            ("project_id", "project", "CASCADE"),
            ("from_element_id", "model_element", "CASCADE"),
            ("from_code_id", "code", None),
            ("to_element_id", "model_element", "CASCADE"),
            ("to_code_id", "code", None),
            ("to_relation_id", "relation", "CASCADE"),
            ("type_id", "relation_type", None),
            ("created_by", "user_account", None),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_relation")),
        sa.CheckConstraint("(from_element_id IS NULL) <> (from_code_id IS NULL)", name=op.f("ck_relation_begins")),
        sa.CheckConstraint(
            "(CASE WHEN to_element_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN to_code_id IS NULL THEN 0 ELSE 1 END) "
            "+ (CASE WHEN to_relation_id IS NULL THEN 0 ELSE 1 END) = 1",
            name=op.f("ck_relation_ends"),
        ),
    )
    op.create_index(op.f("ix_relation_project_id"), "relation", ["project_id"])
    op.create_table(
        "relation_evidence",
        sa.Column("relation_id", sa.Uuid(), nullable=False),
        sa.Column("stance", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        *_passage("relation_evidence"),
        *_keys("relation_evidence", ("relation_id", "relation", "CASCADE")),
        sa.UniqueConstraint(
            "relation_id",
            "revision_id",
            "start",
            "end",
            name=op.f("uq_relation_evidence_relation_id_revision_id_start_end"),
        ),
    )
    op.create_table(
        "quotation",
        sa.Column("code_id", sa.Uuid(), nullable=False),
        sa.Column("cuts", JSON, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        *_passage("quotation"),
        *_keys("quotation", ("code_id", "code", None)),
        sa.UniqueConstraint(
            "code_id", "revision_id", "start", "end", name=op.f("uq_quotation_code_id_revision_id_start_end")
        ),
    )


def downgrade() -> None:
    # What was done stays in the log, which an earlier version keeps and cannot read.
    for table in ("quotation", "relation_evidence", "relation", "relation_type", "model_element"):
        op.drop_table(table)
