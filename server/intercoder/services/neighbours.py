"""Where a disagreement stands among those of a queue: its neighbours, and which of them waits next."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from intercoder.models import Disagreement, DisagreementKind, DisagreementState, Document, Revision, Role
from intercoder.services.access import RoundAccess
from intercoder.services.disagreements import LISTED, waiting
from intercoder.services.masks import require_names
from intercoder.services.paging import Value, beyond
from intercoder.services.picking import Fitting, QueueOrder


@dataclass(frozen=True)
class Listed:
    """A place as the list beside the desk shows it, with the first of its words; ``waits``: for who looks at it."""

    id: UUID
    kind: DisagreementKind
    state: DisagreementState
    leverage: int | None
    doubts: int
    memos: int
    title: str
    words: str
    waits: bool


#: a query of them
_Rows = sa.Select[UUID, DisagreementKind, DisagreementState, int | None, int, int, str, str, bool]


@dataclass(frozen=True)
class Neighbourhood:
    """Where a disagreement stands among those that fit."""

    rows: Sequence[Listed]
    #: how many stand before the first of the rows
    first: int
    #: place of the one looked at, from 1, and how many there are
    place: int
    total: int
    previous: UUID | None
    next: UUID | None
    #: the next one that waits for a ruling, or else the first
    next_open: UUID | None


def first_waiting(
    session: Session, access: RoundAccess, fitting: Fitting, order: QueueOrder = QueueOrder.TEXT
) -> UUID | None:
    """Return the first disagreement that fits and waits for a ruling, else the first that fits."""
    queue, asked = _asked(access, fitting, order)
    return session.scalar(queue.first_waits, asked) or session.scalar(queue.first, asked)


def neighbourhood(
    session: Session,
    access: RoundAccess,
    d: Disagreement,
    fitting: Fitting,
    reach: int,
    order: QueueOrder = QueueOrder.TEXT,
) -> Neighbourhood:
    """Return up to ``reach`` disagreements that fit before and after one; more on one side where the other ends."""
    queue, asked = _asked(access, fitting, order)
    at = {**asked, **dict(zip(_AT, order.at(d), strict=False))}

    def some(wanted: _Rows, many: int) -> list[Listed]:
        return [Listed(*row) for row in session.execute(wanted, {**at, "many": many})]

    before = some(queue.before, reach)
    after = some(queue.after, 2 * reach + 1 - len(before))
    if len(before) == reach and len(after) <= reach:
        before = some(queue.before, 2 * reach + 1 - len(after))
    so_many, total = session.execute(queue.so_many, at).one()
    fits = bool(after) and after[0].id == d.id
    behind = after[1:] if fits else after
    waits = next((one.id for one in behind if one.waits), None)
    return Neighbourhood(
        [*reversed(before), *after],
        first=so_many - len(before),
        place=so_many + 1,
        total=total + (not fits),
        previous=before[0].id if before else None,
        next=behind[0].id if behind else None,
        next_open=waits or session.scalar(queue.waits_behind, at) or session.scalar(queue.waits_before, at),
    )


def _asked(access: RoundAccess, fitting: Fitting, order: QueueOrder) -> tuple["_Queue", dict[str, object]]:
    """Return what is asked of a queue, and who asks it of which round."""
    require_names(access, fitting.coder, fitting.other)
    who: dict[str, object] = {"round": access.round.id, "person": access.actor.id}
    return _queue(fitting, order, access.roles & {Role.ADJUDICATOR}), who


#: the places in a statement for the sort keys of the disagreement looked at
_AT = ("first", "second", "third")


@dataclass(frozen=True)
class _Queue:
    """What a queue is asked, most of it around a disagreement.

    What comes first is looked for in the order of the queue, so that the database stops there: all at once would be sorted.
    """

    first: sa.Select[UUID]
    first_waits: sa.Select[UUID]
    #: from the one before it backwards
    before: _Rows
    #: from itself on
    after: _Rows
    #: how many stand before it, and how many there are
    so_many: sa.Select[int, int]
    #: the first that waits behind it, and before it
    waits_behind: sa.Select[UUID]
    waits_before: sa.Select[UUID]


@lru_cache(maxsize=128)
def _queue(fitting: Fitting, order: QueueOrder, roles: frozenset[Role]) -> _Queue:
    """Return what is asked of a queue, built once: an adjudicator asks it at each of thousands of places."""
    d, keys = Disagreement, order.keys
    condition = fitting.condition(sa.bindparam("round", type_=sa.Uuid()))
    at: list[sa.BindParameter[Value]] = [sa.bindparam(name) for name in _AT[: len(keys)]]
    waits = waiting(roles, sa.bindparam("person", type_=sa.Uuid()))
    # Asked of the rows that are returned alone, not joined: a database joins before it sorts and cuts.
    title = sa.select(Document.title).where(Document.id == d.document_id).scalar_subquery()
    length = sa.case((d.end - d.start < LISTED, d.end - d.start), else_=LISTED)
    words = sa.select(sa.func.substr(Revision.text, d.start + 1, length)).where(Revision.id == d.revision_id)
    listed = sa.select(d.id, d.kind, d.state, d.leverage, d.doubts, d.memos, title, words.scalar_subquery(), waits)

    def some(*, backward: bool) -> _Rows:
        place = beyond(keys, at, backward=backward, itself=not backward)
        ordered = (key.ordered(backward=backward) for key in keys)
        return listed.where(condition, place).order_by(*ordered).limit(sa.bindparam("many"))

    first = sa.select(d.id).where(condition).order_by(*(key.ordered() for key in keys)).limit(1)
    first_waits = first.where(waits)
    earlier = beyond(keys, at, backward=True)
    return _Queue(
        first,
        first_waits,
        some(backward=True),
        some(backward=False),
        sa.select(sa.func.count().filter(earlier), sa.func.count()).where(condition),
        first_waits.where(beyond(keys, at)),
        first_waits.where(earlier),
    )
