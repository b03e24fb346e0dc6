"""The API of files that a worker makes: how far they are, and the file. Only for whoever started one."""

from datetime import datetime
from uuid import UUID

from intercoder.models import Job, JobState, MadeFile, MakeFile
from intercoder.policy import Permission
from intercoder.reports.exports.kinds import MEDIA_TYPES
from intercoder.reports.exports.registry import export_called
from intercoder.reports.exports.taking import door
from intercoder.services import made_files
from intercoder.services.access import Access
from intercoder.web.api.endpoint import Sent, endpoint
from intercoder.web.api.jobs import refusal_out
from intercoder.web.api.shapes import Out, Refusal
from intercoder.web.session import database, db


class MadeFileOut(Out):
    """A file that a worker makes. ``file``: its address when it is made, until ``until``."""

    id: UUID
    export: str
    format: str
    state: JobState
    done: int
    total: int
    error: Refusal | None
    created_at: datetime
    ended_at: datetime | None
    file: str | None
    size: int | None
    until: datetime | None


def made_file_out(job: Job) -> MadeFileOut:
    """Return a file as the API shows one."""
    wanted, made = job.task, job.outcome
    assert isinstance(wanted, MakeFile)
    there = isinstance(made, MadeFile) and job.state is JobState.DONE
    return MadeFileOut.of(
        job,
        export=wanted.export,
        format=wanted.form,
        error=refusal_out(job.error) if job.error else None,
        file=f"/api/v1/exports/{job.id}/file" if there else None,
        size=made.size if isinstance(made, MadeFile) else None,
        until=made_files.until(job),
    )


@endpoint("GET", "/projects/<uuid:project>/exports", Permission.PROJECT_VIEW, tag="exports")
def list_made_files(access: Access) -> list[MadeFileOut]:
    """The files that you have had made in a project: those that are being made, and those that are still there."""
    return [made_file_out(job) for job in made_files.mine(db(), access)]


@endpoint("GET", "/exports/<uuid:export>", Permission.PROJECT_VIEW, tag="exports")
def get_made_file(access: Access, export: UUID) -> MadeFileOut:
    """How far a file is that you have started, and where it is when it is made."""
    return made_file_out(made_files.get(db(), access, export))


@endpoint(
    "GET", "/exports/<uuid:export>/file", Permission.PROJECT_VIEW, tag="exports", kinds=tuple(MEDIA_TYPES.values())
)
def take_made_file(access: Access, export: UUID) -> Sent:
    """A file that was made for you; whether you may have it is asked again."""
    job = made_files.get(db(), access, export)
    wanted = job.task
    assert isinstance(wanted, MakeFile)
    made = made_files.taken(db(), door(db(), access.actor, export_called(wanted.export), wanted.thing), job)
    return Sent(made_files.parts(database(), job.id), made.media, made.name)


@endpoint("DELETE", "/exports/<uuid:export>", Permission.PROJECT_VIEW, tag="exports")
def discard_made_file(access: Access, export: UUID) -> None:
    """Stop the making of a file that you have started, or throw it away."""
    made_files.throw_away(db(), made_files.get(db(), access, export, lock=True))
