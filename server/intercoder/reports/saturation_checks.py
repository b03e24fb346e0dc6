"""How further looks at saturation read: tables of what came in retrospect, of strata and of categories."""

from collections.abc import Mapping

from intercoder.charts.strata import Line, StrataWords, strata_curves
from intercoder.errors import marked
from intercoder.language import gettext, grouped, inline, translate
from intercoder.models import Level, SamplingUnit
from intercoder.reports import Cell, Column, Grid, Row, right
from intercoder.reports.names import codes_of
from intercoder.reports.numbers import DASH, number, percent, why
from intercoder.reports.saturation import near_in_words, units_in_words
from intercoder.reports.words import word
from intercoder.services.checks import Category, Checks, Group, GroupKind
from intercoder.stats.saturation.study.events import Kind
from intercoder.stats.saturation.study.support import DEVELOPING, NO_RECENT_NEWS, THIN

GROUPS: Mapping[GroupKind, str] = {
    GroupKind.CASE: marked("Case"),
    GroupKind.SOURCE: marked("Source type"),
    GroupKind.PRIMARY: marked("Primary or secondary"),
    GroupKind.CODER: marked("Coder"),
}
TRAFFIC: Mapping[str, str] = {
    THIN: marked("thin"),
    DEVELOPING: marked("developing"),
    NO_RECENT_NEWS: marked("no recent news"),
}


def group_in_words(group: Group) -> str:
    """Return by what documents are put into strata."""
    return group.attribute if group.kind is GroupKind.ATTRIBUTE else translate(GROUPS[group.kind])


def groups(attributes: tuple[str, ...]) -> list[tuple[str, str]]:
    """Return by what documents can be put into strata: value of the address and words."""
    offered = [Group(kind) for kind in GROUPS] + [Group(GroupKind.ATTRIBUTE, name) for name in attributes]
    return [(str(group), group_in_words(group)) for group in offered]


def quarters_table(found: Checks, unit: SamplingUnit) -> Grid:
    """Return the new codes of each quarter of the documents or cases."""
    rows = [
        Row([Cell(gettext("{first} to {last}", first=q.first, last=q.last)), Cell(grouped(q.new))])
        for q in found.quarters
    ]
    return Grid(gettext("Quarter by quarter"), [Column(units_in_words(unit)), right(gettext("New codes"))], rows)


def shares_table(found: Checks, unit: SamplingUnit) -> Grid:
    """Return which share of the final codes was known after every six."""
    rows = [Row([Cell(str(s.documents)), Cell(grouped(s.codes)), Cell(_share(s.share_of_final))]) for s in found.shares]
    heads = [right(units_in_words(unit)), right(inline(gettext("Codes"))), right(gettext("Of those found in the end"))]
    return Grid(gettext("By sixes"), heads, rows)


def _share(value: float | None) -> str:
    return DASH if value is None else percent(value, 0)


def near_of(found: Checks, unit: SamplingUnit) -> str:
    """Return by when nine tenths of the final codes were known; nothing without codes."""
    return "" if found.near is None else near_in_words(found.near, found.units, unit)


def strata_table(found: Checks, group: Group) -> Grid:
    """Return the strata at the coverage that all of them reach."""
    rows = []
    for name, stratum in found.strata.strata.items():
        called = _called(found, group, name)
        low_high = (
            "" if stratum.interval is None else f"[{number(stratum.interval[0], 1)}, {number(stratum.interval[1], 1)}]"
        )
        rows.append(
            Row(
                [
                    Cell(called),
                    Cell(grouped(stratum.documents)),
                    Cell(grouped(stratum.observed)),
                    Cell(_share(stratum.coverage)),
                    Cell(why(stratum.reason) if stratum.codes is None else number(stratum.codes, 1)),
                    Cell(low_high),
                    Cell("" if stratum.needed is None else number(stratum.needed, 1)),
                ]
            )
        )
    heads = [
        Column(group_in_words(group)),
        right(gettext("Documents")),
        right(gettext("Known")),
        right(gettext("Coverage")),
        right(gettext("Codes expected there")),
        right(gettext("95 % interval")),
        right(gettext("Documents for it")),
    ]
    return Grid(gettext("Strata at equal coverage"), heads, rows)


#: more lines could not be told apart
MOST_LINES = 8


def strata_figure(found: Checks, group: Group, level: Level | Kind) -> str:
    """Return the curves of the strata over coverage as an SVG: of those with most documents; nothing where none can be drawn."""
    common = found.strata.coverage
    if common is None or not found.reaches:
        return ""
    documents = {name: stratum.documents for name, stratum in found.strata.strata.items()}
    largest = sorted(found.reaches, key=lambda name: -documents[name])[:MOST_LINES]
    lines = [
        Line(_called(found, group, name), reach.found, reach.ahead)
        for name, reach in found.reaches.items()
        if name in largest
    ]
    what, by = codes_of(level), group_in_words(group)
    words = StrataWords(
        title=gettext("{what} by {group}, over coverage", what=_titled(what), group=inline(by)),
        description=gettext(
            "Solid: as far as there are documents, a point at all of them; dashed: up to twice as many. Groups are compared where the "
            "line stands. The table below the figure holds the numbers."
        ),
        coverage=gettext("Coverage"),
        codes=what,
        common=gettext("compared at {share}", share=percent(common, 0)),
    )
    return strata_curves(lines, common, words)


def strata_left_out(found: Checks) -> int:
    """Return how many strata with a curve are not drawn."""
    return max(len(found.reaches) - MOST_LINES, 0)


def _titled(text: str) -> str:
    return text[:1].upper() + text[1:]


def _called(found: Checks, group: Group, name: str) -> str:
    if group.kind is GroupKind.CODER:
        return found.names[name]
    if group.kind is GroupKind.SOURCE:
        return word("source_type", name)
    if group.kind is GroupKind.PRIMARY:
        return gettext("primary") if name == "primary" else gettext("secondary")
    return name


def categories_table(found: Checks) -> Grid:
    """Return what each category rests on; a row is known by its code, its state and its negative cases."""
    noted = any(one.noted for one in found.categories)
    heads = [
        Column(gettext("Category")),
        right(gettext("Documents")),
        right(gettext("Cases")),
        right(gettext("Kinds of source")),
        right(gettext("Codes below")),
        *([right(gettext("Properties")), right(gettext("Dimensions")), right(gettext("Relations"))] if noted else []),
        right(gettext("Negative cases")),
        Column(gettext("First seen in")),
        Column(gettext("Last news in")),
        right(gettext("Since then")),
        Column(gettext("Francis 10 + 3")),
        Column(gettext("State")),
    ]
    return Grid(gettext("By category"), heads, [_category(found, one) for one in found.categories])


def _category(found: Checks, one: Category) -> Row:
    of, of_properties = one.found, one.noted
    # where properties are recorded they are what is new of a category; else the codes below stand for them
    traffic = of_properties.traffic if of_properties else of.traffic
    met = gettext("not met") if one.francis is None else gettext("met at {n}", n=one.francis)
    cells = [
        one.name,
        *(grouped(n) for n in (of.documents, of.cases, of.sources, of.below)),
        *(
            grouped(n)
            for n in (
                (of_properties.properties, of_properties.dimensions, len(of_properties.relations))
                if of_properties
                else ()
            )
        ),
        grouped(len(found.negative.get(one.id, ()))),
        found.titles.get(of.first or "", DASH),
        found.titles.get((of_properties.last_new_document if of_properties else of.last_news) or "", DASH),
        grouped(of_properties.touching_documents_since_last_new if of_properties else of.since),
        met,
        translate(TRAFFIC[traffic]),
    ]
    cases = gettext(", ").join(found.negative.get(one.id, ()))
    return Row([Cell(cell) for cell in cells], (one.id, traffic, cases))
