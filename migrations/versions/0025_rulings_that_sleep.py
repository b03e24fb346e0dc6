"""A ruling whose place is one no more is not ended: it holds again when the place comes back.

Revision ID: 0025
Revises: 0024
"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

_ruling = sa.table(
    "ruling",
    sa.column("id", sa.Uuid()),
    sa.column("disagreement_id", sa.Uuid()),
    sa.column("created_at", sa.DateTime(timezone=True)),
    sa.column("ended_at", sa.DateTime(timezone=True)),
)
_place = sa.table("disagreement", sa.column("id", sa.Uuid()), sa.column("state", sa.Text()))
_event = sa.table("event", sa.column("action", sa.Text()), sa.column("detail", sa.JSON()))


def upgrade() -> None:
    """Wake the last ruling of each place that somebody did not take back: a comparison had ended it."""
    database = op.get_bind()
    details = database.execute(sa.select(_event.c.detail).where(_event.c.action == "disagreement.undone"))
    undone = {detail["ruling"] for (detail,) in details}
    last = dict[object, tuple[object, object]]()
    order = (_ruling.c.created_at, _ruling.c.id)
    for place, ruling, ended in database.execute(
        sa.select(_ruling.c.disagreement_id, _ruling.c.id, _ruling.c.ended_at).order_by(*order)
    ):
        last[place] = ruling, ended
    asleep = [ruling for ruling, ended in last.values() if ended is not None and str(ruling) not in undone]
    for ruling in asleep:
        database.execute(sa.update(_ruling).where(_ruling.c.id == ruling).values(ended_at=None))


def downgrade() -> None:
    """End the rulings at places that are hidden, as it was."""
    hidden = sa.select(_place.c.id).where(_place.c.state != "ruled")
    op.execute(
        sa.update(_ruling)
        .where(_ruling.c.disagreement_id.in_(hidden), _ruling.c.ended_at.is_(None))
        .values(ended_at=sa.func.current_timestamp())
    )
