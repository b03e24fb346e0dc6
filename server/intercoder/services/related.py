"""Which relations, properties and dimensions the documents of a study show, for the figures of saturation.

A passage that speaks for a relation, or shows a property, and still holds lets its document show it; one that has a place on the
dimension of a property shows that part of the dimension too.
"""

import enum
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from intercoder.models import (
    CategoryPassage,
    CodeProperty,
    Event,
    Evidence,
    ModelElement,
    Relation,
    RelationSort,
    RelationType,
    Round,
    Stance,
)
from intercoder.services.code_states import remembered
from intercoder.services.elements import element_read
from intercoder.services.mapping import Mapped
from intercoder.services.quoted import Holds, became, quoted_where, today
from intercoder.services.relations import EndRead, Ends
from intercoder.stats.saturation.study.events import Kind, Study
from intercoder.stats.saturation.study.events import Relation as Triple

#: behind the type of a relation that goes both ways
_BOTH = "<>"


@dataclass(frozen=True)
class RelationNamed:
    """What a relation of a study is called: its ends, its type or what the project calls it, and one that can be opened."""

    id: UUID
    first: str
    second: str
    sort: RelationSort
    own: str | None
    directed: bool

    @property
    def name(self) -> str:
        """Its ends; which type it has must be put into words."""
        return f"{self.first} {'→' if self.directed else '↔'} {self.second}"


@dataclass(frozen=True)
class PropertyNamed:
    """What a property of a study is called: its code, its own name, and the two ends of its dimension; ``id`` is of the code."""

    id: UUID
    code: str
    called: str
    low: str
    high: str

    @property
    def name(self) -> str:
        """Its code and its own name; which part of its dimension is meant must be put into words."""
        return f"{self.code}: {self.called}"


class Part(enum.StrEnum):
    """A part of a dimension: places on it from 0 to 100 are news of three, not of a hundred."""

    LOW = "low"
    BETWEEN = "between"
    HIGH = "high"

    @classmethod
    def of(cls, at: int) -> "Part":
        """Return the third in which a place lies."""
        return cls.LOW if at < 34 else cls.HIGH if at > 66 else cls.BETWEEN


#: a code, a property of it, and the part of its dimension; None: nobody said where it lies
Shown = tuple[str, str, str | None]


@dataclass(frozen=True)
class Related:
    """What documents show, as (document, relation) and (document, property), each once; and what these are called."""

    rows: tuple[tuple[str, Triple], ...] = ()
    names: Mapping[Triple, RelationNamed] = field(default_factory=dict)
    properties: tuple[tuple[str, Shown], ...] = ()
    #: by the identifier of the property
    named: Mapping[str, PropertyNamed] = field(default_factory=dict)

    @property
    def state(self) -> Hashable:
        """What differs as soon as documents show something else."""
        return self.rows, self.properties

    def called(self, kind: Kind, key: tuple[str, ...]) -> RelationNamed | PropertyNamed:
        """Return what a relation, a property or a dimension is called."""
        return self.names[key[0], key[1], key[2]] if kind is Kind.RELATIONS else self.named[key[1]]


class Newest(NamedTuple):
    """The newest act of a project, after which nothing that was made of it has changed; whether relations have evidence, and properties passages."""

    act: int | None
    evidence: bool
    shown: bool


def newest(session: Session, project_id: UUID) -> Newest:
    """Return the newest act of a project: one statement. Acts of coders in their own layers are not among them."""
    act = sa.select(sa.func.max(Event.seq)).where(Event.stream == project_id).scalar_subquery()
    there = (
        sa.exists().where(Evidence.project_id == project_id),
        sa.exists().where(CategoryPassage.project_id == project_id, CategoryPassage.property_id.is_not(None)),
    )
    return Newest(*session.execute(sa.select(act, *there)).one())


def related(session: Session, project_id: UUID, rounds: Sequence[Round], mapped: Mapped, then: Newest) -> Related:
    """Return the relations and properties that documents show by passages of these rounds that still hold and speak for them.

    Against a relation nothing is shown of it. A code at an end counts as what it is today, so that relations which a merge
    makes the same are one; an element counts as itself, whatever it comes to stand for; a relation whose end was taken out counts
    nowhere. Where nothing was done in the project since, it is kept.

    Nothing is asked where it is kept, or where there are no passages; three statements at most for relations, and for properties.
    """
    compared = [r.id for r in rounds if r.state.compared and r.compared_at is not None]
    if not compared or not (then.evidence or then.shown):
        return Related()

    def read() -> Related:
        found = _relations(session, project_id, compared, mapped) if then.evidence else Related()
        return _with_properties(session, project_id, compared, mapped, found) if then.shown else found

    return remembered(session, project_id, ("related", tuple(compared)), read, then)


def _with_properties(
    session: Session, project_id: UUID, rounds: Sequence[UUID], mapped: Mapped, found: Related
) -> Related:
    named: dict[str, PropertyNamed] = {}
    codes: dict[UUID, str] = {}
    for row in session.scalars(
        sa.select(CodeProperty)
        .where(CodeProperty.project_id == project_id, CodeProperty.removed_at.is_(None))
        .order_by(CodeProperty.position, CodeProperty.id)
    ):
        code = codes[row.id] = today(mapped, str(row.code_id))
        named[str(row.id)] = PropertyNamed(UUID(code), mapped.codes[code].name, row.name, row.low, row.high)
    passages = quoted_where(
        session, CategoryPassage, CategoryPassage.property_id.in_(codes), CategoryPassage.round_id.in_(rounds)
    )
    told = became(session, mapped, passages, agreed=False)
    shown: dict[tuple[str, Shown], None] = {}
    for said, _ in passages:
        if told[said.id].holds is Holds.HOLDS and said.property_id is not None:
            part = None if said.at is None else Part.of(said.at).value
            shown[str(said.document_id), (codes[said.property_id], str(said.property_id), part)] = None
    return replace(found, properties=tuple(shown), named=named)


def _relations(session: Session, project_id: UUID, rounds: Sequence[UUID], mapped: Mapped) -> Related:
    begins, stops = aliased(ModelElement), aliased(ModelElement)
    rows = session.execute(
        sa.select(Relation, RelationType.name, begins, stops)
        .outerjoin(RelationType, RelationType.id == Relation.type_id)
        .outerjoin(begins, begins.id == Relation.from_element_id)
        .outerjoin(stops, stops.id == Relation.to_element_id)
        .where(Relation.project_id == project_id)
        .order_by(Relation.created_at, Relation.id)
    ).all()
    elements = {one.id: element_read(mapped, one) for *_, first, second in rows for one in (first, second) if one}
    found = [(row, own) for row, own, *_ in rows]
    ends = Ends(mapped, elements, {row.id: row for row, _ in found})
    triples: dict[UUID, Triple] = {}
    names: dict[Triple, RelationNamed] = {}
    for row, own in found:
        first, second = ends.first(row), ends.second(row)
        if row.removed_at is None and not first.gone and not second.gone:
            kind = str(row.type_id or row.sort)
            sides = [_end(first), _end(second)]
            triple = triples[row.id] = (sides[0], kind, sides[1]) if row.directed else both_ways(kind, *sides)
            names.setdefault(triple, RelationNamed(row.id, first.name, second.name, row.sort, own, row.directed))
    passages = quoted_where(
        session,
        Evidence,
        Evidence.relation_id.in_(triples),
        Evidence.round_id.in_(rounds),
        Evidence.stance == Stance.FOR,
    )
    told = became(session, mapped, passages, agreed=False)
    shown = {
        (str(row.document_id), triples[row.relation_id]): None
        for row, _ in passages
        if told[row.id].holds is Holds.HOLDS
    }
    return Related(tuple(shown), names)


def both_ways(kind: str, one: str, other: str) -> Triple:
    """Return a relation that goes both ways: the same from either end."""
    begins, stops = sorted((one, other))
    return begins, kind if kind.endswith(_BOTH) else kind + _BOTH, stops


def live(study: Study, kind: Kind, key: tuple[str, ...]) -> tuple[str, ...]:
    """Return a relation, a property or a dimension of an earlier day as one of today's codes."""
    if kind is not Kind.RELATIONS:
        return study.live(key[0]), *key[1:]
    triple = key
    first, of, second = study.live(triple[0]), triple[1], study.live(triple[2])
    return both_ways(of, first, second) if of.endswith(_BOTH) else (first, of, second)


def _end(end: EndRead) -> str:
    if end.element is not None:
        return str(end.element.row.id)
    return end.code.id if end.code is not None else str(end.relation)
