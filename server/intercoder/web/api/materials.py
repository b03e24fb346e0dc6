"""The API of cases, documents and their texts."""

from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from intercoder.models import AnchorKind, Document, Revision, SourceType
from intercoder.policy import Permission
from intercoder.services import document_list, held_out, materials
from intercoder.services.access import Access
from intercoder.services.materials import CaseChange, DocumentChange, NewCase
from intercoder.services.paging import Page
from intercoder.web.api.endpoint import Created, endpoint, location
from intercoder.web.api.shapes import Out, PartQuery
from intercoder.web.session import db
from intercoder.web.words import remarks


class CaseOut(Out):
    """A case."""

    id: UUID
    name: str
    attributes: dict[str, object]


@endpoint("GET", "/projects/<uuid:project>/cases", Permission.MATERIALS_VIEW, tag="cases")
def list_cases(access: Access) -> list[CaseOut]:
    """The cases of a project."""
    return [CaseOut.of(case) for case in materials.cases(db(), access)]


@endpoint("POST", "/projects/<uuid:project>/cases", Permission.MATERIALS_MANAGE, tag="cases")
def create_case(access: Access, body: NewCase) -> Created[CaseOut]:
    """Add a case."""
    case = materials.create_case(db(), access, body)
    return Created(CaseOut.of(case), location("cases", case.id))


@endpoint("PATCH", "/cases/<uuid:case>", Permission.MATERIALS_MANAGE, tag="cases")
def change_case(access: Access, case: UUID, body: CaseChange) -> CaseOut:
    """Rename a case or set its attributes."""
    return CaseOut.of(materials.change_case(db(), access, case, body))


@endpoint("DELETE", "/cases/<uuid:case>", Permission.MATERIALS_MANAGE, tag="cases")
def delete_case(access: Access, case: UUID) -> None:
    """Remove a case that no document belongs to."""
    materials.delete_case(db(), access, case)


# --- documents -----------------------------------------------------------------------------------


class DocumentOut(Out):
    """A document, without its text."""

    id: UUID
    title: str
    case: str | None
    case_id: UUID | None
    source_type: SourceType
    #: its type on the project's own list; empty: none of them
    source: str
    primary: bool
    attributes: dict[str, object]
    length: int
    created_at: datetime
    #: put aside for the hold-out test: only leads know of it until it is opened
    held_out: bool


def document_out(document: Document, length: int) -> DocumentOut:
    """Return a document as the API shows one."""
    case = document.case.name if document.case else None
    return DocumentOut.of(document, case=case, primary=document.is_primary, length=length)


@endpoint("GET", "/projects/<uuid:project>/documents", Permission.MATERIALS_VIEW, tag="documents")
def list_documents(access: Access, query: PartQuery) -> Page[DocumentOut]:
    """The documents of a project in their order."""
    part = document_list.page_of_documents(db(), access, query.part)
    lengths = materials.lengths(db(), [d.id for d in part.rows])
    return part.map(lambda d: document_out(d, lengths[d.id]))


@endpoint("GET", "/documents/<uuid:document>", Permission.MATERIALS_VIEW, tag="documents")
def get_document(access: Access, document: UUID) -> DocumentOut:
    """One document, without its text."""
    row = materials.get_document(db(), access.project.id, document)
    held_out.require_known(access, row)
    return document_out(row, materials.revisions(db(), document)[0].length)


@endpoint("PATCH", "/documents/<uuid:document>", Permission.MATERIALS_MANAGE, tag="documents")
def change_document(access: Access, document: UUID, body: DocumentChange) -> DocumentOut:
    """Change what is said of a document; its text cannot be changed."""
    changed = materials.change_document(db(), access, document, body)
    return document_out(changed, materials.revisions(db(), document)[0].length)


@endpoint("DELETE", "/documents/<uuid:document>", Permission.MATERIALS_MANAGE, tag="documents")
def remove_document(access: Access, document: UUID) -> None:
    """Take a document out of the study, while no round uses it."""
    materials.remove_document(db(), access, document)


# --- texts ---------------------------------------------------------------------------------------


class RevisionOut(Out):
    """One immutable text of a document, without its words."""

    id: UUID
    document_id: UUID
    number: int
    length: int
    sha256: str
    reader: dict[str, object]
    created_at: datetime


def revision_out(row: Revision) -> RevisionOut:
    """Return a text as the API shows one, without its words."""
    return RevisionOut.of(row, reader=asdict(row.reader) | {"warnings": remarks(row.reader.warnings)})


class AnchorOut(Out):
    """A named place; offsets are code points, half-open."""

    kind: str
    start: int
    end: int
    label: str
    data: dict[str, object]


class RevisionText(RevisionOut):
    """A text with its words and anchors."""

    text: str
    anchors: list[AnchorOut]


@endpoint("GET", "/documents/<uuid:document>/revisions", Permission.MATERIALS_VIEW, tag="revisions")
def list_revisions(access: Access, document: UUID) -> list[RevisionOut]:
    """The texts of a document, latest first."""
    held_out.require_known(access, materials.get_document(db(), access.project.id, document))
    return [revision_out(revision) for revision in materials.revisions(db(), document)]


@endpoint("GET", "/revisions/<uuid:revision>", Permission.MATERIALS_VIEW, tag="revisions")
def get_revision(access: Access, revision: UUID) -> RevisionText:
    """One text with its words and anchors; offsets are code points."""
    row = materials.get_revision(db(), access.project.id, revision)
    held_out.require_looked(db(), access, row.document)
    anchors = materials.anchors_of(db(), revision, AnchorKind)
    return RevisionText.of(revision_out(row), text=row.text, anchors=anchors)
