"""From an uploaded file to a canonical text that never changes again."""

import hashlib
from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session, undefer

from intercoder import events, queue
from intercoder.clock import now
from intercoder.errors import Conflict, IntercoderError, InvalidInput, TooLarge
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
)
from intercoder.services.access import Access, no_such_thing
from intercoder.services.command import NAME_LENGTH, Command, Name, checked
from intercoder.services.materials import PRIMARY, Attributes, DocumentTitle, case_named, entitle
from intercoder.text.canonical import clean_name, name_key
from intercoder.text.encodings import ENCODINGS, decode, encoding_name
from intercoder.text.readers.document import MAX_BYTES, ReadDocument

TEXT_ENDINGS = (".txt", ".md", ".markdown", ".text")
PREVIEW = 400


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


class FileChange(Command):
    """How a staged file is to be imported."""

    encoding: Annotated[Name, checked(encoding_name)] | None = None
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


def get_file(session: Session, project_id: UUID, file_id: UUID) -> SourceFile:
    """Return a file of this project, with its bytes."""
    file = session.scalar(sa.select(SourceFile).where(SourceFile.id == file_id).options(undefer(SourceFile.data)))
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
    if change.encoding is not None:
        # Refuses with a sentence when the bytes are not in this encoding.
        file.preview = decode(file.data, change.encoding).text[:PREVIEW]
        file.encoding, file.encoding_sure = change.encoding, True
    if change.says("case"):
        file.case_name = change.case or None
    file.title = change.title or file.title
    file.source_type = change.source_type or file.source_type
    file.is_primary = file.is_primary if change.primary is None else change.primary
    file.attributes = file.attributes if change.attributes is None else change.attributes
    file.state, file.error = FileState.STAGED, None
    access.log(session, events.FileChanged(file.id, name=file.name))
    return file


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
    return queue.enqueue(session, access.project.id, access.actor.id, ImportFiles(chosen))


# --- from a file to a document -------------------------------------------------------------------


def store_document(session: Session, access: Access, file: SourceFile, read: ReadDocument) -> Document:
    """Make the document of a file that has been read: its first revision, its anchors, its case."""
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
    add_revision(session, document, read, file.id)
    file.state, file.error = FileState.IMPORTED, None
    access.log(
        session,
        events.DocumentImported(document.id, title=document.title, sha256=text_hash(read.text), file=file.name),
    )
    return document


def text_hash(text: str) -> str:
    """Return SHA-256 of the canonical text."""
    return hashlib.sha256(text.encode()).hexdigest()


def add_revision(session: Session, document: Document, read: ReadDocument, file_id: UUID | None) -> Revision:
    """Store one immutable text of a document with its anchors."""
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
        reader=Reading(read.reader, read.format, read.encoding, tuple(read.warnings)),
    )
    session.add(revision)
    session.flush()
    if read.anchors:
        session.execute(
            sa.insert(Anchor),
            [
                {
                    "revision_id": revision.id,
                    "kind": a.kind,
                    "start": a.start,
                    "end": a.end,
                    "label": a.label[:500],
                    "data": a.data,
                }
                for a in read.anchors
            ],
        )
    return revision


def _next_position(session: Session, project_id: UUID) -> int:
    return (session.scalar(sa.select(sa.func.max(Document.position)).where(Document.project_id == project_id)) or 0) + 1


def _free_title(session: Session, project_id: UUID, title: str) -> str:
    taken = set(session.scalars(sa.select(Document.title_key).where(Document.project_id == project_id)))
    candidate, n = title, 1
    while name_key(candidate) in taken:
        n += 1
        candidate = f"{title} ({n})"
    return candidate
