"""The API of the log and of jobs."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from intercoder import queue
from intercoder.models import Job
from intercoder.policy import Permission
from intercoder.services import jobs, log
from intercoder.services.access import Access
from intercoder.web.api import schemas as s
from intercoder.web.api.endpoint import endpoint
from intercoder.web.i18n import translate
from intercoder.web.session import db


def refusal_out(error: Mapping[str, Any]) -> dict[str, str]:
    """Return a stored refusal with its sentence in the language of the request."""
    return {"code": error["code"], "detail": translate(error["message"], error["values"])}


def job_out(job: Job) -> dict[str, Any]:
    """Return a job as the API shows one; the sentences of failed files in the language of the request."""
    result = job.result
    if result and "files" in result:
        files = [{**f, "error": refusal_out(f["error"]) if f["error"] else None} for f in result["files"]]
        result = {**result, "files": files}
    return {
        "id": job.id,
        "kind": job.kind,
        "state": job.state,
        "done": job.done,
        "total": job.total,
        "result": result,
        "error": refusal_out(job.error) if job.error else None,
        "created_at": job.created_at,
        "ended_at": job.ended_at,
    }


@endpoint(
    "GET",
    "/projects/<uuid:project>/events",
    Permission.LOG_VIEW,
    "project",
    tag="events",
    query=s.EventQuery,
    returns=list[s.EventOut],
)
def list_events(access: Access, project: UUID, query: s.EventQuery) -> Any:
    """The rows of the log that the person may see, newest first (with ``after``: oldest first)."""
    return log.rows(db(), access, before=query.before, after=query.after, limit=query.limit)


@endpoint("GET", "/projects/<uuid:project>/jobs", Permission.JOBS_VIEW, "project", tag="jobs", returns=list[s.JobOut])
def list_jobs(access: Access, project: UUID) -> Any:
    """The latest jobs of a project."""
    return [job_out(j) for j in jobs.latest(db(), project)]


@endpoint("GET", "/jobs/<uuid:job>", Permission.JOBS_VIEW, "job", tag="jobs", returns=s.JobOut)
def get_job(access: Access, job: UUID) -> Any:
    """One job and how far it is."""
    return job_out(jobs.get(db(), access.project.id, job))


@endpoint("POST", "/jobs/<uuid:job>/cancel", Permission.JOBS_VIEW, "job", tag="jobs", returns=s.JobOut)
def cancel_job(access: Access, job: UUID) -> Any:
    """Ask a job to stop; what it has finished stays."""
    found = jobs.get(db(), access.project.id, job, lock=True)
    queue.cancel(found)
    return job_out(found)
