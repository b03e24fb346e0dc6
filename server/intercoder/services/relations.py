"""Relations between elements of the model and between codes, with the passages that speak for them and against them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from intercoder.models import (
    CodeState,
    Evidence,
    ModelElement,
    Relation,
    RelationSort,
    RelationType,
    Stance,
    Stroke,
)
from intercoder.services.access import Access, no_such_thing
from intercoder.services.elements import ElementRead, element_read
from intercoder.services.mapping import Mapped, MappedCode, mapping
from intercoder.services.quoted import Became, Cited, Holds, became, quoted, today

#: how the line of a type is drawn
STROKES: Mapping[RelationSort, Stroke] = {
    RelationSort.CAUSES: Stroke.SOLID,
    RelationSort.LEADS_TO: Stroke.SOLID,
    RelationSort.ACTS_ON: Stroke.SOLID,
    RelationSort.PART_OF: Stroke.SOLID,
    RelationSort.CONDITIONS: Stroke.DASHED,
    RelationSort.INTERVENES: Stroke.DASHED,
    RelationSort.CONTEXT_OF: Stroke.DASHED,
    RelationSort.MODERATES: Stroke.DOTTED,
    RelationSort.CONTRADICTS: Stroke.DASHED,
}


@dataclass(frozen=True)
class EvidenceRead:
    """A passage of a relation with its words, and what became of it."""

    row: Evidence
    cited: Cited
    became: Became


@dataclass(frozen=True)
class Weight:
    """How much speaks for or against a relation: passages that hold (text that two of them share counts once), cases, documents.

    ``outside``: passages of documents without a case; ``lost``: those that do not hold any more and count nowhere.
    """

    passages: int = 0
    cases: int = 0
    documents: int = 0
    outside: int = 0
    lost: int = 0


@dataclass(frozen=True)
class EndRead:
    """One end of a relation as it is read: an element, a code as it is today, or another relation."""

    name: str
    element: ElementRead | None = None
    code: MappedCode | None = None
    relation: UUID | None = None
    #: it was taken out of the model or of the codebook
    gone: bool = False


@dataclass(frozen=True)
class RelationRead:
    """A relation as it is read, with what speaks for it and against it."""

    row: Relation
    first: EndRead
    second: EndRead
    #: what a type of the project's own is called
    own: str | None
    stroke: Stroke
    evidence: Sequence[EvidenceRead] = field(default=())

    @property
    def between_codes(self) -> bool:
        """Whether it is a relation between codes, not of the model."""
        return self.first.code is not None and self.first.element is None

    def weight(self, stance: Stance) -> Weight:
        """Return how much is for it, or against it."""
        return weigh(one for one in self.evidence if one.row.stance is stance)

    def by_case(self) -> Mapping[tuple[UUID | None, str], tuple[int, int]]:
        """Return how many passages of each case are for it and against it, in the order of the cases; (None, "") is no case."""
        held = [one for one in self.evidence if one.became.holds is Holds.HOLDS]
        cases = {(one.cited.case_id, one.cited.case or ""): one.cited.case_position for one in held}
        ordered = sorted(cases, key=lambda case: (cases[case] is None, cases[case] or 0, case[1]))

        def many(case: tuple[UUID | None, str], stance: Stance) -> int:
            return _merged(one for one in held if one.cited.case_id == case[0] and one.row.stance is stance)

        return {case: (many(case, Stance.FOR), many(case, Stance.AGAINST)) for case in ordered}


def weigh(evidence: Iterable[EvidenceRead]) -> Weight:
    """Return how much passages weigh together."""
    rows = list(evidence)
    held = [one for one in rows if one.became.holds is Holds.HOLDS]
    return Weight(
        _merged(held),
        len({one.cited.case_id for one in held if one.cited.case_id}),
        len({one.row.document_id for one in held}),
        _merged(one for one in held if not one.cited.case_id),
        len(rows) - len(held),
    )


def _merged(rows: Iterable[EvidenceRead]) -> int:
    """Return how many stretches of text passages are: those that overlap are one."""
    spans = sorted((one.row.revision_id.bytes, one.row.start, one.row.end) for one in rows)
    many, text, reaches = 0, b"", 0
    for of, start, end in spans:
        if of != text or start >= reaches:
            many, reaches = many + 1, 0
        text, reaches = of, max(reaches, end)
    return many


# --- reading -------------------------------------------------------------------------------------


def types(session: Session, access: Access) -> list[RelationType]:
    """Return the types of relation that the project added, by name."""
    wanted = sa.select(RelationType).where(RelationType.project_id == access.project.id)
    return list(session.scalars(wanted.order_by(RelationType.name_key)))


def relations(
    session: Session, access: Access, *, only: UUID | None = None, bare: bool = False, removed: bool = False
) -> list[RelationRead]:
    """Return the relations of the project, or one of them even if it was taken away, with their evidence; six statements.

    ``bare``: without their evidence; three statements. ``removed``: those that were taken away instead.
    """
    wanted = sa.select(Relation).where(Relation.project_id == access.project.id)
    rows = session.scalars(wanted.order_by(Relation.created_at, Relation.id)).all()
    mapped = mapping(session, access.project.id)
    nodes = {
        row.id: element_read(mapped, row)
        for row in session.scalars(sa.select(ModelElement).where(ModelElement.project_id == access.project.id))
    }
    own = {one.id: one for one in types(session, access)}
    shown = [row for row in rows if (row.id == only if only else (row.removed_at is not None) == removed)]
    found = [] if bare else quoted(session, access, Evidence, *([Evidence.relation_id == only] if only else []))
    told = became(session, mapped, found)
    passages: dict[UUID, list[EvidenceRead]] = {}
    for said, cited in found:
        passages.setdefault(said.relation_id, []).append(EvidenceRead(said, cited, told[said.id]))
    ends = Ends(mapped, nodes, {row.id: row for row in rows})
    read = []
    for row in shown:
        first, second = ends.first(row), ends.second(row)
        # An element that was taken out takes its relations with it; what it is put back to brings them back.
        if only is None and any(end.element is not None and end.gone for end in (first, second)):
            continue
        if only is None and second.relation is not None and second.gone:
            continue
        kind = own.get(row.type_id) if row.type_id else None
        stroke = kind.stroke if kind else STROKES.get(row.sort, Stroke.SOLID)
        read.append(RelationRead(row, first, second, kind.name if kind else None, stroke, passages.get(row.id, ())))
    return read


@dataclass(frozen=True)
class Ends:
    """What the ends of relations are called, and whether they are there."""

    mapped: Mapped
    nodes: Mapping[UUID, ElementRead]
    rows: Mapping[UUID, Relation]

    def first(self, row: Relation) -> EndRead:
        """Return where a relation begins."""
        return self._end(row.from_element_id, row.from_code_id, None)

    def second(self, row: Relation) -> EndRead:
        """Return where it ends."""
        return self._end(row.to_element_id, row.to_code_id, row.to_relation_id)

    def _end(self, element: UUID | None, code: UUID | None, relation: UUID | None) -> EndRead:
        if element is not None:
            node = self.nodes[element]
            return EndRead(node.name, element=node, code=node.code, gone=node.row.removed_at is not None)
        if code is not None:
            stands = self.mapped.codes[today(self.mapped, str(code))]
            return EndRead(stands.name, code=stands, gone=stands.state not in {CodeState.ACTIVE, CodeState.SPLIT})
        assert relation is not None  # a relation has one end or another: the table checks it
        row = self.rows[relation]
        first, second = self.first(row), self.second(row)
        gone = row.removed_at is not None or first.gone or second.gone
        return EndRead(f"{first.name} → {second.name}", relation=relation, gone=gone)


def relation(session: Session, access: Access, relation_id: UUID) -> RelationRead:
    """Return one relation with its evidence, also one that was taken away."""
    found = relations(session, access, only=relation_id)
    if not found:
        raise no_such_thing()
    return found[0]
