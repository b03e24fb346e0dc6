"""Elements of the model: forces, modes, moderators, mechanisms, outcomes, contexts; each stands for a code, or for nothing coded yet."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

import sqlalchemy as sa
from pydantic import Field
from sqlalchemy.orm import Session

from intercoder import events
from intercoder.clock import now
from intercoder.errors import Conflict, InvalidInput, Stale
from intercoder.models import Code, CodeState, ElementKind, Level, ModelElement, Project
from intercoder.services.access import Access, no_such_thing
from intercoder.services.command import NAME_LENGTH, Command, Text, checked
from intercoder.services.mapping import Mapped, MappedCode, mapping
from intercoder.services.quoted import today
from intercoder.text.canonical import canonical, clean_name

#: elements of a model
MOST = 60
#: characters of what is said of an element or a relation
WORDS = 4000
#: how far from the corner of the figure an element can be put
FARTHEST = 20_000


def _name(text: str) -> str:
    name = clean_name(text)
    if len(name) > NAME_LENGTH:
        raise InvalidInput("long_name", "A name has at most {n} characters.", n=NAME_LENGTH)
    return name


def _words(text: str) -> str:
    kept = canonical(text).strip()
    if len(kept) > WORDS:
        raise InvalidInput("long_text", "What is said of it has at most {n} characters.", n=WORDS)
    return kept


#: a name that may be left empty
MayName = Annotated[str, checked(_name), Field(max_length=400)]
Words = Annotated[Text, checked(_words)]
_Place = Annotated[int, Field(ge=0, le=FARTHEST, strict=True)]


class NewElement(Command):
    """An element: what it is, what it is called (empty: as its code), what it stands for (none: for nothing coded yet)."""

    kind: ElementKind
    name: MayName = ""
    words: Words = ""
    code: UUID | None = None
    grouped: MayName = ""


class ElementChange(Command):
    """What is to be changed of an element; ``removed``: it is taken out of the model, or put back."""

    kind: ElementKind | None = None
    name: MayName | None = None
    words: Words | None = None
    code: UUID | None = None
    grouped: MayName | None = None
    removed: bool | None = None


class ElementPlace(Command):
    """Where the middle of an element is put in the figure; both empty: the figure finds a place."""

    element: UUID
    x: _Place | None = None
    y: _Place | None = None


class Arrangement(Command):
    """Where elements are put. Those that are not named stay where they are."""

    places: Annotated[tuple[ElementPlace, ...], Field(min_length=1, max_length=MOST)]


@dataclass(frozen=True)
class ElementRead:
    """An element as it is read; ``name``: as it is shown; ``code``: what it stands for today, None: nothing coded yet.

    ``gone``: the code that it stood for is not in the codebook any more.
    """

    row: ModelElement
    name: str
    code: MappedCode | None
    gone: bool


def elements(session: Session, access: Access, *, removed: bool = False) -> list[ElementRead]:
    """Return the elements of the model in their order; with ``removed`` those too that were taken out."""
    mapped = mapping(session, access.project.id)
    wanted = sa.select(ModelElement).where(ModelElement.project_id == access.project.id)
    if not removed:
        wanted = wanted.where(ModelElement.removed_at.is_(None))
    rows = session.scalars(wanted.order_by(ModelElement.position, ModelElement.id))
    return [element_read(mapped, row) for row in rows]


def element_read(mapped: Mapped, row: ModelElement) -> ElementRead:
    """Return an element as it is read."""
    code = mapped.codes[today(mapped, str(row.code_id))] if row.code_id else None
    gone = code is not None and code.state not in {CodeState.ACTIVE, CodeState.SPLIT}
    return ElementRead(row, row.name or (code.name if code else ""), code, gone)


def lock_model(session: Session, access: Access) -> None:
    """Keep others from changing the model until the transaction ends. SQLite's transactions begin with the one write lock."""
    if not session.info.get("sqlite"):
        session.execute(sa.select(Project.id).where(Project.id == access.project.id).with_for_update(key_share=True))


def add_element(session: Session, access: Access, given: NewElement) -> ModelElement:
    """Add an element to the model.

    Raises
    ------
    InvalidInput : it has neither a name nor a code, or stands for a label.
    Conflict : the model is full; its code is not in the codebook, or another element stands for it.
    """
    lock_model(session, access)
    kept = elements(session, access, removed=True)
    if sum(one.row.removed_at is None for one in kept) >= MOST:
        raise Conflict("full_model", "A model has at most {n} elements.", n=MOST)
    code = _stands_for(session, access, given.code, kept) if given.code else None
    _require_name(given.name, code)
    row = ModelElement(
        project_id=access.project.id,
        kind=given.kind,
        name=given.name,
        words=given.words,
        code_id=code.id if code else None,
        grouped=given.grouped,
        position=max((one.row.position for one in kept), default=0) + 1,
        created_by=access.actor.id,
        created_at=now(),
    )
    session.add(row)
    session.flush()
    access.log(session, events.ElementMade(row.id, _called(row, code), given.kind, row.code_id))
    return row


def _require_name(name: str, code: Code | None) -> None:
    if not name and code is None:
        raise InvalidInput("no_name", "Give the element a name, or choose the code that it stands for.")


def _called(row: ModelElement, code: Code | None) -> str:
    return row.name or (code.name if code else "")


def _stands_for(session: Session, access: Access, code_id: UUID, others: Sequence[ElementRead]) -> Code:
    code = code_of_theory(session, access, code_id)
    other = next(
        (o for o in others if o.row.removed_at is None and o.code is not None and o.code.id == str(code.id)), None
    )
    if other is not None:
        raise Conflict(
            "element_there", "“{element}” stands for “{name}” in the model already.", element=other.name, name=code.name
        )
    return code


def code_of_theory(session: Session, access: Access, code_id: UUID) -> Code:
    """Return a code of the codebook that a theory can be made of: a concept, a theme or a construct."""
    code = session.get(Code, code_id)
    if code is None or code.project_id != access.project.id:
        raise InvalidInput("no_such_code", "There is no such code in the codebook.")
    if code.state is not CodeState.ACTIVE:
        raise InvalidInput("no_such_code", "There is no such code in the codebook.")
    if code.level is Level.LABEL:
        raise InvalidInput(
            "label_in_theory",
            "“{name}” is a label: a theory is made of concepts, themes and constructs.",
            name=code.name,
        )
    return code


def get_element(session: Session, access: Access, element_id: UUID) -> ModelElement:
    """Return an element of the project, locked, also one that was taken out of the model."""
    row = session.scalar(sa.select(ModelElement).where(ModelElement.id == element_id).with_for_update(key_share=True))
    if row is None or row.project_id != access.project.id:
        raise no_such_thing()
    return row


def change_element(
    session: Session, access: Access, element_id: UUID, revision: int | None, given: ElementChange
) -> ModelElement:
    """Change an element, take it out of the model with all its relations, or put it back with them."""
    lock_model(session, access)
    row = get_element(session, access, element_id)
    if revision is not None and row.revision != revision:
        raise Stale("stale_element", "Somebody changed this element in the meantime. Read it again.")
    if given.removed is not None and given.removed != (row.removed_at is not None):
        others = elements(session, access)
        if not given.removed and len(others) >= MOST:
            raise Conflict("full_model", "A model has at most {n} elements.", n=MOST)
        if not given.removed and row.code_id is not None:
            _stands_for(session, access, row.code_id, others)
        row.removed_at = now() if given.removed else None
        row.revision += 1
        session.flush()
        name = element_read(mapping(session, access.project.id), row).name
        access.log(session, events.ElementRemoved(row.id, name, back=None if given.removed else True))
    _change(session, access, row, given)
    return row


def _change(session: Session, access: Access, row: ModelElement, given: ElementChange) -> None:
    before = (row.kind, row.name, row.words, row.grouped, row.code_id)
    code = session.get(Code, row.code_id) if row.code_id else None
    if given.says("code") and given.code != row.code_id:
        others = [one for one in elements(session, access) if one.row.id != row.id]
        code = _stands_for(session, access, given.code, others) if given.code else None
        row.code_id = code.id if code else None
    row.kind = given.kind or row.kind
    row.name = row.name if given.name is None else given.name
    row.words = row.words if given.words is None else given.words
    row.grouped = row.grouped if given.grouped is None else given.grouped
    _require_name(row.name, code)
    after = (row.kind, row.name, row.words, row.grouped, row.code_id)
    if after == before:
        return
    row.revision += 1
    session.flush()
    kind, _, words, grouped, code_id = (new if new != old else None for new, old in zip(after, before, strict=True))
    access.log(
        session,
        events.ElementChanged(
            row.id,
            _called(row, code),
            kind,  # type: ignore[arg-type] # each is of the type of its place in the row
            words,  # type: ignore[arg-type]
            grouped,  # type: ignore[arg-type]
            code_id,  # type: ignore[arg-type]
            True if code is None and before[-1] is not None else None,
        ),
    )


def arrange(session: Session, access: Access, given: Arrangement) -> None:
    """Put elements elsewhere in the figure; where they lie in it says nothing else of them."""
    lock_model(session, access)
    rows = _named(session, access, {place.element for place in given.places})
    moved = []
    for place in given.places:
        row = rows[place.element]
        if (row.x, row.y) == (place.x, place.y):
            continue
        if (place.x is None) != (place.y is None):
            raise InvalidInput("half_a_place", "A place has an x and a y, or neither.")
        row.x, row.y = place.x, place.y
        moved.append(events.PlacedElement(row.id, row.x, row.y))
    session.flush()
    if moved:
        access.log(session, events.ModelArranged(access.project.id, tuple(moved)))


def _named(session: Session, access: Access, wanted: Collection[UUID]) -> dict[UUID, ModelElement]:
    rows = session.scalars(
        sa.select(ModelElement).where(
            ModelElement.project_id == access.project.id,
            ModelElement.id.in_(wanted),
            ModelElement.removed_at.is_(None),
        )
    )
    found = {row.id: row for row in rows}
    if len(found) < len(wanted):
        raise InvalidInput("no_such_element", "There is no such element in the model.")
    return found
