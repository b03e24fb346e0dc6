"""Views of passages under a name: kept, listed, taken away; they feed tables, matrices and comparisons."""

from typing import Annotated
from uuid import UUID

import sqlalchemy as sa
from pydantic import Field
from sqlalchemy.orm import Session

from intercoder import events
from intercoder.clock import now
from intercoder.errors import Conflict, InvalidInput, NotFound, marked
from intercoder.models import Backing, Case, Code, Document, Member, PassageView, Succession
from intercoder.services import held_out
from intercoder.services.access import Access, no_such_thing
from intercoder.services.command import Command, named
from intercoder.services.command import Name as Short
from intercoder.services.mapping import mapping
from intercoder.services.passage_queries import Wanted
from intercoder.text.canonical import name_key

#: views of a project
MOST = 100


class NewView(Command):
    """A view and what it asks; what is left out is not asked. ``near``: characters from a passage of ``beside``, ``sequence``: before or after it."""

    name: Annotated[Short, named(marked("A view needs a name."))]
    code: UUID | None = None
    beside: UUID | None = None
    near: Annotated[int, Field(ge=0, le=100_000)] | None = None
    case: UUID | None = None
    document: UUID | None = None
    coder: UUID | None = None
    source: Annotated[str, Field(max_length=300)] | None = None
    primary: bool | None = None
    words: Annotated[str, Field(max_length=200)] = ""
    attribute: Annotated[str, Field(max_length=80)] | None = None
    value: Annotated[str, Field(max_length=500)] | None = None
    agreement: Backing | None = None
    sequence: Succession | None = None


def views(session: Session, access: Access) -> list[PassageView]:
    """Return the views of a project by name: those alone of whose document and case the person may know."""
    rows = session.scalars(
        sa.select(PassageView)
        .outerjoin(Document, Document.id == PassageView.document_id)
        .outerjoin(Case, Case.id == PassageView.case_id)
        .where(
            PassageView.project_id == access.project.id,
            sa.or_(PassageView.document_id.is_(None), held_out.known(access)),
            sa.or_(PassageView.case_id.is_(None), held_out.known_cases(access)),
        )
        .order_by(PassageView.name_key)
    )
    return list(rows)


def wanted_by(row: PassageView) -> Wanted:
    """Return what a view asks."""

    def said(of: UUID | None) -> str | None:
        return str(of) if of else None

    return Wanted(
        code=said(row.code_id),
        beside=said(row.beside_id),
        near=row.near,
        case=said(row.case_id),
        document=said(row.document_id),
        coder=said(row.coder_id),
        source=row.source,
        primary=row.is_primary,
        words=row.words,
        attribute=row.attribute,
        value=row.value,
        agreement=row.agreement,
        sequence=row.sequence,
    )


def wanted(session: Session, access: Access, view_id: UUID | None) -> Wanted | None:
    """Return what a view of the project asks; None where none is named."""
    if view_id is None:
        return None
    row = next((one for one in views(session, access) if one.id == view_id), None)
    if row is None:
        raise no_such_thing()
    return wanted_by(row)


def name_of(session: Session, access: Access, view_id: UUID | None) -> str | None:
    """Return what a view is called; None where none is named."""
    return next((one.name for one in views(session, access) if one.id == view_id), None) if view_id else None


def called(session: Session, access: Access, name: str) -> PassageView:
    """Return the view of a name."""
    row = next((one for one in views(session, access) if one.name_key == name_key(name)), None)
    if row is None:
        raise NotFound("no_view_called", "There is no view “{name}”.", name=name)
    return row


def keep(session: Session, access: Access, given: NewView) -> PassageView:
    """Keep what is asked under a name.

    Raises
    ------
    InvalidInput : it names a thing that is not in the project.
    Conflict : there is a view of this name already; there are too many.
    """
    kept = session.scalars(sa.select(PassageView.name_key).where(PassageView.project_id == access.project.id)).all()
    if name_key(given.name) in kept:
        raise Conflict("view_there", "There is already a view “{name}”.", name=given.name)
    if len(kept) >= MOST:
        raise Conflict("many_views", "A project has at most {n} views.", n=MOST)
    _require_here(session, access, given)
    row = PassageView(
        project_id=access.project.id,
        name=given.name,
        name_key=name_key(given.name),
        code_id=given.code,
        beside_id=given.beside,
        near=given.near,
        case_id=given.case,
        document_id=given.document,
        coder_id=given.coder,
        source=given.source or None,
        is_primary=given.primary,
        words=given.words.strip(),
        attribute=given.attribute or None,
        value=given.value or None,
        agreement=given.agreement,
        sequence=given.sequence,
        created_by=access.actor.id,
        created_at=now(),
    )
    session.add(row)
    session.flush()
    access.log(session, events.ViewKept(access.project.id, row.name, row.id))
    return row


def _require_here(session: Session, access: Access, given: NewView) -> None:
    here = access.project.id
    tree = mapping(session, here).tree.parents
    codes = [session.get(Code, code) for code in (given.code, given.beside) if code]
    fine = all(code is not None and str(code.id) in tree for code in codes)
    if given.case:
        case = session.get(Case, given.case)
        fine = fine and case is not None and case.project_id == here
    if given.document:
        document = session.get(Document, given.document)
        fine = fine and document is not None and document.project_id == here
        if document is not None and fine:
            held_out.require_known(access, document)
    if given.coder:
        there = sa.select(Member.id).where(Member.project_id == here, Member.user_id == given.coder)
        fine = fine and session.scalar(there) is not None
    if not fine:
        raise InvalidInput("no_such_thing_here", "There is no such thing in the project.")


def take_away(session: Session, access: Access, view_id: UUID) -> None:
    """Take a view away."""
    row = session.get(PassageView, view_id)
    if row is None or row.project_id != access.project.id:
        raise no_such_thing()
    session.delete(row)
    session.flush()
    access.log(session, events.ViewKept(access.project.id, row.name, row.id, gone=True))
