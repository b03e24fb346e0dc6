"""How far rounds are, as far as the person who asks may know."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from intercoder.clock import now
from intercoder.models import ActiveTime, Assignment, AssignmentState, Coding, Round, RoundState
from intercoder.models.base import FewUuids, dashed, unread
from intercoder.services.access import RoundAccess, coded_by


@dataclass(frozen=True)
class Progress:
    """How far a round is, for people who do not code in it."""

    assigned: int
    in_progress: int
    submitted: int
    #: minutes in which its coders were at work, all of them together; None where that would say it of one of them
    minutes: int | None
    #: due before today and not submitted
    late: int = 0

    @property
    def total(self) -> int:
        """All assignments."""
        return self.assigned + self.in_progress + self.submitted


def progress(session: Session, actor_id: UUID, round_ids: Collection[UUID]) -> dict[UUID, Progress]:
    """Return how far these rounds are, without the open ones in which the person who asks codes.

    Whoever calls this has made sure that the person sees progress in the projects of these rounds.
    """
    blind = sa.and_(Round.state == RoundState.OPEN, coded_by(actor_id))
    # Asked of each round once: of each assignment it took twice as long.
    told = sa.select(Round.id).where(Round.id.in_(round_ids), sa.not_(blind))
    rows = session.execute(
        sa.select(
            sa.type_coerce(Assignment.round_id, FewUuids()),
            Assignment.state,
            sa.type_coerce(Assignment.coder_id, FewUuids()),
            sa.func.count(),
            sa.func.coalesce(sa.func.sum(ActiveTime.minutes), 0),
            sa.func.coalesce(sa.func.sum(sa.case((Assignment.due_on < now().date(), 1), else_=0)), 0),
        )
        .outerjoin(ActiveTime, ActiveTime.assignment_id == Assignment.id)
        .where(Assignment.round_id.in_(told))
        .group_by(Assignment.round_id, Assignment.state, Assignment.coder_id)
    )
    counts: dict[UUID, Counter[AssignmentState]] = {}
    minutes: dict[UUID, Counter[UUID]] = {}
    late: Counter[UUID] = Counter()
    for round_id, state, coder_id, count, active, overdue in rows:
        counts.setdefault(round_id, Counter())[state] += count
        late[round_id] += 0 if state is AssignmentState.SUBMITTED else int(overdue)
        minutes.setdefault(round_id, Counter())[coder_id] += active
    return {
        round_id: Progress(
            by_state[AssignmentState.ASSIGNED],
            by_state[AssignmentState.IN_PROGRESS],
            by_state[AssignmentState.SUBMITTED],
            _together(minutes[round_id], actor_id),
            late[round_id],
        )
        for round_id, by_state in counts.items()
    }


def _together(minutes: Counter[UUID], actor_id: UUID) -> int | None:
    """Return the sum, where at least two coders beside the person who asks were at work: else it tells one's from it."""
    others = sum(1 for coder, active in minutes.items() if active and coder != actor_id)
    return minutes.total() if others > 1 else None


def codings_per_assignment(session: Session, access: RoundAccess) -> dict[str, int]:
    """Return how many codings each layer of a compared round holds, by the identifier as JSON has it; empty while the round is open."""
    if not access.round.state.compared:
        return {}
    # Counted layer by layer, in the order of an index: SQLite sorted all of them to group them, which took longer.
    held = sa.select(sa.func.count()).where(Coding.assignment_id == Assignment.id, Coding.deleted_at.is_(None))
    rows = session.execute(
        sa.select(unread(Assignment.id), held.correlate(Assignment).scalar_subquery()).where(
            Assignment.round_id == access.round.id
        )
    )
    return {dashed(assignment): count for assignment, count in rows}
