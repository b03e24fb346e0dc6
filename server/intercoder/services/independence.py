"""Which layers are independent: made without having been able to see another's work on the document.

Computed from the log and the rules of ``policy``, never claimed. "Able to see" is enough: nobody keeps what anybody
looked at.
"""

import enum
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from intercoder import events
from intercoder.models import Assignment, Event, Role, Round

#: what a member with one of these roles may see of an open round in which the person does not code
_SEES_FIGURES = frozenset({Role.LEAD, Role.OBSERVER})


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


@dataclass(slots=True)
class _History:
    """What the log says of the rounds and the people, each with the number of the event."""

    opened: dict[UUID, list[tuple[int, datetime]]] = field(default_factory=dict)
    closed: dict[UUID, list[tuple[int, datetime]]] = field(default_factory=dict)
    #: (round, document, coder) → when it was given out after the round had begun
    given: dict[tuple[UUID, UUID, UUID], int] = field(default_factory=dict)
    #: assignment → its submissions: the head of its stream at each
    submitted: dict[UUID, list[tuple[int, str, datetime]]] = field(default_factory=dict)
    handed_back: dict[UUID, list[tuple[int, datetime]]] = field(default_factory=dict)
    #: person → roles from an event on, in their order
    roles: dict[UUID, list[tuple[int, datetime, frozenset[Role]]]] = field(default_factory=dict)

    def read(self, row: Event) -> None:
        """Take a row of the project's stream; they come in their order."""
        act, when = events.read(row), (row.seq, row.at)
        if isinstance(act, events.RoundOpened | events.RoundReopened):
            self.opened.setdefault(act.subject_id, []).append(when)
        elif isinstance(act, events.RoundClosed):
            self.closed.setdefault(act.subject_id, []).append(when)
        elif isinstance(act, events.RoundAssigned):
            for document, coder in act.assignments:
                self.given.setdefault((act.subject_id, document, coder), row.seq)
        elif isinstance(act, events.AssignmentSubmitted):
            self.submitted.setdefault(act.subject_id, []).append((row.seq, act.head, row.at))
        elif isinstance(act, events.AssignmentHandedBack):
            self.handed_back.setdefault(act.subject_id, []).append(when)
        elif isinstance(act, events.MemberJoined | events.MemberRolesChanged):
            # Whoever made the project never joined it: the roles of before the first change are all that is told of them.
            before = frozenset(act.before) if isinstance(act, events.MemberRolesChanged) else None
            known = self.roles.setdefault(act.user, [] if before is None else [(0, row.at, before)])
            known.append((*when, frozenset(act.roles)))

    def joined(self, person: UUID) -> tuple[int, datetime] | None:
        """Return when a person came into the project; None for whoever made it."""
        first = self.roles.get(person)
        return first[0][:2] if first and first[0][0] > 1 else None

    def last_places(self, places: Mapping[str, int]) -> dict[UUID, int]:
        """Return for each assignment the place in its own stream up to which it was submitted last."""
        return {layer: max(places.get(head, 0) for _, head, _ in several) for layer, several in self.submitted.items()}

    def first_as(
        self, person: UUID, roles: frozenset[Role], since: tuple[int, datetime], end: int
    ) -> tuple[int, datetime] | None:
        """Return the first event from ``since`` and before ``end`` at which the person has one of these roles."""
        # Whoever made the project leads it, and is not told of before the first change.
        known = self.roles.get(person) or [(0, since[1], roles)]
        for place, (seq, at, theirs) in enumerate(known):
            first = max(since, (seq, at))
            until = known[place + 1][0] if place + 1 < len(known) else end
            if theirs & roles and first[0] < min(until, end):
                return first
        return None


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
    history = _history(session, project_id, until)
    told = session.execute(
        sa.select(Round.id, Round.number, Round.live_figures).where(Round.project_id == project_id)
    ).all()
    numbers, with_figures = {row.id: row.number for row in told}, {row.id for row in told if row.live_figures}
    layers = session.execute(
        sa.select(Assignment.id, Assignment.round_id, Assignment.document_id, Assignment.coder_id).where(
            Assignment.project_id == project_id
        )
    ).all()
    streams = [layer.id for layer in layers]
    places = _places(session, streams, [head for several in history.submitted.values() for _, head, _ in several])
    changes = _changes(session, streams, None if until is None else history.last_places(places))
    by_document: dict[UUID, list[tuple[UUID, UUID, int, datetime]]] = {}
    blind_since: dict[tuple[UUID, UUID], int] = {}
    for layer in layers:
        for seq, _, at in history.submitted.get(layer.id, [])[:1]:
            by_document.setdefault(layer.document_id, []).append((layer.round_id, layer.coder_id, seq, at))
        # What was given out before the round began stands in no event of its own.
        given = history.given.get((layer.round_id, layer.document_id, layer.coder_id), 0)
        place = (layer.round_id, layer.coder_id)
        blind_since[place] = min(given, blind_since.get(place, given))
    wanted = set(round_ids)
    of_layer: dict[tuple[UUID, UUID, UUID], LayerHistory] = {}
    for layer in layers:
        submitted, handed_back = history.submitted.get(layer.id, []), history.handed_back.get(layer.id, [])
        final = _final(submitted, changes.get(layer.id, 0), places)
        if layer.round_id not in wanted or final is None:
            continue
        others = [(r, seq, at) for r, coder, seq, at in by_document[layer.document_id] if coder != layer.coder_id]
        seen = list(_closings(history, layer.round_id, layer.coder_id, others, final))
        shown = [(r, seq, at) for r, seq, at in others if r in with_figures]
        seen += _led(history, layer.coder_id, shown, blind_since, final)
        of_layer[layer.round_id, layer.document_id, layer.coder_id] = LayerHistory(
            tuple(at for _, _, at in submitted),
            tuple(at for _, at in handed_back),
            tuple(Seen(Exposure(kind), numbers[round_id], at) for _, at, round_id, kind in sorted(seen)),
            finished=not handed_back or handed_back[-1][0] < submitted[-1][0],
        )
    return of_layer


_Told = tuple[int, datetime, UUID, str]
#: the first submission of a layer: its round, the number of the event, the time
_Work = tuple[UUID, int, datetime]


def _closings(history: _History, own_round: UUID, coder: UUID, others: Sequence[_Work], final: int) -> Iterable[_Told]:
    """Yield the closings after which the work of others on the document lay open, before the layer was as it is."""
    joined = history.joined(coder)
    for round_id in {round_id for round_id, _, _ in others}:
        first_work = min(seq for other, seq, _ in others if other == round_id)
        for seq, at in history.closed.get(round_id, []):
            since = max((seq, at), joined) if joined else (seq, at)
            if first_work < seq and since[0] < final:
                yield *since, round_id, (Exposure.REOPENED if round_id == own_round else Exposure.EARLIER_ROUND).value


def _led(
    history: _History, coder: UUID, others: Sequence[_Work], blind_since: Mapping[tuple[UUID, UUID], int], final: int
) -> Iterable[_Told]:
    """Yield since when the figures of a running round told of others' work on the document, before the layer was as it is.

    Whoever codes in a round is blind in it, from the first document given on; in one where the person does not code a
    lead or an observer sees its figures to its end, also those of a document that the person codes in another round.
    """
    for round_id in {round_id for round_id, _, _ in others}:
        # There are figures from the first submission on; what was submitted was so in a round that is open.
        worked = min((seq, at) for other, seq, at in others if other == round_id)
        end = min(final, blind_since.get((round_id, coder), final))
        first = history.first_as(coder, _SEES_FIGURES, worked, end)
        if first is not None:
            yield *first, round_id, Exposure.LED.value


def _final(submitted: Sequence[tuple[int, str, datetime]], changed: int, places: Mapping[str, int]) -> int | None:
    """Return the number of the first submission since which no coding of the layer has been changed."""
    unchanged = (seq for seq, head, _ in submitted if places.get(head, 0) >= changed)
    return next(unchanged, submitted[-1][0] if submitted else None)


def _history(session: Session, project_id: UUID, until: int | None) -> _History:
    wanted = [
        act.action
        for act in (
            events.RoundOpened,
            events.RoundReopened,
            events.RoundClosed,
            events.RoundAssigned,
            events.AssignmentSubmitted,
            events.AssignmentHandedBack,
            events.MemberJoined,
            events.MemberRolesChanged,
        )
    ]
    history = _History()
    rows = sa.select(Event).where(Event.stream == project_id, Event.action.in_(wanted)).order_by(Event.seq)
    for row in session.scalars(rows if until is None else rows.where(Event.seq <= until)):
        history.read(row)
    return history


def _changes(session: Session, streams: Sequence[UUID], until: Mapping[UUID, int] | None) -> dict[UUID, int]:
    """Return the place of the last change of a coding in each layer's own stream; a memo changes none.

    With ``until``, a place for each stream, the last one up to there.
    """
    acts = [act.action for act in (events.CodingCreated, events.CodingChanged, events.CodingDeleted)]
    of_codings = (Event.stream.in_(streams), Event.action.in_(acts))
    if until is None:
        last = sa.select(Event.stream, sa.func.max(Event.seq)).where(*of_codings).group_by(Event.stream)
        return {stream: seq for stream, seq in session.execute(last)}
    changes = session.execute(sa.select(Event.stream, Event.seq).where(*of_codings).order_by(Event.seq))
    return {stream: seq for stream, seq in changes if seq <= until.get(stream, 0)}


def _places(session: Session, streams: Sequence[UUID], heads: Iterable[str]) -> dict[str, int]:
    """Return the place of each submitted head in its own stream."""
    rows = session.execute(
        sa.select(Event.hash, Event.seq).where(Event.stream.in_(streams), Event.hash.in_(set(heads)))
    )
    return {head: seq for head, seq in rows}
