"""The tables of agreement and the sentences to read beside them, from the numbers as they were computed."""

from collections.abc import Mapping, Sequence

from intercoder.language import gettext, grouped, inline, ngettext, translate
from intercoder.reports import Cell, Column, ColumnKind, Grid, Measured, Note, Row, right
from intercoder.reports.names import coefficient, scope_name
from intercoder.reports.numbers import ends, number, percent, remark, signed
from intercoder.services.provenance import Provenance
from intercoder.services.results import Summary
from intercoder.stats.agreement.remarks import PARADOX
from intercoder.stats.agreement.results import (
    FEW_UNITS,
    CodeAgreement,
    CodeBrief,
    Confusion,
    DocumentAgreement,
    LeftOut,
    PairAgreement,
)
from intercoder.stats.results import Estimate, worst_first

#: confusions that are listed
CONFUSIONS = 20


def codes_table(rows: Sequence[CodeAgreement], names: Mapping[str, str], *, digits: int = 3) -> Grid:
    """Return each code over all coders, lowest alpha first; ``names`` of the codes by what the rows call them."""
    lines = []
    for row in sorted(rows, key=lambda row: _order(row.estimates, names[row.code])):
        said = remark(row.estimates["alpha"])
        if not said and row.few_positives:
            said = gettext("applied fewer than 5 times")
        used = [Cell(str(row.positives)), Cell(percent(row.prevalence))]
        cells = [Cell(names[row.code]), *_measures(row.estimates, digits), *used]
        lines.append(Row(cells, (row.code,), said))
    columns = [
        Column(scope_name("code")),
        *_measured(rows),
        right(gettext("applied")),
        right(gettext("share")),
    ]
    return Grid(gettext("By code, lowest alpha first (each code: used or not)"), columns, lines)


def pairs_table(
    rows: Sequence[PairAgreement], names: Mapping[str, str], *, digits: int = 3, most: int | None = None
) -> Grid:
    """Return the pairs of coders, lowest alpha first, all or so many; ``names`` of the coders by what the rows call them."""
    lines = [
        Row(
            [Cell(pair_name(row.coders, names)), *_measures(row.estimates, digits), _units(row.estimates)],
            tuple(row.coders),
            remark(row.estimates["alpha"]),
        )
        for row in sorted(rows, key=lambda row: _order(row.estimates, pair_name(row.coders, names)))[:most]
    ]
    columns = [Column(scope_name("pair")), *_measured(rows), right(inline(gettext("Units")))]
    return Grid(gettext("By pair of coders, lowest alpha first"), columns, lines)


def documents_table(
    rows: Sequence[DocumentAgreement],
    titles: Mapping[str, str],
    coders: Mapping[str, str],
    *,
    digits: int = 3,
    most: int | None = None,
) -> Grid:
    """Return the documents with those who finished them, lowest alpha first, all or so many; names by what the rows call them."""
    lines = []
    for row in sorted(rows, key=lambda row: _order(row.estimates, titles[row.document]))[:most]:
        said = remark(row.estimates["alpha"])
        if not said and row.estimates["alpha"].n_pairable < FEW_UNITS:
            said = gettext("few units")
        finished = Cell(gettext(", ").join(coders[coder] for coder in row.coders))
        cells = [Cell(titles[row.document]), *_measures(row.estimates, digits), _units(row.estimates), finished]
        lines.append(Row(cells, (row.document,), said))
    columns = [
        Column(scope_name("document")),
        *_measured(rows),
        right(inline(gettext("Units"))),
        Column(gettext("Finished by")),
    ]
    return Grid(gettext("By document, lowest alpha first"), columns, lines)


def left_out_table(rows: Sequence[LeftOut], names: Mapping[str, str], *, digits: int = 3) -> Grid:
    """Return alpha without each coder, the greatest rise first; ``names`` of the coders by what the rows call them."""
    lines = [
        Row(
            [
                Cell(names[row.coder]),
                Cell(number(row.alpha.value, digits), row.alpha),
                Cell(ends(row.alpha.interval, digits), row.alpha),
                Cell(signed(row.delta, digits)),
            ],
            (row.coder,),
            remark(row.alpha),
        )
        for row in sorted(rows, key=lambda row: worst_first(None if row.delta is None else -row.delta))
    ]
    columns = [
        Column(scope_name("coder")),
        right(gettext("alpha")),
        interval_column(),
        right(gettext("change")),
    ]
    return Grid(gettext("Alpha without one coder, the greatest rise first"), columns, lines)


def confusions_table(rows: Sequence[Confusion], names: Mapping[str, str]) -> Grid:
    """Return the codes that stand most often in one another's place; ``names`` of the codes by what the rows call them."""
    lines = [
        Row([Cell(names[row.code]), Cell(names[row.other]), Cell(str(row.count))], (row.code, row.other))
        for row in rows[:CONFUSIONS]
    ]
    columns = [Column(gettext("One coder used")), Column(gettext("Another used")), right(gettext("Times"))]
    return Grid(gettext("Codes that stand in one another’s place"), columns, lines)


def interval_column() -> Column:
    """Return a column of intervals."""
    return Column(gettext("95 % interval"), ColumnKind.INTERVAL)


def pair_name(coders: Sequence[str], names: Mapping[str, str]) -> str:
    """Return two coders as a table calls them."""
    return " – ".join(names[coder] for coder in coders)


def few_comparable(units: int, pairable: int) -> list[Note]:
    """Return the note that the numbers rest on a small part of the units; none where most can be compared.

    ``pairable`` of ``units`` have values of two coders; at 0 there is no number, whose reason says it.
    """
    if not 0 < pairable < units or (pairable >= FEW_UNITS and 2 * pairable >= units):
        return []
    text = gettext(
        "{n} of {all} units can be compared: the others have a value of one coder or none. The numbers say nothing about them.",
        n=grouped(pairable),
        all=grouped(units),
    )
    return [Note("few_comparable", text)]


def remarks(
    *,
    assigned: int = 0,
    submitted: int = 0,
    single: int = 0,
    without_ancestor: int = 0,
    one_category: bool = False,
    few: int = 0,
    skipped: int = 0,
    unseen: int = 0,
) -> list[Note]:
    """Return what a careful reader needs to know before the numbers.

    ``assigned`` documents were given out and ``submitted`` came back; ``single`` were finished by one coder only;
    ``without_ancestor`` codings have no code at the level compared; ``few`` codes were applied fewer than 5 times.
    ``skipped`` and ``unseen``: units of the round that their coder skipped, or had not looked at.
    """
    notes = []
    if assigned > submitted:
        text = gettext(
            "{missing} of {all} documents given out were not submitted; they are missing here, not empty.",
            missing=assigned - submitted,
            all=assigned,
        )
        notes.append(Note("not_submitted", text))
    if single:
        text = gettext("{n} documents were finished by one coder only and compare with nothing.", n=single)
        notes.append(Note("single_coder_documents", text))
    if without_ancestor:
        text = gettext(
            "{n} codings have no code above them at this level and are left out. Place their codes in the tree first.",
            n=without_ancestor,
        )
        notes.append(Note("codings_without_ancestor", text))
    if skipped or unseen:
        text = gettext(
            "Missing values here, not “no code”: units that their coder skipped ({skipped}), and units that their coder had not looked at when "
            "submitting ({unseen}). A longer unit that holds one is missing too.",
            skipped=grouped(skipped),
            unseen=grouped(unseen),
        )
        notes.append(Note("units_left_out", text))
    if one_category:
        notes.append(Note("paradox", translate(PARADOX)))
    if few:
        text = ngettext(
            "{n} code was applied fewer than 5 times: its alpha moves with every single decision.",
            "{n} codes were applied fewer than 5 times: their alpha moves with every single decision.",
            few,
        )
        notes.append(Note("few_positives", text))
    return notes


def report_notes(made: Provenance, summary: Summary, codes: Sequence[CodeBrief]) -> list[Note]:
    """Return what a careful reader needs to know before the numbers of a report."""
    whole, ac1 = summary.overall["alpha"], summary.overall.get("ac1")
    return few_comparable(whole.n_units, whole.n_pairable) + remarks(
        assigned=made.assignments,
        submitted=made.submitted,
        single=len(summary.documents) - summary.compared_documents,
        without_ancestor=made.codings_left_out,
        one_category=summary.paradox and (ac1 is None or ac1.value is not None),
        few=sum(row.few_positives and row.units_used > 0 for row in codes),
        skipped=made.units_skipped,
        unseen=made.units_unseen,
    )


def in_reading_order(summary: Summary) -> list[tuple[str, Estimate]]:
    """Return the coefficients over everything as they are read: first what the report is known by.

    Where units hold several codes, alpha over whole sets comes last: one code of three in common is there no agreement.
    """
    late = {"alpha"} if summary.several_codes else set()
    order = sorted(summary.overall, key=lambda name: (name != summary.headline, name in late))
    return [(name, summary.overall[name]) for name in order]


def coefficients_table(summary: Summary, *, digits: int = 3) -> Grid:
    """Return the coefficients over everything."""
    lines = []
    for key, e in in_reading_order(summary):
        value = percent(e.value) if key == "percent" else number(e.value, digits)
        cells = [
            Cell(coefficient(e.method, e.parameters)),
            Cell(value, e),
            Cell(ends(e.interval, digits), e),
            Cell(str(e.n_pairable)),
        ]
        lines.append(Row(cells, (key,), remark(e)))
    columns = [
        Column(gettext("Coefficient")),
        right(gettext("value")),
        interval_column(),
        right(inline(gettext("Units"))),
    ]
    return Grid(gettext("Over all units and codes"), columns, lines)


#: coefficient → the heading of its column; in this order
_HEADINGS = ("percent", "kappa", "ac1")


def _measured(rows: Sequence[CodeAgreement | PairAgreement | DocumentAgreement]) -> list[Column]:
    """Return the columns of the coefficients that the rows have."""
    headings = {"percent": gettext("percent"), "kappa": gettext("kappa"), "ac1": "AC1"}
    return [
        right(gettext("alpha")),
        interval_column(),
        *(right(headings[name]) for name in _HEADINGS if any(name in row.estimates for row in rows)),
    ]


def _measures(estimates: Mapping[str, Estimate], digits: int) -> list[Cell]:
    alpha = estimates["alpha"]
    cells = [Cell(number(alpha.value, digits), alpha), Cell(ends(alpha.interval, digits), alpha)]
    for name in _HEADINGS:
        if name in estimates:
            share = estimates[name]
            cells.append(Cell(percent(share.value) if name == "percent" else number(share.value, digits), share))
    return cells


def _units(estimates: Mapping[str, Estimate]) -> Cell:
    return Cell(str(estimates["alpha"].n_pairable))


def _order(estimates: Mapping[str, Measured], name: str) -> tuple[bool, float, str]:
    return (*worst_first(estimates["alpha"].value), name)
