"""Disagreements as they are read: lists, counts and places."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from intercoder.models import (
    BlindRuling,
    Disagreement,
    DisagreementKind,
    DisagreementSide,
    DisagreementState,
    Kinship,
    Project,
    Revision,
    Role,
    Round,
    RoundState,
    Ruling,
)
from intercoder.models.base import FewUuids, read_identifier, unread
from intercoder.services.access import RoundAccess, coded, no_such_thing
from intercoder.services.masks import require_names
from intercoder.services.paging import BEGINNING, Asked, Page, page
from intercoder.services.picking import SEEN, SHOWN, Fitting, QueueOrder
from intercoder.services.rulings import IN_FORCE

#: the states that still ask for a decision
WAITING = (
    DisagreementState.OPEN,
    DisagreementState.TWICE,
    DisagreementState.DISCUSSION,
    DisagreementState.DEFERRED,
)

#: characters of a place that a list shows
LISTED = 80


@dataclass(frozen=True, slots=True)
class SideCoding:
    """A coder's coding at the place of a disagreement, as it was when the layers were compared."""

    coder: UUID
    key: UUID
    code: UUID
    start: int
    end: int
    doubt: bool


def disagreements(
    session: Session,
    access: RoundAccess,
    fitting: Fitting = SHOWN,
    asked: Asked = BEGINNING,
    order: QueueOrder = QueueOrder.TEXT,
) -> Page[Disagreement]:
    """Return a part of the disagreements of a compared round that fit, in an order."""
    require_names(access, fitting.coder, fitting.other)
    wanted = sa.select(Disagreement).where(fitting.condition(access.round.id))
    return page(session, wanted.options(sa.orm.joinedload(Disagreement.document)), order.keys, asked)


#: who is meant: a person, or the place in a statement where the person is named
Who = UUID | sa.BindParameter[UUID]


def may_be_ruled_by(person: Who) -> sa.ColumnElement[bool]:
    """Return the condition of a disagreement that is not about own work, or of a project that allows that."""
    who = sa.literal(person) if isinstance(person, UUID) else person
    own = coded(Disagreement.round_id, Disagreement.document_id, who).correlate(Disagreement)
    allowed = sa.exists().where(Project.id == Disagreement.project_id, Project.coders_may_rule).correlate(Disagreement)
    return sa.or_(allowed, sa.not_(own))


def waiting(roles: Collection[Role], person: Who) -> sa.ColumnElement[bool]:
    """Return the condition of a disagreement that waits: for an adjudicator, of those that the person may rule on.

    Without it the queue leads an adjudicator who codes from one refusal to the next.
    """
    is_open = Disagreement.state == DisagreementState.OPEN
    if Role.ADJUDICATOR not in roles:
        return is_open
    return sa.and_(sa.or_(is_open, waits_for(person)), may_be_ruled_by(person))


def waits_for(person: Who) -> sa.ColumnElement[bool]:
    """Return the condition of a disagreement that two rule on, and on which the person has not."""
    return sa.and_(Disagreement.state == DisagreementState.TWICE, _not_ruled_blind_by(person))


def _not_ruled_blind_by(person: Who) -> sa.ColumnElement[bool]:
    own = sa.exists().where(BlindRuling.disagreement_id == Disagreement.id, BlindRuling.adjudicator_id == person)
    waits = Disagreement.state == DisagreementState.TWICE
    return sa.or_(sa.not_(waits), sa.not_(own.correlate(Disagreement)))


def excerpts(session: Session, shown: Sequence[Disagreement], length: int = LISTED) -> dict[UUID, str]:
    """Return the first words of the place of each disagreement, cut by the database."""
    if not shown:
        return {}
    rows = session.execute(
        sa.select(Disagreement.id, sa.func.substr(Revision.text, Disagreement.start + 1, length))
        .join(Revision, Revision.id == Disagreement.revision_id)
        .where(Disagreement.id.in_([d.id for d in shown]))
    )
    ends = {d.id: d.end - d.start for d in shown}
    return {i: text[: ends[i]] for i, text in rows}


@cache
def _sides() -> sa.Select[UUID, UUID, UUID, UUID, int, int, bool]:
    """Return the query of the codings at some places, built once."""
    table = DisagreementSide.__table__.c
    few = [sa.type_coerce(column, FewUuids()) for column in (table.disagreement_id, table.coder_id, table.code_id)]
    place, coder, code = few
    wanted = sa.select(place, coder, table.key, code, table.start, table.end, table.doubt)
    here = table.disagreement_id.in_(sa.bindparam("places", expanding=True))
    return wanted.where(here).order_by(table.disagreement_id, table.number)


def sides_of(session: Session, shown: Sequence[Disagreement]) -> dict[UUID, list[SideCoding]]:
    """Return the codings at the place of each disagreement, in the order of the text; one statement."""
    sides: dict[UUID, list[SideCoding]] = {d.id: [] for d in shown}
    for disagreement, coder, key, code, start, end, doubt in session.execute(_sides(), {"places": [*sides]}):
        sides[disagreement].append(SideCoding(coder, key, code, start, end, doubt))
    return sides


def at_places(
    session: Session, access: RoundAccess, places: Sequence[tuple[UUID, int, int]]
) -> dict[tuple[UUID, int, int], UUID]:
    """Return the first disagreement that touches each place (document, start, end); places without one are left out."""
    rows = session.execute(
        sa.select(
            unread(Disagreement.id),
            sa.type_coerce(Disagreement.document_id, FewUuids()).label("document"),
            Disagreement.start,
            Disagreement.end,
        )
        .where(
            Disagreement.round_id == access.round.id,
            SEEN,
            Disagreement.document_id.in_({document for document, _, _ in places}),
        )
        .order_by(Disagreement.position, Disagreement.id)
    ).all()
    of_document: dict[UUID, list[tuple[str | UUID, int, int]]] = {document: [] for document, _, _ in places}
    for disagreement, document, start, end in rows:
        of_document[document].append((disagreement, start, end))
    first_at: dict[tuple[UUID, int, int], UUID] = {}
    for document, start, end in places:
        there = of_document[document]
        first = next((one for one, begins, ends in there if begins < end and start < ends), None)
        if first is not None:
            first_at[document, start, end] = read_identifier(first)
    return first_at


def counts(
    session: Session, round_ids: Sequence[UUID], ruler: UUID | None = None
) -> dict[UUID, dict[DisagreementState, int]]:
    """Return how many disagreements of each state the rounds have; for an adjudicator, of those that the person may rule on."""
    rows = session.execute(
        sa.select(Disagreement.round_id, Disagreement.state, sa.func.count())
        .where(
            Disagreement.round_id.in_(round_ids),
            SEEN,
            sa.true() if ruler is None else sa.and_(may_be_ruled_by(ruler), _not_ruled_blind_by(ruler)),
        )
        .group_by(Disagreement.round_id, Disagreement.state)
    )
    by_round: dict[UUID, dict[DisagreementState, int]] = {r: {} for r in round_ids}
    for round_id, state, count in rows:
        by_round[round_id][state] = count
    return by_round


@cache
def _one(*, lock: bool) -> sa.Select[Disagreement]:
    """Return the query of one disagreement, built once."""
    wanted = sa.select(Disagreement).where(Disagreement.id == sa.bindparam("disagreement"))
    document = sa.orm.joinedload(Disagreement.document, innerjoin=True)
    return wanted.with_for_update(key_share=True, of=Disagreement) if lock else wanted.options(document)


def get_disagreement(
    session: Session, access: RoundAccess, disagreement_id: UUID, *, lock: bool = False
) -> Disagreement:
    """Return a disagreement of the round."""
    d = session.scalar(_one(lock=lock), {"disagreement": disagreement_id})
    hidden = access.round.compared_at is None
    if d is None or d.round_id != access.round.id or d.state == DisagreementState.VOID or hidden:
        raise no_such_thing()
    return d


@dataclass(frozen=True)
class Summary:
    """How many disagreements of a round there are of each kind and of each state."""

    kind: Mapping[DisagreementKind, int]
    state: Mapping[DisagreementState, int]
    #: of the rulings in force, how many are by somebody who had coded the document
    ruled_by_coders: int


@cache
def _summed_up() -> sa.Select[DisagreementKind, DisagreementState, int, int]:
    """Return the query of ``summary``, built once."""
    here = sa.bindparam("round", type_=sa.Uuid())
    own = rulings_on_own_work().where(Disagreement.round_id == here)
    counted = own.with_only_columns(sa.func.count(), maintain_column_froms=True).scalar_subquery()
    wanted = sa.select(Disagreement.kind, Disagreement.state, sa.func.count(), counted)
    return wanted.where(SHOWN.condition(here)).group_by(Disagreement.kind, Disagreement.state)


def summary(session: Session, access: RoundAccess) -> Summary:
    """Return the number of disagreements of the round by kind and by state."""
    rows = session.execute(_summed_up(), {"round": access.round.id})
    kinds = dict.fromkeys(DisagreementKind, 0)
    states: dict[DisagreementState, int] = {s: 0 for s in DisagreementState if s is not DisagreementState.VOID}
    ruled_by_coders = 0
    for kind, state, count, by_coders in rows:
        kinds[kind] += count
        states[state] += count
        ruled_by_coders = by_coders
    return Summary(kinds, states, ruled_by_coders)


@dataclass(frozen=True)
class Kinds:
    """How many disagreements of a round are of each kind, how many wait, and how codes that differ are related."""

    total: int
    open: int
    #: kind → how many, and how many of them are open
    kind: Mapping[DisagreementKind, tuple[int, int]]
    kinship: Mapping[Kinship, int]


def kinds(session: Session, access: RoundAccess) -> Kinds:
    """Return in what the layers of a round differ; one statement."""
    rows = session.execute(
        sa.select(Disagreement.kind, Disagreement.detail, Disagreement.state, sa.func.count())
        .where(Disagreement.round_id == access.round.id, SEEN)
        .group_by(Disagreement.kind, Disagreement.detail, Disagreement.state)
    )
    found: dict[DisagreementKind, tuple[int, int]] = dict.fromkeys(DisagreementKind, (0, 0))
    related: dict[Kinship, int] = {}
    for kind, detail, state, count in rows:
        whole, waiting = found[kind]
        found[kind] = (whole + count, waiting + (count if state is DisagreementState.OPEN else 0))
        if detail is not None:
            related[detail] = related.get(detail, 0) + count
    total, waiting = (sum(pair[place] for pair in found.values()) for place in (0, 1))
    return Kinds(total, waiting, found, related)


def rulings_on_own_work() -> sa.Select[Ruling]:
    """Return the query of the rulings in force whose document the adjudicator had coded in the round."""
    own = coded(Disagreement.round_id, Disagreement.document_id, Ruling.adjudicator_id).correlate(Disagreement, Ruling)
    return sa.select(Ruling).join(Disagreement, Disagreement.id == Ruling.disagreement_id).where(IN_FORCE, SEEN, own)


def waiting_rounds(
    session: Session, project_ids: Collection[UUID], ruler: UUID
) -> dict[Round, dict[DisagreementState, int]]:
    """Return the closed rounds, latest first, in which something waits that the person may rule on: how much, by state."""
    closed = session.scalars(
        sa.select(Round)
        .where(Round.project_id.in_(project_ids), Round.state == RoundState.CLOSED)
        .order_by(Round.number.desc(), Round.id)
    ).all()
    by_round = counts(session, [r.id for r in closed], ruler)
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
