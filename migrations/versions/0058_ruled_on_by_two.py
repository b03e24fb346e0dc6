"""Places of a round are drawn to be ruled on by two adjudicators, blind to one another.

Revision ID: 0058
Revises: 0051
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0058"
down_revision = "0051"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "twice_draw",
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("drawn_from", sa.Text(), nullable=False),
        sa.Column("share", sa.Integer(), nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("ended_at", TIME, nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_twice_draw_project_id_project"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["round.id"], name=op.f("fk_twice_draw_round_id_round"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["created_by"], ["user_account.id"], name=op.f("fk_twice_draw_created_by_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_twice_draw")),
    )
    op.create_index(op.f("ix_twice_draw_round_id"), "twice_draw", ["round_id"])
    op.create_table(
        "twice_place",
        sa.Column("disagreement_id", sa.Uuid(), nullable=False),
        sa.Column("draw_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["disagreement_id"],
            ["disagreement.id"],
            name=op.f("fk_twice_place_disagreement_id_disagreement"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["draw_id"], ["twice_draw.id"], name=op.f("fk_twice_place_draw_id_twice_draw"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("disagreement_id", name=op.f("pk_twice_place")),
    )
    op.create_index(op.f("ix_twice_place_draw_id"), "twice_place", ["draw_id"])
    op.create_table(
        "blind_ruling",
        sa.Column("disagreement_id", sa.Uuid(), nullable=False),
        sa.Column("adjudicator_id", sa.Uuid(), nullable=False),
        sa.Column("codings", JSON, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("tag", sa.Text(), nullable=True),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("ruling_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["disagreement_id"],
            ["disagreement.id"],
            name=op.f("fk_blind_ruling_disagreement_id_disagreement"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["adjudicator_id"], ["user_account.id"], name=op.f("fk_blind_ruling_adjudicator_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["ruling_id"], ["ruling.id"], name=op.f("fk_blind_ruling_ruling_id_ruling"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("disagreement_id", "adjudicator_id", name=op.f("pk_blind_ruling")),
    )


def downgrade() -> None:
    # What waits for two is open again, and a ruling that was checked holds: an earlier version has no such state. What
    # followed from it comes back into the consensus when the round is compared again.
    places = sa.table("disagreement", sa.column("id", sa.Uuid()), sa.column("state", sa.Text()))
    rulings = sa.table("ruling", sa.column("disagreement_id", sa.Uuid()), sa.column("ended_at", TIME))
    checked = sa.exists().where(rulings.c.disagreement_id == places.c.id, rulings.c.ended_at.is_(None))
    state = sa.case((checked, "ruled"), else_="open")
    op.execute(sa.update(places).where(places.c.state == "twice").values(state=state))
    op.drop_table("blind_ruling")
    op.drop_table("twice_place")
    op.drop_table("twice_draw")
