"""From layers to disagreements: planned while nobody waits, written a few rows at a time, seen when all are in.

Coders' layers are read here and never written. What is planned depends on the layers and on what is there already, so
that a comparison which was broken off is planned again and leaves nothing doubled.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from types import MappingProxyType
from typing import TypeVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from intercoder import events, queue
from intercoder.clock import now
from intercoder.errors import Conflict
from intercoder.models import (
    Assignment,
    Coding,
    CompareRound,
    ConsensusCoding,
    Disagreement,
    DisagreementSide,
    DisagreementState,
    Job,
    JobKind,
    JobState,
    MappingAct,
    MappingKind,
    Round,
    RoundState,
)
from intercoder.services import jobs
from intercoder.services.access import RoundAccess
from intercoder.services.mapping import Mapped, mapping
from intercoder.services.rows import TEXT, Row, drop, execute, insert, plainly
from intercoder.services.rulings import Standing, Where, rulings_made
from intercoder.services.submitted import Layer, submitted_layers
from intercoder.stats.differences import Coding as Mark
from intercoder.stats.differences import Place, PlaceKind, places

#: rows of one transaction: a coder waits for as long as these take
BATCH = 200

T = TypeVar("T")
Write = Callable[[Session], None]

_PLACES, _SIDES, _STANDING, _ROUNDS = (
    model.metadata.tables[model.__tablename__] for model in (Disagreement, DisagreementSide, ConsensusCoding, Round)
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
        wanted = sa.select(_ROUNDS.c.state, _ROUNDS.c.closed_at).where(_ROUNDS.c.id == self.id)
        state, closed_at = session.execute(wanted.with_for_update(key_share=True)).one()
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
    #: (coder, key) of the codings that are doubted
    doubted: frozenset[tuple[str, str]] = frozenset()
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
        for rows in _parts(self.changed):
            yield partial(_change, rows)
        for rows in _parts(self.recoded):
            yield partial(_recode, rows)
        for ids in _parts(self.voided):
            yield partial(_void, ids)
        for ids in _parts(self.dropped):
            yield partial(drop, _PLACES, ids)
        for ids in _parts(self.fallen):
            yield partial(drop, _STANDING, ids)
        for rows in _parts(self.standing):
            yield partial(insert, _STANDING, rows)
        yield partial(self._show_from, now())

    def _show_from(self, at: datetime | None, session: Session) -> None:
        seen = {"compared_at": at, "compared_mapping": None if at is None else self.mapped.number}
        execute(session, sa.update(_ROUNDS).where(_ROUNDS.c.id == self.of.id).values(seen))

    def _add(self, places_: Sequence[Row], session: Session) -> None:
        insert(_PLACES, places_, session)
        insert(_SIDES, [side for place in places_ for side in self._sides(str(place["id"]))], session)

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


def plan(session: Session, round_: Round) -> Plan:
    """Return what is to be written so that the places of a closed round are those in which its layers differ.

    A place that was found before, with the same codings, keeps its rulings; one that is gone becomes void, and is kept
    where somebody has worked on it. The consensus is what is unanimous and what the rulings in force stand for.
    """
    planned = Plan(Compared.of(round_), mapping(session, round_.project_id), doubted=_doubted(session, round_.id))
    tree = planned.mapped.tree
    known, made = _known(session, round_.id), rulings_made(session, round_.id)
    standing = Standing(session, round_.id)
    counted = _counted(session, round_.id) if known else {}
    position = 0
    # Each coder's own words differ by design: before they are aligned no place of theirs is a disagreement. What came again
    # is compared with the same coder's earlier work alone.
    alone = round_.unaligned or not round_.purpose.compares_coders
    for layer in () if alone else submitted_layers(session, [round_.id], planned.mapped):
        if len(layer.codings) < 2:
            continue
        coders = sorted(str(c) for c in layer.codings)
        applied = layer.applied
        where = Where(str(round_.project_id), str(round_.id), str(layer.document_id), str(layer.revision_id))
        marks = [mark for of_one in layer.codings.values() for mark in of_one]
        for place in places(marks, coders, tree, _missing(layer)):
            planned.counts[place.kind] += 1
            if place.kind is PlaceKind.UNANIMOUS:
                for mark in {(m.code, m.start, m.end) for m in place.codings}:
                    standing.stands(where, mark)
                continue
            position += 1
            identity = identity_of(where.document_id, where.revision_id, place, coders, applied)
            before = known.pop(identity, None)
            if before is None:
                _plan_new(planned, where, place, coders, (identity, position))
                continue
            planned.recoded += _recoded(before.id, place, counted)
            ruling = made.get(before.id)
            stands = ruling.stands(place, applied, planned.mapped) if ruling else None
            state = before.state_with(ruled=stands is not None)
            if ruling and stands and state is DisagreementState.RULED:
                for coding in stands:
                    standing.stands(where, coding, ruling.id)
            if (changed := before.changed(place, position, state)) is not None:
                planned.changed.append(changed)
    for gone in known.values():
        if gone.state != DisagreementState.VOID.value:
            (planned.dropped if gone.version == 1 else planned.voided).append(gone.id)
    planned.standing, planned.fallen = standing.added, standing.gone
    return planned


def _missing(layer: Layer) -> dict[str, list[tuple[int, int]]]:
    return {str(coder): units.places for coder, units in layer.missing.items()}


def identity_of(
    document: str,
    revision: str,
    place: Place,
    coders: Sequence[str],
    applied: Mapping[tuple[str, str], str] = MappingProxyType({}),
) -> str:
    """Return what tells a place from every other of a round: a hash of where it is, its codings and who was compared.

    Of what was ``applied``, not of what it counts as: a merge elsewhere in the place leaves a ruling where it is.
    """
    sides = sorted(f"{m.coder} {m.id} {applied.get((m.coder, m.id), m.code)} {m.start} {m.end}" for m in place.codings)
    said = "\n".join([document, revision, f"{place.start} {place.end}", *sides, *sorted(coders)])
    return hashlib.sha256(said.encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class _Known:
    """A place that is in the database."""

    id: str
    position: int
    kind: str
    detail: str | None
    state: str
    version: int

    def state_with(self, *, ruled: bool) -> DisagreementState:
        """Return its state now that it is a place again or still, and whether a ruling holds there.

        What somebody put off or sent to discussion stays there.
        """
        before = DisagreementState(self.state)
        if before in {DisagreementState.DEFERRED, DisagreementState.DISCUSSION}:
            return before
        return DisagreementState.RULED if ruled else DisagreementState.OPEN

    def changed(self, place: Place, position: int, state: DisagreementState) -> Row | None:
        """Return its row as it is to be; None when nothing of it changes."""
        detail = place.detail.value if place.detail else None
        if (self.position, self.kind, self.detail, self.state) == (position, place.kind.value, detail, state.value):
            return None
        # Whoever saw it in another state does not decide on it as it is now.
        version = self.version + (state.value != self.state)
        row: Row = {"of": self.id, "position": position, "kind": place.kind.value, "detail": detail}
        return row | {"state": state.value, "version": version}


def _known(session: Session, round_id: UUID) -> dict[str, _Known]:
    rows = plainly(_PLACES)
    wanted = sa.select(
        rows.c.identity, rows.c.id, rows.c.position, rows.c.kind, rows.c.detail, rows.c.state, rows.c.version
    )
    found = session.execute(wanted.where(rows.c.round_id == str(round_id)))
    return {identity: _Known(*rest) for identity, *rest in found}


#: place, coder, key of a coding -> what the coding counted as when it was written there
_Counted = Mapping[tuple[str, str, str], str]


def _counted(session: Session, round_id: UUID) -> _Counted:
    rows = plainly(_SIDES)
    wanted = sa.select(rows.c.disagreement_id, rows.c.coder_id, rows.c.key, rows.c.code_id)
    found = session.execute(wanted.where(rows.c.round_id == str(round_id)))
    return {(place, coder, key): code for place, coder, key, code in found}


def _recoded(of: str, place: Place, counted: _Counted) -> Iterator[Row]:
    """Yield the codings at a place that count as another code than before."""
    for mark in place.codings:
        if counted[of, mark.coder, mark.id] != mark.code:
            yield {"of": of, "coder": mark.coder, "coding": mark.id, "code": mark.code}


def _doubted(session: Session, round_id: UUID) -> frozenset[tuple[str, str]]:
    wanted = (
        sa.select(sa.type_coerce(Coding.coder_id, TEXT), sa.type_coerce(Coding.key, TEXT))
        .join(Assignment, Assignment.id == Coding.assignment_id)
        .where(Assignment.round_id == round_id, Coding.doubt > 0)
    )
    return frozenset((coder, key) for coder, key in session.execute(wanted))


def _plan_new(
    planned: Plan,
    where: Where,
    place: Place,
    coders: Sequence[str],
    named: tuple[str, int],
) -> None:
    identity, position = named
    row = where.row(
        start=place.start,
        end=place.end,
        kind=place.kind.value,
        detail=place.detail.value if place.detail else None,
        identity=identity,
        coders=coders,
        state=DisagreementState.OPEN.value,
        version=1,
        position=position,
    )
    planned.places.append(row)
    planned.sides[str(row["id"])] = place.codings


# --- writing -------------------------------------------------------------------------------------


def _parts(rows: Sequence[T]) -> Iterator[Sequence[T]]:
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
    places_ = plainly(_PLACES)
    changed: dict[str, sa.BindParameter[object]] = {
        name: sa.bindparam(name) for name in ("position", "kind", "detail", "state", "version")
    }
    execute(session, sa.update(places_).where(places_.c.id == sa.bindparam("of", type_=TEXT)).values(changed), rows)


def _recode(rows: Sequence[Row], session: Session) -> None:
    sides = plainly(_SIDES)
    which = zip((sides.c.disagreement_id, sides.c.coder_id, sides.c.key), ("of", "coder", "coding"), strict=True)
    wanted = sa.update(sides).where(*(column == sa.bindparam(name, type_=TEXT) for column, name in which))
    execute(session, wanted.values(code_id=sa.bindparam("code", type_=TEXT)), rows)


def _void(ids: Sequence[str], session: Session) -> None:
    """Hide places at which coders no longer differ; their rulings are kept for the day when they do again."""
    places_ = plainly(_PLACES)
    execute(session, sa.update(places_).where(places_.c.id.in_(ids)).values(state=DisagreementState.VOID.value))


# --- again ---------------------------------------------------------------------------------------


def compared_under_another(session: Session, round_: Round) -> bool:
    """Whether what codes count as was changed since the layers of a compared round were compared."""
    if round_.compared_mapping is None or not round_.state.compared:
        return False
    changed = sa.select(MappingAct.id).where(
        MappingAct.project_id == round_.project_id,
        MappingAct.number > round_.compared_mapping,
        MappingAct.kind != MappingKind.CHANGED,
    )
    return session.scalar(changed.limit(1)) is not None


def compare_again(session: Session, access: RoundAccess) -> Job:
    """Have the layers of a closed round compared by what its codes count as today; return the job that does it.

    Also where the comparison failed. A place that is no longer one is no longer listed, and its ruling sleeps.
    """
    round_ = access.round
    session.refresh(round_, ["state", "compared_at"], with_for_update={"key_share": True})
    if round_.state is not RoundState.CLOSED:
        raise Conflict(f"round_{round_.state}", "Only a closed round can be compared again.")
    if round_.compared_at is None and _running(session, round_):
        raise Conflict("comparing", "The layers of this round are being compared already.")
    if round_.compared_at is not None and not compared_under_another(session, round_):
        raise Conflict("compared_already", "Nothing has changed what codes count as since this round was compared.")
    # What is planned from here on is written later: a ruling made in between would be written over.
    round_.compared_at = None
    session.flush()
    access.log(session, events.RoundComparedAgain(round_.id, number=round_.number, name=round_.name))
    return queue.enqueue(session, access.project.id, access.actor.id, CompareRound(), round_id=round_.id)


def _running(session: Session, round_: Round) -> bool:
    job = jobs.latest_of_round(session, round_.project_id, round_.id, [JobKind.COMPARE])
    return job is not None and job.state in {JobState.QUEUED, JobState.RUNNING}
