"""The API of jobs: work outside a request."""

from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from intercoder import queue
from intercoder.errors import Failure
from intercoder.language import translate
from intercoder.models import Imported, Job, JobState, Outcome
from intercoder.policy import Permission
from intercoder.services import jobs
from intercoder.services.access import Access
from intercoder.web.api.endpoint import endpoint
from intercoder.web.api.shapes import Out, Refusal
from intercoder.web.session import db


class JobOut(Out):
    """Work outside a request."""

    id: UUID
    kind: str
    state: JobState
    done: int
    total: int
    result: dict[str, object] | None
    error: Refusal | None
    created_at: datetime
    ended_at: datetime | None


def refusal_out(error: Failure) -> Refusal:
    """Return a stored refusal with its sentence in the language of the request."""
    return Refusal(code=error.code, detail=translate(error.message, error.values))


def job_out(job: Job) -> JobOut:
    """Return a job as the API shows one; the sentences of failed files in the language of the request."""
    return JobOut.of(job, result=_result(job.outcome), error=refusal_out(job.error) if job.error else None)


def _result(outcome: Outcome | None) -> dict[str, object] | None:
    if outcome is None:
        return None
    if isinstance(outcome, Imported):
        files = [{**asdict(file), "error": file.error and refusal_out(file.error)} for file in outcome.files]
        return {**asdict(outcome), "files": files}
    return asdict(outcome)


@endpoint("GET", "/projects/<uuid:project>/jobs", Permission.JOBS_VIEW, tag="jobs")
def list_jobs(access: Access) -> list[JobOut]:
    """The latest jobs of a project."""
    return [job_out(job) for job in jobs.latest(db(), access.project.id)]


@endpoint("GET", "/jobs/<uuid:job>", Permission.JOBS_VIEW, tag="jobs")
def get_job(access: Access, job: UUID) -> JobOut:
    """One job and how far it is."""
    return job_out(jobs.get(db(), access.project.id, job))


@endpoint("POST", "/jobs/<uuid:job>/cancel", Permission.JOBS_VIEW, tag="jobs")
def cancel_job(access: Access, job: UUID) -> JobOut:
    """Ask a job to stop; what it has finished stays."""
    row = jobs.get(db(), access.project.id, job, lock=True)
    queue.cancel(row)
    return job_out(row)
