"""Norming rooms: a team votes blind on chosen places, talks, and votes again.

Revision ID: 0053
Revises: 0060
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0053"
down_revision = "0060"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
TIME = sa.DateTime(timezone=True)
ROOM, PLACE = ("room_id", "norming_room", "CASCADE"), ("disagreement_id", "disagreement", "CASCADE")


def _keys(own: str, *keys: tuple[str, str, str | None]) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([column], [f"{table}.id"], name=op.f(f"fk_{own}_{column}_{table}"), ondelete=gone)
        for column, table, gone in keys
    ]


def upgrade() -> None:
    op.create_table(
        "norming_room",
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("host_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Text(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("revealed_at", TIME, nullable=True),
        sa.Column("closed_at", TIME, nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        *_keys(
            "norming_room",
            ("project_id", "project", "CASCADE"),
            ("round_id", "round", "CASCADE"),
            ("host_id", "user_account", None),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_norming_room")),
    )
    op.create_index(op.f("ix_norming_room_round_id"), "norming_room", ["round_id"])
    op.create_table(
        "norming_place",
        sa.Column("room_id", sa.Uuid(), nullable=False),
        sa.Column("disagreement_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        *_keys("norming_place", ROOM, PLACE),
        sa.PrimaryKeyConstraint("room_id", "disagreement_id", name=op.f("pk_norming_place")),
    )
    op.create_index(op.f("ix_norming_place_disagreement_id"), "norming_place", ["disagreement_id"])
    op.create_table(
        "norming_guest",
        sa.Column("room_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        *_keys("norming_guest", ROOM, ("user_id", "user_account", None)),
        sa.PrimaryKeyConstraint("room_id", "user_id", name=op.f("pk_norming_guest")),
    )
    op.create_table(
        "norming_vote",
        sa.Column("room_id", sa.Uuid(), nullable=False),
        sa.Column("disagreement_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("codes", JSON, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        *_keys("norming_vote", ROOM, PLACE, ("user_id", "user_account", None)),
        sa.PrimaryKeyConstraint("room_id", "disagreement_id", "user_id", "turn", name=op.f("pk_norming_vote")),
    )
    op.create_table(
        "norming_word",
        sa.Column("room_id", sa.Uuid(), nullable=False),
        sa.Column("disagreement_id", sa.Uuid(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        *_keys("norming_word", ROOM, PLACE, ("author_id", "user_account", None)),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_norming_word")),
    )
    op.create_index(op.f("ix_norming_word_room_id"), "norming_word", ["room_id"])


def downgrade() -> None:
    # What was voted and said stays in the log, which an earlier version keeps and cannot read.
    for table in ("norming_word", "norming_vote", "norming_guest", "norming_place", "norming_room"):
        op.drop_table(table)
