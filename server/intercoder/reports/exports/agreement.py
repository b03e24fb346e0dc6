"""An agreement report as a file: as the appendix of a paper (Word, PDF), a workbook, its numbers as csv, all of it as JSON."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from pydantic import JsonValue
from pydantic_core import to_json
from sqlalchemy.orm import Session

from intercoder.errors import Unavailable
from intercoder.interchange.papers import Facts, Paper, Part, Sentences
from intercoder.interchange.papers.book import book_parts
from intercoder.interchange.papers.word import write_word
from intercoder.interchange.sheets import Value, csv_parts
from intercoder.language import LANGUAGES, gettext, language, sentences, speaking
from intercoder.models import AgreementReport, Unit
from intercoder.reports import agreement, papers, report_figures, spans
from intercoder.reports.benchmark import benchmark_notes
from intercoder.reports.choices import choice_notes, stale_notes
from intercoder.reports.conduct import coders_paragraphs, conduct_paragraph, holsti_sentence
from intercoder.reports.exports.kinds import File, Form, Making, Names, file
from intercoder.reports.exports.people import called_in
from intercoder.reports.exports.planned import planned_parts, planned_values
from intercoder.reports.exports.spans import span_parts, span_rows, span_values
from intercoder.reports.independence import exposure_notes, independence_note, layers_caption
from intercoder.reports.mapping import mapping_notes
from intercoder.reports.methods import methods_paragraph
from intercoder.reports.names import codebook, coefficient
from intercoder.reports.span_methods import span_methods_paragraph
from intercoder.reports.words import word
from intercoder.services.access import RoundAccess
from intercoder.services.agreement import get_report
from intercoder.services.over_versions import OverVersions, over_versions
from intercoder.services.results import HEADLINE, Contents, open_report
from intercoder.services.round_conduct import RoundConduct, round_conduct
from intercoder.services.span_sections import tables_of, whole_of
from intercoder.stats.results import Estimate

#: forms that hold figures
_DRAWN = frozenset({Form.DOCX, Form.PDF, Form.SVG, Form.PNG})


@dataclass(frozen=True)
class Read:
    """A report, how its round was done, and what its coders are called in the file."""

    row: AgreementReport
    report: Contents
    conduct: RoundConduct
    called: Mapping[str, str]
    over: OverVersions | None


def read_report(making: Making) -> Read:
    """Return the report that a file is of."""
    with making.open() as (session, access):
        assert isinstance(access, RoundAccess)
        row = get_report(session, access.project.id, making.thing)
        return read_row(session, access, row, making.choices.names, drawn=making.choices.form in _DRAWN)


def read_row(session: Session, access: RoundAccess, row: AgreementReport, names: Names, *, drawn: bool) -> Read:
    """Return a report of the round of a door; ``drawn``: with what its figures need."""
    report = open_report(session, row)
    coders = {c.id: c.name for c in report.provenance.coders}
    called = called_in(session, access, coders, names)
    over = over_versions(session, access, report) if drawn else None
    return Read(row, report.with_coders(called), round_conduct(session, access), called, over)


def whole_report(making: Making) -> File:
    """Return a report as a file."""
    read, form = read_report(making), making.choices.form
    name = f"agreement-round-{read.report.provenance.round.number}"
    if form is Form.CSV:
        return file(name, form, _numbers(read))
    if form is Form.JSON:
        return file(name, form, [_json(read, making.choices.names)])
    return file(name, form, _set(_paper(read, form), form))


def methods(making: Making) -> File:
    """Return the methods section, in English and in Chinese."""
    read = read_report(making)
    parts = []
    for code in LANGUAGES:
        with speaking(code):
            parts.append(methods_sentences(read))
    paper = Paper(gettext("Methods section"), _subtitle(read.report), language(), parts)
    return file(
        f"methods-round-{read.report.provenance.round.number}", making.choices.form, _set(paper, making.choices.form)
    )


def _set(paper: Paper, form: Form) -> Iterator[bytes]:
    """Yield a paper in a form."""
    if form is Form.XLSX:
        yield from book_parts(paper)
    else:
        yield write_word(paper) if form is Form.DOCX else papers.pdf_of(paper)


def _subtitle(report: Contents) -> str:
    made = report.provenance
    about = gettext("Round {number}: {name}", number=made.round.number, name=made.round.name)
    return f"{made.name} · {about}" if made.name else about


def _paper(read: Read, form: Form) -> Paper:
    report = read.report
    if read.row.unit is Unit.SPAN:
        return _paper_of_spans(read, form)
    made, summary = report.provenance, report.summary
    names = {code.id: code.name for code in made.codes}
    titles = {document.id: document.title for document in made.documents}
    whole = summary.known_by
    enough = [*stale_notes(read.row), independence_note(made, summary), *exposure_notes(made)]
    enough += agreement.report_notes(made, summary, report.brief)
    headline = [*benchmark_notes(coefficient(whole.method, whole.parameters), whole)]
    parts: list[Part] = [
        _about(report),
        Sentences(gettext("Before the numbers are read"), [note.sentence for note in enough]),
        papers.table(agreement.coefficients_table(summary)),
    ]
    if headline:
        parts.append(Sentences(gettext("What the headline allows to say"), [note.sentence for note in headline]))
    parts += [
        papers.table(table)
        for table in (
            agreement.codes_table(report.codes, names),
            agreement.pairs_table(report.pairs, read.called),
            agreement.left_out_table(report.left_out, read.called),
            agreement.documents_table(report.documents, titles, read.called),
            agreement.confusions_table(report.confusions, names),
        )
    ]
    parts += span_parts(report, read.called)
    return _bound(read, form, parts)


def _paper_of_spans(read: Read, form: Form) -> Paper:
    report, made = read.report, read.report.provenance
    whole, tables = whole_of(report.sections), tables_of(report.sections)
    assert whole is not None, "a report by free span has its section"
    enough = [*stale_notes(read.row), spans.independence_of_spans(made, report.summary, whole), *exposure_notes(made)]
    enough += spans.span_notes(made, whole, tables.by_code)
    headline = benchmark_notes(coefficient(whole.first.method, whole.first.parameters), whole.first)
    parts: list[Part] = [
        _about(report),
        Sentences(gettext("Before the numbers are read"), [note.sentence for note in enough]),
    ]
    if headline:
        parts.append(Sentences(gettext("What the headline allows to say"), [note.sentence for note in headline]))
    return _bound(read, form, [*parts, *span_parts(report, read.called)])


def _bound(read: Read, form: Form, parts: Sequence[Part]) -> Paper:
    """Return a report on paper: what it says and shows, then the methods section and the coders."""
    made = read.report.provenance
    parts = [*parts, *_pictures(read, form), *planned_parts(read.conduct), methods_sentences(read)]
    if people := coders_paragraphs(read.conduct, read.called):
        parts.append(Sentences(gettext("What the coders say of themselves"), people))
    footer = f"{gettext('Agreement report')} · {layers_caption(made)} · SHA-256 {made.layers_sha256[:16]}"
    return Paper(gettext("Agreement report"), _subtitle(read.report), language(), parts, footer)


def _pictures(read: Read, form: Form) -> Sequence[Part]:
    if form is Form.XLSX:
        return []
    drawn = report_figures.paper_figures(read.report, read.over)
    try:
        return papers.figures(drawn, language(), as_dots=form is Form.DOCX)
    except Unavailable:  # the report is worth having without
        said = gettext("This server could not draw them: it lacks the extra “pdf” (intercoder[pdf]), or had no time.")
        return [Sentences(gettext("Figures"), [said])]


def _about(report: Contents) -> Facts:
    made, summary = report.provenance, report.summary
    version = made.codebook_version
    pairs = [
        (gettext("Unit"), word("unit", made.unit)),
        (gettext("Level"), word("report_level", made.level)),
        (gettext("Codebook"), codebook(version)),
        (gettext("Coders"), str(len(summary.coders))),
        (
            gettext("Documents"),
            gettext(
                "{all}, of which {compared} by two coders or more",
                all=len(summary.documents),
                compared=summary.compared_documents,
            ),
        ),
        *((gettext("Chosen"), note) for note in choice_notes(made)),
        (gettext("Resamples"), f"{summary.resamples} ({gettext('seed {seed}', seed=summary.seed)})"),
        *((gettext("Mapping"), note) for note in mapping_notes(made.mapping, made.codings_waiting)),
        (gettext("Software"), made.software),
        (gettext("Data (SHA-256)"), made.layers_sha256),
    ]
    return Facts(gettext("What was compared"), pairs)


def methods_sentences(read: Read) -> Sentences:
    """Return the methods section of a report."""
    report = read.report
    said = sentences(
        _paragraph(report),
        holsti_sentence(report.summary),
        _of_whole_round(report),
        conduct_paragraph(read.conduct),
    )
    return Sentences(gettext("Methods section, ready to paste"), [said])


def _of_whole_round(report: Contents) -> str:
    """Return of what the sentences on how the round was done are, where the report is of a part of it or of several."""
    number = report.provenance.round.number
    return gettext("Of round {number} as a whole:", number=number) if report.report.narrowed else ""


def _paragraph(report: Contents) -> str:
    whole = whole_of(report.sections)
    if report.report.unit is not Unit.SPAN or whole is None:
        return methods_paragraph(report.provenance, report.summary, report.codes)
    return span_methods_paragraph(report.provenance, report.summary, whole, tables_of(report.sections).by_code)


# --- numbers -------------------------------------------------------------------------------------


def _figures(read: Read) -> Iterator[tuple[str, str, str, Mapping[str, Estimate]]]:
    """Yield scope, what the figures are of, the same by identifiers, and the figures."""
    report = read.report
    codes = {code.id: code.name for code in report.provenance.codes}
    titles = {document.id: document.title for document in report.provenance.documents}

    def pair(coders: Sequence[str]) -> str:
        return agreement.pair_name(coders, read.called)

    yield "overall", "", "", report.summary.overall
    if report.summary.independent:
        yield "overall, independent layers", "", "", report.summary.independent
    for code in report.codes:
        yield "code", codes[code.code], code.code, code.estimates
    for two in report.pairs:
        yield "pair", pair(two.coders), "", two.estimates
    for cell in report.code_pairs:
        yield "code and pair", f"{codes[cell.code]} · {pair(cell.coders)}", cell.code, cell.estimates
    for document in report.documents:
        yield "document", titles[document.document], document.document, document.estimates
    for left in report.left_out:
        yield "without", read.called[left.coder], "", {HEADLINE: left.alpha}


def _numbers(read: Read) -> Iterator[bytes]:
    report = read.report
    headings = ["scope", "name", "id", "coefficient", "value", "low", "high", "pairable", "units", "reason"]

    def rows() -> Iterator[Sequence[Value]]:
        for scope, name, identifier, estimates in _figures(read):
            for key, e in estimates.items():
                ends = (e.interval.low, e.interval.high) if e.interval else (None, None)
                yield scope, name, identifier, key, e.value, *ends, e.n_pairable, e.n_units, e.reason
        yield from span_rows(report, read.called)

    return csv_parts(headings, rows())


def _json(read: Read, names: Names) -> bytes:
    """Return everything that is kept of a report; with letters no name of a coder is in it, identifiers are."""
    report = read.report
    made = dict(cast("Mapping[str, JsonValue]", read.row.provenance))
    made["coders"] = [{"id": coder.id, "name": read.called[coder.id]} for coder in report.provenance.coders]
    alone = report.summary.independent
    cells: list[JsonValue] = [
        {
            "code": cell.code,
            "coders": [*cell.coders],
            "estimates": {key: dict(e.to_json()) for key, e in cell.estimates.items()},
            "n": cell.n,
            "both": cell.both,
            "first": cell.first,
            "second": cell.second,
        }
        for cell in report.code_pairs
    ]
    whole: dict[str, JsonValue] = {
        "format": read.row.format,
        "stale": read.row.stale_at is not None,
        "names": names.value,
        "provenance": made,
        "result": {**report.plain(), "by_code_and_pair": cells},
        "spans": span_values(report),
        "planned": planned_values(read.conduct),
        "independent": None if alone is None else {key: dict(e.to_json()) for key, e in alone.items()},
    }
    return to_json(whole, indent=1)
