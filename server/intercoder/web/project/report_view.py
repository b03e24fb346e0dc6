"""What only the page of an agreement report has: bands of colour, small bars, letters for coders, the heat map."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from operator import itemgetter

from markupsafe import Markup

from intercoder.language import gettext
from intercoder.models import AgreementReport, ReportLevel, Unit
from intercoder.reports import Grid, Note
from intercoder.reports.agreement import (
    documents_table,
    in_reading_order,
    left_out_table,
    pairs_table,
    report_notes,
)
from intercoder.reports.benchmark import benchmark_notes
from intercoder.reports.choices import choice_notes
from intercoder.reports.confused import Confused, confused, legend
from intercoder.reports.headline import bench_figure, verdict
from intercoder.reports.independence import exposure_notes, independence_note, layers_caption
from intercoder.reports.mapping import mapping_notes
from intercoder.reports.methods import below
from intercoder.reports.names import coefficient
from intercoder.reports.numbers import letters, percent, remark
from intercoder.reports.remedies import ToDo, to_do
from intercoder.reports.report_enough import Tick, ticks
from intercoder.services.coded_units import Cell as Behind
from intercoder.services.provenance import CodeThen, DocumentThen, Provenance
from intercoder.services.report_pages import DOCUMENTS
from intercoder.services.results import Contents, Summary
from intercoder.stats.agreement.results import CodeAgreement, CodePairAgreement, Confusion
from intercoder.stats.results import Estimate, worst_first
from intercoder.web.figures import DIGITS, coefficient_text
from intercoder.web.project.coder_matrix import CoderMatrix, coder_matrix


@dataclass(frozen=True)
class Kpi:
    """A coefficient over everything, with its name and what is said below it."""

    key: str
    name: str
    text: str
    estimate: Estimate
    note: str


@dataclass(frozen=True)
class CodeRow:
    """One code of the heat map: over all coders, and for each pair in the order of the columns."""

    code: CodeThen
    row: CodeAgreement
    alpha: Estimate
    cells: Sequence[CodePairAgreement]


@dataclass(frozen=True)
class Heatmap:
    """A part of the matrix of codes and pairs of coders, lowest alpha first.

    ``total`` codes fit, of which those from ``first`` on are here; ``few`` of all were applied fewer than 5 times.
    ``rare``: codes applied fewer than 5 times; ``marks``: sentence why there is no interval, or none of any width → its mark;
    ``unused``: codes that nobody applied, with their names.
    """

    pairs: Sequence[tuple[str, str]]
    codes: Sequence[CodeRow]
    rare: Sequence[CodeRow]
    marks: Mapping[str, str]
    unused: Sequence[tuple[str, str]]
    first: int
    total: int
    few: int
    #: the coder whose pairs are the columns; None where all pairs are
    of: str | None
    #: how many codes are here at most
    room: int

    @property
    def shown(self) -> int:
        """How many codes are here."""
        return len(self.codes) + len(self.rare)


@dataclass(frozen=True)
class Part:
    """Which part of the tables of a report is shown: codes from one on, by name, the pairs of a coder, all rows of the others."""

    first: int = 0
    find: str = ""
    coder: str | None = None
    all_rows: bool = False


#: with more pairs than this the columns are those of one coder; cells of the matrix, and rows of the other tables, at once
PAIRS, CELLS, ROWS = 15, 250, DOCUMENTS
#: confusions beside their picture
LISTED = 10
#: codes that are shown however many pairs there are
LEAST = 10


@dataclass(frozen=True)
class Chosen:
    """The codes and pairs of coders of a part, before their cells are read."""

    codes: Sequence[str]
    pairs: Sequence[tuple[str, str]]
    coder: str | None
    total: int
    #: how many codes are shown at once
    room: int


def choose(report: Contents, part: Part) -> Chosen:
    """Return which codes of a report are shown, lowest alpha first and the rare ones last, and which pairs."""
    names = {code.id: code.name for code in report.provenance.codes}
    coders = [coder.id for coder in report.provenance.coders if coder.id in report.summary.coders]
    pairs = list(combinations(coders, 2))
    coder = None
    if len(pairs) > PAIRS:
        coder = part.coder if part.coder in coders else coders[0]
        pairs = [pair for pair in pairs if coder in pair]
    wanted = part.find.casefold()
    used = [row for row in report.brief if row.units_used and wanted in names[row.code].casefold()]
    used.sort(key=lambda row: (row.few_positives, *worst_first(row.alpha), names[row.code]))
    room = max(CELLS // max(len(pairs), 1), LEAST)
    shown = [row.code for row in used[part.first : part.first + room]]
    return Chosen(shown, pairs, coder, len(used), room)


@dataclass(frozen=True)
class View:
    """Everything on the page of a report, in the language spoken now."""

    coders: Mapping[str, str]
    letters: Mapping[str, str]
    colours: Mapping[str, int]
    names: Mapping[str, str]
    #: what the report rests on, each with a tick or a warning
    ticks: Sequence[Tick]
    headline: Kpi
    bench: Markup
    verdict: Sequence[str]
    #: the other coefficients over the same codings
    otherwise: Sequence[Kpi]
    benchmark: Sequence[Note]
    heatmap: Heatmap
    below: int
    measured: int
    by_coder: CoderMatrix | None
    pairs: Grid
    documents: Grid
    #: there are more pairs or documents than are shown
    more: bool
    #: how many pairs, documents and unused codes are shown at most; None: all
    most: int | None
    left_out: Grid
    #: what to do next; None where the report does not say
    to_do: Sequence[ToDo] | None
    confused: Confused
    #: bands of that picture and the numbers they hold
    confused_legend: Sequence[tuple[int, str]]
    confusions: Sequence[Confusion]
    notes: Sequence[Note]
    independence: Note
    #: over which layers the figures are
    over: str
    exposures: Sequence[Note]
    #: which mapping of codes it used
    mapping: Sequence[str]
    #: what was chosen, where it is not everything of the round
    choices: Sequence[str]


def view(report: Contents, part: Part = Part(), chosen: Chosen | None = None) -> View:
    """Return what the page of a report shows; the cells of ``choose`` have been read."""
    made, summary = report.provenance, report.summary
    coders = {coder.id: coder.name for coder in made.coders if coder.id in summary.coders}
    names = {code.id: code.name for code in made.codes}
    titles = {document.id: document.title for document in made.documents}
    heatmap = heat_map(report, part, chosen or choose(report, part))
    rows = None if part.all_rows else ROWS
    low, measured = below(report.brief)
    kpis = {kpi.key: kpi for kpi in _kpis(summary)}
    headline = kpis.pop(report.report.coefficient)
    whole, picture = headline.estimate, confused(report.confusions)
    return View(
        coders=coders,
        letters=letters(list(coders)),
        colours={code.id: code.colour for code in made.codes},
        names=names,
        ticks=list(ticks(made, summary, report.brief, whole)),
        headline=headline,
        bench=Markup(bench_figure(headline.name, whole)),  # noqa: S704 - own SVG, its texts escaped
        verdict=list(verdict(whole)),
        otherwise=list(kpis.values()),
        benchmark=benchmark_notes(headline.name, whole),
        heatmap=heatmap,
        below=low,
        measured=measured,
        by_coder=coder_matrix(report.pairs, report.left_out, list(coders)),
        pairs=pairs_table(report.pairs, coders, digits=DIGITS, most=rows),
        documents=documents_table(report.documents, titles, coders, digits=DIGITS, most=rows),
        more=not part.all_rows and max(len(report.pairs), len(summary.documents)) > ROWS,
        most=rows,
        left_out=left_out_table(report.left_out, coders, digits=DIGITS),
        to_do=None if report.remedies is None else list(to_do(report.remedies, names, coders)),
        confused=picture,
        confused_legend=legend(picture),
        confusions=report.confusions[:LISTED],
        independence=independence_note(made, summary),
        over=layers_caption(made),
        exposures=exposure_notes(made),
        mapping=mapping_notes(made.mapping, made.codings_waiting),
        choices=choice_notes(made),
        notes=report_notes(made, summary, report.brief),
    )


def _kpis(summary: Summary) -> list[Kpi]:
    beside = {
        "mv_alpha": gettext("Krippendorff’s own coefficient for several codes per unit"),
        "masi": gettext("part of the codes in common counts in part"),
        "percent": gettext("not corrected for chance"),
        "ac1": gettext("a check when codes are rare"),
        "holsti": gettext("on the documents that both of a pair finished; not corrected for chance"),
        "holsti_reliability": gettext("of all coders together; not corrected for chance"),
    }
    kpis = []
    for key, estimate in in_reading_order(summary):
        text = percent(estimate.value) if key == "percent" else coefficient_text(estimate.value)
        kpis.append(Kpi(key, coefficient(estimate.method, estimate.parameters), text, estimate, beside.get(key, "")))
    return kpis


def heat_map(report: Contents, part: Part, chosen: Chosen) -> Heatmap:
    """Return a part of the matrix of codes and pairs; the columns follow the names of the coders."""
    named = {code.id: code for code in report.provenance.codes}
    pairs = {frozenset(pair) for pair in chosen.pairs}
    cells = report.cells_of(chosen.codes, pairs, ["alpha"])
    whole = report.rows_of(chosen.codes)
    rows = []
    for code in chosen.codes:
        of_pair = {frozenset(cell.coders): cell for cell in cells[code]}
        ordered = [_turned(of_pair[frozenset(pair)], pair) for pair in chosen.pairs]
        rows.append(CodeRow(named[code], whole[code], whole[code].estimates["alpha"], ordered))
    missing = dict.fromkeys(sentence for row in rows if (sentence := remark(row.alpha)))
    return Heatmap(
        pairs=chosen.pairs,
        codes=[row for row in rows if not row.row.few_positives],
        rare=[row for row in rows if row.row.few_positives],
        marks={sentence: chr(97 + i) for i, sentence in enumerate(missing)},
        unused=sorted(
            ((row.code, named[row.code].name) for row in report.brief if not row.units_used), key=itemgetter(1)
        ),
        first=part.first,
        total=chosen.total,
        few=sum(row.few_positives and row.units_used > 0 for row in report.brief),
        of=chosen.coder,
        room=chosen.room,
    )


def _turned(cell: CodePairAgreement, pair: tuple[str, str]) -> CodePairAgreement:
    """Return a cell with its coders, and what each had alone, in the order of the column."""
    if cell.coders == pair:
        return cell
    return CodePairAgreement(cell.code, pair, cell.estimates, cell.n, cell.both, cell.second, cell.first)


# --- other reports, and what lies behind a number -------------------------------------------------


def by_choice(reports: Sequence[AgreementReport], shown: AgreementReport) -> list[AgreementReport]:
    """Return the latest report that still holds of each unit, level, name and whether it is of a part; and the one shown.

    ``reports`` latest first; those of all of the round come first.
    """
    latest: dict[tuple[Unit, ReportLevel, str, bool], AgreementReport] = {}
    for report in reports:
        if report.stale_at is None or report.id == shown.id:
            key = (report.unit, report.level, report.name, report.narrowed)
            if key not in latest or report.id == shown.id:
                latest[key] = report
    return [latest[key] for key in sorted(latest, key=lambda key: (key[3], key[2], key[0], key[1]))]


@dataclass(frozen=True)
class About:
    """What a list of segments is about."""

    code: CodeThen | None
    document: DocumentThen | None
    coders: Sequence[str]


def about(made: Provenance, cell: Behind) -> About:
    """Return the names of what a list of segments is about: code, coders, document."""
    coders = {coder.id: coder.name for coder in made.coders}
    return About(
        next((code for code in made.codes if code.id == str(cell.code)), None),
        next((document for document in made.documents if document.id == str(cell.document)), None),
        [coders[str(coder)] for coder in cell.pair if str(coder) in coders],
    )
