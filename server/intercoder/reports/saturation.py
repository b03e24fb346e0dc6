"""How saturation reads in words: what the numbers are called, the facts, the rules, the grade, and what they do not say."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from intercoder.errors import marked
from intercoder.language import gettext, grouped, inline, ngettext, sentences, translate
from intercoder.models import SamplingUnit
from intercoder.reports import Cell, Column, Grid, Note, Row, right
from intercoder.reports.names import CODES_OF, NOTED, codes_of, scope_name
from intercoder.reports.numbers import DASH, number, percent, whole_percent, why
from intercoder.reports.of_cases import said_of
from intercoder.services.arriving import Order, OrderKind
from intercoder.services.saturation import Picture
from intercoder.stats.saturation.reading import CAVEATS, GRADES, Reading, Sentence
from intercoder.stats.saturation.stopping import Guest
from intercoder.stats.saturation.study.events import Kind
from intercoder.stats.saturation.study.whose import View, ViewKind

if TYPE_CHECKING:  # what only words a result needs no numpy
    from intercoder.stats.saturation.reordering import Reordering
    from intercoder.stats.saturation.report import Saturation

#: Numbers in the order of their table → their names; the first ones answer most.
NUMBERS: Mapping[str, str] = {
    "expected_new_next": marked("Expected new in the next document"),
    "expected_new_next_5": marked("Expected new in the next five documents"),
    "p_new_last_exact": marked("Chance that the last document of a random order brings something new"),
    "coverage": marked("Coverage: share of future applications that are of known codes"),
    "turing_coverage": marked("Coverage, Turing’s form"),
    "chao2": marked("At least so many codes exist (Chao2)"),
    "chao2_bc": marked("Chao2, bias-corrected"),
    "ichao2": marked("iChao2"),
    "ice": marked("ICE"),
    "ice_2016": marked("ICE (2016)"),
    "jack1": marked("Jackknife of first order"),
    "jack2": marked("Jackknife of second order"),
    "bootstrap": marked("Bootstrap estimate"),
    "p_new_next_model": marked("Chance that the next document brings something new (model)"),
    "extrapolate_to_2n": marked("Expected codes with twice the documents"),
    "coverage_at_2n": marked("Expected coverage with twice the documents"),
    "further_documents_0.9": marked("Further documents for 90 % of Chao2"),
    "further_documents_0.95": marked("Further documents for 95 % of Chao2"),
    "further_documents_0.99": marked("Further documents for 99 % of Chao2"),
}
SHARES = frozenset({"p_new_last_exact", "coverage", "turing_coverage", "p_new_next_model", "coverage_at_2n"})
#: places of sentences that hold whole numbers of codes
_WHOLE = frozenset({"least", "low", "high"})
#: an interval that ends beyond so many times the codes known is not worth its digits
FAR = 10

UNITS: Mapping[SamplingUnit, str] = {SamplingUnit.DOCUMENT: marked("Documents"), SamplingUnit.CASE: marked("Cases")}
ORDERS: Mapping[OrderKind, str] = {
    OrderKind.FINISHED: marked("in the order in which they were finished"),
    OrderKind.MATERIALS: marked("in the order of the materials"),
    OrderKind.ATTRIBUTE: marked("by {attribute}"),
}


# --- figures -------------------------------------------------------------------------------------


def within(ratio: float, threshold: float) -> bool:
    """Return whether a run stays within the threshold; equal counts, whatever the last bit says."""
    return ratio <= threshold + 1e-12


def chao2_interval(ci95: tuple[float, float], observed: int) -> str:
    """Return the interval of Chao2 in whole codes; an end beyond ten times those known is only said to be there."""
    low, high = ci95
    return f"[{grouped(low)}, {f'> {FAR}×' if high > FAR * observed else grouped(high)}]"


# --- the table by document -----------------------------------------------------------------------


def discovery_table(
    result: "Saturation",
    guest: Guest,
    names: Sequence[str],
    keys: Sequence[str] = (),
    *,
    heading: str = "",
    unit: SamplingUnit = SamplingUnit.DOCUMENT,
    begin: int = 0,
) -> Grid:
    """Return what each document, or case, brought in order of arrival; ``names`` and ``keys`` of these.

    ``begin``: so many came before the first of them, of which nothing is told here.
    """
    ratios = {run.last: run.ratio for run in guest.runs}
    rows = []
    for place, name in enumerate(names, begin + 1):
        ratio = ratios.get(place)
        discovery = result.discovery
        counts = (discovery.codes_in_document[place - 1], discovery.new[place - 1], discovery.cumulative[place - 1])
        cells = [str(place), name, *(grouped(count) for count in counts), "" if ratio is None else percent(ratio)]
        rows.append(Row([Cell(cell) for cell in cells], (keys[place - 1 - begin],) if keys else ()))
    columns = [
        right(gettext("No.")),
        Column(scope_name("document") if unit is SamplingUnit.DOCUMENT else gettext("Case")),
        right(inline(gettext("Codes"))),
        right(inline(gettext("New"))),
        right(inline(gettext("So far"))),
        right(gettext("run / base")),
    ]
    return Grid(heading or gettext("In order of arrival"), columns, rows)


# --- how it reads --------------------------------------------------------------------------------


def grade(reading: Reading) -> str:
    """Return the grade in words; none of them says that anything is saturated."""
    return translate(GRADES[reading.grade])


def reading_sentences(reading: Reading, scope: str, name: str, unit: SamplingUnit = SamplingUnit.DOCUMENT) -> list[str]:
    """Return the facts of a scope and what its rules say, in sentences; ``name`` is what the scope is called."""
    judged = (sentence for sentence in reading.sentences if sentence.values["scope"] == scope)
    return [translate(said_of(unit, s.message), _written(s, name)) for s in (*reading.facts[scope], *judged)]


def _written(sentence: Sentence, scope: str) -> dict[str, str]:
    """Return the values of a sentence as they are written: shares in percent, few decimals."""
    written = {}
    for name, value in {**sentence.values, "scope": scope}.items():
        if isinstance(value, float) and name in {"coverage", "share"}:
            written[name] = whole_percent(value)
        elif isinstance(value, float):
            written[name] = (
                grouped(math.ceil(value)) if name == "further" else number(value, 0 if name in _WHOLE else 1)
            )
        else:
            written[name] = grouped(value) if isinstance(value, int) else str(value)
    return written


def scope_of(scope: str) -> str:
    """Return what a scope of a reading is called: the codes of its level, or codes."""
    return codes_of(scope) if scope in set(CODES_OF) else gettext("Codes")


def guest_in_words(guest: Guest, unit: SamplingUnit = SamplingUnit.DOCUMENT) -> tuple[str, str]:
    """Return the rule of Guest, Namey & Chen with its parameters, and where it was met or why it was not."""
    name = gettext(
        "Guest, Namey & Chen (2020), base {base}, run {run}, at most {threshold}",
        base=guest.base,
        run=guest.run,
        threshold=percent(guest.threshold, 0),
    )
    if guest.saturated_at is None:
        return name, why(guest.reason, cases=unit is SamplingUnit.CASE)
    text = translate(
        said_of(unit, marked("first met at document {n} ({label})")), {"n": guest.saturated_at, "label": guest.label}
    )
    latest = guest.runs[-1]
    if latest.ratio is not None and not within(latest.ratio, guest.threshold):
        text += gettext("; no longer in the latest run")
    return name, text


def orders_in_words(orders: "Reordering", unit: SamplingUnit = SamplingUnit.DOCUMENT) -> list[tuple[str, str]]:
    """Return where news would have ended in other orders; nothing when there is no code."""
    if orders.median is None or orders.percentile5 is None or orders.percentile95 is None:
        return []
    message = marked(
        "in {orders} random orders at document {median} in the middle, and in nine of ten between {low} and {high}; as "
        "they came: {arrival}; reversed: {reversed}"
    )
    values = {
        "orders": grouped(orders.orders),
        "median": orders.median.value,
        "low": orders.percentile5.value,
        "high": orders.percentile95.value,
        "arrival": orders.arrival,
        "reversed": orders.reversed,
    }
    text = translate(said_of(unit, message), values)
    if orders.by_case is not None:
        text += gettext("; case by case: {n}", n=orders.by_case)
    return [(gettext("Last news in other orders"), text)]


def near_in_words(near: int, units: int, unit: SamplingUnit) -> str:
    """Return by when nine tenths of the codes found in the end were known."""
    if unit is SamplingUnit.CASE:
        return gettext("By case {n} of {all}, 90 % of the codes found in the end were known.", n=near, all=units)
    return gettext("By document {n} of {all}, 90 % of the codes found in the end were known.", n=near, all=units)


def caveats(reading: Reading, unit: SamplingUnit = SamplingUnit.DOCUMENT) -> list[Note]:
    """Return what the figures do not say: of these data, then what is always true."""
    return [Note(code, translate(said_of(unit, CAVEATS[code]))) for code in reading.caveats if code in CAVEATS]


def without_ancestor(n: int) -> Note:
    """Return the note on codes that are not counted at a level."""
    text = gettext("{n} codes in use have no code above them at this level and are not counted here.", n=n)
    return Note("codes_without_ancestor", text)


# --- a picture of a project ----------------------------------------------------------------------


def view_in_words(view: View, coder: str = "") -> str:
    """Return whose coding counts in a view; ``coder`` is the name of the one whose view it is."""
    if view.kind is ViewKind.CODER:
        return gettext("{coder} alone", coder=coder)
    if view.kind is ViewKind.AGREE:
        return ngettext("At least {n} coder", "At least {n} coders", view.least)
    return gettext("Consensus") if view.kind is ViewKind.CONSENSUS else gettext("Any coder")


def finished_in_words(view: View) -> str:
    """Return when a document counts as finished in a view."""
    if view.kind is ViewKind.CONSENSUS:
        return gettext("when its round is compared; it needs two coders")
    if view.kind is ViewKind.AGREE:
        return gettext("when the last coder submits it; it needs {n}", n=view.least)
    return (
        gettext("when this coder submits it")
        if view.kind is ViewKind.CODER
        else gettext("when the first coder submits it")
    )


def order_in_words(order: Order) -> str:
    """Return in which order documents, or cases by their first document, are taken to arrive."""
    return translate(ORDERS[order.kind], {"attribute": order.attribute} if order.attribute else {})


def units_in_words(unit: SamplingUnit) -> str:
    """Return what arrives, in the plural."""
    return translate(UNITS[unit])


def picture_table(picture: Picture, begin: int, many: int) -> Grid:
    """Return what ``many`` documents or cases of a picture brought from a place on; a row is known by its first document."""
    part = picture.arrivals[begin : begin + many]
    names, keys = [arrival.title for arrival in part], [str(arrival.documents[0]) for arrival in part]
    made = picture.provenance
    table = discovery_table(picture.result, picture.guest, names, keys, unit=made.unit, begin=begin)
    if isinstance(made.level, Kind):
        columns = [*table.columns]
        columns[2] = right(inline(translate(NOTED[made.level])))
        return replace(table, columns=columns)
    return table


def picture_notes(picture: Picture) -> list[Note]:
    """Return what to read beside a picture of a project, that of its data first."""
    notes = []
    if picture.without_ancestor:
        notes.append(without_ancestor(picture.without_ancestor))
    if picture.provenance.open_rounds:
        numbers = gettext(", ").join(str(n) for n in picture.provenance.open_rounds)
        text = gettext("Round {numbers} is still open: these figures will move.", numbers=numbers)
        notes.append(Note("open_rounds", text))
    return notes


def picture_sentences(picture: Picture) -> list[str]:
    """Return how a picture of a project reads, in sentences."""
    level, unit = picture.provenance.level, picture.provenance.unit
    said = reading_sentences(picture.reading, level.value, codes_of(level), unit)
    if isinstance(level, Kind):
        # the facts speak of codes
        return [*_noted(picture, level), *said[len(picture.reading.facts[level.value]) :]]
    return said


def _noted(picture: Picture, kind: Kind) -> list[str]:
    """Return the facts of what is noted of codes."""
    result, units = picture.result, inline(units_in_words(picture.provenance.unit))
    n = result.frequencies.documents
    told = [
        gettext(
            "{what} known: {known}, of {units}: {n}.",
            what=translate(NOTED[kind]),
            known=result.frequencies.observed,
            units=units,
            n=n,
        )
    ]
    news, coverage = result.estimates["expected_new_next"].value, result.estimates["coverage"].value
    if news is not None and coverage is not None and result.chao2 is not None:
        told.append(
            gettext(
                "The next is expected to bring {news} new ({unique} of {n} show one that is found nowhere else); coverage "
                "{coverage}; at least about {least} exist.",
                news=number(news, 1),
                unique=result.uniques,
                n=n,
                coverage=whole_percent(coverage),
                least=number(result.chao2.estimate, 0),
            )
        )
    return told


def picture_text(picture: Picture, coder: str = "") -> str:
    """Return the text to copy: level, view, order, n, rule, figures, and what they do not say."""
    return sentences(*picture_facts(picture, coder), limits())


def picture_facts(picture: Picture, coder: str = "") -> list[str]:
    """Return the same without what they do not say, in sentences."""
    made = picture.provenance
    head = gettext(
        "Level: {level}. Codes counted: {view}. {units}: {n}, {order} (round {rounds}).",
        level=codes_of(made.level),
        view=view_in_words(View.of(made.view), coder),
        units=units_in_words(made.unit),
        n=made.units,
        order=order_in_words(Order.of(made.order)),
        rounds=gettext(", ").join(str(n) for n in made.rounds) or DASH,
    )
    rule, outcome = guest_in_words(picture.guest, made.unit)
    return [head, *picture_sentences(picture), gettext("{rule}: {outcome}.", rule=rule, outcome=inline(outcome))]


def limits() -> str:
    """Return what every reading of saturation ends with."""
    return gettext(
        "This holds for this codebook, these coders and this way of sampling only; it is not theoretical saturation. Whether "
        "to stop is the researcher’s judgement, with reasons."
    )
