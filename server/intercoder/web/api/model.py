"""The API of the model: its elements, where they lie in the figure, and relations with their evidence."""

from uuid import UUID

from intercoder.models import ElementKind, Evidence, Relation, RelationSort, Sign, Stance, Stroke
from intercoder.policy import Permission
from intercoder.services import elements, relating, relations
from intercoder.services.access import Access
from intercoder.services.elements import Arrangement, ElementChange, ElementRead, NewElement
from intercoder.services.quoted import Holds
from intercoder.services.relating import EvidenceChange, EvidenceIn, NewRelation, RelationChange, TypeIn
from intercoder.services.relations import EndRead, EvidenceRead, RelationRead, Weight
from intercoder.web.api.endpoint import Created, endpoint
from intercoder.web.api.shapes import Out
from intercoder.web.session import db
from intercoder.web.signature import IfMatch


class ElementOut(Out):
    """An element of the model; ``code``: what it was said to stand for, null: nothing coded yet.

    ``x`` and ``y``: where its middle was put in the figure, null where the figure finds a place.
    """

    id: UUID
    kind: ElementKind
    name: str
    words: str
    code_id: UUID | None
    grouped: str
    x: int | None
    y: int | None
    revision: int
    removed: bool


class ElementTodayOut(ElementOut):
    """An element as it stands in the model: ``name`` as it is shown, ``code_today`` what its code is today.

    ``code_gone``: that is not in the codebook any more.
    """

    code_today: UUID | None
    code_gone: bool


class TypeOut(Out):
    """A type of relation that the project added."""

    id: UUID
    name: str
    stroke: Stroke


class EndOut(Out):
    """One end of a relation: an element, a code as it is today, or another relation."""

    name: str
    element: UUID | None
    code: UUID | None
    relation: UUID | None
    gone: bool


class WeightOut(Out):
    """How much speaks for a relation or against it; ``outside``: passages of no case; ``lost``: passages that do not hold any more."""

    passages: int
    cases: int
    documents: int
    outside: int
    lost: int


class RelationOut(Out):
    """A relation; ``own``: the project's own type of it."""

    id: UUID
    sort: RelationSort
    own: UUID | None
    directed: bool
    sign: Sign
    words: str
    revision: int
    removed: bool


class RelationTodayOut(RelationOut):
    """A relation with its ends as they are today, and how much speaks for it and against it."""

    first: EndOut
    second: EndOut
    own_name: str | None
    stroke: Stroke
    supports: WeightOut
    opposes: WeightOut


class EvidenceOut(Out):
    """A passage of a relation, as it is kept."""

    id: UUID
    stance: Stance
    note: str
    round_id: UUID
    document_id: UUID
    start: int
    end: int


class EvidenceTodayOut(EvidenceOut):
    """The same with its words, and what became of it; ``code``: what it counts as today; ``agreed``: in the consensus."""

    words: str
    case_id: UUID | None
    holds: Holds
    code: UUID | None
    agreed: bool


class CaseWeightOut(Out):
    """How many passages of a case are for a relation and against it; without an identifier: of no case."""

    case_id: UUID | None
    supports: int
    opposes: int


class RelationWhole(RelationTodayOut):
    """A relation with its evidence."""

    by_case: list[CaseWeightOut]
    evidence: list[EvidenceTodayOut]


class ModelOut(Out):
    """The model: its elements, the relations between them, and the types that the project added."""

    elements: list[ElementTodayOut]
    relations: list[RelationTodayOut]
    types: list[TypeOut]


def _element(one: ElementRead) -> ElementTodayOut:
    return ElementTodayOut.of(
        one.row,
        name=one.name,
        removed=one.row.removed_at is not None,
        code_today=UUID(one.code.id) if one.code else None,
        code_gone=one.gone,
    )


def _end(end: EndRead) -> EndOut:
    element = end.element.row.id if end.element else None
    return EndOut.of(end, element=element, code=UUID(end.code.id) if end.code else None)


def _weight(weight: Weight) -> WeightOut:
    return WeightOut.of(weight)


def _kept(row: Relation) -> dict[str, object]:
    return {"own": row.type_id, "removed": row.removed_at is not None}


def _today(one: RelationRead) -> dict[str, object]:
    return {
        **_kept(one.row),
        "first": _end(one.first),
        "second": _end(one.second),
        "own_name": one.own,
        "stroke": one.stroke,
        "supports": _weight(one.weight(Stance.FOR)),
        "opposes": _weight(one.weight(Stance.AGAINST)),
    }


def _relation(one: RelationRead) -> RelationTodayOut:
    return RelationTodayOut.of(one.row, **_today(one))


def _evidence(one: EvidenceRead) -> EvidenceTodayOut:
    return EvidenceTodayOut.of(
        one.row,
        words=one.cited.words,
        case_id=one.cited.case_id,
        holds=one.became.holds,
        code=UUID(one.became.code) if one.became.code else None,
        agreed=one.became.agreed,
    )


@endpoint("GET", "/projects/<uuid:project>/model", Permission.THEORY_VIEW, tag="theory")
def get_model(access: Access) -> ModelOut:
    """The model: elements, relations between them with how much speaks for each, own types of relation."""
    return ModelOut(
        elements=[_element(one) for one in elements.elements(db(), access)],
        relations=[_relation(one) for one in relations.relations(db(), access) if not one.between_codes],
        types=[TypeOut.of(one) for one in relations.types(db(), access)],
    )


@endpoint("POST", "/projects/<uuid:project>/elements", Permission.THEORY_EDIT, tag="theory")
def create_element(access: Access, body: NewElement) -> Created[ElementOut]:
    """Add an element to the model: standing for a code, or for nothing coded yet."""
    return Created(ElementOut.of(elements.add_element(db(), access, body), removed=False))


@endpoint("PATCH", "/elements/<uuid:element>", Permission.THEORY_EDIT, tag="theory")
def change_element(access: Access, element: UUID, body: ElementChange, seen: IfMatch | None) -> ElementOut:
    """Change an element; with ``removed`` take it out of the model, or put it back."""
    row = elements.change_element(db(), access, element, seen, body)
    return ElementOut.of(row, removed=row.removed_at is not None)


@endpoint("POST", "/projects/<uuid:project>/arrangement", Permission.THEORY_EDIT, tag="theory")
def arrange_model(access: Access, body: Arrangement) -> None:
    """Say where elements lie in the figure; without x and y the figure finds a place."""
    elements.arrange(db(), access, body)


@endpoint("POST", "/projects/<uuid:project>/relation-types", Permission.THEORY_EDIT, tag="theory")
def create_relation_type(access: Access, body: TypeIn) -> Created[TypeOut]:
    """Add a type of relation to those that there are."""
    return Created(TypeOut.of(relating.add_type(db(), access, body)))


@endpoint("GET", "/projects/<uuid:project>/relations", Permission.THEORY_VIEW, tag="theory")
def list_relations(access: Access) -> list[RelationTodayOut]:
    """All relations, between elements and between codes, in the order in which they were made."""
    return [_relation(one) for one in relations.relations(db(), access)]


@endpoint("POST", "/projects/<uuid:project>/relations", Permission.THEORY_EDIT, tag="theory")
def create_relation(access: Access, body: NewRelation) -> Created[RelationOut]:
    """Relate two elements, two codes, or an element to a relation that it moderates."""
    row = relating.relate(db(), access, body)
    return Created(RelationOut.of(row, **_kept(row)))


@endpoint("GET", "/relations/<uuid:relation>", Permission.THEORY_VIEW, tag="theory")
def get_relation(access: Access, relation: UUID) -> RelationWhole:
    """A relation with its passages, for and against, and how many there are of each case."""
    one = relations.relation(db(), access, relation)
    by_case = one.by_case().items()
    return RelationWhole.of(
        one.row,
        **_today(one),
        by_case=[CaseWeightOut(case_id=case, supports=many, opposes=against) for (case, _), (many, against) in by_case],
        evidence=[_evidence(passage) for passage in one.evidence],
    )


@endpoint("PATCH", "/relations/<uuid:relation>", Permission.THEORY_EDIT, tag="theory")
def change_relation(access: Access, relation: UUID, body: RelationChange, seen: IfMatch | None) -> RelationOut:
    """Change type, sign or words of a relation; with ``removed`` take it away, or put it back."""
    row = relating.change_relation(db(), access, relation, seen, body)
    return RelationOut.of(row, **_kept(row))


@endpoint("POST", "/relations/<uuid:relation>/evidence", Permission.THEORY_EDIT, tag="theory")
def create_evidence(access: Access, relation: UUID, body: EvidenceIn) -> Created[EvidenceOut]:
    """Put a passage to a relation: a coder's coding or one of the consensus, for it or against it."""
    return Created(EvidenceOut.of(relating.add_evidence(db(), access, relation, body)))


@endpoint("PATCH", "/relations/<uuid:relation>/evidence/<uuid:evidence>", Permission.THEORY_EDIT, tag="theory")
def change_evidence(access: Access, relation: UUID, evidence: UUID, body: EvidenceChange) -> EvidenceOut:
    """Say anew what a passage says of a relation."""
    made: Evidence = relating.change_evidence(db(), access, relation, evidence, body)
    return EvidenceOut.of(made)


@endpoint("DELETE", "/relations/<uuid:relation>/evidence/<uuid:evidence>", Permission.THEORY_EDIT, tag="theory")
def remove_evidence(access: Access, relation: UUID, evidence: UUID) -> None:
    """Take a passage from a relation."""
    relating.take_evidence(db(), access, relation, evidence)
