"""Relating elements of the model or codes, and putting passages to what relates them."""

from typing import Annotated
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from intercoder import events
from intercoder.clock import now
from intercoder.errors import Conflict, InvalidInput, Stale, marked
from intercoder.models import Evidence, ModelElement, Relation, RelationSort, RelationType, Sign, Stance, Stroke
from intercoder.services.access import Access, no_such_thing
from intercoder.services.command import Command, named
from intercoder.services.command import Name as Short
from intercoder.services.elements import Words, code_of_theory, element_read, lock_model
from intercoder.services.mapping import mapping
from intercoder.services.quoted import Chosen, passage, visible
from intercoder.services.relations import Ends, relations, types
from intercoder.text.canonical import name_key

#: relations of a model, types that a project adds, passages of a relation
MOST, TYPES, PASSAGES = 200, 20, 500


class TypeIn(Command):
    """A type of relation that the project adds, and how its line is drawn."""

    name: Annotated[Short, named(marked("A type of relation needs a name."))]
    stroke: Stroke = Stroke.SOLID


class End(Command):
    """One end of a relation: an element, a code, or (at its second end) another relation that it moderates."""

    element: UUID | None = None
    code: UUID | None = None
    relation: UUID | None = None


class NewRelation(Command):
    """A relation: from where to where, of which type (``own``: one that the project added, whatever ``sort`` says), and what it says."""

    first: End
    second: End
    sort: RelationSort
    own: UUID | None = None
    directed: bool = True
    sign: Sign = Sign.NONE
    words: Words = ""


class RelationChange(Command):
    """What is to be changed of a relation; its ends stay. ``removed``: it is taken away, or put back."""

    sort: RelationSort | None = None
    own: UUID | None = None
    directed: bool | None = None
    sign: Sign | None = None
    words: Words | None = None
    removed: bool | None = None


class EvidenceIn(Chosen):
    """A passage, and what it says of the relation."""

    stance: Stance = Stance.FOR
    note: Words = ""


class EvidenceChange(Command):
    """What a passage says of the relation, said anew."""

    stance: Stance | None = None
    note: Words | None = None


def add_type(session: Session, access: Access, given: TypeIn) -> RelationType:
    """Add a type of relation."""
    lock_model(session, access)
    kept = types(session, access)
    if any(one.name_key == name_key(given.name) for one in kept):
        raise Conflict("type_there", "There is already a type of relation “{name}”.", name=given.name)
    if len(kept) >= TYPES:
        raise Conflict("many_types", "A project adds at most {n} types of relation.", n=TYPES)
    row = RelationType(
        project_id=access.project.id,
        name=given.name,
        name_key=name_key(given.name),
        stroke=given.stroke,
        created_at=now(),
    )
    session.add(row)
    session.flush()
    access.log(session, events.RelationTypeMade(row.id, given.name, given.stroke))
    return row


def relate(session: Session, access: Access, given: NewRelation) -> Relation:
    """Relate two elements, two codes, or an element to a relation that it moderates.

    Raises
    ------
    InvalidInput : the ends are no two things that can be related, or the type is none.
    Conflict : they are related in this way already; there are too many.
    """
    lock_model(session, access)
    kept = relations(session, access, bare=True)
    sort = RelationSort.OWN if given.own else given.sort
    if len(kept) >= MOST:
        raise Conflict("many_relations", "A project has at most {n} relations.", n=MOST)
    row = Relation(
        project_id=access.project.id,
        **_ends(session, access, given),
        sort=sort,
        type_id=_type(session, access, sort, given.own),
        directed=given.directed,
        sign=given.sign,
        words=given.words,
        created_by=access.actor.id,
        created_at=now(),
    )
    if any(_says(one.row) == _says(row) for one in kept):
        raise Conflict("related", "They are related in this way already.")
    session.add(row)
    session.flush()
    first, second = _names(session, access, row)
    access.log(session, events.RelationMade(row.id, first, second, row.sort))
    return row


def _says(row: Relation) -> tuple[object, ...]:
    ends = (row.from_element_id, row.from_code_id, row.to_element_id, row.to_code_id, row.to_relation_id)
    return (*ends, row.sort, row.type_id)


def _ends(session: Session, access: Access, given: NewRelation) -> dict[str, UUID | None]:
    first, second = given.first, given.second
    said = [end for end in (second.element, second.code, second.relation) if end is not None]
    if first.relation is not None or (first.element is None) == (first.code is None) or len(said) != 1:
        raise InvalidInput("which_ends", "A relation begins at an element or at a code, and ends at one thing.")
    if (first.code is None) != (second.code is None):
        raise InvalidInput(
            "mixed_ends", "Elements are related to elements, codes to codes: let an element stand for the code."
        )
    if said[0] in {first.element, first.code}:
        raise InvalidInput("one_end", "Nothing is related to itself.")
    if second.relation is not None and given.sort is not RelationSort.MODERATES:
        raise InvalidInput("moderates_only", "Only what moderates ends at another relation.")
    for element in (first.element, second.element):
        if element is not None:
            _element(session, access, element)
    for code in (first.code, second.code):
        if code is not None:
            code_of_theory(session, access, code)
    if second.relation is not None:
        other = _relation(session, access, second.relation)
        if other.from_element_id is None or other.to_relation_id is not None or other.removed_at is not None:
            raise InvalidInput("no_such_relation", "There is no such relation between two elements of the model.")
    return {
        "from_element_id": first.element,
        "from_code_id": first.code,
        "to_element_id": second.element,
        "to_code_id": second.code,
        "to_relation_id": second.relation,
    }


def _element(session: Session, access: Access, element_id: UUID) -> None:
    row = session.get(ModelElement, element_id)
    if row is None or row.project_id != access.project.id or row.removed_at is not None:
        raise InvalidInput("no_such_element", "There is no such element in the model.")


def _relation(session: Session, access: Access, relation_id: UUID) -> Relation:
    row = session.scalar(sa.select(Relation).where(Relation.id == relation_id).with_for_update(key_share=True))
    if row is None or row.project_id != access.project.id:
        raise no_such_thing()
    return row


def _type(session: Session, access: Access, sort: RelationSort, own: UUID | None) -> UUID | None:
    if sort is not RelationSort.OWN:
        return None
    row = session.get(RelationType, own) if own else None
    if row is None or row.project_id != access.project.id:
        raise InvalidInput("no_such_type", "There is no such type of relation: add it first.")
    return row.id


def _names(session: Session, access: Access, row: Relation) -> tuple[str, str]:
    mapped = mapping(session, access.project.id)
    near = session.get(Relation, row.to_relation_id) if row.to_relation_id else None
    rows = [row, near] if near else [row]
    ids = {one for each in rows for one in (each.from_element_id, each.to_element_id) if one is not None}
    nodes = {one: element_read(mapped, session.get_one(ModelElement, one)) for one in ids}
    ends = Ends(mapped, nodes, {one.id: one for one in rows})
    return ends.first(row).name, ends.second(row).name


def change_relation(
    session: Session, access: Access, relation_id: UUID, revision: int | None, given: RelationChange
) -> Relation:
    """Change a relation, take it away with its evidence, or put it back."""
    lock_model(session, access)
    row = _relation(session, access, relation_id)
    if revision is not None and row.revision != revision:
        raise Stale("stale_relation", "Somebody changed this relation in the meantime. Read it again.")
    first, second = _names(session, access, row)
    if given.removed is not None and given.removed != (row.removed_at is not None):
        row.removed_at = now() if given.removed else None
        row.revision += 1
        access.log(session, events.RelationRemoved(row.id, first, second, back=None if given.removed else True))
    sort = RelationSort.OWN if given.own else given.sort or row.sort
    if row.to_relation_id is not None and sort is not RelationSort.MODERATES:
        raise InvalidInput("moderates_only", "Only what moderates ends at another relation.")
    own = given.own if given.says("own") else row.type_id
    told = events.RelationChanged(
        row.id,
        first,
        second,
        sort=sort if sort is not row.sort or _type(session, access, sort, own) != row.type_id else None,
        sign=given.sign if given.sign not in {None, row.sign} else None,
        directed=given.directed if given.directed not in {None, row.directed} else None,
        words=given.words if given.words not in {None, row.words} else None,
    )
    if (told.sort, told.sign, told.directed, told.words) == (None, None, None, None):
        session.flush()
        return row
    row.sort, row.type_id = sort, _type(session, access, sort, own)
    row.sign = told.sign or row.sign
    row.directed = row.directed if told.directed is None else told.directed
    row.words = row.words if told.words is None else told.words
    row.revision += 1
    session.flush()
    access.log(session, told)
    return row


def add_evidence(session: Session, access: Access, relation_id: UUID, given: EvidenceIn) -> Evidence:
    """Put a passage to a relation, as speaking for it or against it. Against never changes the sign."""
    lock_model(session, access)
    row = _relation(session, access, relation_id)
    found = passage(session, access, given)
    here = (Evidence.revision_id == found.revision_id, Evidence.start == found.start, Evidence.end == found.end)
    if session.scalar(sa.select(Evidence.id).where(Evidence.relation_id == row.id, *here)) is not None:
        raise Conflict("evidence_there", "This passage is evidence of the relation already.")
    many = session.scalar(sa.select(sa.func.count()).select_from(Evidence).where(Evidence.relation_id == row.id))
    if (many or 0) >= PASSAGES:
        raise Conflict("many_passages", "A relation has at most {n} passages.", n=PASSAGES)
    made = Evidence(relation_id=row.id, stance=given.stance, note=given.note, **vars(found))
    session.add(made)
    session.flush()
    _log_evidence(session, access, row, made)
    return made


def _log_evidence(session: Session, access: Access, row: Relation, made: Evidence) -> None:
    first, second = _names(session, access, row)
    told = events.EvidenceGiven(
        row.id, made.round_id, first, second, made.stance, made.document_id, made.start, made.end
    )
    access.log(session, told)


def _evidence(session: Session, access: Access, relation_id: UUID, evidence_id: UUID) -> tuple[Relation, Evidence]:
    row = _relation(session, access, relation_id)
    made = session.scalar(
        sa.select(Evidence).where(
            Evidence.id == evidence_id, Evidence.relation_id == row.id, visible(access, Evidence.round_id)
        )
    )
    if made is None:
        raise no_such_thing()
    return row, made


def change_evidence(
    session: Session, access: Access, relation_id: UUID, evidence_id: UUID, given: EvidenceChange
) -> Evidence:
    """Say anew what a passage says of a relation."""
    row, made = _evidence(session, access, relation_id, evidence_id)
    before = (made.stance, made.note)
    made.stance = given.stance or made.stance
    made.note = made.note if given.note is None else given.note
    if (made.stance, made.note) != before:
        session.flush()
        _log_evidence(session, access, row, made)
    return made


def take_evidence(session: Session, access: Access, relation_id: UUID, evidence_id: UUID) -> None:
    """Take a passage from a relation."""
    row, made = _evidence(session, access, relation_id, evidence_id)
    session.delete(made)
    session.flush()
    first, second = _names(session, access, row)
    told = events.EvidenceTaken(row.id, made.round_id, first, second, made.document_id, made.start, made.end)
    access.log(session, told)
