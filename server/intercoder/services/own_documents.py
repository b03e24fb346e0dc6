"""What a coder has to code in a round or has coded, in working order, and what comes next."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter
from types import MappingProxyType
from typing import NamedTuple, Protocol, TypeVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from intercoder.models import (
    ActiveTime,
    Assignment,
    AssignmentState,
    Case,
    Coding,
    Document,
    Round,
    RoundState,
    SourceType,
)
from intercoder.services.access import RoundAccess


def own_assignments(session: Session, actor_id: UUID, project_id: UUID | None = None) -> list[Assignment]:
    """Return what a person has to code or has coded in open rounds, in working order."""
    wanted = (
        sa.select(Assignment)
        .join(Round)
        .where(Assignment.coder_id == actor_id, Round.state == RoundState.OPEN)
        .order_by(Round.opened_at, Assignment.position, Assignment.id)
        .options(sa.orm.contains_eager(Assignment.round), sa.orm.joinedload(Assignment.document))
    )
    if project_id is not None:
        wanted = wanted.where(Assignment.project_id == project_id)
    return list(session.scalars(wanted))


@dataclass(frozen=True)
class Stretch:
    """Own work that is gone through in one order: of one round, or of several of a project."""

    rounds: Sequence[Round]
    assignments: Sequence[Assignment]


def interleaved(assignments: Sequence[Assignment]) -> list[Stretch]:
    """Return the own assignments of ``own_assignments`` in the stretches in which they are gone through.

    Rounds of which coders are not told whether they look for drift lie evenly among one another, all of a project: were only
    repeats mixed with other work, whatever is mixed would be a repeat.
    """
    parts: dict[UUID, dict[UUID, tuple[Round, list[Assignment]]]] = {}
    for one in assignments:
        stretch = one.project_id if one.round.purpose.untold else one.round_id
        parts.setdefault(stretch, {}).setdefault(one.round_id, (one.round, []))[1].append(one)
    return [
        Stretch([round_ for round_, _ in of.values()], _evenly([own for _, own in of.values()]))
        for of in parts.values()
    ]


def _evenly(parts: Sequence[Sequence[Assignment]]) -> list[Assignment]:
    placed = [((i + 1) / (len(part) + 1), one) for part in parts for i, one in enumerate(part)]
    return [one for _, one in sorted(placed, key=itemgetter(0))]


class OwnDocument(NamedTuple):
    """A document that somebody codes in a round: the assignment, what it is called, how far it is."""

    id: UUID
    document_id: UUID
    title: str
    state: AssignmentState
    #: the case that it belongs to; empty for none
    case: str
    source_type: SourceType
    #: in how many minutes its coder was at work on it
    minutes: int


_OWN_DOCUMENTS = (
    sa.select(
        Assignment.id,
        Assignment.document_id,
        Document.title,
        Assignment.state,
        sa.func.coalesce(Case.name, ""),
        Document.source_type,
        sa.func.coalesce(ActiveTime.minutes, 0),
    )
    .join(Document, Document.id == Assignment.document_id)
    .outerjoin(ActiveTime, ActiveTime.assignment_id == Assignment.id)
    .outerjoin(Case, Case.id == Document.case_id)
    .where(Assignment.round_id == sa.bindparam("round"), Assignment.coder_id == sa.bindparam("coder"))
    .order_by(Assignment.position, Assignment.id)
)


def own_documents(session: Session, access: RoundAccess) -> list[OwnDocument]:
    """Return what the person who asks has to code or has coded in the round, whatever its state, in working order."""
    rows = session.execute(_OWN_DOCUMENTS, {"round": access.round.id, "coder": access.actor.id})
    return [OwnDocument._make(row) for row in rows]


class _Assigned(Protocol):
    @property
    def id(self) -> UUID: ...
    @property
    def document_id(self) -> UUID: ...
    @property
    def state(self) -> AssignmentState: ...


ToCode = TypeVar("ToCode", bound=_Assigned)


_NEVER: Mapping[UUID, datetime] = MappingProxyType({})


def next_to_code(
    assignments: Sequence[ToCode], after: UUID | None = None, *, worked: Mapping[UUID, datetime] = _NEVER
) -> ToCode | None:
    """Return what was begun and not submitted, else the first not begun; None when all is submitted.

    ``assignments`` of one coder in working order. With ``after`` (an assignment) what follows it comes first. Of several
    that were begun the one coded last, as ``worked`` (``last_worked``) says.
    """
    at = next((i + 1 for i, a in enumerate(assignments) if a.id == after), 0)
    ordered = [*assignments[at:], *assignments[:at]]
    if after is None:
        ordered.sort(key=lambda a: -worked[a.id].timestamp() if a.id in worked else 0.0)
        ordered.sort(key=lambda a: a.state != AssignmentState.IN_PROGRESS)
    return next((a for a in ordered if a.state != AssignmentState.SUBMITTED and a.id != after), None)


def last_worked(session: Session, assignments: Sequence["_Assigned"]) -> dict[UUID, datetime]:
    """Return when something was coded last in those that were begun and not submitted."""
    begun = [a.id for a in assignments if a.state == AssignmentState.IN_PROGRESS]
    if not begun:
        return {}
    rows = session.execute(
        sa.select(Coding.assignment_id, sa.func.max(Coding.changed_at))
        .where(Coding.assignment_id.in_(begun))
        .group_by(Coding.assignment_id)
    )
    return {assignment: at for assignment, at in rows}


def own_counts(session: Session, assignment_ids: Sequence[UUID]) -> dict[UUID, int]:
    """Return how many codings each of these assignments holds."""
    rows = session.execute(
        sa.select(Coding.assignment_id, sa.func.count())
        .where(Coding.assignment_id.in_(assignment_ids), Coding.deleted_at.is_(None))
        .group_by(Coding.assignment_id)
    )
    return {assignment: count for assignment, count in rows}
