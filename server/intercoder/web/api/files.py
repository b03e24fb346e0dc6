"""The API of uploaded files and their import."""

from collections.abc import Sequence
from uuid import UUID

from werkzeug.datastructures import FileStorage

from intercoder.errors import IntercoderError
from intercoder.models import FileState, SourceFile, SourceType
from intercoder.policy import Permission
from intercoder.services import ingest
from intercoder.services.access import Access
from intercoder.services.ingest import FileChange, FileDetails, SourceDetails
from intercoder.text.readers import ReadDocument
from intercoder.web.access import open_door
from intercoder.web.api.endpoint import Accepted, Created, endpoint, location
from intercoder.web.api.jobs import JobOut, job_out, refusal_out
from intercoder.web.api.shapes import In, Out, Refusal
from intercoder.web.session import db, release
from intercoder.web.words import remarks


class SpeakerChoiceOut(Out):
    """What was said of a name before turns."""

    name: str
    speaker: str


class ChoicesOut(Out):
    """How a file is to be read, or was."""

    encoding: str | None
    replace_bad_bytes: bool
    numbering: bool
    without_running_lines: bool
    speakers: list[SpeakerChoiceOut]


class FileOut(Out):
    """A file before its import."""

    id: UUID
    name: str
    size: int
    title: str
    case: str | None
    source_type: SourceType
    #: its type on the project's own list; empty: none of them
    source: str
    primary: bool
    encoding: str | None
    encoding_sure: bool
    encodings: list[str]
    choices: ChoicesOut
    preview: str | None
    state: FileState
    error: Refusal | None


class UploadOut(Out):
    """What became of one of several files that were uploaded together: the file that waits, or why it was refused."""

    name: str
    file: FileOut | None
    refused: Refusal | None


class SpeakerOut(Out):
    """A name as it stands before turns: as whom it counts (empty: nobody), and how many turns it opens."""

    name: str
    speaker: str
    turns: int


class RunningLineOut(Out):
    """A line at the edge of many pages."""

    text: str
    pages: int


class ReadingOut(Out):
    """What an import of a staged file would give with the choices made so far."""

    format: str
    encoding: str | None
    length: int
    begins: str
    warnings: list[str]
    numbered: int
    bad_bytes: int
    running_lines: list[RunningLineOut]
    speakers: list[SpeakerOut]


def reading_out(read: ReadDocument) -> ReadingOut:
    """Return a look into a file as the API shows one."""
    learned = read.found
    return ReadingOut(
        format=read.format,
        encoding=read.encoding,
        length=len(read.text),
        begins=read.text[: ingest.PREVIEW],
        warnings=remarks(read.warnings),
        numbered=learned.numbered,
        bad_bytes=learned.bad_bytes,
        running_lines=[RunningLineOut.of(line) for line in learned.running_lines],
        speakers=[SpeakerOut.of(speaker) for speaker in learned.speakers],
    )


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


def upload_out(name: str, staged: SourceFile | IntercoderError) -> UploadOut:
    """Return what became of one of several files; a refusal in the language of the request."""
    if isinstance(staged, IntercoderError):
        return UploadOut(name=name, file=None, refused=refusal_out(staged.kept()))
    return UploadOut(name=name, file=file_out(staged), refused=None)


@endpoint("GET", "/projects/<uuid:project>/files", Permission.MATERIALS_MANAGE, tag="files")
def list_files(access: Access) -> list[FileOut]:
    """The files that wait to be imported, or could not be."""
    return [file_out(f) for f in ingest.staged_files(db(), access.project.id)]


@endpoint("POST", "/projects/<uuid:project>/files", Permission.MATERIALS_MANAGE, tag="files")
def upload_file(access: Access, form: FileDetails, file: FileStorage) -> Created[FileOut]:
    """Upload one file (part ``file`` of the form); it is staged until it is imported."""
    (staged,) = _staged(access.project.id, [file], form)
    if isinstance(staged, IntercoderError):
        raise staged
    return Created(file_out(staged), location("files", staged.id))


@endpoint("POST", "/projects/<uuid:project>/uploads", Permission.MATERIALS_MANAGE, tag="files")
def upload_files(access: Access, form: SourceDetails, files: list[FileStorage]) -> list[UploadOut]:
    """Upload several files (each a part ``file`` of the form): each is staged until it is imported, or says why not."""
    staged = _staged(access.project.id, files, form)
    return [upload_out(file.filename or "", kept) for file, kept in zip(files, staged, strict=True)]


def _staged(project: UUID, files: Sequence[FileStorage], form: SourceDetails) -> list[SourceFile | IntercoderError]:
    release()  # while files are looked over others write; the door is opened again after that
    uploads = ingest.looked_over((file.filename or "", file.read()) for file in files)
    access = open_door(Permission.MATERIALS_MANAGE, "project", {"project": project})
    assert isinstance(access, Access)
    return ingest.stage_files(db(), access, uploads, form)


@endpoint("GET", "/files/<uuid:file>/reading", Permission.MATERIALS_MANAGE, tag="files")
def read_staged_file(access: Access, file: UUID) -> ReadingOut:
    """How a staged file would be read now; what its import would refuse is refused here with the same sentence."""
    waiting = ingest.waiting(db(), access.project.id, file)
    release()
    return reading_out(ingest.look(waiting))


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
