"""The materials: cases, documents, uploads that wait, and one document with its text."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from flask import render_template
from pydantic import Field

from intercoder.errors import Failure, IntercoderError
from intercoder.language import translate
from intercoder.models import Anchor, AnchorKind, Imported, Job, SourceFile, SourceType
from intercoder.policy import Permission
from intercoder.reports.words import word
from intercoder.services import assigned, document_list, held_out, ingest, jobs, materials
from intercoder.services.access import Access
from intercoder.services.describing import said
from intercoder.services.document_list import Order, Wanted
from intercoder.text.canonical import search_key
from intercoder.text.encodings import ENCODINGS
from intercoder.text.readers import SUFFIXES, Unread
from intercoder.text.units import Unit, units_of
from intercoder.web.pages import page
from intercoder.web.project.blueprint import blueprint
from intercoder.web.queries import PartQuery, Query
from intercoder.web.session import db
from intercoder.web.words import choices_in_words, remarks

PAGE = 100
#: how much of a text is shown before its import, in characters
BEGINS = 1200


class Listed(PartQuery):
    """How the documents are listed, and which words they have."""

    order: Literal[Order.STUDY, Order.TITLE, Order.LENGTH, Order.NEWEST] = Order.STUDY
    words: str = ""


class Shown(Query):
    """Which text of a document; the latest when it has no such number."""

    revision: int | None = Field(default=None, ge=1, le=1_000_000)


@dataclass(frozen=True)
class StagedFile:
    """An upload that waits, and why it could not be imported."""

    file: SourceFile
    error: str | None


@dataclass(frozen=True)
class FileResult:
    """What became of one file of an import: why it failed, or None."""

    name: str
    error: str | None


@dataclass(frozen=True)
class Import:
    """A job that imports, and what became of its files."""

    job: Job
    files: Sequence[FileResult]


@page(blueprint, "/projects/<uuid:project>/materials", Permission.MATERIALS_VIEW, tab="materials", name="materials")
def materials_page(access: Access, project: UUID, query: Listed) -> str:
    """Show the documents by case, and for those who may change them the uploads."""
    manage = access.may(Permission.MATERIALS_MANAGE)
    words = words_wanted(query.words)
    part = document_list.page_of_documents(db(), access, query.part(PAGE), query.order, words)
    shown = [d.id for d in part.rows]
    per_case = document_list.documents_per_case(db(), access)
    return render_template(
        "project/materials.html",
        part=part,
        total=document_list.count_documents(db(), access, words) if words else sum(per_case.values()),
        asked=query,
        lengths=materials.lengths(db(), shown),
        cases=materials.cases(db(), access),
        per_case=per_case,
        used_in=assigned.visible_uses(db(), access, shown),
        staged=_staged(project) if manage else [],
        encodings=[(name, translate(label)) for name, label in ENCODINGS.items()],
        jobs=_imports(project) if manage else [],
        manage=manage,
        sources=access.project.described.sources,
        described=said(access.project.described),
        pairs=lambda given: "\n".join(f"{name}: {value}" for name, value in given.items()),
        suffixes=list(SUFFIXES),
    )


def words_wanted(typed: str) -> list[Wanted]:
    """Return typed words, each with the types of source that are called so in the language of the request."""
    return [_wanted(word) for word in typed.split()]


def _wanted(typed: str) -> Wanted:
    """Return a typed word with the types of source that are called so in the language of the request."""
    key = search_key(typed)
    return Wanted(typed, [source for source in SourceType if key in search_key(word("source_type", source))])


def _staged(project: UUID) -> list[StagedFile]:
    return [StagedFile(file, _told(file.error)) for file in ingest.staged_files(db(), project)]


def _imports(project: UUID) -> list[Import]:
    """Return the imports that run, and the latest one that ended, with a sentence for each file that failed."""
    return [
        Import(job, _results(job.outcome) if isinstance(job.outcome, Imported) else [])
        for job in jobs.imports(db(), project)
    ]


def _results(outcome: Imported) -> list[FileResult]:
    return [FileResult(file.name, _told(file.error)) for file in outcome.files]


def _told(error: Failure | None) -> str | None:
    return translate(error.message, error.values) if error else None


@page(blueprint, "/files/<uuid:file>", Permission.MATERIALS_MANAGE, tab="materials")
def staged_file(access: Access, file: UUID) -> str:
    """Show how a staged file would be read, and what there is to choose; the page of materials takes its middle."""
    row = ingest.get_file(db(), access.project.id, file)
    read, refused = None, None
    try:
        read = ingest.look(Unread(row.name, row.data, row.choices))
    except IntercoderError as refusal:
        refused = refusal.kept()
    return render_template(
        "project/staged_file.html",
        file=row,
        read=read,
        begins=read.text[:BEGINS].split("\n") if read else [],
        warnings=remarks(read.warnings) if read else [],
        refused=refused,
        sentence=_told(refused),
        encodings=[(name, translate(label)) for name, label in ENCODINGS.items()],
        offered=ingest.encodings_offered(row),
    )


@page(blueprint, "/documents/<uuid:document>", Permission.MATERIALS_VIEW, tab="materials")
def document(access: Access, document: UUID, query: Shown) -> str:
    """Show a document: its text with numbered paragraphs, its outline, its texts so far."""
    row = materials.get_document(db(), access.project.id, document)
    reserve = held_out.unread(db(), access, row)
    if reserve is not None:
        return render_template("project/document_held_out.html", document=row, reserve=reserve)
    revisions = materials.revisions(db(), document)
    wanted = next((r for r in revisions if r.number == query.revision), revisions[0])
    text = materials.get_revision(db(), access.project.id, wanted.id)
    anchors = materials.anchors_of(db(), wanted.id, (AnchorKind.PAGE, AnchorKind.HEADING))
    return render_template(
        "project/document.html",
        document=row,
        revisions=revisions,
        revision=wanted,
        paragraphs=paragraphs(text.text, anchors),
        warnings=remarks(wanted.reader.warnings),
        read_so=choices_in_words(wanted.reader.choices),
        used_in=assigned.visible_uses(db(), access, [document]).get(document, []),
        cases=materials.cases(db(), access),
        sources=access.project.described.sources,
    )


@dataclass(frozen=True)
class Paragraph:
    """A paragraph: number, words, and the pages and the heading that begin there."""

    number: int
    text: str
    pages: Sequence[str]
    heading: str


def paragraphs(text: str, anchors: Sequence[Anchor]) -> list[Paragraph]:
    """Return the paragraphs of a text with what begins there."""
    spans = units_of(text, Unit.PARAGRAPH)
    starts = [start for start, _ in spans]
    begins: dict[tuple[AnchorKind, int], list[str]] = {}
    for anchor in anchors:
        at = max(bisect_right(starts, anchor.start) - 1, 0)
        begins.setdefault((anchor.kind, at), []).append(anchor.label)
    return [
        Paragraph(
            number=i + 1,
            text=text[start:end],
            pages=begins.get((AnchorKind.PAGE, i), []),
            heading=" ".join(begins.get((AnchorKind.HEADING, i), [])),
        )
        for i, (start, end) in enumerate(spans)
    ]
