"""From an uploaded file to a canonical text that never changes again."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session, undefer

from intercoder import events, queue
from intercoder.clock import now
from intercoder.errors import Conflict, IntercoderError, InvalidInput, TooLarge, marked
from intercoder.models import (
    Anchor,
    Document,
    FileState,
    ImportFiles,
    Job,
    Revision,
    SourceFile,
    SourceType,
)
from intercoder.services.access import Access, no_such_thing
from intercoder.services.materials import PRIMARY, case_named, cleaned_attributes, cleaned_name, known_source_type
from intercoder.text.canonical import clean_name, name_key
from intercoder.text.encodings import ENCODINGS, decode, encoding_name
from intercoder.text.readers.document import MAX_BYTES, ReadDocument

TEXT_ENDINGS = (".txt", ".md", ".markdown", ".text")
PREVIEW = 400


# --- files ---------------------------------------------------------------------------------------


def stage_file(
    session: Session, access: Access, name: str, data: bytes, given: Mapping[str, Any] | None = None
) -> SourceFile:
    """Keep an uploaded file, byte for byte, to be looked at before it is imported."""
    given = given or {}
    name = clean_name(name.replace("\\", "/").rsplit("/", 1)[-1])[:200] or "unnamed"
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
    source_type = known_source_type(str(given.get("source_type") or SourceType.INTERVIEW))
    primary = given.get("primary")
    file = SourceFile(
        project_id=access.project.id,
        name=name,
        size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        data=data,
        encoding=encoding,
        encoding_sure=sure,
        preview=preview,
        title=clean_name(str(given.get("title") or name.rsplit(".", 1)[0]))[:200],
        case_name=clean_name(str(given.get("case") or ""))[:200] or None,
        source_type=source_type,
        is_primary=bool(primary) if primary is not None else SourceType(source_type) in PRIMARY,
        attributes=cleaned_attributes(given.get("attributes")),
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


def change_file(session: Session, access: Access, file_id: UUID, given: Mapping[str, Any]) -> SourceFile:
    """Say how a staged file is to be imported: encoding, title, case, source type, attributes."""
    file = get_file(session, access.project.id, file_id)
    if file.state == FileState.IMPORTED:
        raise Conflict("already_imported", "This file was imported: change the document instead.")
    if given.get("encoding"):
        name = encoding_name(str(given["encoding"]))
        # Refuses with a sentence when the bytes are not in this encoding.
        file.preview = decode(file.data, name).text[:PREVIEW]
        file.encoding, file.encoding_sure = name, True
    if given.get("title"):
        file.title = cleaned_name(str(given["title"]), marked("Give the document a title."))
    if "case" in given:
        file.case_name = clean_name(str(given["case"] or ""))[:200] or None
    if given.get("source_type"):
        file.source_type = known_source_type(str(given["source_type"]))
    if given.get("primary") is not None:
        file.is_primary = bool(given["primary"])
    if given.get("attributes") is not None:
        file.attributes = cleaned_attributes(given["attributes"])
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
        title=_free_title(session, access.project.id, file.title),
        title_key="",
        source_type=file.source_type,
        is_primary=file.is_primary,
        attributes=file.attributes,
        created_at=now(),
        position=_next_position(session, access.project.id),
    )
    document.title_key = name_key(document.title)
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
        reader={"reader": read.reader, "format": read.format, "encoding": read.encoding, "warnings": read.warnings},
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
