"""What a code is today is a mapping with a history: merges, splits, labels that were placed, and what undid them.

Revision ID: 0016
Revises: 0015
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
# Labels that were placed are private again; what was merged or split is out of the codebook.
PRIVATE_AGAIN = """
UPDATE code SET state = 'private'
WHERE state = 'merged' AND round_id IN (SELECT id FROM round WHERE policy = 'open')
"""
OUT = "UPDATE code SET state = 'retired' WHERE state IN ('merged', 'split')"


def upgrade() -> None:
    with op.batch_alter_table("project") as batch:
        batch.add_column(sa.Column("mapping", sa.Integer(), server_default="0", nullable=False))
    with op.batch_alter_table("code") as batch:
        batch.add_column(sa.Column("into_id", sa.Uuid(), nullable=True))
        batch.add_column(sa.Column("split_into", JSON, server_default="[]", nullable=False))
        batch.create_foreign_key("fk_code_into_id_code", "code", ["into_id"], ["id"])
    with op.batch_alter_table("code") as batch:
        batch.alter_column("split_into", existing_type=JSON, existing_nullable=False, server_default=None)
    op.add_column("round", sa.Column("compared_mapping", sa.Integer(), nullable=True))
    op.add_column("round", sa.Column("aligned_at", sa.DateTime(timezone=True), nullable=True))
    # Rounds that are compared already were compared by the codes as they were applied: that stays theirs.
    op.execute("UPDATE round SET compared_mapping = 0 WHERE compared_at IS NOT NULL")
    op.execute("UPDATE round SET aligned_at = compared_at WHERE compared_at IS NOT NULL AND policy = 'open'")
    op.add_column("agreement_report", sa.Column("mapping", sa.Integer(), nullable=True))
    op.create_table(
        "mapping_act",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=True),
        sa.Column("undoes_id", sa.Uuid(), nullable=True),
        sa.Column("undone_by_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name="fk_mapping_act_project_id_project", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["actor_id"], ["user_account.id"], name="fk_mapping_act_actor_id_user_account"),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name="fk_mapping_act_round_id_round", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["undoes_id"], ["mapping_act.id"], name="fk_mapping_act_undoes_id_mapping_act"),
        sa.ForeignKeyConstraint(["undone_by_id"], ["mapping_act.id"], name="fk_mapping_act_undone_by_id_mapping_act"),
        sa.PrimaryKeyConstraint("id", name="pk_mapping_act"),
        sa.UniqueConstraint("project_id", "number", name="uq_mapping_act_project_id_number"),
    )
    op.create_index("ix_mapping_act_round_id_actor_id", "mapping_act", ["round_id", "actor_id"])
    op.create_table(
        "mapping_step",
        sa.Column("act_id", sa.Uuid(), nullable=False),
        sa.Column("code_id", sa.Uuid(), nullable=False),
        sa.Column("before", JSON, nullable=True),
        sa.Column("after", JSON, nullable=False),
        sa.ForeignKeyConstraint(
            ["act_id"], ["mapping_act.id"], name="fk_mapping_step_act_id_mapping_act", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["code_id"], ["code.id"], name="fk_mapping_step_code_id_code"),
        sa.PrimaryKeyConstraint("act_id", "code_id", name="pk_mapping_step"),
    )
    op.create_index("ix_mapping_step_code_id", "mapping_step", ["code_id"])
    op.create_table(
        "split_passage",
        sa.Column("code_id", sa.Uuid(), nullable=False),
        sa.Column("coder_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Uuid(), nullable=False),
        sa.Column("target_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["code_id"], ["code.id"], name="fk_split_passage_code_id_code"),
        sa.ForeignKeyConstraint(["target_id"], ["code.id"], name="fk_split_passage_target_id_code"),
        sa.ForeignKeyConstraint(
            ["coder_id", "key"],
            ["coding.coder_id", "coding.key"],
            name="fk_split_passage_coder_id_key_coding",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("code_id", "coder_id", "key", name="pk_split_passage"),
    )
    op.create_table(
        "passage_step",
        sa.Column("act_id", sa.Uuid(), nullable=False),
        sa.Column("code_id", sa.Uuid(), nullable=False),
        sa.Column("coder_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Uuid(), nullable=False),
        sa.Column("before", sa.Uuid(), nullable=True),
        sa.Column("after", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["act_id"], ["mapping_act.id"], name="fk_passage_step_act_id_mapping_act", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["code_id"], ["code.id"], name="fk_passage_step_code_id_code"),
        sa.ForeignKeyConstraint(
            ["coder_id", "key"],
            ["coding.coder_id", "coding.key"],
            name="fk_passage_step_coder_id_key_coding",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("act_id", "code_id", "coder_id", "key", name="pk_passage_step"),
    )


def downgrade() -> None:
    for table in ("passage_step", "split_passage", "mapping_step", "mapping_act"):
        op.drop_table(table)
    op.drop_column("agreement_report", "mapping")
    op.drop_column("round", "aligned_at")
    op.drop_column("round", "compared_mapping")
    op.execute(PRIVATE_AGAIN)
    op.execute(OUT)
    with op.batch_alter_table("code") as batch:
        batch.drop_constraint("fk_code_into_id_code", type_="foreignkey")
        batch.drop_column("split_into")
        batch.drop_column("into_id")
    with op.batch_alter_table("project") as batch:
        batch.drop_column("mapping")
