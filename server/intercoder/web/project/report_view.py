"""What only the page of an agreement report has: bands of colour, small bars, letters for coders, the heat map."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from intercoder.language import gettext
from intercoder.models import AgreementReport, ReportLevel, Unit
from intercoder.reports import Grid, Note
from intercoder.reports.agreement import (
    confusions_table,
    documents_table,
    few_comparable,
    left_out_table,
    pairs_table,
    remarks,
)
from intercoder.reports.benchmark import benchmark_notes
from intercoder.reports.independence import exposure_notes, independence_note, layers_caption
from intercoder.reports.methods import below
from intercoder.reports.names import coefficient
from intercoder.reports.numbers import letters, percent, remark, worst_first
from intercoder.services.results import HEADLINE, CodeThen, Contents, DocumentThen, Provenance, Summary
from intercoder.services.segments import Cell as Behind
from intercoder.stats.agreement.results import CodeAgreement, CodePairAgreement
from intercoder.stats.results import Estimate
from intercoder.web.figures import DIGITS, coefficient_text


@dataclass(frozen=True)
class Kpi:
    """A coefficient over everything, with its name and what is said below it."""

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
    """The matrix of codes and pairs of coders, lowest alpha first.

    ``rare``: codes applied fewer than 5 times; ``marks``: sentence why there is no interval, or none of any width → its mark;
    ``unused``: names of codes that nobody applied.
    """

    pairs: Sequence[tuple[str, str]]
    codes: Sequence[CodeRow]
    rare: Sequence[CodeRow]
    marks: Mapping[str, str]
    unused: Sequence[str]


@dataclass(frozen=True)
class View:
    """Everything on the page of a report, in the language spoken now."""

    coders: Mapping[str, str]
    letters: Mapping[str, str]
    colours: Mapping[str, int]
    kpis: Sequence[Kpi]
    benchmark: Sequence[Note]
    heatmap: Heatmap
    below: int
    measured: int
    pairs: Grid
    documents: Grid
    left_out: Grid
    confusions: Grid
    notes: Sequence[Note]
    independence: Note
    #: over which layers the figures are
    over: str
    exposures: Sequence[Note]


def view(report: Contents) -> View:
    """Return what the page of a report shows."""
    made, summary = report.provenance, report.summary
    coders = {coder.id: coder.name for coder in made.coders if coder.id in summary.coders}
    names = {code.id: code.name for code in made.codes}
    titles = {document.id: document.title for document in made.documents}
    heatmap = heat_map(made, report.codes, report.code_pairs, list(coders))
    low, measured = below(report.codes)
    whole, ac1 = summary.overall[HEADLINE], summary.overall.get("ac1")
    return View(
        coders=coders,
        letters=letters(list(coders)),
        colours={code.id: code.colour for code in made.codes},
        kpis=_kpis(summary),
        benchmark=benchmark_notes(coefficient(whole.method, whole.parameters), whole),
        heatmap=heatmap,
        below=low,
        measured=measured,
        pairs=pairs_table(report.pairs, coders, digits=DIGITS),
        documents=documents_table(report.documents, titles, coders, digits=DIGITS),
        left_out=left_out_table(report.left_out, coders, digits=DIGITS),
        confusions=confusions_table(report.confusions, names),
        independence=independence_note(made, summary),
        over=layers_caption(made),
        exposures=exposure_notes(made),
        notes=few_comparable(whole.n_units, whole.n_pairable)
        + remarks(
            assigned=made.assignments,
            submitted=made.submitted,
            single=len(summary.documents) - summary.compared_documents,
            without_ancestor=made.codings_left_out,
            one_category=summary.paradox and (ac1 is None or ac1.value is not None),
            few=len(heatmap.rare),
        ),
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
    for key, estimate in summary.overall.items():
        note = beside.get(key, "")
        if estimate.interval is not None and estimate.interval.below_667 is not None and key == "alpha":
            note = gettext("{p} of resamples below .667", p=percent(estimate.interval.below_667, 0))
        text = percent(estimate.value) if key == "percent" else coefficient_text(estimate.value)
        kpis.append(Kpi(coefficient(estimate.method, estimate.parameters), text, estimate, note))
    return kpis


def heat_map(
    made: Provenance, codes: Sequence[CodeAgreement], cells: Sequence[CodePairAgreement], coders: Sequence[str]
) -> Heatmap:
    """Return the matrix of codes and pairs; the columns follow the order of ``coders``."""
    pairs = list(combinations(coders, 2))
    of_code: dict[str, dict[frozenset[str], CodePairAgreement]] = {}
    for cell in cells:
        of_code.setdefault(cell.code, {})[frozenset(cell.coders)] = cell
    named = {code.id: code for code in made.codes}
    rows = [
        CodeRow(
            named[row.code],
            row,
            row.estimates["alpha"],
            [_turned(of_code[row.code][frozenset(pair)], pair) for pair in pairs],
        )
        for row in codes
        if row.units_used
    ]
    rows.sort(key=lambda row: (*worst_first(row.alpha.value), row.code.name))
    missing = dict.fromkeys(sentence for row in rows if (sentence := remark(row.alpha)))
    return Heatmap(
        pairs=pairs,
        codes=[row for row in rows if not row.row.few_positives],
        rare=[row for row in rows if row.row.few_positives],
        marks={sentence: chr(97 + i) for i, sentence in enumerate(missing)},
        unused=sorted(named[row.code].name for row in codes if not row.units_used),
    )


def _turned(cell: CodePairAgreement, pair: tuple[str, str]) -> CodePairAgreement:
    """Return a cell with its coders, and what each had alone, in the order of the column."""
    if cell.coders == pair:
        return cell
    return CodePairAgreement(cell.code, pair, cell.estimates, cell.n, cell.both, cell.second, cell.first)


# --- other reports, and what lies behind a number -------------------------------------------------


def by_design(reports: Sequence[AgreementReport]) -> dict[tuple[Unit, ReportLevel], AgreementReport]:
    """Return the latest report that still holds for each unit and level; ``reports`` latest first."""
    latest: dict[tuple[Unit, ReportLevel], AgreementReport] = {}
    for report in reports:
        if report.stale_at is None:
            latest.setdefault((report.unit, report.level), report)
    return latest


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
