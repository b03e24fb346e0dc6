"""The materials: cases, documents, uploads that wait, and one document with its text."""

import enum
from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from flask import render_template
from pydantic import Field

from intercoder.errors import Failure
from intercoder.language import translate
from intercoder.models import Anchor, AnchorKind, Document, Imported, Job, SourceFile
from intercoder.policy import Permission
from intercoder.services import ingest, jobs, materials, rounds
from intercoder.services.access import Access
from intercoder.text.encodings import ENCODINGS
from intercoder.text.units import Unit, units_of
from intercoder.web.pages import Query, page
from intercoder.web.pinyin import pinyin
from intercoder.web.project.blueprint import blueprint
from intercoder.web.session import db


class Order(enum.StrEnum):
    """In which order the documents are shown."""

    STUDY = "study"
    TITLE = "title"
    LENGTH = "length"
    NEWEST = "newest"


class Listed(Query):
    """How the documents are listed."""

    order: Order = Order.STUDY


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
    documents = materials.documents(db(), project)
    lengths = materials.lengths(db(), [d.id for d in documents])
    return render_template(
        "project/materials.html",
        documents=in_order(documents, lengths, query.order),
        lengths=lengths,
        order=query.order,
        cases=materials.cases(db(), project),
        per_case=Counter(d.case_id for d in documents),
        used_in=rounds.visible_uses(db(), access, [d.id for d in documents]),
        staged=_staged(project) if manage else [],
        encodings=[(name, translate(label)) for name, label in ENCODINGS.items()],
        jobs=_imports(project) if manage else [],
        manage=manage,
        pinyin=pinyin,
    )


def in_order(documents: Sequence[Document], lengths: Mapping[UUID, int], order: Order) -> list[Document]:
    """Return the documents in the order asked for."""
    if order is Order.TITLE:
        return sorted(documents, key=lambda d: (pinyin(d.title).rpartition(" ")[2] or d.title_key, d.title_key))
    if order is Order.LENGTH:
        return sorted(documents, key=lambda d: -lengths.get(d.id, 0))
    if order is Order.NEWEST:
        return sorted(documents, key=lambda d: d.created_at, reverse=True)
    # The order of the study, with the documents of a case together and those without one at the end.
    return sorted(documents, key=lambda d: (d.case is None, d.case.position if d.case else 0, d.position))


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


@page(blueprint, "/documents/<uuid:document>", Permission.MATERIALS_VIEW, tab="materials")
def document(access: Access, document: UUID, query: Shown) -> str:
    """Show a document: its text with numbered paragraphs, its outline, its texts so far."""
    row = materials.get_document(db(), access.project.id, document)
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
        warnings=[translate(w) for w in wanted.reader.warnings],
        used_in=rounds.visible_uses(db(), access, [document]).get(document, []),
        cases=materials.cases(db(), access.project.id),
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
