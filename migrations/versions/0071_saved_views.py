"""Views of the passages of a study that are kept under a name.

Revision ID: 0071
Revises: 0070
"""

import sqlalchemy as sa
from alembic import op

revision = "0071"
down_revision = "0070"
branch_labels = None
depends_on = None


def upgrade() -> None:
    keys = (
        ("project_id", "project", "CASCADE"),
        ("code_id", "code", None),
        ("beside_id", "code", None),
        ("case_id", "case_studied", "CASCADE"),
        ("document_id", "document", "CASCADE"),
        ("coder_id", "user_account", None),
        ("created_by", "user_account", None),
    )
    op.create_table(
        "passage_view",
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("code_id", sa.Uuid(), nullable=True),
        sa.Column("beside_id", sa.Uuid(), nullable=True),
        sa.Column("near", sa.Integer(), nullable=True),
        sa.Column("case_id", sa.Uuid(), nullable=True),
        sa.Column("document_id", sa.Uuid(), nullable=True),
        sa.Column("coder_id", sa.Uuid(), nullable=True),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("is_primary", sa.Boolean(), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("attribute", sa.Text(), nullable=True),
        sa.Column("value", sa.Text(), nullable=True),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{table}.id"], name=op.f(f"fk_passage_view_{column}_{table}"), ondelete=gone
            )
            for column, table, gone in keys
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passage_view")),
        sa.UniqueConstraint("project_id", "name_key", name=op.f("uq_passage_view_project_id_name_key")),
    )


def downgrade() -> None:
    op.drop_table("passage_view")
