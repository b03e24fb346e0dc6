"""What the pages of an agreement report show: rows and cells made from the frozen numbers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any
from uuid import UUID

from markupsafe import Markup

from intercoder.charts.svg import figure, label
from intercoder.charts.whiskers import position, whisker
from intercoder.stats.agreement.remarks import PARADOX
from intercoder.stats.results import REASONS
from intercoder.web.i18n import format_number, gettext
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


def number(estimate: Mapping[str, Any] | None, *, percent: bool = False) -> Number | None:
    """Return an estimate of the stored result for printing; None when it was not computed."""
    if estimate is None:
        return None
    value, interval = estimate["value"], estimate["interval"]
    return Number(
        shown=_figure(value, percent),
        band=band(value),
        interval=f"[{_figure(interval['low'])}, {_figure(interval['high'])}]" if interval else "",
        n=estimate["n_pairable"],
        reason=why(estimate["reason"]),
        interval_reason="" if interval else why(estimate["interval_reason"]),
        value=value,
        low=interval["low"] if interval else None,
        high=interval["high"] if interval else None,
        below=interval["below_667"] if interval else None,
        method=estimate["method"],
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
    return gettext(sentence) if sentence else ""


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
class Cell:
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
    cells: Sequence[Cell]
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

    overall: Mapping[str, Number | None]
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


def by_design(reports: Sequence[Any]) -> dict[tuple[str, str], Any]:
    """Return the latest report that still holds for each unit and level; ``reports`` latest first."""
    found: dict[tuple[str, str], Any] = {}
    for one in reports:
        if one.stale_at is None:
            found.setdefault((one.unit, one.level), one)
    return found


def about(provenance: Mapping[str, Any], asked: Mapping[str, UUID | None]) -> dict[str, Any]:
    """Return the names of what a list of segments is about: code, coders, document."""
    ids = {name: str(value) for name, value in asked.items() if value is not None}

    def one(kind: str, name: str) -> Any:
        return next((x for x in provenance[kind] if x["id"] == ids.get(name)), None)

    coders = [c["name"] for c in (one("coders", "coder"), one("coders", "other")) if c]
    return {"code": one("codes", "code"), "document": one("documents", "document"), "coders": coders}


def view(provenance: Mapping[str, Any], result: Mapping[str, Any]) -> View:
    """Return what the page of a report shows, in the language of the request."""
    coders = {c["id"]: c["name"] for c in provenance["coders"] if c["id"] in result["coders"]}
    pairs = list(combinations(coders, 2))
    rows = _codes(provenance, result, list(coders))
    used = sorted(
        (r for r in rows if r.units_used), key=lambda r: (r.alpha.value is None, r.alpha.value or 0.0, r.name)
    )
    overall = {name: number(e, percent=name == "percent") for name, e in result["overall"].items()}
    measured = [r.alpha.value for r in used if r.alpha.value is not None]
    missing = dict.fromkeys(r.alpha.reason or r.alpha.interval_reason for r in used if not r.alpha.interval)
    return View(
        overall=overall,
        kappa_is_mean=len(result["coders"]) != 2,
        coders=coders,
        letters=letters(list(coders)),
        pairs=pairs,
        codes=[r for r in used if not r.few],
        rare=[r for r in used if r.few],
        marks={sentence: chr(97 + i) for i, sentence in enumerate(missing)},
        unused=sorted(r.name for r in rows if not r.units_used),
        below=sum(value < WARN_BELOW for value in measured),
        measured=len(measured),
        by_pair=sorted((_pair(row, coders) for row in result["by_pair"]), key=lambda r: r.names),
        documents=_documents(provenance, result, coders),
        left_out=_left_out(result, coders),
        confusions=_confusions(provenance, result),
        warnings=_warnings(provenance, result, used),
    )


def _must(estimate: Mapping[str, Any]) -> Number:
    found = number(estimate)
    assert found is not None
    return found


def _codes(provenance: Mapping[str, Any], result: Mapping[str, Any], order: Sequence[str]) -> list[CodeRow]:
    codes = {c["id"]: c for c in provenance["codes"]}
    cells: dict[str, list[Cell]] = {}
    for one in result["by_code_and_pair"]:
        (first, second), counts = one["coders"], (one["first"], one["second"])
        if order.index(first) > order.index(second):
            (first, second), counts = (second, first), counts[::-1]
        cells.setdefault(one["code"], []).append(
            Cell(_must(one["estimates"]["alpha"]), (first, second), one["both"], *counts)
        )
    places = {pair: i for i, pair in enumerate(combinations(order, 2))}
    rows = []
    for one in result["by_code"]:
        code, estimates = codes[one["code"]], one["estimates"]
        alpha = _must(estimates["alpha"])
        rows.append(
            CodeRow(
                id=one["code"],
                name=code["name"],
                colour=code["colour"],
                alpha=alpha,
                percent=number(estimates.get("percent"), percent=True),
                ac1=number(estimates.get("ac1")),
                cells=sorted(cells.get(one["code"], []), key=lambda c: places[c.coders]),
                bar=bar(code["name"], alpha),
                positives=one["positives"],
                units_used=one["units_used"],
                prevalence=one["prevalence"],
                few=one["few_positives"],
                paradox=one["paradox"],
            )
        )
    return rows


def _pair(row: Mapping[str, Any], coders: Mapping[str, str]) -> PairRow:
    first, second = sorted(row["coders"], key=list(coders).index)
    names, estimates = (coders[first], coders[second]), row["estimates"]
    alpha = _must(estimates["alpha"])
    return PairRow(
        (first, second),
        names,
        alpha,
        number(estimates.get("percent"), percent=True),
        number(estimates.get("kappa")),
        number(estimates.get("ac1")),
        bar(" – ".join(names), alpha),
    )


def _documents(
    provenance: Mapping[str, Any], result: Mapping[str, Any], coders: Mapping[str, str]
) -> list[DocumentRow]:
    titles = {d["id"]: d["title"] for d in provenance["documents"]}
    rows = []
    for row in result["by_document"]:
        title, alpha = titles[row["document"]], _must(row["estimates"]["alpha"])
        rows.append(
            DocumentRow(
                row["document"],
                title,
                [coders[c] for c in row["coders"]],
                alpha,
                number(row["estimates"].get("percent"), percent=True),
                row["few_units"],
                bar(title, alpha),
            )
        )
    return rows


def _left_out(result: Mapping[str, Any], coders: Mapping[str, str]) -> list[LeftOutRow]:
    rows = []
    for row in result["left_out"]:
        delta = row["delta"]
        shown = (
            "–" if delta is None else f"{'+' if delta > 0 else '−' if delta < 0 else ''}{format_number(abs(delta), 2)}"
        )
        rows.append(
            LeftOutRow(row["coder"], coders[row["coder"]], _must(row["alpha"]), shown, bool(delta and delta > 0))
        )
    return rows


def _confusions(provenance: Mapping[str, Any], result: Mapping[str, Any]) -> list[ConfusionRow]:
    codes = {c["id"]: c for c in provenance["codes"]}
    rows = []
    for row in result["confusions"][:CONFUSIONS]:
        one, other = codes[row["code"]], codes[row["other"]]
        rows.append(
            ConfusionRow(
                one["id"], one["name"], one["colour"], other["id"], other["name"], other["colour"], row["count"]
            )
        )
    return rows


def _warnings(provenance: Mapping[str, Any], result: Mapping[str, Any], used: Sequence[CodeRow]) -> list[str]:
    """Return the sentences a careful reader needs before the numbers."""
    found = []
    missing = provenance["assignments"] - provenance["submitted"]
    if missing:
        found.append(
            gettext(
                "%(missing)s of %(all)s documents given out were not submitted; they are missing here, not empty.",
                missing=missing,
                all=provenance["assignments"],
            )
        )
    single = len(result["documents"]) - result["compared_documents"]
    if single:
        found.append(gettext("%(n)s documents were finished by one coder only and compare with nothing.", n=single))
    if provenance["codings_left_out"]:
        found.append(
            gettext(
                "%(n)s codings have no code above them at this level and are left out. Place their codes in the tree first.",
                n=provenance["codings_left_out"],
            )
        )
    if result["paradox"]:
        found.append(gettext(PARADOX))
    few = sum(row.few for row in used)
    if few:
        found.append(
            gettext("%(n)s codes were applied fewer than 5 times: their alpha moves with every single decision.", n=few)
        )
    return found
