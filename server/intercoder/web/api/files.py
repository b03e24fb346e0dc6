"""The API of uploaded files and their import."""

from uuid import UUID

from werkzeug.datastructures import FileStorage

from intercoder.models import FileState, SourceFile, SourceType
from intercoder.policy import Permission
from intercoder.services import ingest
from intercoder.services.access import Access
from intercoder.services.ingest import FileChange, FileDetails
from intercoder.web.api.endpoint import Accepted, Created, endpoint, location
from intercoder.web.api.jobs import JobOut, job_out, refusal_out
from intercoder.web.api.shapes import In, Out, Refusal
from intercoder.web.session import db


class FileOut(Out):
    """A file before its import."""

    id: UUID
    name: str
    size: int
    title: str
    case: str | None
    source_type: SourceType
    primary: bool
    encoding: str | None
    encoding_sure: bool
    encodings: list[str]
    preview: str | None
    state: FileState
    error: Refusal | None


class ImportIn(In):
    """Which staged files to import; all when none is named."""

    files: list[UUID] | None = None


def file_out(file: SourceFile) -> FileOut:
    """Return a staged file as the API shows one, with the beginning of a text as it would read."""
    return FileOut.of(
        file,
        case=file.case_name,
        primary=file.is_primary,
        encodings=list(ingest.encodings_offered(file)),
        error=refusal_out(file.error) if file.error else None,
    )


@endpoint("GET", "/projects/<uuid:project>/files", Permission.MATERIALS_MANAGE, tag="files")
def list_files(access: Access) -> list[FileOut]:
    """The files that wait to be imported, or could not be."""
    return [file_out(f) for f in ingest.staged_files(db(), access.project.id)]


@endpoint("POST", "/projects/<uuid:project>/files", Permission.MATERIALS_MANAGE, tag="files")
def upload_file(access: Access, form: FileDetails, file: FileStorage) -> Created[FileOut]:
    """Upload one file (part ``file`` of the form); it is staged until it is imported."""
    staged = ingest.stage_file(db(), access, file.filename or "", file.read(), form)
    return Created(file_out(staged), location("files", staged.id))


@endpoint("PATCH", "/files/<uuid:file>", Permission.MATERIALS_MANAGE, tag="files")
def change_file(access: Access, file: UUID, body: FileChange) -> FileOut:
    """Say how a staged file is to be imported; answers with the text as it reads then."""
    return file_out(ingest.change_file(db(), access, file, body))


@endpoint("DELETE", "/files/<uuid:file>", Permission.MATERIALS_MANAGE, tag="files")
def discard_file(access: Access, file: UUID) -> None:
    """Throw a staged file away."""
    ingest.discard_file(db(), access, file)


@endpoint("POST", "/projects/<uuid:project>/imports", Permission.MATERIALS_MANAGE, tag="files")
def start_import(access: Access, body: ImportIn) -> Accepted[JobOut]:
    """Import staged files as a job: each file that fails says why, and the others go on."""
    job = ingest.start_import(db(), access, body.files)
    return Accepted(job_out(job), location("jobs", job.id))
