"""Looking at the jobs of a project."""

from collections.abc import Collection
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from intercoder.models import Job, JobKind, JobState
from intercoder.services.access import no_such_thing

#: the kinds of work that make a report of a round
COMPARING = (JobKind.COMPARE, JobKind.AGREEMENT)


def latest(session: Session, project_id: UUID, limit: int = 50) -> list[Job]:
    """Return the latest jobs of a project."""
    return list(
        session.scalars(
            sa.select(Job)
            .where(Job.project_id == project_id, Job.kind != JobKind.EXPORT)
            .order_by(Job.created_at.desc(), Job.id)
            .limit(limit)
        )
    )


def latest_of_rounds(session: Session, project_id: UUID, kinds: Collection[JobKind]) -> dict[UUID, Job]:
    """Return the latest job of these kinds of each round of the project that has one."""
    place = sa.func.row_number().over(partition_by=Job.round_id, order_by=(Job.created_at.desc(), Job.id.desc()))
    ranked = (
        sa.select(Job, place.label("place"))
        .where(Job.project_id == project_id, Job.round_id.is_not(None), Job.kind.in_(kinds))
        .subquery()
    )
    job = aliased(Job, ranked)
    rows = session.scalars(sa.select(job).where(ranked.c.place == 1))
    return {row.round_id: row for row in rows if row.round_id is not None}


def latest_of_round(session: Session, project_id: UUID, round_id: UUID, kinds: Collection[JobKind]) -> Job | None:
    """Return the latest job of these kinds of a round."""
    return session.scalar(
        sa.select(Job)
        .where(Job.project_id == project_id, Job.round_id == round_id, Job.kind.in_(kinds))
        .order_by(Job.created_at.desc(), Job.id.desc())
        .limit(1)
    )


def imports(session: Session, project_id: UUID) -> list[Job]:
    """Return the imports of a project that go on, latest first, and after them the one that ended last."""
    going = Job.state.in_([JobState.QUEUED, JobState.RUNNING])
    of_project = sa.select(Job).where(Job.project_id == project_id, Job.kind == JobKind.IMPORT)
    order = (Job.created_at.desc(), Job.id.desc())
    running = session.scalars(of_project.where(going).order_by(*order))
    ended = session.scalars(of_project.where(sa.not_(going)).order_by(*order).limit(1))
    return [*running, *ended]


def get(session: Session, project_id: UUID, job_id: UUID, *, lock: bool = False) -> Job:
    """Return a job of this project."""
    wanted = sa.select(Job).where(Job.id == job_id, Job.project_id == project_id)
    job = session.scalar(wanted.with_for_update() if lock else wanted)
    if job is None:
        raise no_such_thing()
    return job


def count_by_state(session: Session) -> dict[JobState, int]:
    """Return how many jobs of the instance are in each state, 0 for those with none."""
    rows = session.execute(sa.select(Job.state, sa.func.count()).group_by(Job.state))
    return dict.fromkeys(JobState, 0) | dict(rows.all())
