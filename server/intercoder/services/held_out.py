"""Documents that are put aside for the hold-out test of saturation: who may know of them, and who may read them.

While they are hidden no round can use them, so that no coder is shown them; leads know which they are, and read one only by a look
that is logged and printed with the test; for everybody else they are not there.
"""

from collections.abc import Collection
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from intercoder.errors import Conflict
from intercoder.models import Assignment, Case, Document, ReserveLook, ReserveState, SaturationReserve
from intercoder.policy import Permission
from intercoder.services.access import Access, no_such_thing


def hidden_reserve(session: Session, project_id: UUID) -> SaturationReserve | None:
    """Return the reserve of a project that is hidden; there is one at most."""
    return session.scalar(
        sa.select(SaturationReserve).where(
            SaturationReserve.project_id == project_id, SaturationReserve.state == ReserveState.HIDDEN
        )
    )


def cases(session: Session, project_id: UUID) -> frozenset[UUID]:
    """Return the cases that are held out: what comes into one of them is too."""
    reserve = hidden_reserve(session, project_id)
    return frozenset() if reserve is None else frozenset(reserve.units)


def known(access: Access) -> sa.ColumnElement[bool]:
    """Return the condition of the documents that a person may know of."""
    return sa.true() if access.may(Permission.MATERIALS_MANAGE) else Document.held_out.is_(False)


def hidden_cases(project_id: UUID) -> sa.Select[UUID | None]:
    """Return the cases of which every document is held out: their names would tell what is."""
    aside, other = aliased(Document), aliased(Document)
    return sa.select(aside.case_id).where(
        aside.project_id == project_id,
        aside.held_out,
        aside.case_id.is_not(None),
        ~sa.exists().where(other.case_id == aside.case_id, other.held_out.is_(False), other.removed_at.is_(None)),
    )


def known_cases(access: Access) -> sa.ColumnElement[bool]:
    """Return the condition of the cases that a person may know of."""
    may = access.may(Permission.MATERIALS_MANAGE)
    return sa.true() if may else Case.id.not_in(hidden_cases(access.project.id))


def require_known(access: Access, document: Document) -> None:
    """Refuse a document of which the person may not know, as one that is not there."""
    if document.held_out and not access.may(Permission.MATERIALS_MANAGE):
        raise no_such_thing()


def unread(session: Session, access: Access, document: Document) -> SaturationReserve | None:
    """Return the reserve that hides the text of a document from a lead who has not looked at it; None where it can be read."""
    require_known(access, document)
    if not document.held_out:
        return None
    reserve = hidden_reserve(session, access.project.id)
    if reserve is None:
        return None
    look = sa.select(ReserveLook.id).where(
        ReserveLook.reserve_id == reserve.id,
        ReserveLook.document_id == document.id,
        ReserveLook.looked_by == access.actor.id,
    )
    return None if session.scalar(look.limit(1)) else reserve


def require_looked(session: Session, access: Access, document: Document) -> None:
    """Refuse the text of a document that is held out, but to a lead who has said why to look at it."""
    if unread(session, access, document) is not None:
        raise Conflict(
            "held_out",
            "This document is held out for the test of saturation: its text is hidden until that is opened. A look at it needs a "
            "reason, and is printed with the test.",
        )


def refuse_any(session: Session, documents: Collection[UUID]) -> None:
    """Refuse to give out a document that is held out."""
    held = sa.select(Document.id).where(Document.id.in_(documents), Document.held_out)
    if session.scalar(held.limit(1)):
        raise Conflict(
            "held_out_given",
            "One of the documents is held out for the test of saturation: open the test before you give it out.",
        )


def joins(session: Session, document: Document, case: Case | None) -> None:
    """Hold out a document that comes into a case that is held out; ``Conflict`` where it was given out already."""
    if document.held_out or case is None or case.id not in cases(session, document.project_id):
        return
    if session.scalar(sa.select(Assignment.id).where(Assignment.document_id == document.id).limit(1)):
        raise Conflict(
            "case_held_out",
            "The case “{name}” is held out for the test of saturation: a document that a round uses cannot come into it.",
            name=case.name,
        )
    document.held_out = True
