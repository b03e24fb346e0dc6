"""The API of jobs: work outside a request."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from intercoder import queue
from intercoder.language import translate
from intercoder.models import Job, JobState
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


def refusal_out(error: Mapping[str, Any]) -> Refusal:
    """Return a stored refusal with its sentence in the language of the request."""
    return Refusal(code=error["code"], detail=translate(error["message"], error["values"]))


def job_out(job: Job) -> JobOut:
    """Return a job as the API shows one; the sentences of failed files in the language of the request."""
    result = job.result
    if result and "files" in result:
        files = [{**f, "error": refusal_out(f["error"]) if f["error"] else None} for f in result["files"]]
        result = {**result, "files": files}
    return JobOut.of(job, result=result, error=refusal_out(job.error) if job.error else None)


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
