"""From an uploaded file to a canonical text that never changes again."""

import hashlib
import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated
from uuid import UUID

import sqlalchemy as sa
from pydantic import Field
from sqlalchemy.orm import Session, undefer

from intercoder import events, queue
from intercoder.clock import now
from intercoder.errors import Conflict, IntercoderError, InvalidInput, TooLarge, TooManyRequests
from intercoder.models import (
    Anchor,
    Document,
    FileState,
    ImportFiles,
    Job,
    Reading,
    Revision,
    SourceFile,
    SourceType,
    Unit,
)
from intercoder.services import units
from intercoder.services.access import Access, no_such_thing
from intercoder.services.command import NAME_LENGTH, Command, Name, checked
from intercoder.services.materials import PRIMARY, Attributes, DocumentTitle, case_named, entitle
from intercoder.services.quotas import room_for_documents, room_for_file
from intercoder.text.canonical import clean_name, name_key
from intercoder.text.encodings import ENCODINGS, decode, encoding_name
from intercoder.text.readers import format_of, read
from intercoder.text.readers.choices import Choices, SpeakerChoice
from intercoder.text.readers.document import MAX_BYTES, ReadDocument
from intercoder.text.readers.limited import read_limited
from intercoder.text.units import Units

TEXT_ENDINGS = (".txt", ".md", ".markdown", ".text", ".srt", ".vtt")
PREVIEW = 400
#: how many files one process looks into at the same time, how long a look may take, and how long one waits for it
LOOKS = 2
LOOK_SECONDS = 20.0
LOOK_PATIENCE = 10.0
#: a plain text up to here is looked into at once
SMALL_TEXT = 256 * 1024
#: built once
_ANCHORS = sa.insert(Anchor.metadata.tables[Anchor.__tablename__])
_looks = threading.BoundedSemaphore(LOOKS)


def _cut(text: str) -> str:
    return clean_name(text)[:NAME_LENGTH]


#: of a file that waits, a long name is cut: it is mostly the name of the file
CaseOfFile = Annotated[str, checked(_cut)]


class FileDetails(Command):
    """What is said of a file when it is uploaded, as fields of the form beside the part ``file``."""

    title: Annotated[Name, checked(_cut)] | None = None
    case: CaseOfFile | None = None
    source_type: SourceType | None = None
    primary: bool | None = None


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
    primary: bool | None = None
    attributes: Attributes | None = None


#: of most files nothing is said before they are looked at
NOTHING_SAID = FileDetails()


# --- files ---------------------------------------------------------------------------------------


def stage_file(
    session: Session, access: Access, name: str, data: bytes, details: FileDetails = NOTHING_SAID
) -> SourceFile:
    """Keep an uploaded file, byte for byte, to be looked at before it is imported."""
    name = _cut(name.replace("\\", "/").rsplit("/", 1)[-1]) or "unnamed"
    if not data:
        raise InvalidInput("empty_file", "“{name}” is empty.", name=name)
    if len(data) > MAX_BYTES:
        raise TooLarge("too_large", "“{name}” is larger than {mb} MB.", name=name, mb=MAX_BYTES // 2**20)
    room_for_file(session, access.project.id, len(data))
    format_of(name, data)
    encoding, sure, preview = None, True, None
    if name.lower().endswith(TEXT_ENDINGS):
        try:
            decoded = decode(data)
            encoding, sure, preview = decoded.encoding, decoded.sure, decoded.text[:PREVIEW]
        except IntercoderError:  # said when it is imported, with the sentence of the reader
            sure, preview = False, data[: 4 * PREVIEW].decode("utf-8", "replace")[:PREVIEW]
    source_type = details.source_type or SourceType.INTERVIEW
    file = SourceFile(
        project_id=access.project.id,
        name=name,
        size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        data=data,
        encoding=encoding,
        encoding_sure=sure,
        preview=preview,
        title=details.title or _cut(name.rsplit(".", 1)[0]),
        case_name=details.case or None,
        source_type=source_type,
        is_primary=source_type in PRIMARY if details.primary is None else details.primary,
        uploaded_by=access.actor.id,
        uploaded_at=now(),
    )
    session.add(file)
    session.flush()
    access.log(session, events.FileUploaded(file.id, name=name, sha256=file.sha256))
    return file


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
    file.attributes = file.attributes if change.attributes is None else change.attributes
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


@dataclass(frozen=True, slots=True)
class Waiting:
    """What is needed of a staged file to look into it without the database."""

    name: str
    data: bytes
    choices: Choices


def waiting(session: Session, project_id: UUID, file_id: UUID) -> Waiting:
    """Return a staged file of this project as ``look`` takes it."""
    file = get_file(session, project_id, file_id)
    return Waiting(file.name, file.data, file.choices)


def look(file: Waiting) -> ReadDocument:
    """Return what an import with the choices made so far would give; holds no transaction while it reads.

    Raises
    ------
    IntercoderError
        What the import would say; ``busy`` when too many files are looked into at the same time.
    """
    if format_of(file.name, file.data) in ("txt", "md", "srt", "vtt") and len(file.data) <= SMALL_TEXT:
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


# --- from a file to a document -------------------------------------------------------------------


def store_document(
    session: Session, access: Access, file: SourceFile, read: ReadDocument, cut: dict[Unit, Units] | None = None
) -> Document:
    """Make the document of a file that has been read: its first revision, its units and anchors, its case.

    ``cut``: the units of its text, from ``units.cut``; without them it is cut here.
    """
    if file.state == FileState.IMPORTED:
        raise Conflict("already_imported", "This file was imported: change the document instead.")
    same = session.execute(
        sa.select(Document.title)
        .join(Revision)
        .where(
            Document.project_id == access.project.id,
            Document.removed_at.is_(None),
            Revision.sha256 == text_hash(read.text),
        )
    ).first()
    if same is not None:
        raise Conflict("same_text", "The same text is already here as “{title}”.", title=same.title)
    document = Document(
        project_id=access.project.id,
        source_type=file.source_type,
        is_primary=file.is_primary,
        attributes=file.attributes,
        created_at=now(),
        position=_next_position(session, access.project.id),
    )
    entitle(document, _free_title(session, access.project.id, file.title))
    document.case = case_named(session, access, file.case_name)
    session.add(document)
    session.flush()
    add_revision(session, document, read, file.id, cut)
    file.state, file.error = FileState.IMPORTED, None
    access.log(
        session,
        events.DocumentImported(document.id, title=document.title, sha256=text_hash(read.text), file=file.name),
    )
    return document


def text_hash(text: str) -> str:
    """Return SHA-256 of the canonical text."""
    return hashlib.sha256(text.encode()).hexdigest()


def add_revision(
    session: Session,
    document: Document,
    read: ReadDocument,
    file_id: UUID | None,
    cut: dict[Unit, Units] | None = None,
) -> Revision:
    """Store one immutable text of a document with its units and anchors."""
    number = 1 + (
        session.scalar(sa.select(sa.func.max(Revision.number)).where(Revision.document_id == document.id)) or 0
    )
    revision = Revision(
        document_id=document.id,
        number=number,
        text=read.text,
        length=len(read.text),
        sha256=text_hash(read.text),
        source_file_id=file_id,
        created_at=now(),
        reader=Reading(read.reader, read.format, read.encoding, tuple(read.warnings), read.choices),
    )
    session.add(revision)
    session.flush()
    units.keep(session, revision.id, cut or units.cut(read.text))
    if read.anchors:
        rows = [
            {
                "revision_id": revision.id,
                "kind": a.kind,
                "start": a.start,
                "end": a.end,
                "label": a.label[:500],
                "data": a.data,
            }
            for a in read.anchors
        ]
        session.connection().execute(
            _ANCHORS, rows
        )  # without the ORM, to which hundreds of rows cost most of an import
    return revision


def _next_position(session: Session, project_id: UUID) -> int:
    return (session.scalar(sa.select(sa.func.max(Document.position)).where(Document.project_id == project_id)) or 0) + 1


def _free_title(session: Session, project_id: UUID, title: str) -> str:
    """Return the title, or with the first number from 2 on that makes it one that no document has."""
    alike = Document.title_key.startswith(name_key(title), autoescape=True)
    taken = set(session.scalars(sa.select(Document.title_key).where(Document.project_id == project_id, alike)))
    candidate, n = title, 1
    while name_key(candidate) in taken:
        n += 1
        candidate = f"{title} ({n})"
    return candidate
