"""Files to take away that a job makes: whoever started one alone may look at it, take it, and throw it away."""

from collections.abc import Collection, Iterator
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from intercoder import queue
from intercoder.clock import now
from intercoder.errors import Conflict, Gone
from intercoder.models import FilePart, Job, JobKind, JobState, MadeFile, MakeFile
from intercoder.models.work import KEPT
from intercoder.services import quotas
from intercoder.services.access import Access, no_such_thing
from intercoder.services.agreement import rounds_to_take

#: bytes of a part, and how many are written before it is asked whether there is room for more
PART, PARTS = 2**20, 16
_PARTS = FilePart.metadata.tables[FilePart.__tablename__]


class Reads(Protocol):
    """What gives a session to read in."""

    def reading(self) -> AbstractContextManager[Session]:
        """Give a read-only session."""


def start(session: Session, access: Access, wanted: MakeFile) -> Job:
    """Have a file made; the same that was made before for the same person goes."""
    clear(session)
    own = mine(session, access)
    for job in own:
        if job.task == wanted:
            if not job.state.ended:
                return job
            throw_away(session, job)
    quotas.room_for_export(session, access.project.id, [job for job in own if job.task != wanted])
    return queue.enqueue(session, access.project.id, access.actor.id, wanted)


def mine(session: Session, access: Access) -> list[Job]:
    """Return the files of a project that a person has started and that are still of use, the latest first."""
    rows = session.scalars(
        sa.select(Job)
        .where(
            Job.project_id == access.project.id,
            Job.kind == JobKind.EXPORT,
            Job.created_by == access.actor.id,
            Job.state != JobState.CANCELLED,
            sa.or_(Job.ended_at.is_(None), Job.ended_at > now() - KEPT),
        )
        .order_by(Job.created_at.desc(), Job.id.desc())
    )
    return list(rows)


def get(session: Session, access: Access, job_id: UUID, *, lock: bool = False) -> Job:
    """Return a file that this person has started."""
    wanted = sa.select(Job).where(
        Job.id == job_id,
        Job.project_id == access.project.id,
        Job.kind == JobKind.EXPORT,
        Job.created_by == access.actor.id,
    )
    job = session.scalar(wanted.with_for_update() if lock else wanted)
    if job is None:
        raise no_such_thing()
    return job


def until(job: Job) -> datetime | None:
    """Return when a file that was made goes."""
    return job.ended_at + KEPT if job.ended_at and job.state is JobState.DONE else None


def throw_away(session: Session, job: Job) -> None:
    """Stop the making of a file, and let go what there is of it."""
    queue.cancel(job)
    if job.state.ended:
        job.state = JobState.CANCELLED
        session.execute(sa.delete(_PARTS).where(_PARTS.c.job_id == job.id))


def clear(session: Session) -> None:
    """Let go what was made long ago, of every project, and what a job left that did not come to its end."""
    session.execute(sa.delete(_PARTS).where(_old()))


def clear_some(session: Session, most: int) -> int:
    """Let go so many old parts of files at most; return how many went.

    There may be gigabytes, and on SQLite nobody can write while they go: so they go a few at a time.
    """
    some = session.execute(sa.select(_PARTS.c.job_id, _PARTS.c.position).where(_old()).limit(most)).all()
    key = sa.tuple_(_PARTS.c.job_id, _PARTS.c.position)
    session.execute(sa.delete(_PARTS).where(key.in_([tuple(row) for row in some])))
    return len(some)


def _old() -> sa.ColumnElement[bool]:
    """Return the condition of parts of files that nobody may fetch any more."""
    over = sa.select(Job.id).where(
        Job.kind == JobKind.EXPORT,
        sa.or_(Job.ended_at < now() - KEPT, Job.state.in_([JobState.FAILED, JobState.CANCELLED])),
    )
    return _PARTS.c.job_id.in_(over)


def begin(session: Session, job: Job) -> None:
    """Let go what an earlier worker had made of a file before it was lost."""
    clear(session)
    session.execute(sa.delete(_PARTS).where(_PARTS.c.job_id == job.id))


def keep(session: Session, job: Job, position: int, data: bytes) -> None:
    """Keep a part of a file; refuse where the files of its project or of the server take too much."""
    if position % PARTS == 0:
        quotas.room_for_made(session, job.project_id, len(data))
    session.execute(sa.insert(_PARTS).values(job_id=job.id, position=position, data=data))


def taken(session: Session, access: Access, job: Job) -> MadeFile:
    """Return what was made, where it is still there and its reader may still see what is in it."""
    made = job.outcome
    if job.state in {JobState.QUEUED, JobState.RUNNING}:
        raise Conflict("not_made_yet", "This file is not made yet: look again in a moment.")
    if not isinstance(made, MadeFile) or job.state is not JobState.DONE or (job.ended_at or now()) < now() - KEPT:
        raise Gone("file_gone", "This file is not kept any more: have it made again.")
    require_in_sight(session, access, made.rounds)
    return made


def parts(base: Reads, job_id: UUID) -> Iterator[bytes]:
    """Yield the bytes of a file; each part is read by itself, so that a slow reader holds no connection."""
    position = 0
    while True:
        with base.reading() as session:
            part = session.scalar(
                sa.select(_PARTS.c.data).where(_PARTS.c.job_id == job_id, _PARTS.c.position == position)
            )
        if part is None:
            return
        yield bytes(part)
        position += 1


def in_sight(session: Session, access: Access) -> tuple[UUID, ...]:
    """Return the rounds of the project whose work the person may take away."""
    return tuple(round_.id for round_ in rounds_to_take(session, access))


def require_in_sight(session: Session, access: Access, seen: Collection[UUID]) -> None:
    """Refuse a file with work of a round that was opened again, or is hidden from the person, since it was read."""
    if not {*seen} <= {*in_sight(session, access)}:
        raise Conflict(
            "file_outdated",
            "A round that is in this file was opened again or is hidden from you since: have the file made anew.",
        )
