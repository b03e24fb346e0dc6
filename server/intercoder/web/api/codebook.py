"""The API of codes and versions."""

from typing import Any
from uuid import UUID

from intercoder.policy import Permission
from intercoder.services import codebook
from intercoder.services.access import Access
from intercoder.web.api import schemas as s
from intercoder.web.api.endpoint import Answer, endpoint, if_match, location
from intercoder.web.session import db


@endpoint(
    "GET",
    "/projects/<uuid:project>/codebook",
    Permission.CODEBOOK_VIEW,
    "project",
    tag="codebook",
    returns=list[s.CodeOut],
)
def get_codebook(access: Access, project: UUID) -> Any:
    """The draft codebook in tree order."""
    return codebook.draft(db(), project)


@endpoint(
    "POST",
    "/projects/<uuid:project>/codes",
    Permission.CODEBOOK_EDIT,
    "project",
    tag="codebook",
    body=s.CodesIn,
    returns=list[s.CodeOut],
    status=201,
)
def create_codes(access: Access, project: UUID, body: s.CodesIn) -> Any:
    """Add codes to the draft, all or none."""
    return codebook.create_codes(db(), access, [c.model_dump(exclude_none=True) for c in body.codes])


@endpoint(
    "PATCH",
    "/codes/<uuid:code>",
    Permission.CODEBOOK_EDIT,
    "code",
    tag="codebook",
    body=s.CodeChange,
    returns=s.CodeOut,
    precondition="optional",
)
def change_code(access: Access, code: UUID, body: s.CodeChange) -> Any:
    """Change a code of the draft; If-Match names the revision that the caller saw."""
    return codebook.change_code(db(), access, code, if_match(), body.model_dump(exclude_unset=True))


@endpoint("DELETE", "/codes/<uuid:code>", Permission.CODEBOOK_EDIT, "code", tag="codebook", returns=s.CodeOut)
def retire_code(access: Access, code: UUID) -> Any:
    """Take a code out of the draft; versions and codings keep it."""
    return codebook.retire_code(db(), access, code)


@endpoint(
    "GET",
    "/projects/<uuid:project>/versions",
    Permission.CODEBOOK_VIEW,
    "project",
    tag="versions",
    returns=list[s.VersionOut],
)
def list_versions(access: Access, project: UUID) -> Any:
    """The published versions, latest first."""
    return codebook.versions(db(), project)


@endpoint(
    "POST",
    "/projects/<uuid:project>/versions",
    Permission.CODEBOOK_EDIT,
    "project",
    tag="versions",
    body=s.VersionIn,
    returns=s.VersionOut,
    status=201,
)
def publish_version(access: Access, project: UUID, body: s.VersionIn) -> Answer:
    """Freeze the draft as the next version."""
    version = codebook.publish(db(), access, body.note)
    return Answer(version, 201, location("versions", version.id))


@endpoint(
    "GET", "/versions/<uuid:version>", Permission.CODEBOOK_VIEW, "version", tag="versions", returns=s.VersionWithCodes
)
def get_version(access: Access, version: UUID) -> Any:
    """One version with its codes."""
    found = codebook.get_version(db(), access.project.id, version)
    return {**s.VersionOut.model_validate(found).model_dump(), "codes": codebook.version_entries(db(), version)}


@endpoint(
    "GET",
    "/versions/<uuid:version>/changes",
    Permission.CODEBOOK_VIEW,
    "version",
    tag="versions",
    returns=list[s.CodeChanged],
)
def get_version_changes(access: Access, version: UUID) -> Any:
    """What a version changed against the one before it."""
    return codebook.changes_of(db(), codebook.get_version(db(), access.project.id, version))


@endpoint(
    "GET",
    "/projects/<uuid:project>/codebook/changes",
    Permission.CODEBOOK_VIEW,
    "project",
    tag="codebook",
    returns=list[s.CodeChanged],
)
def get_draft_changes(access: Access, project: UUID) -> Any:
    """What the draft changes against the latest version."""
    return codebook.unpublished_changes(db(), project)
