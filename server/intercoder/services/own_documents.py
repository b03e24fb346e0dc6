"""What a coder has to code in a round or has coded, in working order, and what comes next."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
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


class OwnAssignment(NamedTuple):
    """A document that a person has to code or has coded in an open round."""

    round: Round
    id: UUID
    document_id: UUID
    title: str
    #: the case that it belongs to; empty for none
    case: str
    state: AssignmentState
    due_on: date | None
    #: why it was handed back; empty where it was not
    handed_back_for: str

    @property
    def round_id(self) -> UUID:
        """The round that it is of."""
        return self.round.id

    @property
    def project_id(self) -> UUID:
        """The project of that."""
        return self.round.project_id


def own_assignments(session: Session, actor_id: UUID, project_id: UUID | None = None) -> list[OwnAssignment]:
    """Return what a person has to code or has coded in open rounds, in working order."""
    wanted = (
        sa.select(
            Round,
            Assignment.id,
            Assignment.document_id,
            Document.title,
            sa.func.coalesce(Case.name, ""),
            Assignment.state,
            Assignment.due_on,
            Assignment.handed_back_for,
        )
        .join(Assignment, Assignment.round_id == Round.id)
        .join(Document, Document.id == Assignment.document_id)
        .outerjoin(Case, Case.id == Document.case_id)
        .where(Assignment.coder_id == actor_id, Round.state == RoundState.OPEN)
        .order_by(Round.opened_at, Assignment.position, Assignment.id)
    )
    if project_id is not None:
        wanted = wanted.where(Assignment.project_id == project_id)
    return [OwnAssignment._make(row) for row in session.execute(wanted)]


@dataclass(frozen=True)
class Stretch:
    """Own work that is gone through in one order: of one round, or of several of a project."""

    rounds: Sequence[Round]
    assignments: Sequence[OwnAssignment]


def interleaved(assignments: Sequence[OwnAssignment]) -> list[Stretch]:
    """Return the own assignments of ``own_assignments`` in the stretches in which they are gone through.

    Rounds of which coders are not told whether they look for drift lie evenly among one another, all of a project: were only
    repeats mixed with other work, whatever is mixed would be a repeat.
    """
    parts: dict[UUID, dict[UUID, tuple[Round, list[OwnAssignment]]]] = {}
    for one in assignments:
        stretch = one.project_id if one.round.purpose.untold else one.round_id
        parts.setdefault(stretch, {}).setdefault(one.round_id, (one.round, []))[1].append(one)
    return [
        Stretch([round_ for round_, _ in of.values()], _evenly([own for _, own in of.values()]))
        for of in parts.values()
    ]


def _evenly(parts: Sequence[Sequence[OwnAssignment]]) -> list[OwnAssignment]:
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


_NOTHING: "Mapping[UUID, Coded]" = MappingProxyType({})


def next_to_code(
    assignments: Sequence[ToCode], after: UUID | None = None, *, held: "Mapping[UUID, Coded]" = _NOTHING
) -> ToCode | None:
    """Return what was begun and not submitted, else the first not begun; None when all is submitted.

    ``assignments`` of one coder in working order. With ``after`` (an assignment) what follows it comes first. Of several
    that were begun the one coded last, as ``held`` (``coded``) says.
    """
    at = next((i + 1 for i, a in enumerate(assignments) if a.id == after), 0)
    ordered = [*assignments[at:], *assignments[:at]]
    if after is None:
        begun = [a for a in ordered if a.state is AssignmentState.IN_PROGRESS]
        begun.sort(key=lambda a: -held[a.id].worked.timestamp() if a.id in held else 0.0)
        ordered = [*begun, *(a for a in ordered if a.state is not AssignmentState.IN_PROGRESS)]
    return next((a for a in ordered if a.state != AssignmentState.SUBMITTED and a.id != after), None)


class Coded(NamedTuple):
    """What an assignment holds: how many codings, and when one was changed last, those that were taken back among them."""

    codings: int
    worked: datetime


def coded(session: Session, assignment_ids: Sequence[UUID]) -> dict[UUID, Coded]:
    """Return what each of these assignments holds, of those in which anything was coded: their codings are gone through once."""
    stands = sa.func.count().filter(Coding.deleted_at.is_(None))
    rows = session.execute(
        sa.select(Coding.assignment_id, stands, sa.func.max(Coding.changed_at))
        .where(Coding.assignment_id.in_(assignment_ids))
        .group_by(Coding.assignment_id)
    )
    return {assignment: Coded(count, at) for assignment, count, at in rows}


def own_counts(session: Session, assignment_ids: Sequence[UUID]) -> dict[UUID, int]:
    """Return how many codings each of these assignments holds."""
    rows = session.execute(
        sa.select(Coding.assignment_id, sa.func.count())
        .where(Coding.assignment_id.in_(assignment_ids), Coding.deleted_at.is_(None))
        .group_by(Coding.assignment_id)
    )
    return {assignment: count for assignment, count in rows}
