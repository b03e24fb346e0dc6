"""How strata at equal coverage read: a table, a figure, rows of a file, and words for whoever cannot see the figure."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from intercoder.charts.strata import Line, StrataWords, strata_curves, strata_parts
from intercoder.charts.svg import element, plate, text
from intercoder.errors import marked
from intercoder.interchange.sheets import Value
from intercoder.language import gettext, grouped, inline, ngettext, translate
from intercoder.models import Level, SamplingUnit
from intercoder.reports import Cell, Column, Grid, Row, right
from intercoder.reports.names import codes_of
from intercoder.reports.numbers import number, whole_percent, why
from intercoder.reports.saturation import limits, units_in_words
from intercoder.reports.words import word
from intercoder.services.strata import Group, GroupKind, Strata
from intercoder.stats.saturation.study.events import Kind

if TYPE_CHECKING:  # what only words a result needs no numpy
    from intercoder.stats.saturation.strata import Stratum

GROUPS: Mapping[GroupKind, str] = {
    GroupKind.CASE: marked("Case"),
    GroupKind.SOURCE: marked("Source type"),
    GroupKind.PRIMARY: marked("Primary or secondary"),
    GroupKind.CODER: marked("Coder"),
}
#: more lines could not be told apart
MOST_LINES = 8
#: of one comparison in the figure, in its own units
WIDTH, HEIGHT = 860.0, 340.0


def group_in_words(group: Group) -> str:
    """Return by what documents are put into strata."""
    return group.attribute if group.kind is GroupKind.ATTRIBUTE else translate(GROUPS[group.kind])


def groups(attributes: tuple[str, ...]) -> list[tuple[str, str]]:
    """Return by what documents can be put into strata: value of the address and words."""
    offered = [Group(kind) for kind in GROUPS] + [Group(GroupKind.ATTRIBUTE, name) for name in attributes]
    return [(str(group), group_in_words(group)) for group in offered]


def strata_table(of: Strata) -> Grid:
    """Return the strata at the coverage that all of them reach."""
    rows = []
    for name, stratum in of.found.strata.items():
        low_high = (
            "" if stratum.interval is None else f"[{number(stratum.interval[0], 1)}, {number(stratum.interval[1], 1)}]"
        )
        cells = [
            called(of, name),
            grouped(stratum.documents),
            grouped(stratum.observed),
            whole_percent(stratum.coverage),
            why(stratum.reason, cases=of.unit is SamplingUnit.CASE)
            if stratum.codes is None
            else number(stratum.codes, 1),
            low_high,
            "" if stratum.needed is None else number(stratum.needed, 1),
        ]
        rows.append(Row([Cell(cell) for cell in cells]))
    heads = [
        Column(group_in_words(of.group)),
        right(units_in_words(of.unit)),
        right(gettext("Known")),
        right(gettext("Coverage")),
        right(gettext("Codes expected there")),
        right(gettext("95 % interval")),
        right(_for_it(of.unit)),
    ]
    return Grid(gettext("Strata at equal coverage"), heads, rows)


def _for_it(unit: SamplingUnit) -> str:
    return gettext("Cases for it") if unit is SamplingUnit.CASE else gettext("Documents for it")


def unit_in_words(asked: SamplingUnit, of: Strata) -> str:
    """Return what is counted in the strata where that may surprise; nothing where documents are."""
    if of.unit is not asked:
        return gettext("A case is one unit where cases arrive: by case its documents are compared.")
    if of.unit is SamplingUnit.CASE:
        return gettext("A case is in each group with what its documents there hold.")
    return ""


def method(of: Strata) -> str:
    """Return how strata are compared."""
    if of.unit is SamplingUnit.CASE:
        return gettext(
            "Groups of different sizes are compared where they are equally complete (Chao & Jost 2012): the expected number of "
            "codes there, and with how many cases, extrapolated to twice of them at most."
        )
    return gettext(
        "Groups of different sizes are compared where they are equally complete (Chao & Jost 2012): the expected number of "
        "codes there, and with how many documents, extrapolated to twice of them at most."
    )


# --- the figure ----------------------------------------------------------------------------------


def strata_figure(of: Strata, level: Level | Kind) -> str:
    """Return the curves of the strata over coverage as an SVG: of those with most documents; nothing where none can be drawn."""
    common = of.found.coverage
    return "" if common is None or not of.reaches else strata_curves(_lines(of), common, _words(of, level, common))


def every_figure(every: Sequence[Strata], level: Level | Kind) -> str:
    """Return the curves of all comparisons below one another as one SVG on white; those without a curve are left out and named."""
    title = gettext("{what} in strata, over coverage", what=_titled(codes_of(level)))
    parts: list[str] = []
    top, left_out = 56.0, []  # below the title
    for of in every:
        common = of.found.coverage
        if common is None or not of.reaches:
            left_out.append(group_in_words(of.group))
            continue
        words = _words(of, level, common)
        inside = element("text", "strong", text(words.title), x=56.0, y=-4.0)
        inside += "".join(strata_parts(_lines(of), common, words, width=WIDTH, height=HEIGHT))
        parts.append(element("g", "words", inside, transform=f"translate(0 {top:g})"))
        top += HEIGHT + 30
        unseen = strata_left_out(of)
        if unseen:
            left_out.append(
                ngettext(
                    "{group}: {n} smaller group", "{group}: {n} smaller groups", unseen, group=group_in_words(of.group)
                )
            )
    notes = [*dict.fromkeys(method(of) for of in every), limits()]
    if left_out:
        notes.insert(0, gettext("Not drawn: {groups}.", groups=gettext(", ").join(left_out)))
    return plate(WIDTH, top, title, " ".join(notes), notes, parts)


def _lines(of: Strata) -> list[Line]:
    documents = {name: stratum.documents for name, stratum in of.found.strata.items()}
    largest = sorted(of.reaches, key=lambda name: -documents[name])[:MOST_LINES]
    return [Line(called(of, name), reach.found, reach.ahead) for name, reach in of.reaches.items() if name in largest]


def _words(of: Strata, level: Level | Kind, common: float) -> StrataWords:
    what, by = codes_of(level), group_in_words(of.group)
    description = (
        gettext(
            "Solid: as far as there are cases, a point at all of them; dashed: up to twice as many. Groups are compared where the "
            "line stands. The table below the figure holds the numbers."
        )
        if of.unit is SamplingUnit.CASE
        else gettext(
            "Solid: as far as there are documents, a point at all of them; dashed: up to twice as many. Groups are compared where the "
            "line stands. The table below the figure holds the numbers."
        )
    )
    return StrataWords(
        title=gettext("{what} by {group}, over coverage", what=_titled(what), group=inline(by)),
        description=description,
        coverage=gettext("Coverage"),
        codes=what,
        common=gettext("compared at {share}", share=whole_percent(common)),
    )


def strata_left_out(of: Strata) -> int:
    """Return how many strata with a curve are not drawn."""
    return max(len(of.reaches) - MOST_LINES, 0)


def _titled(words: str) -> str:
    return words[:1].upper() + words[1:]


def called(of: Strata, name: str) -> str:
    """Return what a stratum is called."""
    if of.group.kind is GroupKind.CODER:
        return of.names[name]
    if of.group.kind is GroupKind.SOURCE:
        return word("source_type", name)
    if of.group.kind is GroupKind.PRIMARY:
        return gettext("primary") if name == "primary" else gettext("secondary")
    return name


# --- files ---------------------------------------------------------------------------------------


def strata_headings() -> list[str]:
    """Return what the columns of the file are called."""
    return [
        gettext("Level"),
        gettext("Strata"),
        gettext("Stratum"),
        gettext("Counted"),
        gettext("How many"),
        gettext("Known"),
        gettext("Coverage"),
        gettext("Compared at coverage"),
        gettext("Codes expected there"),
        gettext("95 % from"),
        gettext("95 % to"),
        gettext("Needed for it"),
        gettext("Beyond what there is"),
        gettext("Why none"),
    ]


def strata_rows(every: Sequence[Strata], level: Level | Kind) -> Iterator[Sequence[Value]]:
    """Yield a row for each group of each comparison, unrounded."""
    for of in every:
        for name, stratum in of.found.strata.items():
            low, high = stratum.interval or (None, None)
            yield (
                codes_of(level),
                group_in_words(of.group),
                called(of, name),
                units_in_words(of.unit),
                stratum.documents,
                stratum.observed,
                stratum.coverage,
                of.found.coverage,
                stratum.codes,
                low,
                high,
                stratum.needed,
                stratum.extrapolated if stratum.codes is not None else None,
                why(stratum.reason, cases=of.unit is SamplingUnit.CASE),
            )


def strata_text(every: Sequence[Strata], level: Level | Kind, asked: SamplingUnit) -> Iterator[str]:
    """Yield all comparisons in words, a group after the other."""
    for of in every:
        yield _words(of, level, of.found.coverage or 0.0).title + "\n"
        noted = unit_in_words(asked, of)
        if noted:
            yield f"  {noted}\n"
        if of.found.coverage is None:
            yield f"  {why(of.found.reason, cases=of.unit is SamplingUnit.CASE)}\n\n"
            continue
        for name, stratum in of.found.strata.items():
            yield f"  {_told(of, name, stratum)}\n"
        yield "\n"
    for said in dict.fromkeys(method(of) for of in every):
        yield f"{said}\n"
    yield f"{limits()}\n"


def _told(of: Strata, name: str, stratum: "Stratum") -> str:
    known = gettext(
        "{group}: {units} {n}, known {known}, coverage {coverage}",
        group=called(of, name),
        units=inline(units_in_words(of.unit)),
        n=grouped(stratum.documents),
        known=grouped(stratum.observed),
        coverage=whole_percent(stratum.coverage),
    )
    if stratum.codes is None or stratum.needed is None:
        return gettext(
            "{known}; {why}", known=known, why=inline(why(stratum.reason, cases=of.unit is SamplingUnit.CASE))
        )
    low_high = (
        "" if stratum.interval is None else f" [{number(stratum.interval[0], 1)}, {number(stratum.interval[1], 1)}]"
    )
    return gettext(
        "{known}; at a coverage of {share} the expected number of codes is {codes}, and {needed} of them are needed for it",
        known=known,
        share=whole_percent(of.found.coverage),
        codes=number(stratum.codes, 1) + low_high,
        needed=number(stratum.needed, 1),
    )
