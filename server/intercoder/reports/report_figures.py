"""The figures of an agreement report as files: the headline, codes with intervals, coders, codes mixed up, over rounds.

What cannot be drawn is a figure too, which says why: a file that was asked for is never half a file.
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations

from intercoder.charts import grid, lanes
from intercoder.charts.svg import plate
from intercoder.language import gettext, grouped, ngettext
from intercoder.models import Unit
from intercoder.reports import Measured
from intercoder.reports.choices import stale_notes
from intercoder.reports.confused import confused, legend
from intercoder.reports.headline import bench_figure
from intercoder.reports.independence import layers_caption
from intercoder.reports.names import codebook, coefficient
from intercoder.reports.numbers import BANDS, DASH, ends, letters, number, percent, signed
from intercoder.reports.spans import Given
from intercoder.services.over_versions import CodeOver, OverVersions
from intercoder.services.results import Contents
from intercoder.services.span_sections import tables_of, whole_of
from intercoder.stats.results import Estimate, worst_first
from intercoder.stats.spans.digest import SpanFigure

#: lines of a figure, coders of a matrix, codes of that picture: more are read in the tables
LINES, CODERS, CONFUSED = 60, 24, 16


def _headline(report: Contents) -> Estimate | SpanFigure:
    """Return the number that a report is known by."""
    whole = whole_of(report.sections) if report.report.unit is Unit.SPAN else None
    return report.summary.known_by if whole is None else whole.first


def _about(report: Contents) -> str:
    """Return of what a report is, in one line, and that it no longer holds where that is so."""
    made = report.provenance
    coders = ngettext("{n} coder", "{n} coders", len(made.coders))
    documents = ngettext("{n} document", "{n} documents", len(made.documents))
    return " · ".join(
        [
            gettext("Round {number}: {name}", number=made.round.number, name=made.round.name),
            codebook(made.codebook_version),
            coders,
            documents,
            layers_caption(made),
            *(note.sentence for note in stale_notes(report.report)),
        ]
    )


def paper_figures(report: Contents, over: OverVersions | None) -> list[str]:
    """Return the figures that stand in a report on paper, as SVG: codes with intervals, codes mixed up, over rounds; none that is empty."""
    drawn = [codes_figure(report)] if any(_of_codes(report)) else []
    if report.report.unit is not Unit.SPAN and confused(report.confusions, CONFUSED).codes:
        drawn.append(confusions_figure(report))
    if over is not None and _moved_of(over):
        drawn.append(versions_figure(report, over))
    return drawn


def _moved_of(over: OverVersions) -> list[CodeOver]:
    return [row for row in over.codes if row.before is not None and row.now is not None]


def _without(title: str, sentence: str, report: Contents) -> str:
    """Return a figure that says why there is nothing to draw."""
    return plate(560.0, 44.0, title, sentence, [sentence, _about(report)], [])


def headline_figure(report: Contents) -> str:
    """Return the headline with its interval on the bench of three bands, as an SVG."""
    first = _headline(report)
    name = coefficient(first.method, first.parameters)
    drawn = bench_figure(name, first)
    return drawn or _without(
        name, gettext("It is not corrected for chance: the three bands do not hold for it."), report
    )


def codes_figure(report: Contents) -> str:
    """Return each code with its interval below the headline, lowest first, as an SVG."""
    first = _headline(report)
    title = gettext("Agreement by code, with 95 % intervals")
    codes = sorted(_of_codes(report), key=lambda row: (*worst_first(row[1].value), row[0]))
    if not codes:
        return _without(title, gettext("No coder applied a code"), report)
    shown = codes[:LINES]
    whole = _lane(coefficient(first.method, first.parameters), first, strong=True)
    notes = [_about(report), gettext("Lines: .667 and .80. Each code: used or not, against everything else.")]
    if len(codes) > len(shown):
        notes.append(
            gettext(
                "The {n} lowest of {all} codes; the others are in the tables.", n=len(shown), all=grouped(len(codes))
            )
        )
    made = report.provenance
    if made.resamples:
        notes.append(gettext("bootstrap, {n} resamples, seed {seed}", n=grouped(made.resamples), seed=made.seed))
    words = lanes.LaneWords(title, _told((whole.name, whole.said), *((name, _said(e)) for name, e in shown)), notes)
    return lanes.lanes([whole, *(_lane(name, estimate) for name, estimate in shown)], words)


def _of_codes(report: Contents) -> Iterator[tuple[str, Measured]]:
    names = {code.id: code.name for code in report.provenance.codes}
    if report.report.unit is Unit.SPAN:
        for row in tables_of(report.sections).by_code:
            if row.spans:
                yield names[row.code], Given(row.alpha.value, row.alpha.reason, row.interval, row.interval_reason)
    else:
        for code in report.codes:
            if code.units_used:
                yield names[code.code], code.estimates["alpha"]


def _lane(name: str, estimate: Measured, *, strong: bool = False) -> lanes.Lane:
    low, high = (estimate.interval.low, estimate.interval.high) if estimate.interval else (None, None)
    return lanes.Lane(name, _said(estimate), estimate.value, low, high, strong=strong)


def _said(estimate: Measured) -> str:
    return f"{number(estimate.value, 2)} {ends(estimate.interval, 2)}".strip()


def _told(*rows: tuple[str, str]) -> str:
    """Return what a figure shows in words, for those who cannot see it."""
    return "; ".join(f"{name}: {said}" for name, said in rows)


def coders_figure(report: Contents, called: Mapping[str, str], *, masked: bool) -> str:
    """Return coder by coder as a matrix, as an SVG; ``called``: coder → name, ``masked``: a letter."""
    by_span = report.report.unit is Unit.SPAN
    title = gettext("Coder by coder")
    above, below, first, second = _pairs(report)
    coders = [coder.id for coder in report.provenance.coders if any(coder.id in pair for pair in above)]
    if len(coders) < 2:
        return _without(title, gettext("No two coders finished a document in common."), report)
    if len(coders) > CODERS:
        return _without(title, gettext("{n} coders are too many for a picture: read the table.", n=len(coders)), report)
    letter = called if masked else letters([coder.id for coder in report.provenance.coders])
    lines = []
    for row, coder in enumerate(coders):
        squares: list[grid.Square | None] = []
        for column, other in enumerate(coders):
            pair = frozenset((coder, other))
            if row == column:
                squares.append(None)
            elif pair not in above:
                squares.append(grid.Square(DASH))
            elif column > row:
                squares.append(grid.Square(number(above[pair], 2), _shade(above[pair])))
            else:
                squares.append(grid.Square(percent(below[pair], 0)))
        lines.append(grid.Line(called[coder] if masked else f"{letter[coder]} {called[coder]}", squares))
    notes = [gettext("Above the diagonal: {first}; below it: {second}.", first=first, second=second)]
    if by_span:
        notes.append(gettext("Segments agree where they overlap enough; the share is not corrected for chance."))
    notes.append(_about(report))
    pairs = (
        (f"{letter[a]} – {letter[b]}", number(above.get(frozenset((a, b))), 2)) for a, b in combinations(coders, 2)
    )
    words = grid.GridWords(title, _told(*pairs), notes, _bands())
    return grid.grid([letter[coder] for coder in coders], lines, words)


def _pairs(
    report: Contents,
) -> tuple[Mapping[frozenset[str], float | None], Mapping[frozenset[str], float | None], str, str]:
    """Return what stands above the diagonal by pair and what below it, and what both are called."""
    if report.report.unit is Unit.SPAN:
        whole, tables = whole_of(report.sections), tables_of(report.sections)
        assert whole is not None, "a report by free span has its section"
        return (
            {frozenset(row.coders): row.estimates[whole.headline].value for row in tables.by_pair},
            {frozenset(row.coders): row.segments.share for row in tables.by_pair},
            coefficient(whole.first.method, whole.first.parameters, whole.headline),
            gettext(
                "Segments that agree, overlap of {threshold} or more (as MAXQDA)", threshold=percent(whole.threshold, 0)
            ),
        )
    alpha = report.summary.overall["alpha"]
    return (
        {frozenset(row.coders): row.estimates["alpha"].value for row in report.pairs},
        {frozenset(row.coders): _value(row.estimates, "percent") for row in report.pairs},
        coefficient(alpha.method, alpha.parameters),
        gettext("Percent agreement"),
    )


def _value(estimates: Mapping[str, Estimate], key: str) -> float | None:
    return estimates[key].value if key in estimates else None


def _shade(value: float | None) -> str:
    return "shade-none" if value is None else f"shade-{sum(value >= bound for bound in BANDS)}"


def _bands() -> list[tuple[str, str]]:
    low, middle, high = (number(bound, 3 if bound == BANDS[1] else 2) for bound in BANDS)
    return [
        ("shade-0", gettext("below {bound}", bound=low)),
        ("shade-1", f"{low} – {middle}"),
        ("shade-2", f"{middle} – {high}"),
        ("shade-3", gettext("{bound} and above", bound=high)),
    ]


def confusions_figure(report: Contents) -> str:
    """Return the codes that stand in one another's place as a matrix, as an SVG."""
    title = gettext("Codes that stand in one another’s place")
    if report.report.unit is Unit.SPAN:
        return _without(
            title,
            gettext("A report by free span has no units in which codes could stand in one another’s place."),
            report,
        )
    names = {code.id: code.name for code in report.provenance.codes}
    picture = confused(report.confusions, CONFUSED)
    if not picture.codes:
        return _without(title, gettext("No two codes were used in one another’s place"), report)
    lines = []
    for place, code in enumerate(picture.codes):
        squares: list[grid.Square | None] = []
        for other in picture.codes[:place]:
            count = picture.counts.get(frozenset((code, other)), 0)
            squares.append(grid.Square(grouped(count), f"times-{picture.band(count)}" if count else "shade-none"))
        lines.append(grid.Line(f"{place + 1} {names[code]}", squares))
    told = ((" – ".join(names[code] for code in pair), grouped(count)) for pair, count in picture.counts.items())
    notes = [
        gettext("In so many units one coder used the first and not the second, another the reverse."),
        _about(report),
    ]
    shades = [(f"times-{band}", meant) for band, meant in legend(picture)]
    words = grid.GridWords(title, _told(*told), notes, shades)
    return grid.grid([str(i + 1) for i in range(len(picture.codes) - 1)], lines, words)


def versions_figure(report: Contents, over: OverVersions | None) -> str:
    """Return each code in the round before and in this one, with the headline of both, as an SVG."""
    title = gettext("Over rounds and codebook versions")
    moved = _moved_of(over) if over else []
    if over is None or not moved:
        return _without(
            title, gettext("There is no earlier report with which a code of this one could be compared."), report
        )
    shown, then = moved[:LINES], over.earlier
    first = _headline(report)
    lines = []
    # The headlines of two rounds stand beside one another only where they are the same coefficient.
    if then.coefficient == report.report.coefficient:
        name = coefficient(first.method, first.parameters)
        lines.append(_moved(name, then.value, first.value, strong=True))
    lines += [_moved(_marked(row.name, row.entry.fields), row.before, row.now) for row in shown]
    notes = [gettext("* its entry in the codebook was changed between the two versions."), _about(report)]
    if len(moved) > len(shown):
        notes.insert(
            1,
            gettext(
                "The {n} that moved most of {all} codes; the others are in the tables.", n=len(shown), all=len(moved)
            ),
        )
    words = lanes.LaneWords(
        title,
        _told(*((line.name, line.said) for line in lines)),
        notes,
        _round(then.round.number, then.round.name, over.before),
        _round(report.provenance.round.number, report.provenance.round.name, over.now),
    )
    return lanes.lanes(lines, words)


def _round(place: int, name: str, version: int | None) -> str:
    return f"{gettext('Round {number}: {name}', number=place, name=name)} ({codebook(version)})"


def _marked(name: str, fields: Iterable[str]) -> str:
    return f"{name} *" if [*fields] else name


def _moved(name: str, before: float | None, now: float | None, *, strong: bool = False) -> lanes.Lane:
    change = None if before is None or now is None else now - before
    said = f"{number(before, 2)} → {number(now, 2)}  {signed(change, 2)}"
    return lanes.Lane(name, said, now, first=before, strong=strong)
