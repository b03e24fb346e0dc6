"""Which layers are independent: made without having been able to see another's work on the document.

Computed from the log and the rules of ``policy``, never claimed. "Able to see" is enough: nobody keeps what anybody
looked at.
"""

import enum
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from operator import itemgetter
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from intercoder import events
from intercoder.models import CODING_ACTS, NO_CODING_ACT, Assignment, Event, Role, Round
from intercoder.models.base import read_identifier, read_time, unread, unread_time
from intercoder.remembered import Remembered

#: what a member with one of these roles may see of an open round in which the person does not code
_SEES_FIGURES = frozenset({Role.LEAD, Role.OBSERVER})
#: an identifier as ``unread`` selects it: of thousands of rows few are shown
_Id = str | UUID
_identifier = lru_cache(maxsize=8192)(read_identifier)
# Without the unit of work, which would cost as much as the query.
_LAYER = Assignment.metadata.tables[Assignment.__tablename__]
_EVENT = Event.metadata.tables[Event.__tablename__]


class Exposure(enum.StrEnum):
    """How the coder of a layer could have seen the work of others on the document before the layer was as it is."""

    EARLIER_ROUND = (
        "earlier_round"  #: a round in which others coded it had been closed: its codings, reports and rulings lay open
    )
    REOPENED = "reopened"  #: the layer was changed after its own round had been closed and compared
    LED = "led"  #: as a lead or observer the person could see figures of a running round in which others coded it


@dataclass(frozen=True)
class Seen:
    """What a layer's coder could have seen: in which round (its number), and since when."""

    exposure: Exposure
    round: int
    at: datetime


@dataclass(frozen=True)
class LayerHistory:
    """What the log says of a layer: when it was submitted and handed back, and what its coder could have seen by then.

    ``seen`` is empty where the layer is independent; otherwise everything, the first first.
    """

    submitted: tuple[datetime, ...]
    handed_back: tuple[datetime, ...]
    seen: tuple[Seen, ...]
    #: whether it was not handed back since
    finished: bool


class _Moment(NamedTuple):
    """An event of the project's chain: its number, by which events are ordered, and its time."""

    seq: int
    at: datetime


#: from which event to before which one; None for the beginning of the project and for today
_Span = tuple[_Moment | None, int | None]


class _Work(NamedTuple):
    """The first submission of a layer: by whom, and when."""

    coder: _Id
    moment: _Moment


@dataclass(slots=True)
class _Layer:
    """A layer that was ever submitted, with what the log says of it."""

    id: _Id
    round: _Id
    document: _Id
    coder: _Id
    submitted: list[_Moment] = field(default_factory=list)
    handed_back: list[_Moment] = field(default_factory=list)


@dataclass(slots=True)
class _History:
    """What the log says of the rounds and the people."""

    closed: dict[_Id, list[_Moment]] = field(default_factory=dict)
    #: (round, document, coder) → the number of the event by which it was given out after the round had begun
    given: dict[tuple[UUID, UUID, UUID], int] = field(default_factory=dict)
    #: person → roles from an event on, in their order
    roles: dict[UUID, list[tuple[_Moment, frozenset[Role]]]] = field(default_factory=dict)

    def read(self, row: Event) -> None:
        """Take a row that tells of people or of what was given out; they come in their order."""
        act = events.read(row)
        if isinstance(act, events.RoundAssigned):
            for document, coder in act.assignments:
                self.given.setdefault((act.subject_id, document, coder), row.seq)
        elif isinstance(act, events.MemberJoined | events.MemberRolesChanged):
            # Whoever made the project never joined it: the roles of before the first change are all that is told of them.
            before = frozenset(act.before) if isinstance(act, events.MemberRolesChanged) else None
            known = self.roles.setdefault(act.user, [] if before is None else [(_Moment(0, row.at), before)])
            known.append((_Moment(row.seq, row.at), frozenset(act.roles)))

    def joined(self, person: UUID) -> _Moment | None:
        """Return when a person came into the project; None for whoever made it."""
        first = self.roles.get(person)
        return first[0][0] if first and first[0][0].seq > 1 else None

    def as_one_of(self, person: UUID, roles: frozenset[Role]) -> list[_Span]:
        """Return from which event to before which one a person had one of these roles, in their order."""
        # Whoever made the project leads it, and is not told of before the first change.
        if person not in self.roles:
            return [(None, None)]
        known = self.roles[person]
        ends = [moment.seq for moment, _ in known[1:]]
        return [(begun, end) for (begun, theirs), end in zip(known, [*ends, None], strict=True) if theirs & roles]


def exposures(
    session: Session, project_id: UUID, round_ids: Iterable[UUID]
) -> Mapping[tuple[UUID, UUID, UUID], Seen | None]:
    """Return for every submitted layer of these rounds what its coder could have seen, None where it is independent.

    Returns
    -------
    mapping of (round, document, coder) to Seen or None
        Where several things could have been seen, the first of them; see ``layer_histories``.
    """
    histories = layer_histories(session, project_id, round_ids)
    return {key: layer.seen[0] if layer.seen else None for key, layer in histories.items()}


def layer_histories(
    session: Session, project_id: UUID, round_ids: Iterable[UUID], *, until: int | None = None
) -> Mapping[tuple[UUID, UUID, UUID], LayerHistory]:
    """Return what the log says of every layer of these rounds that was ever submitted.

    A layer counts as it stands today from the first submission after which nothing in it was changed: submitted again
    without a change it stays what it was.

    ``until`` is the number of an event of the project's chain: what came later is not read, as if it had not happened
    yet.

    Notes
    -----
    The order is that of the project's chain, not of the clock. What passes outside the program (a talk, a shared screen)
    is not known to it.
    """
    wanted, memory = tuple(round_ids), session.info.get("remembered")
    if until is not None or not isinstance(memory, Remembered):
        return _read(session, project_id, wanted, until)[0]
    # In the chain of a project an event never goes and never comes between two others.
    head = session.scalar(sa.select(sa.func.max(Event.seq)).where(Event.stream == project_id))
    about = ("histories", project_id, wanted)
    histories, by_chain = memory.of(about, head, lambda: _read(session, project_id, wanted, None))
    return histories if by_chain else _read(session, project_id, wanted, None)[0]


_Histories = Mapping[tuple[UUID, UUID, UUID], LayerHistory]


def _read(session: Session, project_id: UUID, wanted: Sequence[UUID], until: int | None) -> tuple[_Histories, bool]:
    """Return the histories, and whether the project's own chain says all of them.

    Of a layer that was submitted again its own chain says whether it was changed, and goes on without a word in the other.
    What is given out in a round that has not begun, which no event tells, exposes nobody before the event that opens it.
    """
    history = _history(session, project_id, until)
    layers = _layers(session, project_id, wanted, until)
    finals = _finals(session, project_id, layers, wanted, until)
    work = _first_work(session, project_id, wanted, until)
    people = {layer.coder: _identifier(layer.coder) for layer in layers}
    joined = {coder: history.joined(person) for coder, person in people.items()}
    leading = {coder: history.as_one_of(person, _SEES_FIGURES) for coder, person in people.items()}
    blind_since = _blind_since(session, project_id, [people[coder] for coder in leading if leading[coder]], history)
    told = sa.select(unread(Round.id), Round.number, Round.live_figures).where(Round.project_id == project_id)
    rounds = {round_id: (number, shown) for round_id, number, shown in session.execute(told).all()}
    of_layer: dict[tuple[UUID, UUID, UUID], LayerHistory] = {}
    for layer in layers:
        others = {r: first for r, few in work[layer.document].items() if (first := _of_others(few, layer.coder))}
        seen = list(_closings(history, layer.round, joined[layer.coder], others, finals[layer.id]))
        if leading[layer.coder]:
            shown = {r: first for r, first in others.items() if rounds[r][1]}
            seen += _led(leading[layer.coder], shown, blind_since.get(layer.coder, {}), finals[layer.id])
        of_layer[_identifier(layer.round), _identifier(layer.document), people[layer.coder]] = LayerHistory(
            tuple(moment.at for moment in layer.submitted),
            tuple(moment.at for moment in layer.handed_back),
            tuple(Seen(exposure, rounds[round_id][0], at) for _, at, round_id, exposure in sorted(seen)),
            finished=not layer.handed_back or layer.handed_back[-1] < layer.submitted[-1],
        )
    return of_layer, all(len(layer.submitted) == 1 for layer in layers)


def project_acts(project_id: UUID, acts: Collection[type[events.Act]], until: int | None) -> sa.ColumnElement[bool]:
    """Return the condition for acts of some kinds in a project's own chain, up to an event of it; none of them on codings."""
    return sa.and_(
        Event.project_id == project_id,
        NO_CODING_ACT,
        Event.action.in_([act.action for act in acts]),
        # Not compared as it is: SQLite would take the chain's index and read each of its rows.
        sa.func.coalesce(Event.stream, project_id) == project_id,
        sa.true() if until is None else Event.seq <= until,
    )


_Told = tuple[int, datetime, _Id, Exposure]


def _of_others(few: Sequence[_Work], coder: _Id) -> _Moment | None:
    """Return the first submission of another coder, of the first ones of two coders."""
    if few[0].coder != coder:
        return few[0].moment
    return few[1].moment if len(few) > 1 else None


def _closings(
    history: _History, own_round: _Id, joined: _Moment | None, others: Mapping[_Id, _Moment], final: int
) -> Iterator[_Told]:
    """Yield the closings after which the work of others on the document lay open, before the layer was as it is."""
    for round_id, first_work in others.items():
        for closed in history.closed.get(round_id, []):
            since = max(closed, joined) if joined else closed
            if first_work.seq < closed.seq and since.seq < final:
                yield *since, round_id, Exposure.REOPENED if round_id == own_round else Exposure.EARLIER_ROUND


def _led(
    leading: Sequence[_Span], others: Mapping[_Id, _Moment], blind_since: Mapping[_Id, int], final: int
) -> Iterator[_Told]:
    """Yield since when the figures of a running round told of others' work on the document, before the layer was as it is.

    Whoever codes in a round is blind in it, from the first document given on; in one where the person does not code a
    lead or an observer sees its figures to its end, also those of a document that the person codes in another round.
    """
    for round_id, first_work in others.items():
        # There are figures from the first submission on; what was submitted was so in a round that is open.
        end = min(final, blind_since.get(round_id, final))
        for begun, ended in leading:
            first = first_work if begun is None else max(first_work, begun)
            if first.seq < (end if ended is None else min(end, ended)):
                yield *first, round_id, Exposure.LED
                break


# --- what the log says, a statement each -----------------------------------------------------------


def _history(session: Session, project_id: UUID, until: int | None) -> _History:
    history = _History()
    few = (events.RoundAssigned, events.MemberJoined, events.MemberRolesChanged)
    for row in session.scalars(sa.select(Event).where(project_acts(project_id, few, until)).order_by(Event.seq)):
        history.read(row)
    closings = sa.select(unread(Event.subject_id), Event.seq, unread_time(Event.at))
    closed = project_acts(project_id, [events.RoundClosed], until)
    for round_id, seq, at in session.execute(closings.where(closed).order_by(Event.seq)).all():
        history.closed.setdefault(round_id, []).append(_Moment(seq, read_time(at)))
    return history


def _layers(session: Session, project_id: UUID, wanted: Sequence[UUID], until: int | None) -> list[_Layer]:
    """Return the layers of some rounds that were ever submitted."""
    told = (
        sa.select(
            unread(_LAYER.c.id),
            unread(_LAYER.c.round_id),
            unread(_LAYER.c.document_id),
            unread(_LAYER.c.coder_id),
            _EVENT.c.action,
            _EVENT.c.seq,
            unread_time(_EVENT.c.at),
        )
        .join_from(_LAYER, _EVENT, _EVENT.c.subject_id == _LAYER.c.id)
        .where(
            _LAYER.c.round_id.in_(wanted),
            _LAYER.c.project_id == project_id,
            project_acts(project_id, [events.AssignmentSubmitted, events.AssignmentHandedBack], until),
        )
        .order_by(_EVENT.c.seq)
    )
    layers: dict[_Id, _Layer] = {}
    for layer_id, round_id, document, coder, action, seq, at in session.execute(told).all():
        layer = layers.setdefault(layer_id, _Layer(layer_id, round_id, document, coder))
        moments = layer.submitted if action == events.AssignmentSubmitted.action else layer.handed_back
        moments.append(_Moment(seq, read_time(at)))
    return [layer for layer in layers.values() if layer.submitted]


def _first_work(
    session: Session, project_id: UUID, wanted: Sequence[UUID], until: int | None
) -> dict[_Id, dict[_Id, list[_Work]]]:
    """Return for each document of some rounds and each round in which it was submitted the first work of two coders."""
    documents = sa.select(Assignment.document_id).where(Assignment.round_id.in_(wanted))
    told = (
        sa.select(
            unread(_LAYER.c.document_id),
            unread(_LAYER.c.round_id),
            unread(_LAYER.c.coder_id),
            _EVENT.c.seq,
            unread_time(_EVENT.c.at),
        )
        .join_from(_LAYER, _EVENT, _EVENT.c.subject_id == _LAYER.c.id)
        .where(
            _LAYER.c.project_id == project_id,
            _LAYER.c.document_id.in_(documents),
            project_acts(project_id, [events.AssignmentSubmitted], until),
        )
    )
    work: dict[_Id, dict[_Id, list[_Work]]] = {}
    for document, round_id, coder, seq, at in sorted(session.execute(told).all(), key=itemgetter(3)):
        rounds = work.setdefault(document, {})
        few = rounds.get(round_id)
        if few is None:
            rounds[round_id] = [_Work(coder, _Moment(seq, read_time(at)))]
        elif len(few) == 1 and few[0].coder != coder:
            few.append(_Work(coder, _Moment(seq, read_time(at))))
    return work


def _blind_since(
    session: Session, project_id: UUID, people: Collection[UUID], history: _History
) -> dict[_Id, dict[_Id, int]]:
    """Return for each person and round since which event the person codes in it, 0 for its beginning."""
    given = sa.select(unread(_LAYER.c.coder_id), unread(_LAYER.c.round_id), unread(_LAYER.c.document_id)).where(
        _LAYER.c.coder_id.in_(people), _LAYER.c.project_id == project_id
    )
    later = {round_id for round_id, _, _ in history.given}
    since: dict[_Id, dict[_Id, int]] = {}
    for coder, round_id, document in session.execute(given).all():
        # What was given out before the round began stands in no event of its own.
        place = (_identifier(round_id), _identifier(document), _identifier(coder)) if later else None
        seq = history.given.get(place, 0) if place else 0
        rounds = since.setdefault(coder, {})
        rounds[round_id] = min(seq, rounds.get(round_id, seq))
    return since


def _finals(
    session: Session, project_id: UUID, layers: Sequence[_Layer], wanted: Sequence[UUID], until: int | None
) -> dict[_Id, int]:
    """Return for each layer the number of the first submission since which no coding of it has been changed."""
    finals = {layer.id: layer.submitted[0].seq for layer in layers}
    if all(len(layer.submitted) == 1 for layer in layers):
        return finals
    heads = _heads(project_id, wanted, until).subquery()
    last = sa.select(heads.c.layer, sa.func.max(heads.c.place).label("place")).group_by(heads.c.layer).subquery()
    changes = (
        sa.select(unread(Event.stream), sa.func.max(Event.seq))
        .join(last, last.c.layer == Event.stream)
        .where(Event.action.in_(CODING_ACTS), sa.true() if until is None else Event.seq <= last.c.place)
        .group_by(Event.stream)
    )
    changed = {layer_id: place for layer_id, place in session.execute(changes).all()}
    several: dict[_Id, list[tuple[int, int]]] = {}
    told = sa.select(unread(heads.c.layer), heads.c.seq, heads.c.place).order_by(heads.c.seq)
    for layer_id, seq, place in session.execute(told).all():
        several.setdefault(layer_id, []).append((seq, place))
    for layer_id, submissions in several.items():
        unchanged = (seq for seq, place in submissions if place >= changed.get(layer_id, 0))
        finals[layer_id] = next(unchanged, submissions[-1][0])
    return finals


def _heads(project_id: UUID, wanted: Sequence[UUID], until: int | None) -> sa.Select[UUID | None, int, int]:
    """Return a query for the submissions of layers with more than one, each with the place in its own stream that it names.

    Of the other layers it is known since when they are as they are.
    """
    submissions = project_acts(project_id, [events.AssignmentSubmitted], until)
    again = (
        sa.select(Event.subject_id)
        .join(Assignment, Assignment.id == Event.subject_id)
        .where(Assignment.round_id.in_(wanted), Assignment.project_id == project_id, submissions)
        .group_by(Event.subject_id)
        .having(sa.func.count() > 1)
    )
    head = aliased(Event)
    return (
        sa.select(Event.subject_id.label("layer"), Event.seq.label("seq"), sa.func.coalesce(head.seq, 0).label("place"))
        .join(head, (head.stream == Event.subject_id) & (head.hash == Event.detail["head"].as_string()), isouter=True)
        .where(Event.subject_id.in_(again), submissions)
    )
