"""From a file that was read to a document: the canonical text that never changes again, its units and its anchors.

Documents that come together share their statements, since what SQLAlchemy does for a row costs more than the row does.
"""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from intercoder import events
from intercoder.clock import now
from intercoder.db import within
from intercoder.errors import Conflict, IntercoderError
from intercoder.models import Anchor, Case, Document, FileState, Reading, Revision, SourceFile, SourceType, Unit, uuid7
from intercoder.prepared import change
from intercoder.services import held_out, units
from intercoder.services.access import Access
from intercoder.services.materials import case_named, titled
from intercoder.text.canonical import name_key
from intercoder.text.readers.document import ReadDocument
from intercoder.text.units import Units

LONGEST_LABEL = 500
_DOCUMENTS, _REVISIONS = (model.metadata.tables[model.__tablename__] for model in (Document, Revision))
_ADD_DOCUMENTS = change(sa.insert(_DOCUMENTS))
_ADD_REVISIONS = change(sa.insert(_REVISIONS))
_ADD_ANCHORS = change(sa.insert(Anchor.metadata.tables[Anchor.__tablename__]))


@dataclass(frozen=True, slots=True)
class Arrived:
    """A staged file that was read, with the units of its text from ``units.cut``; or why it could not be read."""

    file: UUID
    read: ReadDocument | IntercoderError
    units: Mapping[Unit, Units]


@dataclass(frozen=True, slots=True)
class _Staged:
    """What is said of a staged file."""

    id: UUID
    name: str
    title: str
    case_name: str | None
    source_type: SourceType
    source: str
    is_primary: bool
    attributes: dict[str, str]
    state: FileState


_SAID = tuple(field.name for field in fields(_Staged))
_STAGED = sa.select(*(getattr(SourceFile, name) for name in _SAID))


def store_documents(session: Session, access: Access, arrived: Sequence[Arrived]) -> None:
    """Make the documents of files that were read, and give those that are refused their reason.

    A file that is not there any more is passed over.
    """
    wanted = [each.file for each in arrived]
    rows = session.execute(_STAGED.where(SourceFile.project_id == access.project.id, SourceFile.id.in_(wanted)))
    staged = {row.id: _Staged(*row) for row in rows}
    here = [each for each in arrived if each.file in staged]
    made = _make(session, access, [(staged[each.file], each) for each in here])
    stored = [file for file, outcome in made.items() if not isinstance(outcome, IntercoderError)]
    if stored:
        session.execute(
            sa.update(SourceFile)
            .where(SourceFile.id.in_(stored))
            .values(state=FileState.IMPORTED, error=None)
            .execution_options(synchronize_session=False)
        )
    for file, outcome in made.items():
        if isinstance(outcome, IntercoderError):
            failed = session.get_one(SourceFile, file)
            if failed.state is not FileState.IMPORTED:
                failed.state, failed.error = FileState.FAILED, outcome.kept()


def store_document(session: Session, access: Access, file: SourceFile, read: ReadDocument) -> Document:
    """Make the document of a file that has been read and return it; raise why it is refused."""
    session.flush()
    values = (getattr(file, name) for name in _SAID)
    outcome = _make(session, access, [(_Staged(*values), Arrived(file.id, read, units.cut(read)))])[file.id]
    if isinstance(outcome, IntercoderError):
        raise outcome
    file.state, file.error = FileState.IMPORTED, None
    return session.get_one(Document, outcome)


def text_hash(text: str) -> str:
    """Return SHA-256 of the canonical text."""
    return hashlib.sha256(text.encode()).hexdigest()


def _make(
    session: Session, access: Access, arrived: Sequence[tuple[_Staged, Arrived]]
) -> dict[UUID, UUID | IntercoderError]:
    """Make the documents of files, and return of each file its document or why it has none."""
    digests = {each.file: text_hash(each.read.text) for _, each in arrived if isinstance(each.read, ReadDocument)}
    there = _texts_there(session, access.project.id, digests.values())
    titles = _Titles(session, access.project.id, [file.title for file, _ in arrived])
    cases: dict[str | None, Case | None] = {}
    outcomes: dict[UUID, UUID | IntercoderError] = {}
    documents: list[dict[str, object]] = []
    texts: list[_Text] = []
    acts: list[events.Act] = []
    position, at = _last_position(session, access.project.id), now()
    held = held_out.cases(session, access.project.id)
    for file, each in arrived:
        read = _accepted(file, each.read, there.get(digests.get(file.id, "")))
        if isinstance(read, IntercoderError):
            outcomes[file.id] = read
            continue
        if file.case_name not in cases:
            cases[file.case_name] = case_named(session, access, file.case_name)
        case, title, digest = cases[file.case_name], titles.take(file.title), digests[file.id]
        document = outcomes[file.id] = uuid7()
        there[digest], position = title, position + 1
        documents.append(
            {
                "id": document,
                "project_id": access.project.id,
                "case_id": case.id if case else None,
                **titled(title),
                "source_type": file.source_type,
                "source": file.source,
                "is_primary": file.is_primary,
                "attributes": file.attributes,
                "position": position,
                "created_at": at,
                "removed_at": None,
                "held_out": case is not None and case.id in held,
            }
        )
        texts.append(_Text(document, 1, read, digest, file.id, each.units))
        acts.append(events.DocumentImported(document, title=title, sha256=digest, file=file.name))
    if documents:
        within(session).send_rows(_ADD_DOCUMENTS, documents)
        _keep(session, texts)
        access.log(session, *acts)
    return outcomes


def _accepted(file: _Staged, read: ReadDocument | IntercoderError, same: str | None) -> ReadDocument | IntercoderError:
    """Return what was read of a file, or why it has no document; ``same``: the title of one that has the same text."""
    if file.state is FileState.IMPORTED:
        return Conflict("already_imported", "This file was imported: change the document instead.")
    if same is not None:
        return Conflict("same_text", "The same text is already here as “{title}”.", title=same)
    return read


def _texts_there(session: Session, project_id: UUID, digests: Collection[str]) -> dict[str, str]:
    """Return which of these texts the project has: hash → title."""
    rows = session.execute(
        sa.select(Revision.sha256, Document.title)
        .join(Document)
        .where(Revision.sha256.in_(list(digests)), Document.project_id == project_id, Document.removed_at.is_(None))
    )
    return dict(rows.all())


class _Titles:
    """Gives each document of a project a title that no other has."""

    def __init__(self, session: Session, project_id: UUID, wanted: Sequence[str]) -> None:
        self._session, self._project = session, project_id
        self._taken = self._known(Document.title_key.in_({name_key(title) for title in wanted}))

    def take(self, title: str) -> str:
        """Return the title, or with the first number from 2 on that makes it one that no document has."""
        key = name_key(title)
        if key in self._taken:
            self._taken |= self._known(Document.title_key.startswith(key, autoescape=True))
        candidate, n = title, 1
        while (key := name_key(candidate)) in self._taken:
            n += 1
            candidate = f"{title} ({n})"
        self._taken.add(key)
        return candidate

    def _known(self, which: sa.ColumnElement[bool]) -> set[str]:
        keys = sa.select(Document.title_key).where(Document.project_id == self._project, which)
        return set(self._session.scalars(keys))


def _last_position(session: Session, project_id: UUID) -> int:
    return session.scalar(sa.select(sa.func.max(Document.position)).where(Document.project_id == project_id)) or 0


# --- texts ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Text:
    """A new text of a document."""

    document: UUID
    number: int
    read: ReadDocument
    sha256: str
    file: UUID | None
    units: Mapping[Unit, Units]


def add_revision(session: Session, document: Document, read: ReadDocument, file_id: UUID | None) -> Revision:
    """Store one more immutable text of a document with its units and anchors, and return it."""
    last = session.scalar(sa.select(sa.func.max(Revision.number)).where(Revision.document_id == document.id)) or 0
    text = _Text(document.id, last + 1, read, text_hash(read.text), file_id, units.cut(read))
    return session.get_one(Revision, _keep(session, [text])[0])


def _keep(session: Session, texts: Sequence[_Text]) -> list[UUID]:
    """Store texts with their units and anchors; return their revisions."""
    revisions, at = [uuid7() for _ in texts], now()
    pairs = list(zip(revisions, texts, strict=True))
    transaction = within(session)
    transaction.send_rows(_ADD_REVISIONS, [_row(revision, text) | {"created_at": at} for revision, text in pairs])
    units.keep(transaction, {revision: text.units for revision, text in pairs})
    anchors: list[dict[str, object]] = [
        {
            "revision_id": revision,
            "kind": kind,
            "start": start,
            "end": end,
            "label": label[:LONGEST_LABEL],
            "data": data,
        }
        for revision, text in pairs
        for kind, start, end, label, data in text.read.anchors
    ]
    if anchors:
        transaction.send_rows(_ADD_ANCHORS, anchors)
    return revisions


def _row(revision: UUID, text: _Text) -> dict[str, object]:
    read = text.read
    return {
        "id": revision,
        "document_id": text.document,
        "number": text.number,
        "text": read.text,
        "length": len(read.text),
        "sha256": text.sha256,
        "source_file_id": text.file,
        "reader": Reading(read.reader, read.format, read.encoding, tuple(read.warnings), read.choices),
    }
