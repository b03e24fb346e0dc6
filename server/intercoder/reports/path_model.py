"""The path model as a figure and in words: the same for the page, for files and for who cannot see it."""

from collections.abc import Iterable, Sequence

from sqlalchemy.orm import Session

from intercoder.charts import path_model as drawing
from intercoder.charts.drawing import Leaf
from intercoder.charts.path_layout import Edge, Node
from intercoder.charts.path_model import ModelWords
from intercoder.language import gettext
from intercoder.models import ElementKind, Sign, Stance
from intercoder.reports.words import word
from intercoder.services.access import Access
from intercoder.services.elements import ElementRead, elements
from intercoder.services.relations import RelationRead, relations

#: from left to right; moderators stand beside what they moderate
_COLUMNS = {
    ElementKind.CONTEXT: 0,
    ElementKind.FORCE: 0,
    ElementKind.MODE: 1,
    ElementKind.MECHANISM: 2,
    ElementKind.MODERATOR: 2,
    ElementKind.OUTCOME: 3,
}
_SHAPES = {ElementKind.OUTCOME: "round", ElementKind.MODERATOR: "pill"}


def model_of(session: Session, access: Access) -> tuple[list[ElementRead], list[RelationRead]]:
    """Return the elements of the model, and the relations between them."""
    related = [one for one in relations(session, access) if not one.between_codes]
    return elements(session, access), related


def relation_type(one: RelationRead) -> str:
    """Return what the type of a relation is called."""
    return one.own or word("relation_sort", one.row.sort)


def weight_said(one: RelationRead) -> str:
    """Return how much speaks for a relation and against it, as it stands in the figure: passages (cases) | against."""
    supports, opposes = one.weight(Stance.FOR), one.weight(Stance.AGAINST)
    sign = {Sign.POSITIVE: "+ ", Sign.NEGATIVE: "− ", Sign.NONE: ""}[one.row.sign]
    against = f" | {opposes.passages}" if opposes.passages else ""
    return f"{sign}{supports.passages} ({supports.cases}){against}"


def relation_said(one: RelationRead) -> str:
    """Return a relation as a sentence: what it joins, of which type, and how much speaks for it and against it."""
    supports, opposes = one.weight(Stance.FOR), one.weight(Stance.AGAINST)
    return gettext(
        "{first} → {second}: {type}; passages for it {n} in {cases} cases, against it {against}",
        first=one.first.name,
        second=one.second.name,
        type=relation_type(one),
        n=supports.passages,
        cases=supports.cases,
        against=opposes.passages,
    )


def stands_for(one: ElementRead) -> str:
    """Return what an element stands for, in words."""
    if one.code is None:
        return gettext("nothing coded yet")
    if one.gone:
        return gettext("its code is not in the codebook any more")
    level = word("level", one.code.level)
    return level if one.name == one.code.name else f"{level} {one.code.name}"


def model_figure(nodes: Sequence[ElementRead], related: Sequence[RelationRead]) -> str:
    """Return the path model as an SVG for a page, which can move its parts."""
    return drawing.path_model([_node(one) for one in nodes], [_edge(one) for one in related], _words(related))


def model_leaf(nodes: Sequence[ElementRead], related: Sequence[RelationRead]) -> Leaf:
    """Return the path model as a paper prints it: laid out as on the page, in black, without a title above it."""
    return drawing.model_leaf([_node(one) for one in nodes], [_edge(one) for one in related], _words(related))


def _words(related: Sequence[RelationRead]) -> ModelWords:
    strokes: dict[str, list[str]] = {}
    for one in related:
        names = strokes.setdefault(one.stroke.value, [])
        if relation_type(one) not in names:
            names.append(relation_type(one))
    described = "; ".join(relation_said(one) for one in related) or gettext("There are no relations yet.")
    notes = [
        gettext(
            "On an edge: passages (cases) that speak for it | passages against it. Dashed frame: nothing coded stands for it yet."
        )
    ]
    lost = sum(one.weight(stance).lost for one in related for stance in Stance)
    if lost:
        notes.append(gettext("Passages that do not hold any more are not counted: {n}.", n=lost))
    legend = [(stroke, " · ".join(names)) for stroke, names in strokes.items()]
    return ModelWords(gettext("Path model"), described, notes, legend)


def _node(one: ElementRead) -> Node:
    row = one.row
    at = (row.x, row.y) if row.x is not None and row.y is not None else None
    return Node(
        str(row.id),
        one.name,
        word("element_kind", row.kind),
        stands_for(one),
        _COLUMNS[row.kind],
        _SHAPES.get(row.kind, "box"),
        open=one.code is None or one.gone,
        grouped=row.grouped,
        at=at,
    )


def _edge(one: RelationRead) -> Edge:
    first, second = one.first.element, one.second.element
    to = str(one.second.relation) if one.second.relation else str(second.row.id if second else "")
    return Edge(
        str(one.row.id),
        str(first.row.id if first else ""),
        to,
        weight_said(one),
        relation_said(one),
        one.stroke.value,
        directed=one.row.directed,
        to_edge=one.second.relation is not None,
    )


def moved(rows: Iterable[RelationRead]) -> list[str]:
    """Return the relations whose evidence was lost in part since it was given, a sentence each."""
    return [
        gettext(
            "{first} → {second}: passages that do not hold any more {n}",
            first=one.first.name,
            second=one.second.name,
            n=lost,
        )
        for one in rows
        if (lost := sum(one.weight(stance).lost for stance in Stance))
    ]
