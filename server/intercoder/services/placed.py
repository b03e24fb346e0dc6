"""What a comparison has to write: a few rows at a time, hidden from the first to the last, so that nobody waits for it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import TypeVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from intercoder.clock import now
from intercoder.errors import Conflict
from intercoder.models import ConsensusCoding, Disagreement, DisagreementSide, DisagreementState, Round
from intercoder.services.mapping import Mapped
from intercoder.services.rows import TEXT, Row, drop, execute, insert, plainly
from intercoder.stats.differences import Coding as Mark
from intercoder.stats.differences import PlaceKind

#: rows of one transaction: a coder waits for as long as these take
BATCH = 400
#: columns of what tells a place from others, but for its leverage, which a report says
WEIGHED = ("judged", "behind", "alike", "doubts", "memos")

T = TypeVar("T")
Write = Callable[[Session], None]

PLACES, SIDES, _STANDING, _ROUNDS = (
    model.metadata.tables[model.__tablename__] for model in (Disagreement, DisagreementSide, ConsensusCoding, Round)
)
#: asked before each of many short writes
_HELD = (
    sa.select(_ROUNDS.c.state, _ROUNDS.c.closed_at)
    .where(_ROUNDS.c.id == sa.bindparam("round"))
    .with_for_update(key_share=True)
)


@dataclass(frozen=True)
class Compared:
    """The round whose layers are compared, as it was when they were read."""

    id: UUID
    project_id: UUID
    closed_at: datetime | None

    @classmethod
    def of(cls, round_: Round) -> "Compared":
        """Return a round as it is now."""
        return cls(round_.id, round_.project_id, round_.closed_at)

    def require_unmoved(self, session: Session) -> None:
        """Refuse when somebody has reopened the round since; until the transaction ends nobody can."""
        state, closed_at = session.execute(_HELD, {"round": self.id}).one()
        if not state.compared or closed_at != self.closed_at:
            raise Conflict("round_moved", "Somebody changed the state of this round in the meantime.")


@dataclass
class Plan:
    """What a comparison has to write, and how many places of each kind the layers have."""

    of: Compared
    #: what the codes counted as
    mapped: Mapped
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys((kind.value for kind in PlaceKind), 0))
    places: list[Row] = field(default_factory=list)
    #: identifier of a new place → its codings; their rows are larger and are made as they are written
    sides: dict[str, Sequence[Mark]] = field(default_factory=dict)
    #: (coder, key) of the codings that are doubted, and of those with a memo
    doubted: frozenset[tuple[str, str]] = frozenset()
    noted: frozenset[tuple[str, str]] = frozenset()
    #: places that are there already: their order, kind or state has changed
    changed: list[Row] = field(default_factory=list)
    #: their codings that count as another code than before
    recoded: list[Row] = field(default_factory=list)
    #: places that are no longer there: those that somebody has worked on are kept, the others are not
    voided: list[str] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)
    #: rows of the consensus: those that are new, those that stand no more
    standing: Sequence[Row] = ()
    fallen: Sequence[str] = ()

    def writes(self) -> Iterator[Write]:
        """Yield what is to be done, each in a transaction of its own; what there is is hidden from the first to the last."""
        if any((self.places, self.changed, self.recoded, self.voided, self.dropped, self.standing, self.fallen)):
            yield partial(self._show_from, None)
        for places_ in _with_sides(self.places, self.sides):
            yield partial(self._add, places_)
            for place in places_:
                del self.sides[str(place["id"])]
        self.places.clear()
        for rows in parts(self.changed):
            yield partial(_change, rows)
        for rows in parts(self.recoded):
            yield partial(_recode, rows)
        for ids in parts(self.voided):
            yield partial(_void, ids)
        for ids in parts(self.dropped):
            yield partial(drop, PLACES, ids)
        for ids in parts(self.fallen):
            yield partial(drop, _STANDING, ids)
        for rows in parts(self.standing):
            yield partial(insert, _STANDING, rows)
        yield partial(self._show_from, now())

    def _show_from(self, at: datetime | None, session: Session) -> None:
        seen = {"compared_at": at, "compared_mapping": None if at is None else self.mapped.number}
        execute(session, sa.update(_ROUNDS).where(_ROUNDS.c.id == self.of.id).values(seen))

    def _add(self, places_: Sequence[Row], session: Session) -> None:
        insert(PLACES, places_, session)
        insert(SIDES, [side for place in places_ for side in self._sides(str(place["id"]))], session)

    def _sides(self, identifier: str) -> Iterator[Row]:
        """Yield the rows of the codings at a new place."""
        for number, mark in enumerate(self.sides[identifier]):
            yield {
                "disagreement_id": identifier,
                "number": number,
                "round_id": str(self.of.id),
                "coder_id": mark.coder,
                "key": mark.id,
                "code_id": mark.code,
                "start": mark.start,
                "end": mark.end,
                "doubt": (mark.coder, mark.id) in self.doubted,
            }


def parts(rows: Sequence[T]) -> Iterator[Sequence[T]]:
    """Return rows in parts of which each is written at once."""
    return (rows[i : i + BATCH] for i in range(0, len(rows), BATCH))


def _with_sides(places_: Sequence[Row], sides: Mapping[str, Sequence[Mark]]) -> Iterator[list[Row]]:
    """Yield places, so many that they have no more than a batch of rows with their codings."""
    part: list[Row] = []
    size = 0
    for place in places_:
        rows = 1 + len(sides[str(place["id"])])
        if part and size + rows > BATCH:
            yield part
            part, size = [], 0
        part.append(place)
        size += rows
    if part:
        yield part


def _change(rows: Sequence[Row], session: Session) -> None:
    places_ = plainly(PLACES)
    changed: dict[str, sa.BindParameter[object]] = {
        name: sa.bindparam(name) for name in ("position", "kind", "detail", "state", "version", *WEIGHED)
    }
    execute(session, sa.update(places_).where(places_.c.id == sa.bindparam("of", type_=TEXT)).values(changed), rows)


def _recode(rows: Sequence[Row], session: Session) -> None:
    sides = plainly(SIDES)
    which = zip((sides.c.disagreement_id, sides.c.coder_id, sides.c.key), ("of", "coder", "coding"), strict=True)
    wanted = sa.update(sides).where(*(column == sa.bindparam(name, type_=TEXT) for column, name in which))
    execute(session, wanted.values(code_id=sa.bindparam("code", type_=TEXT)), rows)


def _void(ids: Sequence[str], session: Session) -> None:
    """Hide places at which coders no longer differ; their rulings are kept for the day when they do again."""
    places_ = plainly(PLACES)
    execute(session, sa.update(places_).where(places_.c.id.in_(ids)).values(state=DisagreementState.VOID.value))
