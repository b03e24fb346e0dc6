"""The API of cases, files, documents and their texts."""

from typing import Any
from uuid import UUID

from flask import request

from intercoder import queue
from intercoder.errors import InvalidInput
from intercoder.models import Document, JobKind, SourceFile
from intercoder.policy import Permission
from intercoder.services import ingest, materials
from intercoder.services.access import Access
from intercoder.web.api import schemas as s
from intercoder.web.api.endpoint import Answer, endpoint, location
from intercoder.web.api.log import job_out, refusal_out
from intercoder.web.session import db


@endpoint(
    "GET", "/projects/<uuid:project>/cases", Permission.MATERIALS_VIEW, "project", tag="cases", returns=list[s.CaseOut]
)
def list_cases(access: Access, project: UUID) -> Any:
    """The cases of a project."""
    return materials.cases(db(), project)


@endpoint(
    "POST",
    "/projects/<uuid:project>/cases",
    Permission.MATERIALS_MANAGE,
    "project",
    tag="cases",
    body=s.CaseIn,
    returns=s.CaseOut,
    status=201,
)
def create_case(access: Access, project: UUID, body: s.CaseIn) -> Answer:
    """Add a case."""
    case = materials.create_case(db(), access, body.name, body.attributes)
    return Answer(case, 201, location("cases", case.id))


@endpoint(
    "PATCH",
    "/cases/<uuid:case>",
    Permission.MATERIALS_MANAGE,
    "case",
    tag="cases",
    body=s.CaseChange,
    returns=s.CaseOut,
)
def change_case(access: Access, case: UUID, body: s.CaseChange) -> Any:
    """Rename a case or set its attributes."""
    return materials.change_case(db(), access, case, name=body.name, attributes=body.attributes)


@endpoint("DELETE", "/cases/<uuid:case>", Permission.MATERIALS_MANAGE, "case", tag="cases")
def delete_case(access: Access, case: UUID) -> None:
    """Remove a case that no document belongs to."""
    materials.delete_case(db(), access, case)


def file_out(file: SourceFile) -> dict[str, Any]:
    """Return a staged file as the API shows one, with the beginning of a text as it would read."""
    shown = ingest.preview(file)
    return {
        "id": file.id,
        "name": file.name,
        "size": file.size,
        "title": file.title,
        "case": file.case_name,
        "source_type": file.source_type,
        "primary": file.is_primary,
        "encoding": file.encoding,
        "encoding_sure": file.encoding_sure,
        "encodings": list(shown.encodings) if shown else [],
        "preview": shown.text if shown else None,
        "state": file.state,
        "error": refusal_out(file.error) if file.error else None,
    }


@endpoint(
    "GET",
    "/projects/<uuid:project>/files",
    Permission.MATERIALS_MANAGE,
    "project",
    tag="files",
    returns=list[s.FileOut],
)
def list_files(access: Access, project: UUID) -> Any:
    """The files that wait to be imported, or could not be."""
    return [file_out(f) for f in ingest.staged_files(db(), project)]


@endpoint(
    "POST",
    "/projects/<uuid:project>/files",
    Permission.MATERIALS_MANAGE,
    "project",
    tag="files",
    body=s.FileIn,
    returns=s.FileOut,
    status=201,
    form=True,
)
def upload_file(access: Access, project: UUID, body: s.FileIn) -> Answer:
    """Upload one file (part ``file`` of the form); it is staged until it is imported."""
    part = request.files.get("file")
    if part is None:
        raise InvalidInput("no_file", "Send the file as the part “file” of a form.")
    file = ingest.stage_file(db(), access, part.filename or "", part.read(), body.model_dump(exclude_none=True))
    return Answer(file_out(file), 201, location("files", file.id))


@endpoint(
    "PATCH",
    "/files/<uuid:file>",
    Permission.MATERIALS_MANAGE,
    "file",
    tag="files",
    body=s.FileChange,
    returns=s.FileOut,
)
def change_file(access: Access, file: UUID, body: s.FileChange) -> Any:
    """Say how a staged file is to be imported; answers with the text as it reads then."""
    return file_out(ingest.change_file(db(), access, file, body.model_dump(exclude_unset=True)))


@endpoint("DELETE", "/files/<uuid:file>", Permission.MATERIALS_MANAGE, "file", tag="files")
def discard_file(access: Access, file: UUID) -> None:
    """Throw a staged file away."""
    ingest.discard_file(db(), access, file)


@endpoint(
    "POST",
    "/projects/<uuid:project>/imports",
    Permission.MATERIALS_MANAGE,
    "project",
    tag="files",
    body=s.ImportIn,
    returns=s.JobOut,
    status=202,
)
def start_import(access: Access, project: UUID, body: s.ImportIn) -> Answer:
    """Import staged files as a job: each file that fails says why, and the others go on."""
    files = ingest.files_to_import(db(), project, body.files)
    job = queue.enqueue(
        db(), project, JobKind.IMPORT, {"files": [str(f) for f in files]}, access.actor.id, total=len(files)
    )
    return Answer(job_out(job), 202, location("jobs", job.id))


def document_out(document: Document, length: int) -> dict[str, Any]:
    """Return a document as the API shows one."""
    return {
        "id": document.id,
        "title": document.title,
        "case": document.case.name if document.case else None,
        "case_id": document.case_id,
        "source_type": document.source_type,
        "primary": document.is_primary,
        "attributes": document.attributes,
        "length": length,
        "created_at": document.created_at,
    }


@endpoint(
    "GET",
    "/projects/<uuid:project>/documents",
    Permission.MATERIALS_VIEW,
    "project",
    tag="documents",
    returns=list[s.DocumentOut],
)
def list_documents(access: Access, project: UUID) -> Any:
    """The documents of a project in their order."""
    lengths = materials.lengths(db(), project)
    return [document_out(d, lengths[d.id]) for d in materials.documents(db(), project)]


@endpoint(
    "GET", "/documents/<uuid:document>", Permission.MATERIALS_VIEW, "document", tag="documents", returns=s.DocumentOut
)
def get_document(access: Access, document: UUID) -> Any:
    """One document, without its text."""
    found = materials.get_document(db(), access.project.id, document)
    return document_out(found, materials.revisions(db(), document)[0].length)


@endpoint(
    "PATCH",
    "/documents/<uuid:document>",
    Permission.MATERIALS_MANAGE,
    "document",
    tag="documents",
    body=s.DocumentChange,
    returns=s.DocumentOut,
)
def change_document(access: Access, document: UUID, body: s.DocumentChange) -> Any:
    """Change what is said of a document; its text cannot be changed."""
    found = materials.change_document(db(), access, document, body.model_dump(exclude_unset=True))
    return document_out(found, materials.revisions(db(), document)[0].length)


@endpoint("DELETE", "/documents/<uuid:document>", Permission.MATERIALS_MANAGE, "document", tag="documents")
def remove_document(access: Access, document: UUID) -> None:
    """Take a document out of the study, while no round uses it."""
    materials.remove_document(db(), access, document)


@endpoint(
    "GET",
    "/documents/<uuid:document>/revisions",
    Permission.MATERIALS_VIEW,
    "document",
    tag="revisions",
    returns=list[s.RevisionOut],
)
def list_revisions(access: Access, document: UUID) -> Any:
    """The texts of a document, latest first."""
    materials.get_document(db(), access.project.id, document)
    return materials.revisions(db(), document)


@endpoint(
    "GET", "/revisions/<uuid:revision>", Permission.MATERIALS_VIEW, "revision", tag="revisions", returns=s.RevisionText
)
def get_revision(access: Access, revision: UUID) -> Any:
    """One text with its words and anchors; offsets are code points."""
    found = materials.get_revision(db(), access.project.id, revision)
    anchors = materials.anchors_of(db(), revision, ["page", "heading", "paragraph", "turn", "row", "note"])
    return {**s.RevisionOut.model_validate(found).model_dump(), "text": found.text, "anchors": anchors}
