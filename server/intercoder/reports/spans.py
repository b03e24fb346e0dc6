"""How far coders agree on free spans, as tables and sentences: over everything, by code, pair and document, without a coder."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from intercoder.language import gettext, grouped, inline, ngettext, translate
from intercoder.reports import Cell, Column, Ends, Grid, Measured, Note, Row, right
from intercoder.reports.agreement import interval_column, pair_name, remarks
from intercoder.reports.independence import all_independent, independence_note, partly_independent
from intercoder.reports.names import coefficient, scope_name
from intercoder.reports.numbers import ends, number, percent, remark, signed
from intercoder.reports.report_enough import Tick, coded_ticks, layers_tick
from intercoder.services.provenance import Provenance
from intercoder.services.results import Summary
from intercoder.stats.results import worst_first
from intercoder.stats.spans.digest import (
    REMARKS,
    CodeRow,
    DocumentRow,
    LeftOutRow,
    PairRow,
    SpanDigest,
    Value,
)


@dataclass(frozen=True, slots=True)
class Given:
    """A number of a table: ``Measured`` by what a row keeps of it."""

    value: float | None
    reason: str | None = None
    interval: Ends | None = None
    interval_reason: str | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """One number over everything: its stable key, its name, what it says in words, how it is printed."""

    key: str
    name: str
    note: str
    text: str
    estimate: Measured
    coverage: float | None = None


def asked(whole: SpanDigest, *, digits: int = 3, full: bool = True) -> list[Asked]:
    """Return the numbers over everything, the headline first.

    Not ``full``: without the other form of cu-alpha, and without |u-alpha of any code where that of coded or not says the same.
    """
    notes = {
        "u_alpha": gettext("which text, and with which code"),
        "bar_u_alpha": gettext("whether the same text is coded, where codes exclude one another"),
        "cu_alpha": gettext("which code, where both coded"),
        "cu_alpha_union": gettext("which code, where anybody coded"),
        "any_code_u_alpha": gettext("whether the same text is coded, whatever the code"),
        "mean_binary_u_alpha": gettext("each code against everything else; read the table by code"),
        "character_alpha": gettext("every character a unit; neighbours depend on one another, so there is no interval"),
    }
    shown = whole.overall.keys() - ({"cu_alpha_union"} | _twice(whole) if not full else set())
    order = sorted((key for key in whole.overall if key in shown), key=lambda key: key != whole.headline)
    listed = [
        Asked(
            key,
            coefficient(figure.method, figure.parameters, key),
            notes.get(key, ""),
            number(figure.value, digits),
            figure,
            figure.coverage,
        )
        for key in order
        for figure in [whole.overall[key]]
    ]
    return [*listed, *_of_pairs(whole, digits)]


def _twice(whole: SpanDigest) -> set[str]:
    """Return |u-alpha of any code where codes exclude one another: that of coded or not tells the same."""
    return {"any_code_u_alpha"} if whole.overall["bar_u_alpha"].value is not None else set()


def _of_pairs(whole: SpanDigest, digits: int) -> list[Asked]:
    """Return what is computed of two coders at a time, over all pairs together."""
    kappa, segments, f1 = whole.kappa, whole.segments, whole.f1
    counted = gettext("{n} spans of the two coders of each pair", n=grouped(f1.total))
    rows = [
        Asked(
            "mean_character_kappa",
            gettext("Cohen’s kappa over characters, mean of codes and pairs (as NVivo)"),
            gettext("{n} are defined, {undefined} are not", n=grouped(kappa.n), undefined=grouped(kappa.undefined)),
            number(kappa.value, digits),
            Given(kappa.value, None if kappa.n else "no_defined_code"),
        ),
        Asked(
            "segment_agreement",
            gettext(
                "Segments that agree, overlap of {threshold} or more (as MAXQDA)", threshold=percent(whole.threshold, 0)
            ),
            gettext(
                "{n} of {all}; not corrected for chance", n=grouped(segments.agreements), all=grouped(segments.total)
            ),
            percent(segments.share),
            Given(segments.share, None if segments.total else "not_used"),
        ),
    ]
    for key, name, value in (
        ("f1_exact", gettext("F1 of spans, same ends"), f1.exact),
        ("f1_overlap", gettext("F1 of spans that overlap"), f1.overlap),
    ):
        rows.append(Asked(key, name, counted, number(value, digits), Given(value, None if f1.total else "not_used")))
    return rows


def overall_table(whole: SpanDigest, *, digits: int = 3) -> Grid:
    """Return the numbers over everything."""
    lines = [
        Row(
            [
                Cell(row.name),
                Cell(row.text, row.estimate),
                Cell(ends(row.estimate.interval, digits), row.estimate),
                Cell("" if row.coverage is None else percent(row.coverage)),
            ],
            (row.key,),
            remark(row.estimate),
        )
        for row in asked(whole, digits=digits)
    ]
    columns = [
        Column(gettext("Coefficient")),
        right(gettext("value")),
        interval_column(),
        right(gettext("of the text")),
    ]
    return Grid(gettext("Free spans: over all documents and codes"), columns, lines)


def codes_table(
    rows: Sequence[CodeRow], names: Mapping[str, str], *, digits: int = 3, most: int | None = None, full: bool = True
) -> Grid:
    """Return each code, the lowest |u-alpha first and those with few spans last, all or so many; ``names`` of the codes by what the rows call them.

    ``full``: with the two coefficients that differ little from |u-alpha, for which a page has no room.
    """
    lines = []
    for row in sorted(rows, key=lambda row: (row.few_spans, *worst_first(row.alpha.value), names[row.code]))[:most]:
        alpha = Given(row.alpha.value, row.alpha.reason, row.interval, row.interval_reason)
        said = remark(alpha)
        if row.few_spans and row.spans:
            said = said or gettext("fewer than 5 spans")
        cells = [
            Cell(names[row.code]),
            Cell(number(alpha.value, digits), alpha),
            Cell(ends(alpha.interval, digits), alpha),
            *([_value(row.ku_alpha, digits), _value(row.character_alpha, digits)] if full else []),
            _share(row.kappa.value, number(row.kappa.value, digits)),
            _share(row.segments.share, percent(row.segments.share)),
            _share(row.f1.exact, number(row.f1.exact, digits)),
            _share(row.f1.overlap, number(row.f1.overlap, digits)),
            Cell(grouped(row.spans)),
            Cell(percent(row.prevalence)),
            Cell(str(row.coders)),
        ]
        lines.append(Row(cells, (row.code,), said))
    columns = [
        Column(scope_name("code")),
        right("|u-α"),
        interval_column(),
        *([right("(k)u-α"), right(gettext("α by character"))] if full else []),
        right(gettext("κ by character")),
        right(gettext("segments")),
        right(gettext("F1 exact")),
        right(gettext("F1 overlap")),
        right(gettext("spans")),
        right(gettext("share")),
        right(inline(gettext("Coders"))),
    ]
    return Grid(
        gettext("Free spans by code, lowest first, those with fewer than 5 spans last (each against everything else)"),
        columns,
        lines,
    )


def pairs_table(
    rows: Sequence[PairRow],
    names: Mapping[str, str],
    headline: str,
    *,
    digits: int = 3,
    most: int | None = None,
) -> Grid:
    """Return the pairs of coders, the lowest headline first, all or so many; ``names`` of the coders by what the rows call them."""
    lines = []
    for row in sorted(
        rows, key=lambda row: (*worst_first(row.estimates[headline].value), pair_name(row.coders, names))
    )[:most]:
        first = row.estimates[headline]
        cells = [
            Cell(pair_name(row.coders, names)),
            Cell(number(first.value, digits), first),
            Cell(ends(first.interval, digits), first),
            *(Cell(number(row.estimates[key].value, digits), row.estimates[key]) for key in _beside(headline)),
            _share(row.kappa.value, number(row.kappa.value, digits)),
            _share(row.segments.share, percent(row.segments.share)),
            _share(row.f1.exact, number(row.f1.exact, digits)),
            _share(row.f1.overlap, number(row.f1.overlap, digits)),
            _share(row.f1_characters, number(row.f1_characters, digits)),
        ]
        lines.append(Row(cells, row.coders, remark(first)))
    columns = [
        Column(scope_name("pair")),
        right(_short(headline)),
        interval_column(),
        *(right(_short(key)) for key in _beside(headline)),
        right(gettext("κ by character")),
        right(gettext("segments")),
        right(gettext("F1 exact")),
        right(gettext("F1 overlap")),
        right(gettext("F1 characters")),
    ]
    return Grid(gettext("Free spans by pair of coders, lowest first"), columns, lines)


def documents_table(
    rows: Sequence[DocumentRow],
    titles: Mapping[str, str],
    coders: Mapping[str, str],
    headline: str,
    *,
    digits: int = 3,
    most: int | None = None,
) -> Grid:
    """Return the documents with those who finished them, the lowest headline first, all or so many."""
    lines = []
    keys = [headline, *(key for key in _beside(headline))]
    for row in sorted(rows, key=lambda row: (*worst_first(row.values[headline].value), titles[row.document]))[:most]:
        first = row.values[headline]
        cells = [
            Cell(titles[row.document]),
            *(_value(row.values[key], digits) for key in keys),
            Cell(grouped(row.length)),
            Cell(gettext(", ").join(coders[coder] for coder in row.coders)),
        ]
        lines.append(Row(cells, (row.document,), remark(Given(first.value, first.reason))))
    columns = [
        Column(scope_name("document")),
        *(right(_short(key)) for key in keys),
        right(inline(gettext("Characters"))),
        Column(gettext("Finished by")),
    ]
    return Grid(gettext("Free spans by document, lowest first"), columns, lines)


def left_out_table(rows: Sequence[LeftOutRow], names: Mapping[str, str], headline: str, *, digits: int = 3) -> Grid:
    """Return the headline without each coder, the greatest rise first; ``names`` of the coders by what the rows call them."""
    lines = [
        Row(
            [Cell(names[row.coder]), _value(row.value, digits), Cell(signed(row.delta, digits))],
            (row.coder,),
            remark(Given(row.value.value, row.value.reason)),
        )
        for row in sorted(rows, key=lambda row: worst_first(None if row.delta is None else -row.delta))
    ]
    columns = [Column(scope_name("coder")), right(_short(headline)), right(gettext("change"))]
    return Grid(gettext("Free spans without one coder, the greatest rise first"), columns, lines)


def _beside(headline: str) -> tuple[str, ...]:
    """Return what stands beside the headline by pair and by document; where codes overlap cu-alpha is undefined."""
    return ("any_code_u_alpha", "cu_alpha") if headline == "u_alpha" else ("any_code_u_alpha",)


def _short(key: str) -> str:
    """Return a coefficient as the heading of a column."""
    said = {
        "u_alpha": "u-α",
        "mean_binary_u_alpha": gettext("|u-α, mean"),
        "any_code_u_alpha": gettext("|u-α, any code"),
        "cu_alpha": "cu-α",
    }
    return said[key]


def _value(value: Value, digits: int) -> Cell:
    return Cell(number(value.value, digits), Given(value.value, value.reason))


def _share(value: float | None, text: str) -> Cell:
    return Cell(text, Given(value))


# --- sentences -----------------------------------------------------------------------------------


def span_notes(made: Provenance, whole: SpanDigest, codes: Iterable[CodeRow]) -> list[Note]:
    """Return what a careful reader needs to know before the numbers of a report by free span."""
    said = remarks(
        assigned=made.assignments,
        submitted=made.submitted,
        single=len(whole.documents) - whole.compared_documents,
        without_ancestor=made.codings_left_out,
    )
    said += [Note(key, translate(REMARKS[key])) for key in whole.remarks]
    if few := sum(row.few_spans and row.spans > 0 for row in codes):
        text = ngettext(
            "{n} code has fewer than 5 spans: its |u-α moves with every single decision.",
            "{n} codes have fewer than 5 spans: their |u-α moves with every single decision.",
            few,
        )
        said.append(Note("few_spans", text))
    return said


def independence_of_spans(made: Provenance, summary: Summary, whole: SpanDigest) -> Note:
    """Return whether the layers of a report by free span are independent, with its headline over those alone that are."""
    alone = (whole.independent or {}).get(whole.headline)
    if alone is None or made.independence is None or all_independent(made):
        return independence_note(made, summary)
    told, first = made.independence, whole.first
    text = gettext(
        "Over these alone {name} is {alone}; over all layers it is {whole}.",
        name=inline(coefficient(first.method, first.parameters)),
        alone=number(alone.value, 2),
        whole=number(first.value, 2),
    )
    every = told.independent + len(told.dependent)
    return Note("partly_independent", f"{partly_independent(told.independent, every)} {text}")


def span_ticks(made: Provenance, whole: SpanDigest, codes: Iterable[CodeRow]) -> Iterator[Tick]:
    """Give what a report by free span rests on: documents, what came back, coders, text, layers, rare codes."""
    yield from coded_ticks(made, len(whole.documents), whole.compared_documents, len(whole.coders))
    text = ngettext("{n} span", "{n} spans", whole.spans)
    marked = gettext("{share} of the text is coded", share=percent(whole.marked))
    yield Tick(bool(whole.spans), gettext("{spans}; {marked}", spans=text, marked=marked))
    yield from layers_tick(made)
    if rare := sum(row.few_spans and row.spans > 0 for row in codes):
        yield Tick(False, ngettext("{n} code has fewer than 5 spans", "{n} codes have fewer than 5 spans", rare))
