"""How far rounds are, as far as the person who asks may know."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from intercoder.models import Assignment, AssignmentState, Coding, Round, RoundState
from intercoder.services.access import RoundAccess, coded_by


@dataclass(frozen=True)
class Progress:
    """How far a round is, for people who do not code in it."""

    assigned: int
    in_progress: int
    submitted: int

    @property
    def total(self) -> int:
        """All assignments."""
        return self.assigned + self.in_progress + self.submitted


def progress(session: Session, actor_id: UUID, round_ids: Collection[UUID]) -> dict[UUID, Progress]:
    """Return how far these rounds are, without the open ones in which the person who asks codes.

    Whoever calls this has made sure that the person sees progress in the projects of these rounds.
    """
    blind = sa.and_(Round.state == RoundState.OPEN, coded_by(actor_id))
    rows = session.execute(
        sa.select(Assignment.round_id, Assignment.state, sa.func.count())
        .join(Round, Round.id == Assignment.round_id)
        .where(Assignment.round_id.in_(round_ids), sa.not_(blind))
        .group_by(Assignment.round_id, Assignment.state)
    )
    counts: dict[UUID, dict[AssignmentState, int]] = {}
    for round_id, state, count in rows:
        counts.setdefault(round_id, {})[state] = count
    return {
        round_id: Progress(*(by_state.get(state, 0) for state in AssignmentState))
        for round_id, by_state in counts.items()
    }


def codings_per_assignment(session: Session, access: RoundAccess) -> dict[UUID, int]:
    """Return how many codings each layer of a compared round holds; empty while the round is open."""
    if not access.round.state.compared:
        return {}
    rows = session.execute(
        sa.select(Coding.assignment_id, sa.func.count())
        .join(Assignment, Assignment.id == Coding.assignment_id)
        .where(Assignment.round_id == access.round.id, Coding.deleted_at.is_(None))
        .group_by(Coding.assignment_id)
    )
    return {assignment: count for assignment, count in rows}
