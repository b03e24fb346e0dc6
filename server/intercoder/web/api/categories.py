"""The API of what categories are made of: properties with dimensions, places of cases, negative cases, the passages that show them."""

from collections.abc import Sequence
from uuid import UUID

from intercoder.policy import Permission
from intercoder.services import categories, category_work
from intercoder.services.access import Access, RoundAccess
from intercoder.services.categories import NegativeRead, PropertyRead, ShownBy
from intercoder.services.category_work import (
    CasePlace,
    NegativeChange,
    NegativeIn,
    NewProperty,
    PropertyChange,
    ShownIn,
)
from intercoder.services.quoted import Holds
from intercoder.web.api.endpoint import Created, endpoint
from intercoder.web.api.shapes import Out
from intercoder.web.session import db
from intercoder.web.signature import IfMatch


class PropertyOut(Out):
    """A property, as it is kept; ``low`` and ``high``: the ends of its dimension, empty where it has none."""

    id: UUID
    code_id: UUID
    name: str
    words: str
    low: str
    high: str
    revision: int
    removed: bool


class ShownOut(Out):
    """A passage that shows a property or belongs to a negative case; ``at``: its place on the dimension, from 0 to 100."""

    id: UUID
    round_id: UUID
    document_id: UUID
    start: int
    end: int
    at: int | None


class ShownTodayOut(ShownOut):
    """The same with its words, and what became of it."""

    words: str
    case_id: UUID | None
    holds: Holds


class PlaceOut(Out):
    """Where a case lies on a dimension, from 0, the low end, to 100."""

    case_id: UUID
    at: int
    words: str


class PropertyTodayOut(PropertyOut):
    """A property with what shows it; ``code_today``: what it is a property of today."""

    code_today: UUID
    passages: list[ShownTodayOut]
    places: list[PlaceOut]


class NegativeOut(Out):
    """A case for which a code does not hold."""

    id: UUID
    code_id: UUID
    case_id: UUID
    words: str
    revision: int


class NegativeTodayOut(NegativeOut):
    """The same with the passages that say so; ``code_today``: what its code is today."""

    code_today: UUID
    passages: list[ShownTodayOut]


class CategoriesOut(Out):
    """What the categories of a project are made of."""

    code_properties: list[PropertyTodayOut]
    negative_cases: list[NegativeTodayOut]


def _shown(rows: Sequence[ShownBy]) -> list[ShownTodayOut]:
    return [
        ShownTodayOut.of(one.row, words=one.cited.words, case_id=one.cited.case_id, holds=one.became.holds)
        for one in rows
    ]


def _property(one: PropertyRead) -> PropertyTodayOut:
    return PropertyTodayOut.of(
        one.row,
        removed=one.row.removed_at is not None,
        code_today=UUID(one.code.id),
        passages=_shown(one.passages),
        places=[PlaceOut.of(place) for place in one.places.values()],
    )


def _negative(one: NegativeRead) -> NegativeTodayOut:
    return NegativeTodayOut.of(one.row, code_today=UUID(one.code.id), passages=_shown(one.passages))


@endpoint("GET", "/projects/<uuid:project>/categories", Permission.THEORY_VIEW, tag="theory")
def get_categories(access: Access) -> CategoriesOut:
    """Properties and negative cases of all codes, in the order of the tree, each with the passages that show it."""
    return CategoriesOut(
        code_properties=[_property(one) for one in categories.properties(db(), access)],
        negative_cases=[_negative(one) for one in categories.negative_cases(db(), access)],
    )


@endpoint("POST", "/codes/<uuid:code>/properties", Permission.THEORY_EDIT, tag="theory")
def create_property(access: Access, code: UUID, body: NewProperty) -> Created[PropertyOut]:
    """Give a concept, a theme or a construct a property."""
    return Created(PropertyOut.of(category_work.add_property(db(), access, code, body), removed=False))


@endpoint("PATCH", "/properties/<uuid:property>", Permission.THEORY_EDIT, tag="theory")
def change_property(access: Access, property: UUID, body: PropertyChange, seen: IfMatch | None) -> PropertyOut:
    """Change a property; with ``removed`` take it away, or put it back."""
    row = category_work.change_property(db(), access, property, seen, body)
    return PropertyOut.of(row, removed=row.removed_at is not None)


@endpoint("PUT", "/properties/<uuid:property>/cases/<uuid:case>", Permission.THEORY_EDIT, tag="theory")
def place_case(access: Access, property: UUID, case: UUID, body: CasePlace) -> None:
    """Say where a case lies on the dimension of a property; null: nobody says."""
    category_work.place_case(db(), access, property, case, body)


@endpoint("POST", "/properties/<uuid:property>/passages", Permission.THEORY_EDIT, tag="theory")
def show_property(access: Access, property: UUID, body: ShownIn) -> Created[ShownOut]:
    """Put a passage to a property that it shows; once more with another place: it lies there on the dimension."""
    return Created(ShownOut.of(category_work.show_property(db(), access, property, body)))


@endpoint("POST", "/codes/<uuid:code>/negative-cases", Permission.THEORY_EDIT, tag="theory")
def create_negative_case(access: Access, code: UUID, body: NegativeIn) -> Created[NegativeOut]:
    """Note a case for which a code does not hold."""
    return Created(NegativeOut.of(category_work.note_negative(db(), access, code, body)))


@endpoint("PATCH", "/negative-cases/<uuid:negative>", Permission.THEORY_EDIT, tag="theory")
def change_negative_case(access: Access, negative: UUID, body: NegativeChange, seen: IfMatch | None) -> NegativeOut:
    """Write anew why a code does not hold for a case."""
    return NegativeOut.of(category_work.change_negative(db(), access, negative, seen, body))


@endpoint("DELETE", "/negative-cases/<uuid:negative>", Permission.THEORY_EDIT, tag="theory")
def remove_negative_case(access: Access, negative: UUID) -> None:
    """Take a negative case away."""
    category_work.take_negative(db(), access, negative)


@endpoint("POST", "/negative-cases/<uuid:negative>/passages", Permission.THEORY_EDIT, tag="theory")
def show_negative_case(access: Access, negative: UUID, body: ShownIn) -> Created[ShownOut]:
    """Put a passage to a negative case."""
    return Created(ShownOut.of(category_work.show_negative(db(), access, negative, body)))


@endpoint("DELETE", "/category-passages/<uuid:shown>", Permission.THEORY_EDIT, tag="theory")
def remove_category_passage(access: RoundAccess, shown: UUID) -> None:
    """Take a passage from the property or the negative case that it was put to."""
    category_work.take_passage(db(), access, shown)
