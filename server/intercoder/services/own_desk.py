"""What a coder's desk tells of the coder's own work: how long documents may take, what was ruled on it, what became of proposals."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import quantiles
from typing import Protocol
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from intercoder.clock import now
from intercoder.models import (
    ActiveTime,
    Assignment,
    AssignmentState,
    Code,
    CodeState,
    Disagreement,
    DisagreementSide,
    DisagreementState,
    Document,
    Member,
    Project,
    Proposal,
    Revision,
    Round,
    RoundState,
    Ruling,
)
from intercoder.services.access import tested_on

#: documents that must have been submitted before the desk says how long one may take
FEWEST = 4
#: how long news are news
_LASTS = timedelta(days=30)
#: of each kind
SHOWN = 10
#: characters of a place that are shown
_WORDS = 80
#: days before a document is due from which the desk says so
SOON = 2


@dataclass(frozen=True)
class Speed:
    """How fast a person has coded so far: minutes for each character, the quartiles over the documents that were submitted."""

    documents: int
    fast: float
    slow: float

    def minutes(self, characters: int, worked: int = 0) -> tuple[int, int]:
        """Return between how many minutes so much may take, less what was worked on it already; in fives, never less than five."""
        low, high = (max(rate * characters - worked, 1.0) for rate in (self.fast, self.slow))
        return max(round(low / 5) * 5, 5), max(round(high / 5) * 5, 5)

    def characters(self, hours: float) -> int:
        """Return how many characters fit into so many hours at the slower of the two speeds, in whole hundreds: never more than can be kept."""
        return int(hours * 60 / self.slow) // 100 * 100


def speed(session: Session, actor_id: UUID) -> Speed | None:
    """Return how fast a person has coded, for this person's eyes; None before enough documents were submitted."""
    rows = session.execute(
        sa.select(Revision.length, ActiveTime.minutes)
        .select_from(Assignment)
        .join(ActiveTime, ActiveTime.assignment_id == Assignment.id)
        .join(Revision, Revision.id == Assignment.revision_id)
        .where(
            Assignment.coder_id == actor_id,
            Assignment.state == AssignmentState.SUBMITTED,
            Revision.length > 0,
            ActiveTime.minutes > 0,
        )
    )
    rates = sorted(minutes / length for length, minutes in rows)
    if len(rates) < FEWEST:
        return None
    fast, _, slow = quantiles(rates, n=4, method="inclusive")
    return Speed(len(rates), fast, slow)


@dataclass(frozen=True)
class Work:
    """What one assignment asks: its characters, and the minutes that were worked on it."""

    characters: int
    minutes: int


def work(session: Session, assignments: Sequence[UUID]) -> dict[UUID, Work]:
    """Return the size of each of these assignments of one coder, and the coder's own minutes on it."""
    rows = session.execute(
        sa.select(Assignment.id, Revision.length, sa.func.coalesce(ActiveTime.minutes, 0))
        .join(Revision, Revision.id == Assignment.revision_id)
        .outerjoin(ActiveTime, ActiveTime.assignment_id == Assignment.id)
        .where(Assignment.id.in_(assignments))
    )
    return {id_: Work(length, minutes) for id_, length, minutes in rows}


@dataclass(frozen=True)
class RuledOn:
    """A ruling on a place that the person coded: with which codes, and which stand; none of either is "nothing here"."""

    disagreement_id: UUID
    project_id: UUID
    round_number: int
    title: str
    words: str
    own: tuple[str, ...]
    ruled: tuple[str, ...]
    reason: str
    at: datetime

    @property
    def as_coded(self) -> bool:
        """Whether the codes that stand are the person's."""
        return set(self.own) == set(self.ruled)


def rulings(session: Session, actor_id: UUID) -> list[RuledOn]:
    """Return the rulings in force of the last days on places where the person is a side, latest first.

    Of rounds that are settled, in projects of which the person is a member and which show coders the rulings on their work.
    """
    d, side = Disagreement, DisagreementSide
    mine = sa.exists().where(side.disagreement_id == d.id, side.coder == actor_id)
    member = sa.exists().where(Member.project_id == d.project_id, Member.user_id == actor_id)
    words = sa.func.substr(
        Revision.text, d.start + 1, sa.case((d.end - d.start > _WORDS, _WORDS), else_=d.end - d.start)
    )
    rows = session.execute(
        sa.select(
            Ruling.codings, Ruling.reason, Ruling.created_at, d.id, d.project_id, Round.number, Document.title, words
        )
        .join(d, d.id == Ruling.disagreement_id)
        .join(Round, Round.id == d.round_id)
        .join(Document, Document.id == d.document_id)
        .join(Revision, Revision.id == d.revision_id)
        .where(
            Ruling.ended_at.is_(None),
            Ruling.created_at > now() - _LASTS,
            Round.state == RoundState.SETTLED,
            sa.exists().where(Project.id == d.project_id, Project.coders_see_rulings),
            Round.compared_at.is_not(None),
            d.state.not_in([DisagreementState.VOID, DisagreementState.TWICE]),
            mine,
            member,
            # What is ruled there is the answer of a test that the person takes.
            sa.not_(tested_on(Round.id, actor_id).correlate(Round)),
        )
        .order_by(Ruling.created_at.desc(), Ruling.id)
        .limit(SHOWN)
    ).all()
    places = [row[3] for row in rows]
    own = _own_codes(session, actor_id, places)
    names = _names(
        session, {code for codes in own.values() for code in codes} | {c.code for row in rows for c in row[0]}
    )

    def named(codes: Sequence[UUID]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(names[code] for code in codes if code in names))

    return [
        RuledOn(
            place,
            project,
            number,
            title,
            words_,
            named(own.get(place, [])),
            named([c.code for c in codings]),
            reason,
            at,
        )
        for codings, reason, at, place, project, number, title, words_ in rows
    ]


def _own_codes(session: Session, actor_id: UUID, places: Sequence[UUID]) -> dict[UUID, list[UUID]]:
    if not places:
        return {}
    side = DisagreementSide
    rows = session.execute(
        sa.select(side.disagreement_id, side.code)
        .where(side.disagreement_id.in_(places), side.coder == actor_id)
        .order_by(side.number)
    )
    own: dict[UUID, list[UUID]] = {}
    for place, code in rows:
        own.setdefault(place, []).append(code)
    return own


def _names(session: Session, codes: set[UUID]) -> dict[UUID, str]:
    if not codes:
        return {}
    return dict(session.execute(sa.select(Code.id, Code.name).where(Code.id.in_(codes))).all())


@dataclass(frozen=True)
class Decided:
    """A label that the person proposed, and what a lead made of it: ``into`` is what it was joined to."""

    name: str
    state: CodeState
    into: str | None
    answer: str
    round_id: UUID
    round_number: int


def decided(session: Session, actor_id: UUID) -> list[Decided]:
    """Return what became in the last days of labels that the person proposed, latest first."""
    into = aliased(Code)
    member = sa.exists().where(Member.project_id == Code.project_id, Member.user_id == actor_id)
    rows = session.execute(
        sa.select(Code.name, Code.state, into.name, Proposal.answer, Round.id, Round.number)
        .join(Proposal, Proposal.code_id == Code.id)
        .join(Round, Round.id == Code.round_id)
        .outerjoin(into, into.id == Code.into_id)
        .where(Code.author_id == actor_id, Proposal.decided_at > now() - _LASTS, member)
        .order_by(Proposal.decided_at.desc(), Code.id)
        .limit(SHOWN)
    )
    return [Decided(*row) for row in rows]


class _Due(Protocol):
    @property
    def due_on(self) -> date | None: ...
    @property
    def state(self) -> AssignmentState: ...


def due(assignments: Sequence[_Due], today: date) -> tuple[int, int]:
    """Return how many of these are late, and how many are due within two days; what is submitted is neither."""
    days = [a.due_on for a in assignments if a.due_on and a.state is not AssignmentState.SUBMITTED]
    late = sum(day < today for day in days)
    return late, sum(day <= today + timedelta(days=SOON) for day in days) - late
