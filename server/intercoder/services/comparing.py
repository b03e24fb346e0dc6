"""From layers to disagreements: planned while nobody waits, written a few rows at a time, seen when all are in.

Coders' layers are read here and never written. What is planned depends on the layers and on what is there already, so
that a comparison which was broken off is planned again and leaves nothing doubled.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from intercoder import events, queue
from intercoder.errors import Conflict
from intercoder.models import (
    Assignment,
    Coding,
    CompareRound,
    DisagreementState,
    Job,
    JobKind,
    JobState,
    MappingAct,
    MappingKind,
    Round,
    RoundState,
    TwicePlace,
    TwiceState,
)
from intercoder.services import jobs
from intercoder.services.access import RoundAccess
from intercoder.services.mapping import mapping
from intercoder.services.placed import PLACES, SIDES, WEIGHED, Compared, Plan
from intercoder.services.rows import TEXT, Row, plainly
from intercoder.services.rulings import Standing, Where, rulings_made
from intercoder.services.submitted import Layer, submitted_layers
from intercoder.stats.differences import Place, PlaceKind, alike, places


@dataclass(frozen=True, slots=True)
class _Differing:
    """A place where layers differ, with what its row needs."""

    where: Where
    place: Place
    coders: Sequence[str]
    applied: Mapping[tuple[str, str], str]

    @property
    def identity(self) -> str:
        """What tells it from every other of the round."""
        return identity_of(self.where.document_id, self.where.revision_id, self.place, self.coders, self.applied)


@dataclass
class Comparing(Plan):
    """What a comparison has to write, with the layers that it read, for the report that is made after it."""

    layers: list[Layer] = field(default_factory=list)


def plan(session: Session, round_: Round) -> Comparing:
    """Return what is to be written so that the places of a closed round are those in which its layers differ.

    A place that was found before, with the same codings, keeps its rulings; one that is gone becomes void, and is kept
    where somebody has worked on it. The consensus is what is unanimous and what the rulings in force stand for.
    """
    doubted, noted = _remarked(session, round_.id)
    planned = Comparing(Compared.of(round_), mapping(session, round_.project_id), doubted=doubted, noted=noted)
    known, made = _known(session, round_.id), rulings_made(session, round_.id)
    standing = Standing(session, round_.id)
    counted = _counted(session, round_.id) if known else {}
    differing = _differing(session, round_, planned, standing)
    ranks = alike(one.place for one in differing)
    for position, one in enumerate(differing, 1):
        place, identity = one.place, one.identity
        weight = _weight(planned, place, ranks[place.kind, place.sides])
        before = known.pop(identity, None)
        if before is None:
            _plan_new(planned, one, identity, position, weight)
            continue
        planned.recoded += _recoded(before.id, place, counted)
        ruling = made.get(before.id)
        stands = ruling.stands(place, one.applied, planned.mapped) if ruling else None
        state = before.state_with(ruled=stands is not None)
        if ruling and stands and state is DisagreementState.RULED:
            for coding in stands:
                standing.stands(one.where, coding, ruling.id)
        if (changed := before.changed(place, position, state, weight)) is not None:
            planned.changed.append(changed)
    for gone in known.values():
        if gone.state != DisagreementState.VOID.value:
            (planned.dropped if gone.version == 1 else planned.voided).append(gone.id)
    planned.standing, planned.fallen = standing.added, standing.gone
    return planned


def _differing(session: Session, round_: Round, planned: Comparing, standing: Standing) -> list[_Differing]:
    """Return where the layers differ, in the order of the texts; what is unanimous stands. Counts the places by kind."""
    # Each coder's own words differ by design: before they are aligned no place of theirs is a disagreement. What came again
    # is compared with the same coder's earlier work alone.
    alone = round_.unaligned or not round_.purpose.compares_coders
    found: list[_Differing] = []
    for layer in () if alone else submitted_layers(session, [round_.id], planned.mapped):
        planned.layers.append(layer)
        if len(layer.codings) < 2:
            continue
        coders = sorted(str(c) for c in layer.codings)
        where = Where(str(round_.project_id), str(round_.id), str(layer.document_id), str(layer.revision_id))
        marks = [mark for of_one in layer.codings.values() for mark in of_one]
        for place in places(marks, coders, planned.mapped.tree, _missing(layer)):
            planned.counts[place.kind] += 1
            if place.kind is not PlaceKind.UNANIMOUS:
                found.append(_Differing(where, place, coders, layer.applied))
                continue
            for mark in {(m.code, m.start, m.end) for m in place.codings}:
                standing.stands(where, mark)
    return found


def _weight(planned: Plan, place: Place, rank: int) -> Row:
    """Return what tells a place from others."""
    keys = [(mark.coder, mark.id) for mark in place.codings]
    return {
        "judged": place.judged,
        "behind": place.behind,
        "alike": rank,
        "doubts": sum(key in planned.doubted for key in keys),
        "memos": sum(key in planned.noted for key in keys),
    }


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

    weight: Row
    id: str
    position: int
    kind: str
    detail: str | None
    state: str
    version: int
    #: state of the place that was drawn to be ruled on by two, see ``TwicePlace``; None where it was not
    twice: str | None

    def state_with(self, *, ruled: bool) -> DisagreementState:
        """Return its state now that it is a place again or still, and whether a ruling holds there.

        What somebody put off or sent to discussion stays there.
        """
        before = DisagreementState(self.state)
        if before in {DisagreementState.DEFERRED, DisagreementState.DISCUSSION}:
            return before
        if self.twice == TwiceState.WAITS.value:
            return DisagreementState.TWICE
        return DisagreementState.RULED if ruled else DisagreementState.OPEN

    def changed(self, place: Place, position: int, state: DisagreementState, weight: Row) -> Row | None:
        """Return its row as it is to be; None when nothing of it changes."""
        detail = place.detail.value if place.detail else None
        is_now = (self.position, self.kind, self.detail, self.state, self.weight)
        if is_now == (position, place.kind.value, detail, state.value, weight):
            return None
        # Whoever saw it in another state does not decide on it as it is now.
        version = self.version + (state.value != self.state)
        row: Row = {"of": self.id, "position": position, "kind": place.kind.value, "detail": detail}
        return row | {"state": state.value, "version": version} | weight


def _known(session: Session, round_id: UUID) -> dict[str, _Known]:
    rows = plainly(PLACES)
    columns = ("identity", *WEIGHED, "id", "position", "kind", "detail", "state", "version")
    drawn = plainly(TwicePlace.metadata.tables[TwicePlace.__tablename__])
    wanted = sa.select(*(rows.c[name] for name in columns), drawn.c.state).outerjoin_from(
        rows, drawn, drawn.c.disagreement_id == rows.c.id
    )
    found = session.execute(wanted.where(rows.c.round_id == str(round_id)))
    many = len(WEIGHED)
    return {identity: _Known(dict(zip(WEIGHED, rest[:many], strict=True)), *rest[many:]) for identity, *rest in found}


#: place, coder, key of a coding -> what the coding counted as when it was written there
_Counted = Mapping[tuple[str, str, str], str]


def _counted(session: Session, round_id: UUID) -> _Counted:
    rows = plainly(SIDES)
    wanted = sa.select(rows.c.disagreement_id, rows.c.coder_id, rows.c.key, rows.c.code_id)
    found = session.execute(wanted.where(rows.c.round_id == str(round_id)))
    return {(place, coder, key): code for place, coder, key, code in found}


def _recoded(of: str, place: Place, counted: _Counted) -> Iterator[Row]:
    """Yield the codings at a place that count as another code than before."""
    for mark in place.codings:
        if counted[of, mark.coder, mark.id] != mark.code:
            yield {"of": of, "coder": mark.coder, "coding": mark.id, "code": mark.code}


def _remarked(session: Session, round_id: UUID) -> tuple[frozenset[tuple[str, str]], frozenset[tuple[str, str]]]:
    """Return which codings of a round are doubted, and which have a memo."""
    doubted = Coding.doubt > 0
    wanted = (
        sa.select(sa.type_coerce(Coding.coder_id, TEXT), sa.type_coerce(Coding.key, TEXT), doubted, Coding.memo != "")
        .join(Assignment, Assignment.id == Coding.assignment_id)
        .where(Assignment.round_id == round_id, sa.or_(doubted, Coding.memo != ""))
    )
    rows = session.execute(wanted).all()
    return (
        frozenset((coder, key) for coder, key, doubt, _ in rows if doubt),
        frozenset((coder, key) for coder, key, _, noted in rows if noted),
    )


def _plan_new(planned: Plan, one: _Differing, identity: str, position: int, weight: Row) -> None:
    place = one.place
    row = one.where.row(
        start=place.start,
        end=place.end,
        kind=place.kind.value,
        detail=place.detail.value if place.detail else None,
        identity=identity,
        coders=one.coders,
        state=DisagreementState.OPEN.value,
        version=1,
        position=position,
        leverage=None,
        **weight,
    )
    planned.places.append(row)
    planned.sides[str(row["id"])] = place.codings


# --- again ---------------------------------------------------------------------------------------


def compared_under_another(session: Session, round_: Round) -> bool:
    """Whether what codes count as was changed since the layers of a compared round were compared."""
    if round_.compared_mapping is None or not round_.state.compared:
        return False
    since = {"project": round_.project_id, "number": round_.compared_mapping}
    return session.scalar(_changed_since(), since) is not None


@cache
def _changed_since() -> sa.Select[UUID]:
    """Return the query of one act on the mapping of a project after a number, built once."""
    later = (MappingAct.project_id == sa.bindparam("project"), MappingAct.number > sa.bindparam("number"))
    return sa.select(MappingAct.id).where(*later, MappingAct.kind != MappingKind.CHANGED).limit(1)


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
