"""Proposals of an alignment keep what they are found by, and whether their names are alike or one lies within another.

Revision ID: 0026
Revises: 0025
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

FLAGS = ("alike", "within")
proposal = sa.table(
    "alignment_proposal",
    sa.column("id", sa.Uuid()),
    sa.column("evidence", sa.JSON().with_variant(postgresql.JSONB(), "postgresql")),
    sa.column("search", sa.Text()),
    *(sa.column(flag, sa.Boolean()) for flag in FLAGS),
)
proposed_label = sa.table(
    "proposed_label",
    sa.column("proposal_id", sa.Uuid()),
    sa.column("code_id", sa.Uuid()),
    sa.column("position", sa.Integer()),
)
code = sa.table("code", sa.column("id", sa.Uuid()), sa.column("name", sa.Text()), sa.column("name_key", sa.Text()))


def upgrade() -> None:
    columns = (sa.Column("search", sa.Text(), nullable=False, server_default=""), *_flags())
    with op.batch_alter_table("alignment_proposal") as batch_op:
        for column in columns:
            batch_op.add_column(column)
    with op.batch_alter_table("alignment_proposal") as batch_op:
        for column in columns:
            batch_op.alter_column(column.name, server_default=None)
    connection = op.get_bind()
    sought: dict[object, list[str]] = {}
    labels = (
        sa.select(proposed_label.c.proposal_id, code.c.name, code.c.name_key)
        .join(code, code.c.id == proposed_label.c.code_id)
        .order_by(proposed_label.c.proposal_id, proposed_label.c.position)
    )
    for identifier, name, key in connection.execute(labels).all():
        sought.setdefault(identifier, []).append(f"{key} {_pinyin(name)}".strip())
    for identifier, evidence in connection.execute(sa.select(proposal.c.id, proposal.c.evidence)).all():
        values = {
            "search": "\n".join(sought.get(identifier, ())),
            "alike": any(pair["names"] >= 0.8 for pair in evidence),
            "within": any(_within(pair) for pair in evidence),
        }
        connection.execute(sa.update(proposal).where(proposal.c.id == identifier).values(values))


def _flags() -> list[sa.Column[bool]]:
    return [sa.Column(flag, sa.Boolean(), nullable=False, server_default=sa.false()) for flag in FLAGS]


def _within(pair: dict[str, int]) -> bool:
    """Whether the text of one of two labels lies within that of the other."""
    extents = pair["first_extent"], pair["second_extent"]
    return extents[0] != extents[1] and min(extents) > 0 and pair["shared"] >= 0.75 * min(extents)


def _pinyin(name: str) -> str:
    """Return the initials and the syllables of a name; empty without Chinese."""
    if not any("\u3400" <= sign <= "\u9fff" or sign >= "\U00020000" for sign in name):
        return ""
    from pypinyin import lazy_pinyin  # its dictionaries take 40 MB, and every upgrade loads every migration

    syllables = lazy_pinyin(name, errors="ignore")
    return f"{''.join(s[0] for s in syllables if s)} {''.join(syllables)}"


def downgrade() -> None:
    with op.batch_alter_table("alignment_proposal") as batch_op:
        for column in (*FLAGS, "search"):
            batch_op.drop_column(column)
