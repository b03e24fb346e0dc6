"""What only the page of a report by free span has, and what the page of another report shows of free spans."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from flask import render_template, url_for
from markupsafe import Markup

from intercoder.language import LANGUAGES, speaking
from intercoder.models import AgreementReport, ReportSection
from intercoder.reports import ColumnKind, Grid, Note, Row, planning, spans
from intercoder.reports.benchmark import benchmark_notes
from intercoder.reports.choices import choice_notes
from intercoder.reports.headline import bench_figure, verdict
from intercoder.reports.independence import exposure_notes, layers_caption
from intercoder.reports.mapping import mapping_notes
from intercoder.reports.numbers import letters, why
from intercoder.reports.remedies import ToDo, kind_lines, to_do
from intercoder.reports.report_enough import Tick
from intercoder.reports.span_methods import below_of_spans, span_methods_paragraph
from intercoder.services import agreement, disagreements, enough, over_versions, results
from intercoder.services.access import RoundAccess
from intercoder.services.span_sections import SHOWN, tables_of, whole_of
from intercoder.stats.spans.digest import SpanDigest
from intercoder.web.figures import DIGITS
from intercoder.web.project.report_view import ROWS, by_choice
from intercoder.web.queries import Query
from intercoder.web.session import db

T = TypeVar("T")


@dataclass(frozen=True)
class SpanView:
    """Everything on the page of a report by free span, in the language spoken now."""

    coders: Mapping[str, str]
    letters: Mapping[str, str]
    colours: Mapping[str, int]
    #: the headline, and the same codings asked otherwise
    headline: spans.Asked
    otherwise: Sequence[spans.Asked]
    #: what the report rests on, each with a tick or a warning
    ticks: Sequence[Tick]
    bench: Markup
    verdict: Sequence[str]
    benchmark: Sequence[Note]
    below: int
    measured: int
    codes: Grid
    pairs: Grid
    documents: Grid
    left_out: Grid
    #: what would raise the headline; nothing of a report that was made before this was computed
    to_do: Sequence[ToDo]
    #: of the codes
    names: Mapping[str, str]
    #: there are more codes, pairs or documents than are shown
    more: bool
    unused: Sequence[tuple[str, str]]
    notes: Sequence[Note]
    independence: Note
    #: over which layers the figures are
    over: str
    exposures: Sequence[Note]
    #: what was chosen, where it is not everything of the round
    choices: Sequence[str]
    #: which mapping of codes it used
    mapping: Sequence[str]


def span_view(report: results.Contents, whole: SpanDigest, *, all_rows: bool) -> SpanView:
    """Return what the page of a report by free span shows."""
    made, tables = report.provenance, tables_of(report.sections)
    coders = {coder.id: coder.name for coder in made.coders if coder.id in whole.coders}
    names = {code.id: code.name for code in made.codes}
    titles = {document.id: document.title for document in made.documents}
    first, *others = spans.asked(whole, digits=DIGITS, full=False)
    low, measured = below_of_spans(tables.by_code)
    used = [row for row in tables.by_code if row.spans]
    most = None if all_rows else ROWS
    return SpanView(
        coders=coders,
        letters=letters(list(coders)),
        colours={code.id: code.colour for code in made.codes},
        headline=first,
        otherwise=others,
        ticks=list(spans.span_ticks(made, whole, used)),
        bench=Markup(bench_figure(first.name, whole.first)),  # noqa: S704 - own SVG, its texts escaped
        verdict=list(verdict(whole.first)),
        benchmark=benchmark_notes(first.name, whole.first),
        below=low,
        measured=measured,
        codes=_once_said(spans.codes_table(used, names, digits=DIGITS, most=most, full=False)),
        pairs=_once_said(spans.pairs_table(tables.by_pair, coders, whole.headline, digits=DIGITS, most=most)),
        documents=spans.documents_table(tables.by_document, titles, coders, whole.headline, digits=DIGITS, most=most),
        to_do=list(to_do(report.remedies or (), names, coders)),
        names=names,
        left_out=spans.left_out_table(tables.left_out, coders, whole.headline, digits=DIGITS),
        more=not all_rows and max(len(used), len(tables.by_pair), len(tables.by_document)) > ROWS,
        unused=sorted(((row.code, names[row.code]) for row in tables.by_code if not row.spans), key=lambda row: row[1]),
        notes=spans.span_notes(made, whole, used),
        independence=spans.independence_of_spans(made, report.summary, whole),
        over=layers_caption(made),
        exposures=exposure_notes(made),
        choices=choice_notes(made),
        mapping=mapping_notes(made.mapping, made.codings_waiting),
    )


def _once_said(grid: Grid) -> Grid:
    """Return a table whose rows do not say again that there are too few documents for intervals: a note above says it of all.

    Without any interval it has no column of them.
    """
    said = why("too_few_documents")
    rows = [replace(row, remark="") if row.remark == said else row for row in grid.rows]
    place = next(i for i, column in enumerate(grid.columns) if column.kind is ColumnKind.INTERVAL)
    if any(row.cells[place].text or row.remark for row in rows):
        return replace(grid, rows=rows)
    return Grid(grid.title, _without(grid.columns, place), [replace(r, cells=_without(r.cells, place)) for r in rows])


def _without(parts: Sequence[T], place: int) -> list[T]:
    return [part for i, part in enumerate(parts) if i != place]


def asked_of(report: results.Contents) -> Sequence[spans.Asked]:
    """Return what a report by another unit says of the free spans of its round; empty where they have none, or it was made before."""
    whole = whole_of(report.sections)
    return [] if whole is None else spans.asked(whole, digits=DIGITS, full=False)


def span_page(access: RoundAccess, row: AgreementReport, asked: Query, *, all_rows: bool) -> str:
    """Return the page of a report by free span."""
    contents = results.open_report(db(), row, ReportSection.SUMMARY, ReportSection.REMEDIES, *SHOWN)
    whole, made = whole_of(contents.sections), contents.provenance
    assert whole is not None, "a report by free span has its section"
    codes = tables_of(contents.sections).by_code
    paragraphs = {}
    for code in LANGUAGES:
        with speaking(code):
            paragraphs[code] = span_methods_paragraph(made, contents.summary, whole, codes)
    shown = span_view(contents, whole, all_rows=all_rows)

    kinds = disagreements.kinds(db(), access)
    every = url_for("project.segments", report=row.id)

    def passages(**cell: str) -> str:
        """Return the address of the passages behind a number; identifiers need no quoting."""
        return f"{every}?{'&'.join(f'{name}={value}' for name, value in cell.items())}" if cell else every

    def behind(line: Row, *names: str) -> str:
        """Return the address of the passages behind a row of a table."""
        return passages(**dict(zip(names, line.key, strict=True)))

    return render_template(
        "project/report_spans.html",
        report=row,
        view=shown,
        made=made,
        paragraphs=paragraphs,
        segments=passages,
        behind=behind,
        others=by_choice(agreement.reports(db(), access.round.id), row),
        round=access.round,
        asked=asked,
        over=over_versions.over_versions(db(), access, contents),
        kinds=kinds,
        kind_lines=[] if row.narrowed or made.rounds else kind_lines(kinds.kind),
        planned=planning.planned(enough.said(db(), access.round), access.round.goal),
    )
