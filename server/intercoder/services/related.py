"""Which relations the documents of a study show, for the figures of saturation: a passage of a document that speaks for one shows it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from intercoder.models import Event, Evidence, ModelElement, Relation, RelationSort, RelationType, Round, Stance
from intercoder.services.code_states import remembered
from intercoder.services.elements import element_read
from intercoder.services.mapping import Mapped
from intercoder.services.quoted import Holds, became, quoted_where
from intercoder.services.relations import EndRead, Ends
from intercoder.stats.saturation.study.events import Relation as Triple
from intercoder.stats.saturation.study.events import Study

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
class Related:
    """The relations that documents show, as (document, relation), each once; and what they are called."""

    rows: tuple[tuple[str, Triple], ...] = ()
    names: Mapping[Triple, RelationNamed] = field(default_factory=dict)


class Newest(NamedTuple):
    """The newest act of a project, after which nothing that was made of it has changed, and whether relations have evidence."""

    act: int | None
    evidence: bool


def newest(session: Session, project_id: UUID) -> Newest:
    """Return the newest act of a project: one statement. Acts of coders in their own layers are not among them."""
    act = sa.select(sa.func.max(Event.seq)).where(Event.stream == project_id).scalar_subquery()
    return Newest(*session.execute(sa.select(act, sa.exists().where(Evidence.project_id == project_id))).one())


def related(session: Session, project_id: UUID, rounds: Sequence[Round], mapped: Mapped, then: Newest) -> Related:
    """Return the relations that documents show by passages of these rounds that still hold and speak for them.

    Against a relation nothing is shown of it. A code at an end counts as what it is today, so that relations which a merge
    makes the same are one; an element counts as itself, whatever it comes to stand for; a relation whose end was taken out counts
    nowhere. Where nothing was done in the project since, it is kept.

    Nothing is asked where it is kept, or where there is no evidence; three statements at most else.
    """
    compared = [r.id for r in rounds if r.state.compared and r.compared_at is not None]
    if not then.evidence or not compared:
        return Related()
    about = ("related", tuple(compared))
    return remembered(session, project_id, about, lambda: _read(session, project_id, compared, mapped), then)


def _read(session: Session, project_id: UUID, rounds: Sequence[UUID], mapped: Mapped) -> Related:
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


def live(study: Study, triple: Triple) -> Triple:
    """Return a relation of an earlier day between today's codes."""
    first, kind, second = study.live(triple[0]), triple[1], study.live(triple[2])
    return both_ways(kind, first, second) if kind.endswith(_BOTH) else (first, kind, second)


def _end(end: EndRead) -> str:
    if end.element is not None:
        return str(end.element.row.id)
    return end.code.id if end.code is not None else str(end.relation)
