"""What the pages of an agreement report show: rows and cells made from the frozen numbers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from markupsafe import Markup

from intercoder.charts.svg import figure, label
from intercoder.charts.whiskers import position, whisker
from intercoder.models import AgreementReport, ReportLevel, Unit
from intercoder.services.results import CodeThen, Contents, DocumentThen, Provenance, Summary
from intercoder.services.segments import Cell
from intercoder.stats.agreement.remarks import PARADOX
from intercoder.stats.agreement.results import (
    CodeAgreement,
    CodePairAgreement,
    Confusion,
    DocumentAgreement,
    LeftOut,
    PairAgreement,
)
from intercoder.stats.results import REASONS, Estimate
from intercoder.web.i18n import format_number, gettext, translate
from intercoder.web.words import word

#: bands of the heat map: upper bounds of the first three
BANDS = (0.4, 0.667, 0.8)
WARN_BELOW = 0.667
#: confusions shown
CONFUSIONS = 20


@dataclass(frozen=True)
class Number:
    """One estimate as it is printed: the value or a dash, the interval, n, and the reasons for what is missing."""

    shown: str
    band: str
    interval: str
    n: int
    #: why there is no value
    reason: str
    #: why there is no interval
    interval_reason: str
    value: float | None
    low: float | None
    high: float | None
    #: of the resamples, how many lie below .667
    below: float | None
    method: str


def number(estimate: Estimate, *, percent: bool = False) -> Number:
    """Return an estimate of the stored result for printing."""
    value, interval = estimate.value, estimate.interval
    return Number(
        shown=_figure(value, percent),
        band=band(value),
        interval=f"[{_figure(interval.low)}, {_figure(interval.high)}]" if interval else "",
        n=estimate.n_pairable,
        reason=why(estimate.reason),
        interval_reason="" if interval else why(estimate.interval_reason),
        value=value,
        low=interval.low if interval else None,
        high=interval.high if interval else None,
        below=interval.below_667 if interval else None,
        method=estimate.method,
    )


def headline(report: AgreementReport) -> Number:
    """Return the number by which a report is known, from its row alone."""
    ends = None if report.low is None or report.high is None else (report.low, report.high)
    return Number(
        shown=_figure(report.value),
        band=band(report.value),
        interval=f"[{_figure(ends[0])}, {_figure(ends[1])}]" if ends else "",
        n=report.n_pairable,
        reason=why(report.reason),
        interval_reason="" if ends else why(report.interval_reason),
        value=report.value,
        low=report.low,
        high=report.high,
        below=None,
        method=report.coefficient,
    )


def _figure(value: float | None, percent: bool = False) -> str:
    if value is None:
        return "–"
    if percent:
        return f"{format_number(100 * value, 1)}\u202f%"
    return format_number(round(value, 2) + 0.0, 2)  # + 0.0: no "-0.00"


def band(value: float | None) -> str:
    """Return the class of the heat map for a value; hatched when there is none."""
    return "hx" if value is None else f"h{sum(value >= bound for bound in BANDS)}"


def why(reason: str | None) -> str:
    """Return the sentence of a reason code."""
    sentence = REASONS[reason] if reason else ""
    return translate(sentence) if sentence else ""


def bar(name: str, found: Number) -> Markup:
    """Return the interval of a number as a small figure."""
    described = f"{found.shown} {found.interval}".strip() if found.value is not None else found.reason
    return Markup(whisker(found.value, found.low, found.high, {"title": name, "desc": described}))  # noqa: S704 - own SVG


def axis() -> Markup:
    """Return the scale above a column of intervals."""
    parts = [
        label(position(value, 260.0), 20, shown, anchor="middle")
        for value, shown in ((0.0, "0"), (0.4, ".40"), (0.667, ".667"), (0.8, ".80"), (1.0, "1"))
    ]
    title = gettext("Scale")
    return Markup(figure(260, 24, title, gettext("from 0 to 1, with marks at .667 and .80"), parts))  # noqa: S704


@dataclass(frozen=True)
class PairCell:
    """One code and one pair of coders."""

    alpha: Number
    coders: tuple[str, str]
    both: int
    first: int
    second: int


@dataclass(frozen=True)
class CodeRow:
    """One code of the heat map."""

    id: str
    name: str
    colour: int
    alpha: Number
    percent: Number | None
    ac1: Number | None
    cells: Sequence[PairCell]
    bar: Markup
    positives: int
    units_used: int
    prevalence: float | None
    few: bool
    paradox: bool


@dataclass(frozen=True)
class PairRow:
    """Two coders."""

    coders: tuple[str, str]
    names: tuple[str, str]
    alpha: Number
    percent: Number | None
    kappa: Number | None
    ac1: Number | None
    bar: Markup


@dataclass(frozen=True)
class DocumentRow:
    """One document."""

    id: str
    title: str
    coders: Sequence[str]
    alpha: Number
    percent: Number | None
    few: bool
    bar: Markup


@dataclass(frozen=True)
class LeftOutRow:
    """Alpha without one coder."""

    id: str
    name: str
    alpha: Number
    delta: str
    #: agreement rises when this coder is left out
    rises: bool


@dataclass(frozen=True)
class ConfusionRow:
    """Two codes in one another's place."""

    code: str
    name: str
    colour: int
    other: str
    other_name: str
    other_colour: int
    count: int


@dataclass(frozen=True)
class View:
    """Everything on the page of a report."""

    overall: Mapping[str, Number]
    kappa_is_mean: bool
    coders: Mapping[str, str]
    letters: Mapping[str, str]
    pairs: Sequence[tuple[str, str]]
    #: used often enough for a number to mean something; applied fewer than 5 times
    codes: Sequence[CodeRow]
    rare: Sequence[CodeRow]
    #: sentence why there is no interval → its mark in the table of codes
    marks: Mapping[str, str]
    unused: Sequence[str]
    below: int
    measured: int
    by_pair: Sequence[PairRow]
    documents: Sequence[DocumentRow]
    left_out: Sequence[LeftOutRow]
    confusions: Sequence[ConfusionRow]
    warnings: Sequence[str]


def letters(coders: Sequence[str]) -> dict[str, str]:
    """Return A, B, C … for coders in the order given; after Z follows AA."""
    found = {}
    for i, coder in enumerate(coders):
        found[coder] = (chr(64 + i // 26) if i >= 26 else "") + chr(65 + i % 26)
    return found


def level_name(level: str) -> str:
    """Return the name of the level of a report: that of the codes as they were applied, or one of the codebook."""
    return gettext("As applied") if level == "as_coded" else word("level", level)


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


def about(made: Provenance, cell: Cell) -> About:
    """Return the names of what a list of segments is about: code, coders, document."""
    coders = {coder.id: coder.name for coder in made.coders}
    return About(
        next((code for code in made.codes if code.id == str(cell.code)), None),
        next((document for document in made.documents if document.id == str(cell.document)), None),
        [coders[str(coder)] for coder in cell.pair if str(coder) in coders],
    )


def view(report: Contents) -> View:
    """Return what the page of a report shows, in the language of the request."""
    made, summary = report.provenance, report.summary
    coders = {c.id: c.name for c in made.coders if c.id in summary.coders}
    pairs = list(combinations(coders, 2))
    rows = _codes(made, report.codes, report.code_pairs, list(coders))
    used = sorted(
        (r for r in rows if r.units_used), key=lambda r: (r.alpha.value is None, r.alpha.value or 0.0, r.name)
    )
    overall = {name: number(e, percent=name == "percent") for name, e in summary.overall.items()}
    measured = [r.alpha.value for r in used if r.alpha.value is not None]
    missing = dict.fromkeys(r.alpha.reason or r.alpha.interval_reason for r in used if not r.alpha.interval)
    return View(
        overall=overall,
        kappa_is_mean=len(summary.coders) != 2,
        coders=coders,
        letters=letters(list(coders)),
        pairs=pairs,
        codes=[r for r in used if not r.few],
        rare=[r for r in used if r.few],
        marks={sentence: chr(97 + i) for i, sentence in enumerate(missing)},
        unused=sorted(r.name for r in rows if not r.units_used),
        below=sum(value < WARN_BELOW for value in measured),
        measured=len(measured),
        by_pair=sorted((_pair(row, coders) for row in report.pairs), key=lambda r: r.names),
        documents=_documents(made, report.documents, coders),
        left_out=_left_out(report.left_out, coders),
        confusions=_confusions(made, report.confusions),
        warnings=_warnings(made, summary, used),
    )


def _some(estimates: Mapping[str, Estimate], name: str, *, percent: bool = False) -> Number | None:
    return number(estimates[name], percent=percent) if name in estimates else None


def _codes(
    made: Provenance, codes: Sequence[CodeAgreement], cells: Sequence[CodePairAgreement], order: Sequence[str]
) -> list[CodeRow]:
    named = {code.id: code for code in made.codes}
    by_code: dict[str, list[PairCell]] = {}
    for cell in cells:
        (first, second), counts = cell.coders, (cell.first, cell.second)
        if order.index(first) > order.index(second):
            (first, second), counts = (second, first), counts[::-1]
        by_code.setdefault(cell.code, []).append(
            PairCell(number(cell.estimates["alpha"]), (first, second), cell.both, *counts)
        )
    places = {pair: i for i, pair in enumerate(combinations(order, 2))}
    return [
        CodeRow(
            id=row.code,
            name=named[row.code].name,
            colour=named[row.code].colour,
            alpha=(alpha := number(row.estimates["alpha"])),
            percent=_some(row.estimates, "percent", percent=True),
            ac1=_some(row.estimates, "ac1"),
            cells=sorted(by_code.get(row.code, []), key=lambda c: places[c.coders]),
            bar=bar(named[row.code].name, alpha),
            positives=row.positives,
            units_used=row.units_used,
            prevalence=row.prevalence,
            few=row.few_positives,
            paradox=row.paradox,
        )
        for row in codes
    ]


def _pair(row: PairAgreement, coders: Mapping[str, str]) -> PairRow:
    first, second = sorted(row.coders, key=list(coders).index)
    names = (coders[first], coders[second])
    alpha = number(row.estimates["alpha"])
    return PairRow(
        (first, second),
        names,
        alpha,
        _some(row.estimates, "percent", percent=True),
        _some(row.estimates, "kappa"),
        _some(row.estimates, "ac1"),
        bar(" – ".join(names), alpha),
    )


def _documents(
    made: Provenance, documents: Sequence[DocumentAgreement], coders: Mapping[str, str]
) -> list[DocumentRow]:
    titles = {document.id: document.title for document in made.documents}
    return [
        DocumentRow(
            row.document,
            titles[row.document],
            [coders[c] for c in row.coders],
            (alpha := number(row.estimates["alpha"])),
            _some(row.estimates, "percent", percent=True),
            row.few_units,
            bar(titles[row.document], alpha),
        )
        for row in documents
    ]


def _left_out(rows: Sequence[LeftOut], coders: Mapping[str, str]) -> list[LeftOutRow]:
    shown = []
    for row in rows:
        sign = "" if not row.delta else "+" if row.delta > 0 else "−"
        delta = "–" if row.delta is None else f"{sign}{format_number(abs(row.delta), 2)}"
        shown.append(
            LeftOutRow(row.coder, coders[row.coder], number(row.alpha), delta, bool(row.delta and row.delta > 0))
        )
    return shown


def _confusions(made: Provenance, confusions: Sequence[Confusion]) -> list[ConfusionRow]:
    codes = {code.id: code for code in made.codes}
    rows = []
    for confusion in confusions[:CONFUSIONS]:
        code, other = codes[confusion.code], codes[confusion.other]
        rows.append(ConfusionRow(code.id, code.name, code.colour, other.id, other.name, other.colour, confusion.count))
    return rows


def _warnings(made: Provenance, summary: Summary, used: Sequence[CodeRow]) -> list[str]:
    """Return the sentences a careful reader needs before the numbers."""
    sentences = []
    missing = made.assignments - made.submitted
    if missing:
        sentences.append(
            gettext(
                "{missing} of {all} documents given out were not submitted; they are missing here, not empty.",
                missing=missing,
                all=made.assignments,
            )
        )
    single = len(summary.documents) - summary.compared_documents
    if single:
        sentences.append(gettext("{n} documents were finished by one coder only and compare with nothing.", n=single))
    if made.codings_left_out:
        sentences.append(
            gettext(
                "{n} codings have no code above them at this level and are left out. Place their codes in the tree first.",
                n=made.codings_left_out,
            )
        )
    if summary.paradox:
        sentences.append(translate(PARADOX))
    few = sum(row.few for row in used)
    if few:
        sentences.append(
            gettext("{n} codes were applied fewer than 5 times: their alpha moves with every single decision.", n=few)
        )
    return sentences
