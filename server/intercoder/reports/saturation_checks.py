"""How further looks at saturation read: tables of what came in retrospect, and of categories."""

from collections.abc import Mapping

from intercoder.errors import marked
from intercoder.language import gettext, grouped, inline, translate
from intercoder.models import SamplingUnit
from intercoder.reports import Cell, Column, Grid, Row, right
from intercoder.reports.numbers import DASH, percent
from intercoder.reports.saturation import near_in_words, units_in_words
from intercoder.services.checks import Category, Checks
from intercoder.stats.saturation.study.support import DEVELOPING, NO_RECENT_NEWS, THIN

TRAFFIC: Mapping[str, str] = {
    THIN: marked("thin"),
    DEVELOPING: marked("developing"),
    NO_RECENT_NEWS: marked("no recent news"),
}

#: a page shows so many batches of six; the API tells all
MOST_BATCHES = 12


def quarters_table(found: Checks, unit: SamplingUnit) -> Grid:
    """Return the new codes of each quarter of the documents or cases."""
    rows = [
        Row([Cell(gettext("{first} to {last}", first=q.first, last=q.last)), Cell(grouped(q.new))])
        for q in found.quarters
    ]
    return Grid(gettext("Quarter by quarter"), [Column(units_in_words(unit)), right(gettext("New codes"))], rows)


def shares_table(found: Checks, unit: SamplingUnit) -> Grid:
    """Return which share of the final codes was known after every six; of many batches those spread over all of them, both ends included."""
    shares = found.shares
    if len(shares) > MOST_BATCHES:
        shares = tuple(shares[round(i * (len(shares) - 1) / (MOST_BATCHES - 1))] for i in range(MOST_BATCHES))
    rows = [Row([Cell(grouped(s.documents)), Cell(grouped(s.codes)), Cell(_share(s.share_of_final))]) for s in shares]
    heads = [right(units_in_words(unit)), right(inline(gettext("Codes"))), right(gettext("Of those found in the end"))]
    return Grid(gettext("By sixes"), heads, rows)


def _share(value: float | None) -> str:
    return DASH if value is None else percent(value, 0)


def near_of(found: Checks, unit: SamplingUnit) -> str:
    """Return by when nine tenths of the final codes were known; nothing without codes."""
    return "" if found.near is None else near_in_words(found.near, found.units, unit)


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
