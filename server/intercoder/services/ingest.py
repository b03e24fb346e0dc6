"""Uploaded files: kept byte for byte, looked at, and handed to an import."""

import hashlib
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Annotated
from uuid import UUID

import sqlalchemy as sa
from pydantic import Field, StringConstraints
from sqlalchemy.orm import Session, undefer

from intercoder import events, queue
from intercoder.clock import now
from intercoder.errors import Conflict, IntercoderError, InvalidInput, TooLarge, TooManyRequests
from intercoder.models import FileState, ImportFiles, Job, SourceFile, SourceType, uuid7
from intercoder.services.access import Access, no_such_thing
from intercoder.services.command import NAME_LENGTH, Command, Name, checked
from intercoder.services.describing import require_fitting, source_named
from intercoder.services.materials import PRIMARY, Attributes, DocumentTitle
from intercoder.services.quotas import FileRoom, room_for_documents
from intercoder.text.canonical import clean_name
from intercoder.text.encodings import ENCODINGS, decode, encoding_name
from intercoder.text.readers import format_of, is_small_text, read
from intercoder.text.readers.choices import USUAL, Choices, SpeakerChoice
from intercoder.text.readers.document import MAX_BYTES, ReadDocument, Unread
from intercoder.text.readers.limited import read_limited

TEXT_ENDINGS = (".txt", ".md", ".markdown", ".text", ".srt", ".vtt")
PREVIEW = 400
#: how many files one process looks into at the same time, how long a look may take, and how long one waits for it
LOOKS = 2
LOOK_SECONDS = 20.0
LOOK_PATIENCE = 10.0
_looks = threading.BoundedSemaphore(LOOKS)


def _cut(text: str) -> str:
    return clean_name(text)[:NAME_LENGTH]


#: of a file that waits, a long name is cut: it is mostly the name of the file
CaseOfFile = Annotated[str, checked(_cut)]
#: its type on the project's own list, which says whether it is primary; empty: none of them
OwnSourceName = Annotated[str, StringConstraints(max_length=NAME_LENGTH)]


class SourceDetails(Command):
    """What is said of the sources of files that are uploaded together, as fields of the form beside the parts ``file``."""

    case: CaseOfFile | None = None
    source_type: SourceType | None = None
    source: OwnSourceName | None = None
    primary: bool | None = None


class FileDetails(SourceDetails):
    """What is said of a file when it is uploaded, as fields of the form beside the part ``file``."""

    title: Annotated[Name, checked(_cut)] | None = None


class SpeakerSaid(Command):
    """What a name before a turn stands for: as whom it counts; nobody when that is empty."""

    name: Annotated[str, Field(max_length=200), checked(clean_name)] = ""
    speaker: Annotated[str, Field(max_length=200), checked(clean_name)] = ""


class FileChange(Command):
    """How a staged file is to be imported."""

    #: none: as the reader finds it
    encoding: Annotated[Name, checked(encoding_name)] | None = None
    replace_bad_bytes: bool | None = None
    numbering: bool | None = None
    without_running_lines: bool | None = None
    #: all that is said of speakers; what was said before goes
    speakers: Annotated[tuple[SpeakerSaid, ...], Field(max_length=200)] | None = None
    title: DocumentTitle | None = None
    case: CaseOfFile | None = None
    source_type: SourceType | None = None
    source: OwnSourceName | None = None
    primary: bool | None = None
    attributes: Attributes | None = None


#: of most files nothing is said before they are looked at
NOTHING_SAID = FileDetails.model_construct()


# --- files ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Upload:
    """What is kept of an uploaded file: its name without folders, its bytes, and of a text how it reads."""

    name: str
    data: bytes
    sha256: str
    encoding: str | None = None
    encoding_sure: bool = True
    preview: str | None = None


def looked_over(files: Iterable[tuple[str, bytes]]) -> list[Upload | IntercoderError]:
    """Return of each uploaded file, name and bytes, what is kept of it, or why it cannot be imported.

    To guess an encoding takes a fifth of a second: not while a transaction keeps others from writing.
    """
    looked: list[Upload | IntercoderError] = []
    for name, data in files:
        try:
            looked.append(_looked_over(name, data))
        except IntercoderError as refusal:
            looked.append(refusal)
    return looked


def _looked_over(name: str, data: bytes) -> Upload:
    name = _cut(name.replace("\\", "/").rsplit("/", 1)[-1]) or "unnamed"
    if not data:
        raise InvalidInput("empty_file", "“{name}” is empty.", name=name)
    if len(data) > MAX_BYTES:
        raise TooLarge("too_large", "“{name}” is larger than {mb} MB.", name=name, mb=MAX_BYTES // 2**20)
    format_of(name, data)
    digest = hashlib.sha256(data).hexdigest()
    if not name.lower().endswith(TEXT_ENDINGS):
        return Upload(name, data, digest)
    try:
        decoded = decode(data)
    except IntercoderError:  # said when it is imported, with the sentence of the reader
        begins = data[: 4 * PREVIEW].decode("utf-8", "replace")[:PREVIEW]
        return Upload(name, data, digest, encoding_sure=False, preview=begins)
    return Upload(name, data, digest, decoded.encoding, decoded.sure, decoded.text[:PREVIEW])


def stage_file(
    session: Session, access: Access, name: str, data: bytes, details: SourceDetails = NOTHING_SAID
) -> SourceFile:
    """Keep an uploaded file, byte for byte, to be looked at before it is imported; raise why it is refused."""
    (staged,) = stage_files(session, access, looked_over([(name, data)]), details)
    if isinstance(staged, IntercoderError):
        raise staged
    return staged


def stage_files(
    session: Session,
    access: Access,
    uploads: Sequence[Upload | IntercoderError],
    details: SourceDetails = NOTHING_SAID,
) -> list[SourceFile | IntercoderError]:
    """Keep uploaded files; return of each the file that waits, or why it is refused."""
    room = FileRoom(session, access.project.id)
    staged: list[SourceFile | IntercoderError] = []
    for upload in uploads:
        try:
            staged.append(_staged(access, room, upload, details) if isinstance(upload, Upload) else upload)
        except IntercoderError as refusal:
            staged.append(refusal)
    kept = [file for file in staged if isinstance(file, SourceFile)]
    session.add_all(kept)
    session.flush()
    access.log(session, *(events.FileUploaded(file.id, name=file.name, sha256=file.sha256) for file in kept))
    return staged


def _staged(access: Access, room: FileRoom, upload: Upload, details: SourceDetails) -> SourceFile:
    room.take(len(upload.data))
    source_type = details.source_type or SourceType.INTERVIEW
    title = details.title if isinstance(details, FileDetails) else None
    own = source_named(access.project, details.source or "")
    return SourceFile(
        id=uuid7(),
        project_id=access.project.id,
        name=upload.name,
        size=len(upload.data),
        sha256=upload.sha256,
        data=upload.data,
        encoding=upload.encoding,
        encoding_sure=upload.encoding_sure,
        preview=upload.preview,
        title=title or _cut(upload.name.rsplit(".", 1)[0]),
        case_name=details.case or None,
        source_type=source_type,
        source=own.name if own else "",
        is_primary=own.primary if own else source_type in PRIMARY if details.primary is None else details.primary,
        attributes={},
        state=FileState.STAGED,
        choices=USUAL,
        uploaded_by=access.actor.id,
        uploaded_at=now(),
    )


def staged_files(session: Session, project_id: UUID) -> list[SourceFile]:
    """Return the files that wait to be imported or could not be."""
    return list(
        session.scalars(
            sa.select(SourceFile)
            .where(SourceFile.project_id == project_id, SourceFile.state != FileState.IMPORTED)
            .order_by(SourceFile.uploaded_at, SourceFile.id)
        )
    )


def get_file(session: Session, project_id: UUID, file_id: UUID, *, with_data: bool = True) -> SourceFile:
    """Return a file of this project, with its bytes unless they are not wanted."""
    wanted = sa.select(SourceFile).where(SourceFile.id == file_id)
    file = session.scalar(wanted.options(undefer(SourceFile.data)) if with_data else wanted)
    if file is None or file.project_id != project_id:
        raise no_such_thing()
    return file


def encodings_offered(file: SourceFile) -> tuple[str, ...]:
    """Return the encodings in which a file can be read; none for formats that say it themselves."""
    return () if file.preview is None else tuple(ENCODINGS)


def change_file(session: Session, access: Access, file_id: UUID, change: FileChange) -> SourceFile:
    """Say how a staged file is to be imported: encoding, title, case, source type, attributes."""
    file = get_file(session, access.project.id, file_id)
    if file.state == FileState.IMPORTED:
        raise Conflict("already_imported", "This file was imported: change the document instead.")
    file.choices = _chosen(file.choices, change)
    if change.encoding is not None or change.replace_bad_bytes is not None:
        # Refuses with a sentence when the bytes are not in this encoding.
        decoded = decode(file.data, file.choices.encoding, replace=file.choices.replace_bad_bytes)
        file.preview = decoded.text[:PREVIEW]
        file.encoding, file.encoding_sure = decoded.encoding, decoded.sure
    if change.says("case"):
        file.case_name = change.case or None
    file.title = change.title or file.title
    file.source_type = change.source_type or file.source_type
    file.is_primary = file.is_primary if change.primary is None else change.primary
    own = source_named(access.project, file.source if change.source is None else change.source)
    file.source, file.is_primary = (own.name, own.primary) if own else ("", file.is_primary)
    if change.attributes is not None:
        require_fitting(access.project.described.of_documents, change.attributes)
        file.attributes = change.attributes
    file.state, file.error = FileState.STAGED, None
    access.log(session, events.FileChanged(file.id, name=file.name))
    return file


def _chosen(choices: Choices, change: FileChange) -> Choices:
    """Return the choices of a file with what a change says of them."""
    if change.encoding is not None:
        choices = replace(choices, encoding=change.encoding)
    if change.replace_bad_bytes is not None:
        choices = replace(choices, replace_bad_bytes=change.replace_bad_bytes)
    if change.numbering is not None:
        choices = replace(choices, numbering=change.numbering)
    if change.without_running_lines is not None:
        choices = replace(choices, without_running_lines=change.without_running_lines)
    if change.speakers is not None:
        said = {speaker.name: speaker.speaker for speaker in change.speakers if speaker.name}
        # A name that counts as itself is said all the same: so a name that was not found becomes a speaker.
        choices = replace(choices, speakers=tuple(SpeakerChoice(name, counts) for name, counts in said.items()))
    return choices


def waiting(session: Session, project_id: UUID, file_id: UUID) -> Unread:
    """Return a staged file of this project as ``look`` takes it."""
    file = get_file(session, project_id, file_id)
    return Unread(file.name, file.data, file.choices)


def look(file: Unread) -> ReadDocument:
    """Return what an import with the choices made so far would give; holds no transaction while it reads.

    Raises
    ------
    IntercoderError
        What the import would say; ``busy`` when too many files are looked into at the same time.
    """
    if is_small_text(file.name, file.data):
        return read(file.name, file.data, file.choices)
    if not _looks.acquire(timeout=LOOK_PATIENCE):
        raise TooManyRequests("busy", "Other files are being read: try again in a moment.")
    try:
        return read_limited(file.name, file.data, file.choices, seconds=LOOK_SECONDS)
    finally:
        _looks.release()


def discard_file(session: Session, access: Access, file_id: UUID) -> None:
    """Throw a staged file away."""
    file = get_file(session, access.project.id, file_id)
    if file.state == FileState.IMPORTED:
        raise Conflict("already_imported", "This file was imported: change the document instead.")
    session.delete(file)
    access.log(session, events.FileDiscarded(file.id, name=file.name))


def start_import(session: Session, access: Access, wanted: Sequence[UUID] | None = None) -> Job:
    """Have staged files imported, those named or all; return the job that does it."""
    staged = [file.id for file in staged_files(session, access.project.id)]
    chosen = tuple(file for file in staged if wanted is None or file in wanted)
    if not chosen or (wanted is not None and len(chosen) != len(wanted)):
        raise InvalidInput("nothing_to_import", "There is no file to import: upload one first.")
    room_for_documents(session, access.project.id, len(chosen))
    return queue.enqueue(session, access.project.id, access.actor.id, ImportFiles(chosen))
