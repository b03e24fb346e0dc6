"""How far a study is: what was given out, begun, submitted, compared, ruled and settled, by round, coder or case."""

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from intercoder.models import (
    Assignment,
    AssignmentState,
    Case,
    CodebookPolicy,
    Disagreement,
    DisagreementState,
    Document,
    Round,
    RoundPurpose,
    RoundState,
    User,
)
from intercoder.services import held_out
from intercoder.services.access import Access, coded_by

#: a disagreement in one of them asks for an adjudicator
_WAITING = (DisagreementState.OPEN, DisagreementState.DISCUSSION, DisagreementState.TWICE)


class By(enum.StrEnum):
    """By what the tasks of a study are counted."""

    ROUND = "round"
    CODER = "coder"
    CASE = "case"


@dataclass(frozen=True)
class Stages:
    """How many tasks (a document of a coder in a round) got how far; who got farther is counted before too.

    ``compared``: submitted in a closed round, with somebody else's; ``ruled``: of these, no disagreement waits in the
    document any more; ``settled``: of these, the round is settled. ``late``: due before today and not submitted.
    """

    assigned: int
    begun: int
    submitted: int
    compared: int
    ruled: int
    settled: int
    late: int


@dataclass(frozen=True)
class Funnel:
    """The tasks of one round, coder or case; of documents without a case ``id`` is None and the name empty.

    ``waiting``: disagreements that wait; None by coder, as a place has several.
    """

    id: UUID | None
    name: str
    stages: Stages
    waiting: int | None
    #: of rounds
    number: int | None = None
    state: RoundState | None = None


def funnels(session: Session, access: Access, by: By, today: date) -> Sequence[Funnel]:
    """Return how far the tasks of the project are, in the order of rounds, names of coders, or cases; three statements at most.

    Open rounds in which the person codes are left out: they would tell how far others are. Whoever calls this has made sure
    that the person sees progress.
    """
    shared, waiting_in = _shared(access), _waiting_in(access)
    compared = sa.and_(
        Assignment.state == AssignmentState.SUBMITTED,
        Round.state.in_([RoundState.CLOSED, RoundState.SETTLED]),
        Round.compared_at.is_not(None),
        Round.purpose != RoundPurpose.DRIFT,
        shared.c.document_id.is_not(None),
    )
    waits = waiting_in.c.document_id.is_not(None)
    # What nobody aligned has no disagreement yet: it is not ruled for that.
    ruled = sa.and_(compared, sa.not_(waits), sa.not_(_unaligned()))
    begun = Assignment.state != AssignmentState.ASSIGNED
    late = sa.and_(Assignment.due_on < today, Assignment.state != AssignmentState.SUBMITTED)
    key = {By.ROUND: Assignment.round_id, By.CODER: Assignment.coder_id, By.CASE: Document.case_id}[by]
    stages = [
        begun,
        Assignment.state == AssignmentState.SUBMITTED,
        compared,
        ruled,
        sa.and_(ruled, Round.state == RoundState.SETTLED),
        late,
    ]
    rows = session.execute(
        sa.select(
            key, sa.func.count(), *(sa.func.coalesce(sa.func.sum(sa.case((stage, 1), else_=0)), 0) for stage in stages)
        )
        .select_from(Assignment)
        .join(Round, Round.id == Assignment.round_id)
        .join(Document, Document.id == Assignment.document_id)
        .outerjoin(shared, _same_place(shared))
        .outerjoin(waiting_in, _same_place(waiting_in))
        .where(
            Round.project_id == access.project.id,
            Round.state != RoundState.DRAFT,
            sa.not_(sa.and_(Round.state == RoundState.OPEN, coded_by(access.actor.id))),
        )
        .group_by(key)
    )
    counted: dict[UUID | None, Stages] = {id_: Stages(*(int(n) for n in counts)) for id_, *counts in rows}
    waiting = _waiting(session, access, by)
    return [
        Funnel(id_, name, counted[id_], None if by is By.CODER else waiting.get(id_, 0), number, state)
        for id_, name, number, state in _named(session, access, by)
        if id_ in counted
    ]


def _shared(access: Access) -> sa.Subquery:
    """Return the documents of rounds that two coders at least have submitted.

    Counted once: to look for it at each task goes through all of a round again and again.
    """
    a = Assignment
    wanted = sa.select(a.round_id, a.document_id).where(
        a.project_id == access.project.id, a.state == AssignmentState.SUBMITTED
    )
    return wanted.group_by(a.round_id, a.document_id).having(sa.func.count() > 1).subquery("shared")


def _waiting_in(access: Access) -> sa.Subquery:
    """Return the documents of rounds in which a disagreement waits."""
    d = Disagreement
    wanted = sa.select(d.round_id, d.document_id).where(d.project_id == access.project.id, d.state.in_(_WAITING))
    return wanted.distinct().subquery("waiting")


def _same_place(of: sa.Subquery) -> sa.ColumnElement[bool]:
    return sa.and_(of.c.round_id == Assignment.round_id, of.c.document_id == Assignment.document_id)


def _unaligned() -> sa.ColumnElement[bool]:
    return sa.and_(Round.policy == CodebookPolicy.OPEN, Round.aligned_at.is_(None))


def _waiting(session: Session, access: Access, by: By) -> dict[UUID | None, int]:
    """Return how many disagreements of compared rounds wait."""
    if by is By.CODER:
        return {}
    key = Disagreement.round_id if by is By.ROUND else Document.case_id
    rows = session.execute(
        sa.select(key, sa.func.count())
        .select_from(Disagreement)
        .join(Round, Round.id == Disagreement.round_id)
        .join(Document, Document.id == Disagreement.document_id)
        .where(
            Disagreement.project_id == access.project.id,
            Disagreement.state.in_(_WAITING),
            Round.state.in_([RoundState.CLOSED, RoundState.SETTLED]),
            Round.compared_at.is_not(None),
        )
        .group_by(key)
    )
    return {id_: count for id_, count in rows}


Named = tuple[UUID | None, str, int | None, RoundState | None]


def _named(session: Session, access: Access, by: By) -> list[Named]:
    """Return what the tasks may be counted by, in its order."""
    project = access.project.id
    if by is By.ROUND:
        found = session.execute(
            sa.select(Round.id, Round.name, Round.number, Round.state)
            .where(Round.project_id == project)
            .order_by(Round.number.desc())
        )
        return [(id_, name, number, state) for id_, name, number, state in found]
    if by is By.CODER:
        codes = sa.exists().where(Assignment.coder_id == User.id, Assignment.project_id == project)
        people = session.execute(sa.select(User.id, User.name).where(codes).order_by(User.name, User.id))
        return [(id_, name, None, None) for id_, name in people]
    cases = session.execute(
        sa.select(Case.id, Case.name)
        .where(Case.project_id == project, held_out.known_cases(access))
        .order_by(Case.position, Case.id)
    )
    return [*((id_, name, None, None) for id_, name in cases), (None, "", None, None)]
