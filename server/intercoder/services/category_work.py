"""Working on categories: giving them properties, putting passages to these, saying where cases lie, noting negative cases."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

import sqlalchemy as sa
from pydantic import Field
from sqlalchemy.orm import Session

from intercoder import events
from intercoder.clock import now
from intercoder.errors import Conflict, InvalidInput, Stale, marked
from intercoder.models import Case, CategoryPassage, Code, CodeProperty, NegativeCase, PropertyPlace
from intercoder.services.access import Access, RoundAccess, no_such_thing
from intercoder.services.command import Command, named
from intercoder.services.command import Name as Short
from intercoder.services.elements import MayName, Words, code_of_theory, lock_model
from intercoder.services.quoted import Chosen, passage, visible
from intercoder.text.canonical import name_key

#: properties of a project, passages of one of them
MOST, PASSAGES = 400, 500

_At = Annotated[int, Field(ge=0, le=100, strict=True)]


class NewProperty(Command):
    """A property of a code; with two ends, ``low`` and ``high``, it has a dimension."""

    name: Annotated[Short, named(marked("A property needs a name."))]
    words: Words = ""
    low: MayName = ""
    high: MayName = ""


class PropertyChange(Command):
    """What is to be changed of a property; ``removed``: it is taken away, or put back."""

    name: Annotated[Short, named(marked("A property needs a name."))] | None = None
    words: Words | None = None
    low: MayName | None = None
    high: MayName | None = None
    removed: bool | None = None


class CasePlace(Command):
    """Where a case lies on a dimension, from 0, the low end, to 100; null: nobody says."""

    at: _At | None
    words: Words = ""


class ShownIn(Chosen):
    """A passage that shows a property, with its place on the dimension where it has one."""

    at: _At | None = None


class NegativeIn(Command):
    """A case for which a code does not hold, and why."""

    case: UUID
    words: Words = ""


class NegativeChange(Command):
    """Why a code does not hold for a case, written anew."""

    words: Words


# --- properties ----------------------------------------------------------------------------------


def add_property(session: Session, access: Access, code_id: UUID, given: NewProperty) -> CodeProperty:
    """Give a concept, a theme or a construct a property.

    Raises
    ------
    InvalidInput : the code is a label, or one end of a dimension is not named.
    Conflict : it has a property of this name already; there are too many.
    """
    lock_model(session, access)
    code = code_of_theory(session, access, code_id)
    _require_ends(given.low, given.high)
    kept = session.scalars(sa.select(CodeProperty).where(CodeProperty.project_id == access.project.id)).all()
    _require_new(kept, code, given.name)
    if sum(row.removed_at is None for row in kept) >= MOST:
        raise Conflict("many_properties", "A project has at most {n} properties.", n=MOST)
    row = CodeProperty(
        project_id=access.project.id,
        code_id=code.id,
        name=given.name,
        words=given.words,
        low=given.low,
        high=given.high,
        position=max((row.position for row in kept), default=0) + 1,
        created_by=access.actor.id,
        created_at=now(),
    )
    session.add(row)
    session.flush()
    access.log(session, events.PropertyMade(code.id, code.name, row.name, row.id, row.low, row.high))
    return row


def _require_ends(low: str, high: str) -> None:
    if bool(low) != bool(high):
        raise InvalidInput("half_a_dimension", "A dimension has two ends: name both, or neither.")


def _require_new(kept: Sequence[CodeProperty], code: Code, name: str) -> None:
    there = [row for row in kept if row.code_id == code.id and row.removed_at is None]
    if any(name_key(row.name) == name_key(name) for row in there):
        raise Conflict(
            "property_there", "“{name}” has the property “{property}” already.", name=code.name, property=name
        )


def _property(session: Session, access: Access, property_id: UUID) -> tuple[CodeProperty, Code]:
    row = session.scalar(sa.select(CodeProperty).where(CodeProperty.id == property_id).with_for_update(key_share=True))
    if row is None or row.project_id != access.project.id:
        raise no_such_thing()
    return row, session.get_one(Code, row.code_id)


def change_property(
    session: Session, access: Access, property_id: UUID, revision: int | None, given: PropertyChange
) -> CodeProperty:
    """Change a property, take it away with its passages, or put it back."""
    lock_model(session, access)
    row, code = _property(session, access, property_id)
    if revision is not None and row.revision != revision:
        raise Stale("stale_property", "Somebody changed this property in the meantime. Read it again.")
    others = session.scalars(
        sa.select(CodeProperty).where(CodeProperty.project_id == access.project.id, CodeProperty.id != row.id)
    ).all()
    if given.removed is not None and given.removed != (row.removed_at is not None):
        if not given.removed:
            _require_new(others, code, row.name)
        row.removed_at = now() if given.removed else None
        row.revision += 1
        access.log(
            session, events.PropertyRemoved(code.id, code.name, row.name, row.id, None if given.removed else True)
        )
    before = (row.name, row.words, row.low, row.high)
    if given.name is not None and name_key(given.name) != name_key(row.name):
        _require_new(others, code, given.name)
    row.name = given.name or row.name
    row.words = row.words if given.words is None else given.words
    row.low = row.low if given.low is None else given.low
    row.high = row.high if given.high is None else given.high
    _require_ends(row.low, row.high)
    after = (row.name, row.words, row.low, row.high)
    if after != before:
        row.revision += 1
        told = [new if new != old else None for new, old in zip(after[1:], before[1:], strict=True)]
        access.log(session, events.PropertyChanged(code.id, code.name, row.name, row.id, *told))
    session.flush()
    return row


def place_case(session: Session, access: Access, property_id: UUID, case_id: UUID, given: CasePlace) -> None:
    """Say where a case lies on the dimension of a property, or that nobody says so any more."""
    lock_model(session, access)
    row, code = _property(session, access, property_id)
    case = _case(session, access, case_id)
    if not row.low:
        raise Conflict("no_dimension", "“{property}” has no dimension: name its two ends first.", property=row.name)
    kept = session.get(PropertyPlace, (row.id, case.id))
    if given.at is None:
        if kept is None:
            return
        session.delete(kept)
    elif kept is None:
        session.add(
            PropertyPlace(
                property_id=row.id,
                case_id=case.id,
                at=given.at,
                words=given.words,
                placed_by=access.actor.id,
                placed_at=now(),
            )
        )
    else:
        if (kept.at, kept.words) == (given.at, given.words):
            return
        kept.at, kept.words, kept.placed_by, kept.placed_at = given.at, given.words, access.actor.id, now()
    session.flush()
    access.log(session, events.CasePlaced(code.id, row.name, row.id, case.name, case.id, given.at))


def _case(session: Session, access: Access, case_id: UUID) -> Case:
    case = session.get(Case, case_id)
    if case is None or case.project_id != access.project.id:
        raise InvalidInput("no_such_case", "There is no such case in the project.")
    return case


# --- negative cases ------------------------------------------------------------------------------


def note_negative(session: Session, access: Access, code_id: UUID, given: NegativeIn) -> NegativeCase:
    """Note a case for which a code does not hold."""
    lock_model(session, access)
    code = code_of_theory(session, access, code_id)
    case = _case(session, access, given.case)
    there = sa.select(NegativeCase.id).where(NegativeCase.code_id == code.id, NegativeCase.case_id == case.id)
    if session.scalar(there) is not None:
        raise Conflict(
            "negative_there", "“{case}” is a negative case of “{name}” already.", case=case.name, name=code.name
        )
    row = NegativeCase(
        project_id=access.project.id,
        code_id=code.id,
        case_id=case.id,
        words=given.words,
        created_by=access.actor.id,
        created_at=now(),
    )
    session.add(row)
    session.flush()
    access.log(session, events.NegativeCaseNoted(code.id, code.name, case.name, case.id))
    return row


def _negative(session: Session, access: Access, negative_id: UUID) -> tuple[NegativeCase, Code, Case]:
    row = session.scalar(sa.select(NegativeCase).where(NegativeCase.id == negative_id).with_for_update(key_share=True))
    if row is None or row.project_id != access.project.id:
        raise no_such_thing()
    return row, session.get_one(Code, row.code_id), session.get_one(Case, row.case_id)


def change_negative(
    session: Session, access: Access, negative_id: UUID, revision: int | None, given: NegativeChange
) -> NegativeCase:
    """Write anew why a code does not hold for a case."""
    row, code, case = _negative(session, access, negative_id)
    if revision is not None and row.revision != revision:
        raise Stale("stale_negative", "Somebody changed this negative case in the meantime. Read it again.")
    if row.words != given.words:
        row.words = given.words
        row.revision += 1
        session.flush()
        access.log(session, events.NegativeCaseNoted(code.id, code.name, case.name, case.id))
    return row


def take_negative(session: Session, access: Access, negative_id: UUID) -> None:
    """Take a negative case away."""
    row, code, case = _negative(session, access, negative_id)
    session.delete(row)
    session.flush()
    access.log(session, events.NegativeCaseTaken(code.id, code.name, case.name, case.id))


# --- passages ------------------------------------------------------------------------------------


def show_property(session: Session, access: Access, property_id: UUID, given: ShownIn) -> CategoryPassage:
    """Put a passage to a property that it shows; said again, its place on the dimension is what is said now."""
    lock_model(session, access)
    row, code = _property(session, access, property_id)
    if given.at is not None and not row.low:
        raise Conflict("no_dimension", "“{property}” has no dimension: name its two ends first.", property=row.name)
    return _show(session, access, given, code, row.name, CategoryPassage(property_id=row.id, at=given.at))


def show_negative(session: Session, access: Access, negative_id: UUID, given: ShownIn) -> CategoryPassage:
    """Put a passage to a negative case, which has no dimension."""
    lock_model(session, access)
    row, code, case = _negative(session, access, negative_id)
    if given.at is not None:
        raise InvalidInput("no_dimension_here", "A negative case has no dimension: leave the place out.")
    return _show(session, access, given, code, case.name, CategoryPassage(negative_id=row.id))


def _show(
    session: Session, access: Access, given: Chosen, code: Code, of: str, made: CategoryPassage
) -> CategoryPassage:
    found = passage(session, access, given)
    table = CategoryPassage
    kept = session.scalars(
        sa.select(table).where(
            table.property_id == made.property_id if made.property_id else table.negative_id == made.negative_id
        )
    ).all()
    place = (found.revision_id, found.start, found.end)
    same = next((one for one in kept if (one.revision_id, one.start, one.end) == place), None)
    if same is not None:
        if same.at == made.at:
            raise Conflict("passage_there", "This passage was put to “{of}” already.", of=of)
        same.at = made.at
    elif len(kept) >= PASSAGES:
        raise Conflict("many_shown", "A property has at most {n} passages.", n=PASSAGES)
    else:
        for name, value in vars(found).items():
            setattr(made, name, value)
        session.add(made)
    row = same or made
    session.flush()
    told = events.CategoryShown(
        code.id, row.round_id, code.name, of, row.id, row.document_id, row.start, row.end, row.at
    )
    access.log(session, told)
    return row


def take_passage(session: Session, access: RoundAccess, passage_id: UUID) -> None:
    """Take a passage from the property or the negative case that it was put to."""
    row = session.scalar(
        sa.select(CategoryPassage)
        .where(CategoryPassage.id == passage_id, visible(access, CategoryPassage.round_id))
        .with_for_update(key_share=True)
    )
    if row is None or row.project_id != access.project.id:
        raise no_such_thing()
    if row.property_id is not None:
        shows, code = _property(session, access, row.property_id)
        of = shows.name
    else:
        assert row.negative_id is not None  # the table checks it
        _, code, case = _negative(session, access, row.negative_id)
        of = case.name
    session.delete(row)
    session.flush()
    told = events.CategoryPassageTaken(
        code.id, row.round_id, code.name, of, row.id, row.document_id, row.start, row.end
    )
    access.log(session, told)
