"""What categories are made of, read: properties with the passages that show them, where cases lie on their dimensions, negative cases.

Each passage has its document, and what became of it is asked for (``quoted.became``): saturation counts a property from
the first document with a passage that holds, a dimension from the first one that has a place on it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from intercoder.models import Case, CategoryPassage, CodeProperty, NegativeCase, PropertyPlace, Relation
from intercoder.services import held_out
from intercoder.services.access import Access
from intercoder.services.mapping import Mapped, MappedCode, mapping
from intercoder.services.quoted import Became, Cited, Holds, became, quoted, today


@dataclass(frozen=True)
class ShownBy:
    """A passage that shows a property or makes a case a negative one, with its words and what became of it."""

    row: CategoryPassage
    cited: Cited
    became: Became

    @property
    def holds(self) -> bool:
        """Whether it counts today."""
        return self.became.holds is Holds.HOLDS


@dataclass(frozen=True)
class PropertyRead:
    """A property with the passages that show it; ``code``: what it is a property of today."""

    row: CodeProperty
    code: MappedCode
    passages: Sequence[ShownBy]
    #: by case
    places: Mapping[UUID, PropertyPlace]

    @property
    def dimension(self) -> str:
        """Its two ends in words; empty where it has no dimension."""
        return f"{self.row.low} – {self.row.high}" if self.row.low or self.row.high else ""

    def by_case(self) -> Mapping[UUID | None, list[ShownBy]]:
        """Return the passages that hold, by case."""
        return _by_case(self.passages)


@dataclass(frozen=True)
class NegativeRead:
    """A case for which a code does not hold, with the passages that say so."""

    row: NegativeCase
    code: MappedCode
    case: str
    passages: Sequence[ShownBy]


def _by_case(passages: Iterable[ShownBy]) -> Mapping[UUID | None, list[ShownBy]]:
    found: dict[UUID | None, list[ShownBy]] = {}
    for one in passages:
        if one.holds:
            found.setdefault(one.cited.case_id, []).append(one)
    return found


def properties(
    session: Session, access: Access, code_id: UUID | None = None, *, removed: bool = False, bare: bool = False
) -> list[PropertyRead]:
    """Return the properties of all codes in the order of the tree, or of one code, with their passages; six statements.

    What was said of a code that was merged is said of what it was merged into. ``removed``: those that were taken away instead. ``bare``:
    without their passages; three statements.
    """
    mapped = mapping(session, access.project.id)
    gone = CodeProperty.removed_at.is_not(None) if removed else CodeProperty.removed_at.is_(None)
    wanted = sa.select(CodeProperty).where(CodeProperty.project_id == access.project.id, gone)
    rows = session.scalars(wanted.order_by(CodeProperty.position, CodeProperty.id)).all()
    rows = [row for row in rows if code_id is None or today(mapped, str(row.code_id)) == today(mapped, str(code_id))]
    if not rows:
        return []
    shown = _shown(session, access, mapped, CategoryPassage.property_id, [] if bare else [row.id for row in rows])
    places: dict[UUID, dict[UUID, PropertyPlace]] = {}
    for place in session.scalars(
        sa.select(PropertyPlace)
        .join(Case, Case.id == PropertyPlace.case_id)
        .where(PropertyPlace.property_id.in_([row.id for row in rows]), held_out.known_cases(access))
    ):
        places.setdefault(place.property_id, {})[place.case_id] = place
    read = [
        PropertyRead(row, mapped.codes[today(mapped, str(row.code_id))], shown.get(row.id, ()), places.get(row.id, {}))
        for row in rows
    ]
    order = {code.id: n for n, code in enumerate(mapped.in_order({one.code.id for one in read}))}
    return sorted(read, key=lambda one: (order[one.code.id], one.row.position))


def negative_cases(
    session: Session, access: Access, code_id: UUID | None = None, *, bare: bool = False
) -> list[NegativeRead]:
    """Return the negative cases of all codes in the order of the tree, or of one code; five statements, ``bare`` two."""
    mapped = mapping(session, access.project.id)
    found = session.execute(
        sa.select(NegativeCase, Case.name)
        .join(Case, Case.id == NegativeCase.case_id)
        .where(NegativeCase.project_id == access.project.id, held_out.known_cases(access))
        .order_by(Case.position, Case.id)
    ).all()
    rows = [
        (row, case)
        for row, case in found
        if code_id is None or today(mapped, str(row.code_id)) == today(mapped, str(code_id))
    ]
    shown = _shown(session, access, mapped, CategoryPassage.negative_id, [] if bare else [row.id for row, _ in rows])
    read = [
        NegativeRead(row, mapped.codes[today(mapped, str(row.code_id))], case, shown.get(row.id, ()))
        for row, case in rows
    ]
    order = {code.id: n for n, code in enumerate(mapped.in_order({one.code.id for one in read}))}
    return sorted(read, key=lambda one: order[one.code.id])


def recorded(session: Session, access: Access) -> bool:
    """Whether any code has a property, a negative case that the person may know of, or a relation to another code; one statement."""
    here = access.project.id
    negative = sa.exists().where(
        NegativeCase.project_id == here, Case.id == NegativeCase.case_id, held_out.known_cases(access)
    )
    between = sa.exists().where(
        Relation.project_id == here,
        Relation.removed_at.is_(None),
        Relation.from_code_id.is_not(None),
        Relation.to_code_id.is_not(None),
    )
    properties = sa.exists().where(CodeProperty.project_id == here, CodeProperty.removed_at.is_(None))
    return bool(session.scalar(sa.select(sa.or_(properties, negative, between))))


def _shown(
    session: Session,
    access: Access,
    mapped: Mapped,
    of: sa.orm.InstrumentedAttribute[UUID | None],
    ids: Sequence[UUID],
) -> Mapping[UUID, list[ShownBy]]:
    if not ids:
        return {}
    rows = quoted(session, access, CategoryPassage, of.in_(ids))
    told = became(session, mapped, rows)
    found: dict[UUID, list[ShownBy]] = {}
    for row, cited in rows:
        shows = row.property_id or row.negative_id
        assert shows is not None  # the table checks it
        found.setdefault(shows, []).append(ShownBy(row, cited, told[row.id]))
    return found
