"""The API of codebooks that come from elsewhere and go there: pasted, read from a file, exported."""

from collections.abc import Sequence
from typing import Annotated, Literal
from uuid import UUID

import pydantic
from werkzeug.datastructures import FileStorage

from intercoder.errors import InvalidInput
from intercoder.interchange.codebook.given import Field, Form, Given
from intercoder.interchange.codebook.places import Problem
from intercoder.interchange.codebook.plan import Decision, Result, Row
from intercoder.language import language, speaking
from intercoder.models import Level
from intercoder.policy import Permission
from intercoder.reports.codebook import MEDIA_TYPES, FileForm, codebook_file, with_passages
from intercoder.services import code_files, code_passages, codebook, pasting, versions
from intercoder.services.access import Access
from intercoder.services.code_passages import MOST
from intercoder.services.codebook import Entry
from intercoder.services.command import Command
from intercoder.services.pasting import PastedCodebook, Preview
from intercoder.web.api.endpoint import Created, Sent, endpoint
from intercoder.web.api.shapes import In, Out
from intercoder.web.session import db, release


class LineOut(Out):
    """A code of a codebook that was read, as it is sent back to be looked at and pasted."""

    number: int
    name: str
    depth: int
    level: Level | None
    written_number: str
    guid: str
    above: str | None
    said: dict[Field, str]


class GivenOut(Out):
    """A codebook that was read from a file; the headings or signs by which it was understood."""

    form: Form
    by: list[str]
    #: whether columns without a known heading were taken for levels
    guessed: bool
    lines: list[LineOut]


def given_out(given: Given) -> GivenOut:
    """Return a codebook that was read, as the API shows it."""
    return GivenOut.of(given, by=list(given.by), lines=[LineOut.of(line) for line in given.lines])


class AboutOut(Out):
    """The code or the earlier line that a doubt is about."""

    name: str
    numbered: str
    line: int


class ChangedOut(Out):
    """A field that would change."""

    field: str
    before: str
    after: str


class RowOut(Out):
    """What becomes of a line, by its place among the lines, counted from 0."""

    place: int
    line: int
    name: str
    level: Level | None
    depth: int
    result: Result
    problem: Problem | None
    about: AboutOut | None
    options: list[Decision]
    code: UUID | None
    #: the line or the code that it stands below
    above: int | UUID | None
    changes: list[ChangedOut]


class PreviewOut(Out):
    """What pasting a codebook would do."""

    form: Form
    by: list[str]
    guessed: bool
    top: Level
    untouched: int
    #: how many lines become what
    counts: dict[Result, int]
    rows: list[RowOut]


def preview_out(preview: Preview) -> PreviewOut:
    """Return what pasting would do as the API shows it."""
    rows = preview.plan.rows
    return PreviewOut.of(
        preview.given,
        by=list(preview.given.by),
        top=preview.plan.top,
        untouched=preview.untouched,
        counts={result: len(preview.plan.of(result)) for result in Result},
        rows=[row_out(row) for row in rows],
    )


def row_out(row: Row) -> RowOut:
    """Return what becomes of a line as the API shows it."""
    about = AboutOut.of(row.about) if row.about else None
    changes = [ChangedOut.of(change) for change in row.changes]
    return RowOut.of(
        row, line=row.line.number, name=row.line.name, about=about, options=list(row.options), changes=changes
    )


class CodeFileIn(Command):
    """Nothing is said of a file of a codebook: what it is, is found out."""


class PastedOut(Out):
    """How many codes were made and changed."""

    new: int
    changed: int


@endpoint("POST", "/projects/<uuid:project>/codebook/files", Permission.CODEBOOK_EDIT, tag="codebook")
def read_codebook_file(access: Access, form: CodeFileIn, file: FileStorage) -> GivenOut:
    """Read the codebook of a file (part ``file`` of the form; xlsx, csv, docx, qdc, txt); nothing is kept of it."""
    release()
    return given_out(code_files.read_codes(file.filename or "", file.read()))


@endpoint("POST", "/projects/<uuid:project>/codebook/preview", Permission.CODEBOOK_EDIT, tag="codebook")
def preview_codebook(access: Access, body: PastedCodebook) -> PreviewOut:
    """What pasting a codebook would do to the draft; changes nothing."""
    known = pasting.there(db(), access)
    release()
    return preview_out(pasting.preview(known, body))


@endpoint("POST", "/projects/<uuid:project>/codebook/paste", Permission.CODEBOOK_EDIT, tag="codebook")
def paste_codebook(access: Access, body: PastedCodebook) -> Created[PastedOut]:
    """Make and change the codes of a pasted codebook in the draft, all or none; the log has it as one act."""
    return Created(PastedOut.of(pasting.paste(db(), access, body)))


class ExportQuery(In):
    """Which file: its form, its language (the reader's own when none is named), and whether codes are numbered anew in it.

    ``passages``: how many of each code stand behind the table of a Word file.
    """

    #: csv where none is named, docx where passages are wanted
    format: FileForm | None = None
    language: Literal["en", "zh"] | None = None
    renumbered: bool = False
    passages: Annotated[int, pydantic.Field(ge=0, le=MOST)] = 0


@endpoint("GET", "/projects/<uuid:project>/codebook/file", Permission.CODEBOOK_VIEW, tag="codebook", kinds=MEDIA_TYPES)
def export_codebook(access: Access, query: ExportQuery) -> Sent:
    """The draft codebook as a file, with passages if wanted."""
    return _sent(access, query, codebook.draft(db(), access.project.id), None)


@endpoint("GET", "/versions/<uuid:version>/file", Permission.CODEBOOK_VIEW, tag="versions", kinds=MEDIA_TYPES)
def export_version(access: Access, version: UUID, query: ExportQuery) -> Sent:
    """A published version of the codebook as a file, with passages if wanted: those that count as its codes today."""
    row = versions.get_version(db(), access.project.id, version)
    return _sent(access, query, versions.version_entries(db(), version), row.number)


def _sent(access: Access, query: ExportQuery, entries: Sequence[Entry], version: int | None) -> Sent:
    form = query.format or (FileForm.DOCX if query.passages else FileForm.CSV)
    if query.passages and form is not FileForm.DOCX:
        raise InvalidInput(
            "passages_in_docx", "Only a Word file holds passages: ask for format=docx, or for passages=0."
        )
    codes = code_files.written_codes(db(), entries, renumbered=query.renumbered)
    there = code_passages.first_passages(db(), access, query.passages) if query.passages else None
    with speaking(query.language or language()):
        appendix = with_passages(entries, there, query.passages) if there else None
        return Sent(*codebook_file(codes, form, access.project.name, version, appendix))
