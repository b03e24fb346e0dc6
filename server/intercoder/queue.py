"""Jobs as rows: enqueued in the caller's transaction, claimed with a lease and a fencing token.

Whoever claims a job raises its ``fence``; every later write names the fence, so that a worker that
was thought dead and comes back can no longer change anything. RQ, when there is Redis, only decides
which process looks at the row first; a sweeper re-enqueues what was lost.
"""

from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from functools import cache
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from intercoder.clock import now
from intercoder.db import after_commit
from intercoder.errors import Failure, marked
from intercoder.models import Job, JobKind, JobState, Outcome, Task, kept_outcome, kept_task

#: asked every two seconds, also by a server that has nothing else to do: of the model, it would configure all mappers
_JOBS = Job.metadata.tables[Job.__tablename__].c
LEASE = timedelta(seconds=30)
ATTEMPTS = 3


class LostLease(Exception):
    """Another worker has this job now."""


class Cancelled(Exception):
    """The person who started the job asked to stop it."""


def enqueue(session: Session, project_id: UUID, actor_id: UUID, task: Task, *, round_id: UUID | None = None) -> Job:
    """Add a job to the caller's transaction; workers are woken after the commit."""
    job = Job(
        project_id=project_id,
        round_id=round_id,
        kind=task.kind,
        parameters=kept_task(task),
        total=task.steps,
        created_by=actor_id,
        created_at=now(),
    )
    session.add(job)
    session.flush()
    wake: Callable[[str], None] | None = session.info.get("wake")
    if wake is not None:
        identifier = str(job.id)
        after_commit(session, lambda: wake(identifier))
    return job


def _moment(session: Session) -> datetime:
    """Return the time by which leases run: the database's, where several machines have clocks of their own."""
    if session.get_bind().dialect.name == "sqlite":
        return now()
    at: datetime = session.execute(sa.select(sa.func.clock_timestamp())).scalar_one()
    return at


def claimable(session: Session) -> sa.ColumnElement[bool]:
    """Return the condition of a job that waits, or whose worker is gone.

    A lease that ends later than any can is of a clock that was set back since: without that its job ran until the clock
    is there again. Twice its length, since another may have been given while this one waited for the write lock. A worker
    that still has it renews it, or loses it to the fence.
    """
    at = _moment(session)
    gone = sa.or_(_JOBS.lease_until < at, _JOBS.lease_until > at + 2 * LEASE)
    return sa.or_(_JOBS.state == JobState.QUEUED, sa.and_(_JOBS.state == JobState.RUNNING, gone))


def claim(session: Session, job_id: UUID | None = None, kinds: Collection[JobKind] = tuple(JobKind)) -> Job | None:
    """Take one job of these kinds (a given one, or the oldest that waits) and return it, or None."""
    wanted = (
        sa.select(Job)
        .where(claimable(session), Job.kind.in_(kinds))
        .order_by(Job.created_at)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    if job_id is not None:
        wanted = wanted.where(Job.id == job_id)
    job = session.scalar(wanted)
    if job is None:
        return None
    if job.attempts >= ATTEMPTS:
        fail(job, Failure("worker_lost", marked("The work was interrupted three times.")))
        return None
    job.state = JobState.RUNNING
    job.fence += 1
    job.attempts += 1
    job.started_at = job.started_at or now()
    job.lease_until = _moment(session) + LEASE
    return job


@cache
def _held() -> sa.Select[Job]:
    """Return the query of a job, locked; built once, for it is asked before each of many short writes."""
    return sa.select(Job).where(Job.id == sa.bindparam("job")).with_for_update()


def hold(session: Session, job_id: UUID, fence: int) -> Job:
    """Return the job, locked, for the worker that still has it; renew its lease.

    Raises ``LostLease`` when another worker took it, ``Cancelled`` when it was to stop.
    """
    job = session.scalar(_held(), {"job": job_id})
    if job is None or job.fence != fence or job.state != JobState.RUNNING:
        raise LostLease
    if job.cancel_requested:
        raise Cancelled
    job.lease_until = _moment(session) + LEASE
    return job


def finish(job: Job, outcome: Outcome) -> None:
    """End a job that was done, with what came of it."""
    job.result, job.done = kept_outcome(job.kind, outcome), job.total
    _end(job, JobState.DONE)


def fail(job: Job, error: Failure) -> None:
    """End a job that could not be done, with the reason."""
    job.error = error
    _end(job, JobState.FAILED)


def _end(job: Job, state: JobState) -> None:
    job.state, job.ended_at, job.lease_until = state, now(), None


def cancel(job: Job) -> None:
    """Ask a running job to stop; one that waits ends at once; an ended one stays as it is."""
    if job.state == JobState.QUEUED:
        stop(job)
    elif job.state == JobState.RUNNING:
        job.cancel_requested = True


def stop(job: Job) -> None:
    """End a job that was to stop."""
    _end(job, JobState.CANCELLED)


def give_back(job: Job) -> None:
    """Let another worker begin a job again, as if this one had never had it: its server stops."""
    job.state, job.lease_until = JobState.QUEUED, None
    job.fence += 1
    job.attempts -= 1


def waiting(session: Session, kinds: Collection[JobKind] = tuple(JobKind)) -> list[UUID]:
    """Return the jobs of these kinds that wait for a worker or lost theirs: what the sweeper re-enqueues."""
    wanted = sa.select(_JOBS.id).where(claimable(session), _JOBS.kind.in_(kinds))
    return list(session.scalars(wanted.order_by(_JOBS.created_at)))
