"""Disagreements and rulings: reading them, deciding, taking a decision back."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal
from uuid import UUID

import sqlalchemy as sa
from pydantic import Field
from sqlalchemy.orm import Session

from intercoder import events
from intercoder.clock import now
from intercoder.errors import Conflict, InvalidInput, Stale
from intercoder.models import (
    Coding,
    Disagreement,
    DisagreementKind,
    DisagreementState,
    Revision,
    Round,
    RoundState,
    Ruling,
    SideCoding,
    StandingCoding,
    User,
)
from intercoder.services.access import RoundAccess, no_such_thing
from intercoder.services.codebook import Entry
from intercoder.services.command import Command, Offset, Text, checked
from intercoder.services.consensus import consensus_row, end_rulings, in_force
from intercoder.services.layers import round_codebook
from intercoder.services.paging import BEGINNING, Asked, Key, Mark, Page, page
from intercoder.text.canonical import canonical

CONTEXT = 80
#: the states that still ask for a decision
WAITING = (DisagreementState.OPEN, DisagreementState.DISCUSSION, DisagreementState.DEFERRED)
REASON_LENGTH = 5000


@dataclass(frozen=True)
class Coded:
    """A coding at the place of a disagreement: what was applied where, and what its coder noted."""

    code: UUID
    start: int
    end: int
    name: str
    colour: int
    memo: str
    doubt: bool


@dataclass(frozen=True)
class Side:
    """What one coder has at the place of a disagreement; no codings when the coder left it uncoded."""

    coder_id: UUID
    name: str
    codings: Sequence[Coded]


@dataclass(frozen=True)
class Card:
    """A disagreement as the adjudicator sees it."""

    disagreement: Disagreement
    #: text before, at and after the place; the first offset of the text before
    before: str
    text: str
    after: str
    context_start: int
    sides: Sequence[Side]
    #: definitions of the codes that the coders used
    codes: Sequence[Entry]
    rulings: Sequence[tuple[Ruling, str]]
    #: every code that may stand here
    codebook: Sequence[Entry]


# --- reading -------------------------------------------------------------------------------------


#: the states of a disagreement that somebody is shown
Shown = Literal[
    DisagreementState.OPEN, DisagreementState.RULED, DisagreementState.DEFERRED, DisagreementState.DISCUSSION
]


#: the order of the texts
_ORDER = (Key(Disagreement.position, int), Key(Disagreement.id, UUID))


@dataclass(frozen=True)
class Fitting:
    """Which disagreements of a round are wanted; all that somebody is shown when nothing is said."""

    kind: DisagreementKind | None = None
    state: Shown | None = None
    document: UUID | None = None

    def condition(self, round_id: UUID) -> sa.ColumnElement[bool]:
        """Return the condition of those that fit."""
        conditions = [Disagreement.round_id == round_id, Disagreement.state != DisagreementState.VOID]
        if self.kind is not None:
            conditions.append(Disagreement.kind == self.kind)
        if self.state is not None:
            conditions.append(Disagreement.state == self.state)
        if self.document is not None:
            conditions.append(Disagreement.document_id == self.document)
        return sa.and_(*conditions)


#: all that somebody is shown
SHOWN = Fitting()


@dataclass(frozen=True)
class Neighbourhood:
    """Where a disagreement stands among those that fit."""

    rows: Sequence[Disagreement]
    #: how many stand before the first of the rows
    first: int
    #: place of the one looked at, from 1, and how many there are
    place: int
    total: int
    previous: UUID | None
    next: UUID | None
    #: the next one that waits for a ruling, or else the first
    next_open: UUID | None


def disagreements(
    session: Session, access: RoundAccess, fitting: Fitting = SHOWN, asked: Asked = BEGINNING
) -> Page[Disagreement]:
    """Return a part of the disagreements of a compared round, in the order of the texts."""
    wanted = sa.select(Disagreement).where(fitting.condition(access.round.id))
    return page(session, wanted.options(sa.orm.joinedload(Disagreement.document)), _ORDER, asked)


def first_waiting(session: Session, access: RoundAccess, fitting: Fitting) -> UUID | None:
    """Return the first disagreement that fits and waits for a ruling, else the first that fits."""
    waits = Disagreement.state != DisagreementState.OPEN
    return session.scalar(
        sa.select(Disagreement.id)
        .where(fitting.condition(access.round.id))
        .order_by(waits, Disagreement.position, Disagreement.id)
        .limit(1)
    )


def neighbourhood(
    session: Session, access: RoundAccess, d: Disagreement, fitting: Fitting, reach: int
) -> Neighbourhood:
    """Return up to ``reach`` disagreements that fit before and after one; more on one side where the other ends."""
    here = (d.position, d.id)
    around = [
        disagreements(session, access, fitting, Asked(Mark(here, backward=side).cursor(), 2 * reach + 1)).rows
        for side in (True, False)
    ]
    condition = fitting.condition(access.round.id)
    position, identifier = Disagreement.position, Disagreement.id
    earlier = sa.or_(position < d.position, sa.and_(position == d.position, identifier < d.id))
    at = Disagreement.id == d.id
    total, before, fits = session.execute(
        sa.select(sa.func.count(), sa.func.count().filter(earlier), sa.func.count().filter(at)).where(condition)
    ).one()
    rows = [*around[0], *([d] if fits else []), *around[1]]
    begin = max(0, min(len(around[0]) - reach, len(rows) - 2 * reach - 1))
    following = session.scalar(
        sa.select(Disagreement.id)
        .where(condition, Disagreement.state == DisagreementState.OPEN, sa.not_(at))
        .order_by(sa.case((earlier, 1), else_=0), position, identifier)
        .limit(1)
    )
    return Neighbourhood(
        rows[begin : begin + 2 * reach + 1],
        first=before - len(around[0]) + begin,
        place=before + 1,
        total=total + 1 - fits,
        previous=around[0][-1].id if around[0] else None,
        next=around[1][0].id if around[1] else None,
        next_open=following,
    )


def excerpts(session: Session, found: Sequence[Disagreement], length: int = 80) -> dict[UUID, str]:
    """Return the first words of the place of each disagreement, cut by the database."""
    if not found:
        return {}
    rows = session.execute(
        sa.select(Disagreement.id, sa.func.substr(Revision.text, Disagreement.start + 1, length))
        .join(Revision, Revision.id == Disagreement.revision_id)
        .where(Disagreement.id.in_([d.id for d in found]))
    )
    ends = {d.id: d.end - d.start for d in found}
    return {i: text[: ends[i]] for i, text in rows}


def at_places(
    session: Session, access: RoundAccess, places: Sequence[tuple[UUID, int, int]]
) -> dict[tuple[UUID, int, int], UUID]:
    """Return the first disagreement that touches each place (document, start, end); places without one are left out."""
    rows = session.execute(
        sa.select(Disagreement.id, Disagreement.document_id, Disagreement.start, Disagreement.end)
        .where(
            Disagreement.round_id == access.round.id,
            Disagreement.state != DisagreementState.VOID,
            Disagreement.document_id.in_({document for document, _, _ in places}),
        )
        .order_by(Disagreement.position, Disagreement.id)
    ).all()
    found: dict[tuple[UUID, int, int], UUID] = {}
    for document, start, end in places:
        touching = (r.id for r in rows if r.document_id == document and r.start < end and start < r.end)
        first = next(touching, None)
        if first is not None:
            found[document, start, end] = first
    return found


def counts(session: Session, round_ids: Sequence[UUID]) -> dict[UUID, dict[str, int]]:
    """Return how many disagreements of each state the rounds have."""
    rows = session.execute(
        sa.select(Disagreement.round_id, Disagreement.state, sa.func.count())
        .where(Disagreement.round_id.in_(round_ids), Disagreement.state != DisagreementState.VOID)
        .group_by(Disagreement.round_id, Disagreement.state)
    )
    found: dict[UUID, dict[str, int]] = {r: {} for r in round_ids}
    for round_id, state, count in rows:
        found[round_id][state] = count
    return found


def get_disagreement(
    session: Session, access: RoundAccess, disagreement_id: UUID, *, lock: bool = False
) -> Disagreement:
    """Return a disagreement of the round."""
    wanted = sa.select(Disagreement).where(Disagreement.id == disagreement_id)
    document = sa.orm.joinedload(Disagreement.document, innerjoin=True)
    found = session.scalar(
        wanted.with_for_update(key_share=True, of=Disagreement) if lock else wanted.options(document)
    )
    if found is None or found.round_id != access.round.id or found.state == DisagreementState.VOID:
        raise no_such_thing()
    return found


def card(session: Session, access: RoundAccess, disagreement_id: UUID) -> Card:
    """Return everything an adjudicator needs to decide."""
    d = get_disagreement(session, access, disagreement_id)
    first = max(0, d.start - CONTEXT)
    words = sa.func.substr(Revision.text, first + 1, d.end + CONTEXT - first)
    context = session.scalar(sa.select(words).where(Revision.id == d.revision_id)) or ""
    entries = round_codebook(session, access.round)
    used = {s.code for s in d.sides}
    rulings = session.execute(
        sa.select(Ruling, User.name)
        .join(User, User.id == Ruling.adjudicator_id)
        .where(Ruling.disagreement_id == d.id)
        .order_by(Ruling.created_at.desc(), Ruling.id.desc())
    ).all()
    return Card(
        d,
        context[: d.start - first],
        context[d.start - first : d.end - first],
        context[d.end - first :],
        first,
        _sides(session, d, entries),
        [e for e in entries if e.id in used],
        list(rulings),
        entries,
    )


def _sides(session: Session, d: Disagreement, entries: Sequence[Entry]) -> list[Side]:
    names = dict(session.execute(sa.select(User.id, User.name).where(User.id.in_(d.coders))).all())
    by_id = {e.id: e for e in entries}
    notes = {
        (coding.coder_id, coding.key): coding
        for coding in session.scalars(
            sa.select(Coding).where(Coding.key.in_([s.key for s in d.sides]), Coding.coder_id.in_(d.coders))
        )
    }

    def coded(side: SideCoding) -> Coded:
        code, note = by_id.get(side.code), notes.get((side.coder, side.key))
        return Coded(
            side.code,
            side.start,
            side.end,
            name=code.name if code else str(side.code),
            colour=code.colour if code else 0,
            memo=note.memo if note else "",
            doubt=note.doubt if note else False,
        )

    ordered = sorted(d.coders, key=lambda coder: (names[coder], str(coder)))
    return [Side(coder, names[coder], [coded(s) for s in d.sides if s.coder == coder]) for coder in ordered]


# --- deciding ------------------------------------------------------------------------------------


def _reason(text: str) -> str:
    reason = canonical(text).strip()
    if not reason:
        raise InvalidInput("no_reason", "Give a reason: it is what coders learn from and readers trust.")
    if len(reason) > REASON_LENGTH:
        raise InvalidInput("long_text", "A reason has at most {n} characters.", n=REASON_LENGTH)
    return reason


class Span(Command):
    """A code on a span."""

    code: UUID
    start: Offset
    end: Offset


class RulingIn(Command):
    """A decision: the codings that stand (none for "nothing here"), and why."""

    codings: Annotated[tuple[Span, ...], Field(max_length=200)]
    reason: Annotated[Text, checked(_reason)]


def _current(session: Session, access: RoundAccess, disagreement_id: UUID, version: int) -> Disagreement:
    """Return the disagreement, locked, if it still is as the adjudicator saw it."""
    d = get_disagreement(session, access, disagreement_id, lock=True)
    if d.version != version:
        raise Stale("stale_disagreement", "Somebody decided here in the meantime. Look at it again.")
    d.version += 1
    return d


def rule(session: Session, access: RoundAccess, disagreement_id: UUID, version: int, decision: RulingIn) -> Ruling:
    """Decide which codings stand at a place, with a reason. An earlier ruling is superseded and kept."""
    d = _current(session, access, disagreement_id, version)
    allowed = {e.id for e in round_codebook(session, access.round)}
    length = session.scalar(sa.select(Revision.length).where(Revision.id == d.revision_id)) or 0
    stands = [*dict.fromkeys(decision.codings)]
    for span in stands:
        if span.code not in allowed:
            raise InvalidInput("unknown_code", "This code is not in the codebook of this round.")
        if not span.start < span.end <= length:
            raise InvalidInput(
                "span_outside",
                "The span {start}–{end} does not lie in the text, which has {length} characters.",
                start=span.start,
                end=span.end,
                length=length,
            )
    end_rulings(session, d)
    ruling = Ruling(
        disagreement_id=d.id,
        adjudicator_id=access.actor.id,
        codings=tuple(StandingCoding(span.code, span.start, span.end) for span in stands),
        reason=decision.reason,
        created_at=now(),
    )
    session.add(ruling)
    session.flush()
    session.add_all(
        consensus_row(access.round, d.document_id, d.revision_id, span.code, span.start, span.end, ruling.id)
        for span in stands
    )
    d.state = DisagreementState.RULED
    session.flush()
    codings = tuple(events.RuledCoding(span.code, span.start, span.end) for span in stands)
    ruled = events.DisagreementRuled(d.id, d.round_id, ruling=ruling.id, codings=codings, reason=decision.reason)
    access.log(session, ruled)
    return ruling


def undo(session: Session, access: RoundAccess, disagreement_id: UUID, version: int) -> Disagreement:
    """Take the ruling in force back: the disagreement is open again, the ruling stays in its history."""
    d = _current(session, access, disagreement_id, version)
    ruling = in_force(session, d.id)
    if ruling is None:
        raise Conflict("nothing_to_undo", "There is no ruling in force here.")
    end_rulings(session, d)
    d.state = DisagreementState.OPEN
    access.log(session, events.RulingUndone(d.id, d.round_id, ruling=ruling.id))
    return d


#: the states into which a disagreement is put by hand; a ruling makes it ruled
ByHand = Literal[DisagreementState.OPEN, DisagreementState.DEFERRED, DisagreementState.DISCUSSION]
#: what is then told
_MOVES: Mapping[ByHand, type[events.ActInRound]] = {
    DisagreementState.OPEN: events.DisagreementReopened,
    DisagreementState.DEFERRED: events.DisagreementDeferred,
    DisagreementState.DISCUSSION: events.DisagreementDiscussed,
}


def set_state(
    session: Session, access: RoundAccess, disagreement_id: UUID, version: int, state: ByHand
) -> Disagreement:
    """Put a disagreement off, send it to discussion, or back among the open ones."""
    d = _current(session, access, disagreement_id, version)
    if d.state == DisagreementState.RULED:
        raise Conflict("already_ruled", "This disagreement is ruled: undo the ruling first.")
    d.state = state
    access.log(session, _MOVES[state](d.id, d.round_id))
    return d


def summary(session: Session, access: RoundAccess) -> dict[str, dict[str, int]]:
    """Return the number of disagreements of the round by kind and by state."""
    rows = session.execute(
        sa.select(Disagreement.kind, Disagreement.state, sa.func.count())
        .where(Disagreement.round_id == access.round.id, Disagreement.state != DisagreementState.VOID)
        .group_by(Disagreement.kind, Disagreement.state)
    )
    found: dict[str, dict[str, int]] = {
        "kind": {k.value: 0 for k in DisagreementKind},
        "state": {s.value: 0 for s in DisagreementState if s is not DisagreementState.VOID},
    }
    for kind, state, count in rows:
        found["kind"][kind] += count
        found["state"][state] += count
    return found


def waiting_rounds(session: Session, project_ids: Collection[UUID]) -> dict[Round, dict[str, int]]:
    """Return the closed rounds of these projects, latest first, with their disagreements by state, where some wait."""
    closed = session.scalars(
        sa.select(Round)
        .where(Round.project_id.in_(project_ids), Round.state == RoundState.CLOSED)
        .order_by(Round.number.desc(), Round.id)
    ).all()
    by_round = counts(session, [r.id for r in closed])
    return {r: by_round[r.id] for r in closed if any(by_round[r.id].get(state, 0) for state in WAITING)}


def rounds_to_adjudicate(session: Session, project_id: UUID) -> list[Round]:
    """Return the compared rounds of a project, latest first."""
    return list(
        session.scalars(
            sa.select(Round)
            .where(Round.project_id == project_id, Round.state.in_([RoundState.CLOSED, RoundState.SETTLED]))
            .order_by(Round.number.desc())
        )
    )
