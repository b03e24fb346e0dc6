"""Looking at the jobs of a project."""

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from intercoder.models import (
    Job,
)
from intercoder.services.access import no_such_thing


def latest(session: Session, project_id: UUID, limit: int = 50) -> list[Job]:
    """Return the latest jobs of a project."""
    return list(
        session.scalars(
            sa.select(Job).where(Job.project_id == project_id).order_by(Job.created_at.desc(), Job.id).limit(limit)
        )
    )


def get(session: Session, project_id: UUID, job_id: UUID, *, lock: bool = False) -> Job:
    """Return a job of this project."""
    wanted = sa.select(Job).where(Job.id == job_id, Job.project_id == project_id)
    job = session.scalar(wanted.with_for_update() if lock else wanted)
    if job is None:
        raise no_such_thing()
    return job
