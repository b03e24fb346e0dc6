"""The API of codes and versions."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from intercoder.models import Code, Level
from intercoder.policy import Permission
from intercoder.services import codebook, lessons, quoting, versions
from intercoder.services.access import Access
from intercoder.services.codebook import CodeChange, Entry, NewCode
from intercoder.services.lessons import Taught
from intercoder.services.versions import Change, ChangeKind
from intercoder.stats.marks import number_of
from intercoder.web.api.endpoint import Created, endpoint, location
from intercoder.web.api.shapes import In, Out, Text
from intercoder.web.session import db
from intercoder.web.signature import IfMatch


class CodesIn(In):
    """New codes, all or none."""

    codes: Annotated[list[NewCode], Field(min_length=1, max_length=5000)]


class StretchOut(Out):
    """A stretch of one text of a document: half-open, in code points."""

    revision: UUID
    start: int
    end: int


class CodeOut(Out):
    """A code as it stands in the draft, in a version or in a round."""

    id: UUID
    #: as it is written: a12, A3, AA1, AAA1; empty for one that is no code of the project yet
    number: str
    name: str
    other_name: str
    aliases: list[str]
    level: Level
    parent_id: UUID | None
    definition: str
    include: str
    exclude: str
    example: str
    near_miss: str
    example_at: StretchOut | None
    near_miss_at: StretchOut | None
    #: a hue that somebody chose; none: by its place in the tree
    colour: int | None
    position: int
    state: str
    revision: int
    #: the code as which a merged one counts
    into_id: UUID | None


def code_out(code: Entry | Code) -> CodeOut:
    """Return a code as the API shows one."""
    return CodeOut.of(code, number=number_of(code.level, code.number), aliases=list(code.aliases))


class CodeChanged(Out):
    """What happened to a code between two versions."""

    code_id: UUID
    kind: ChangeKind
    name: str
    level: str
    fields: dict[str, tuple[str, str]]
    #: those whose lessons came into the codebook with it
    rulings: list[UUID]


def _told(changes: Sequence[Change], taught: Mapping[UUID, Sequence[Taught]]) -> list[CodeChanged]:
    return [
        CodeChanged.of(change, rulings=[one.lesson.ruling_id for one in taught.get(change.code_id, ())])
        for change in changes
    ]


@endpoint("GET", "/projects/<uuid:project>/codebook", Permission.CODEBOOK_VIEW, tag="codebook")
def get_codebook(access: Access) -> list[CodeOut]:
    """The draft codebook in tree order."""
    return [code_out(code) for code in codebook.draft(db(), access.project.id)]


@endpoint("POST", "/projects/<uuid:project>/codes", Permission.CODEBOOK_EDIT, tag="codebook")
def create_codes(access: Access, body: CodesIn) -> Created[list[CodeOut]]:
    """Add codes to the draft, all or none."""
    made = codebook.create_codes(db(), access, body.codes)
    return Created([code_out(code) for code in made])


@endpoint("PATCH", "/codes/<uuid:code>", Permission.CODEBOOK_EDIT, tag="codebook")
def change_code(access: Access, code: UUID, body: CodeChange, seen: IfMatch | None) -> CodeOut:
    """Change a code of the draft; If-Match names the revision that the caller saw."""
    return code_out(codebook.change_code(db(), access, code, seen, body))


@endpoint("DELETE", "/codes/<uuid:code>", Permission.CODEBOOK_EDIT, tag="codebook")
def retire_code(access: Access, code: UUID) -> CodeOut:
    """Take a code out of the draft; versions and codings keep it."""
    return code_out(codebook.retire_code(db(), access, code))


@endpoint("GET", "/projects/<uuid:project>/codebook/changes", Permission.CODEBOOK_VIEW, tag="codebook")
def get_draft_changes(access: Access) -> list[CodeChanged]:
    """What the draft changes against the latest version."""
    return _told(versions.unpublished_changes(db(), access.project.id), lessons.behind(db(), access, None))


class WordsQuery(In):
    """Words that are looked for in the texts."""

    words: Annotated[str, Field(max_length=quoting.LONGEST)] = ""


class QuotationOut(Out):
    """Where some words stand."""

    revision: UUID
    start: int
    end: int
    words: str
    document_id: UUID
    title: str


@endpoint("GET", "/projects/<uuid:project>/quotations", Permission.CODEBOOK_EDIT, tag="codebook")
def find_quotations(access: Access, query: WordsQuery) -> list[QuotationOut]:
    """Where some words stand in the latest texts, for an example to quote: of each document the first place."""
    places = quoting.places_of(db(), access.project.id, query.words)
    return [QuotationOut.of(p, revision=p.passage.revision, start=p.passage.start, end=p.passage.end) for p in places]


# --- versions ------------------------------------------------------------------------------------


class VersionIn(In):
    """A note on a version that is published."""

    note: Text = ""


class VersionOut(Out):
    """A published version of the codebook."""

    id: UUID
    number: int
    note: str
    published_at: datetime


class VersionWithCodes(VersionOut):
    """A version with its codes in tree order."""

    codes: list[CodeOut]


@endpoint("GET", "/projects/<uuid:project>/versions", Permission.CODEBOOK_VIEW, tag="versions")
def list_versions(access: Access) -> list[VersionOut]:
    """The published versions, latest first."""
    return [VersionOut.of(version) for version in versions.versions(db(), access.project.id)]


@endpoint("POST", "/projects/<uuid:project>/versions", Permission.CODEBOOK_EDIT, tag="versions")
def publish_version(access: Access, body: VersionIn) -> Created[VersionOut]:
    """Freeze the draft as the next version."""
    version = versions.publish(db(), access, body.note)
    return Created(VersionOut.of(version), location("versions", version.id))


@endpoint("GET", "/versions/<uuid:version>", Permission.CODEBOOK_VIEW, tag="versions")
def get_version(access: Access, version: UUID) -> VersionWithCodes:
    """One version with its codes."""
    row = versions.get_version(db(), access.project.id, version)
    return VersionWithCodes.of(row, codes=[code_out(code) for code in versions.version_entries(db(), version)])


class AgainstQuery(In):
    """The version with which another one is compared; the one before it when none is named."""

    against: UUID | None = None


@endpoint("GET", "/versions/<uuid:version>/changes", Permission.CODEBOOK_VIEW, tag="versions")
def get_version_changes(access: Access, version: UUID, query: AgainstQuery) -> list[CodeChanged]:
    """What a version changed against the one before it, or from the earlier to the later of two."""
    row = versions.get_version(db(), access.project.id, version)
    if query.against is not None:
        other = versions.get_version(db(), access.project.id, query.against)
        return _told(versions.between(db(), row, other), lessons.behind(db(), access, row, other))
    return _told(versions.changes_of(db(), row), lessons.behind(db(), access, row))
