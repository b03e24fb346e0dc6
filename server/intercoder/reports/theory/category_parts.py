"""The chapter of a manuscript pack on categories: properties and dimensions, the paradigm between codes, negative cases."""

from collections.abc import Sequence

from intercoder.interchange.papers import Sentences, Table
from intercoder.language import gettext, ngettext
from intercoder.reports.path_model import relation_type, weight_said
from intercoder.reports.theory.parts import Parts, Written
from intercoder.services.categories import NegativeRead, PropertyRead, ShownBy, negative_cases, properties, recorded
from intercoder.services.relations import relations

Row = list[str | int]


def no_categories(told: Written) -> str:
    """Return why there is no such chapter."""
    if recorded(told.session, told.access):
        return ""
    return gettext("No code has a property, a negative case, or a relation to another code.")


def category_parts(told: Written, title: str) -> Parts:
    """Return the tables of what categories are made of, those that have a row."""
    read = properties(told.session, told.access)
    negative = negative_cases(told.session, told.access)
    said = ngettext(
        "{n} property of categories was recorded.", "{n} properties of categories were recorded.", len(read)
    )
    made = [_properties(read), _places(told, read), _paradigm(told), _negative(negative)]
    return [Sentences(title, [said] if read else []), *(table for table in made if table.values)]


def _table(title: str, headings: Sequence[str], rows: list[Row], right: frozenset[int]) -> Table:
    return Table(title, headings, [[str(cell) for cell in row] for row in rows], right, headings, rows)


def _holding(passages: Sequence[ShownBy]) -> list[ShownBy]:
    return [one for one in passages if one.holds]


def _example(passages: Sequence[ShownBy]) -> str:
    return f"“{passages[0].cited.words}”" if passages else "–"


def _properties(read: Sequence[PropertyRead]) -> Table:
    headings = [
        gettext("Category"),
        gettext("Property"),
        gettext("Dimension"),
        gettext("Passages"),
        gettext("Cases"),
        gettext("Example"),
    ]
    rows: list[Row] = []
    for one in read:
        held = _holding(one.passages)
        cases = {p.cited.case_id for p in held} - {None}
        named = f"{one.row.name}: {one.row.words}" if one.row.words else one.row.name
        rows.append([one.code.name, named, one.dimension or "–", len(held), len(cases), _example(held)])
    return _table(gettext("Properties and dimensions"), headings, rows, frozenset({3, 4}))


def _places(told: Written, read: Sequence[PropertyRead]) -> Table:
    """Return where each case lies on the dimensions: 0 at the one end, 100 at the other."""
    headings = [gettext("Category"), gettext("Property"), gettext("Case"), gettext("Place (0 to 100)"), gettext("Why")]
    names = told.read.study.cases
    rows: list[Row] = []
    for one in read:
        for case, name in names.items():
            place = next((p for of, p in one.places.items() if str(of) == case), None)
            if place is not None and one.dimension:
                rows.append([one.code.name, f"{one.row.name} ({one.dimension})", name, place.at, place.words or "–"])
    return _table(gettext("Cases on dimensions"), headings, rows, frozenset({3}))


def _paradigm(told: Written) -> Table:
    headings = [
        gettext("Category"),
        gettext("Relation"),
        gettext("Category it leads to"),
        gettext("Evidence"),
        gettext("Meaning"),
    ]
    between = [one for one in relations(told.session, told.access) if one.between_codes]
    rows: list[Row] = [
        [one.first.name, relation_type(one), one.second.name, weight_said(one), one.row.words or "–"] for one in between
    ]
    return _table(gettext("Relations between categories"), headings, rows, frozenset())


def _negative(read: Sequence[NegativeRead]) -> Table:
    headings = [gettext("Category"), gettext("Negative case"), gettext("Why"), gettext("Passages"), gettext("Example")]
    rows: list[Row] = []
    for one in read:
        held = _holding(one.passages)
        rows.append([one.code.name, one.case, one.row.words or "–", len(held), _example(held)])
    return _table(gettext("Negative cases"), headings, rows, frozenset({3}))
