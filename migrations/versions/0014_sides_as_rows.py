"""Codings at the place of a disagreement are rows; a comparison is seen when it is finished; a place is known by a hash.

Revision ID: 0014
Revises: 0013
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
TEXT = sa.Uuid(as_uuid=False)
CHUNK = 500

PLACES = sa.table(
    "disagreement",
    *(sa.column(name, TEXT) for name in ("id", "round_id", "document_id", "revision_id")),
    *(sa.column(name, sa.Integer()) for name in ("start", "end")),
    sa.column("sides", JSON),
    sa.column("coders", JSON),
    sa.column("identity", sa.Text()),
)
SIDES = sa.table(
    "disagreement_side",
    *(sa.column(name, TEXT) for name in ("disagreement_id", "round_id", "coder_id", "key", "code_id")),
    *(sa.column(name, sa.Integer()) for name in ("number", "start", "end")),
    sa.column("doubt", sa.Boolean()),
)
DOUBTED = """
UPDATE disagreement_side SET doubt = true WHERE EXISTS (
  SELECT 1 FROM coding WHERE coding.coder_id = disagreement_side.coder_id AND coding.key = disagreement_side.key
  AND coding.doubt
)
"""
# A round whose layers are being compared at this moment is compared again when the server starts.
FINISHED = """
UPDATE round SET compared_at = closed_at WHERE state IN ('closed', 'settled') AND NOT EXISTS (
  SELECT 1 FROM job WHERE job.round_id = round.id AND job.kind = 'compare' AND job.state IN ('queued', 'running')
)
"""


def upgrade() -> None:
    op.add_column("round", sa.Column("compared_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(FINISHED)
    op.create_table(
        "disagreement_side",
        sa.Column("disagreement_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("coder_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Uuid(), nullable=False),
        sa.Column("code_id", sa.Uuid(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("doubt", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["disagreement_id"],
            ["disagreement.id"],
            name="fk_disagreement_side_disagreement_id_disagreement",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("disagreement_id", "number", name="pk_disagreement_side"),
    )
    op.add_column("disagreement", sa.Column("identity", sa.Text(), nullable=True))
    connection = op.get_bind()
    wanted = sa.select(*(column for column in PLACES.c if column.name != "identity")).order_by(PLACES.c.id)
    last = None
    while rows := connection.execute((wanted if last is None else wanted.where(PLACES.c.id > last)).limit(CHUNK)).all():
        last = rows[-1].id
        sides = [side for row in rows for side in _sides(row)]
        if sides:
            connection.execute(sa.insert(SIDES), sides)
        named = [{"of": row.id, "said": _identity(row)} for row in rows]
        by_id = sa.update(PLACES).where(PLACES.c.id == sa.bindparam("of", type_=TEXT))
        connection.execute(by_id.values(identity=sa.bindparam("said")), named)
    op.execute(DOUBTED)
    op.create_index("ix_disagreement_side_round_id_code_id", "disagreement_side", ["round_id", "code_id"])
    op.create_index("ix_disagreement_side_round_id_coder_id", "disagreement_side", ["round_id", "coder_id"])
    with op.batch_alter_table("disagreement") as batch:
        batch.alter_column("identity", existing_type=sa.Text(), nullable=False)
        batch.drop_column("sides")
        batch.create_unique_constraint("uq_disagreement_round_id_identity", ["round_id", "identity"])
    op.create_index("ix_disagreement_round_id_position", "disagreement", ["round_id", "position"])


def _loaded(stored: Any) -> Any:
    return json.loads(stored) if isinstance(stored, str) else stored


def _sides(row: Any) -> list[Mapping[str, object]]:
    return [
        {
            "disagreement_id": row.id,
            "round_id": row.round_id,
            "coder_id": side["coder"],
            "key": side["key"],
            "code_id": side["code"],
            "number": number,
            "start": side["start"],
            "end": side["end"],
            "doubt": False,
        }
        for number, side in enumerate(_loaded(row.sides))
    ]


def _identity(row: Any) -> str:
    sides: Sequence[Mapping[str, Any]] = _loaded(row.sides)
    said = sorted(f"{UUID(s['coder'])} {UUID(s['key'])} {UUID(s['code'])} {s['start']} {s['end']}" for s in sides)
    coders = sorted(str(UUID(coder)) for coder in _loaded(row.coders))
    place = [row.document_id, row.revision_id, f"{row.start} {row.end}", *said, *coders]
    return hashlib.sha256("\n".join(place).encode()).hexdigest()[:32]


def downgrade() -> None:
    op.drop_index("ix_disagreement_round_id_position", "disagreement")
    op.add_column("disagreement", sa.Column("sides", JSON, server_default="[]", nullable=False))
    connection = op.get_bind()
    places = sa.select(PLACES.c.id).order_by(PLACES.c.id)
    last = None
    while ids := connection.scalars((places if last is None else places.where(PLACES.c.id > last)).limit(CHUNK)).all():
        last = ids[-1]
        kept: dict[str, list[dict[str, object]]] = {i: [] for i in ids}
        sides = (
            sa.select(SIDES).where(SIDES.c.disagreement_id.in_(ids)).order_by(SIDES.c.disagreement_id, SIDES.c.number)
        )
        for side in connection.execute(sides):
            kept[side.disagreement_id].append(
                {
                    "coder": side.coder_id,
                    "key": side.key,
                    "code": side.code_id,
                    "start": side.start,
                    "end": side.end,
                }
            )
        by_id = sa.update(PLACES).where(PLACES.c.id == sa.bindparam("of", type_=TEXT))
        connection.execute(
            by_id.values(sides=sa.bindparam("said", type_=JSON)),
            [{"of": i, "said": found} for i, found in kept.items()],
        )
    with op.batch_alter_table("disagreement") as batch:
        batch.drop_constraint("uq_disagreement_round_id_identity", type_="unique")
        batch.drop_column("identity")
        batch.alter_column("sides", existing_type=JSON, server_default=None)
    op.drop_table("disagreement_side")
    op.drop_column("round", "compared_at")
