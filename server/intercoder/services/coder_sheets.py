"""What coders say of themselves for the methods section: in their own words, read by whom they choose."""

from typing import Annotated
from uuid import UUID

import sqlalchemy as sa
from pydantic import Field
from sqlalchemy.orm import Session

from intercoder import events
from intercoder.clock import now
from intercoder.models import CoderSheet, Member, Role, SheetReaders
from intercoder.services.access import Access
from intercoder.services.command import Command

Words = Annotated[str, Field(max_length=2000)]


class SheetIn(Command):
    """A coder sheet; what is left empty is not said."""

    role: Words = ""
    training: Words = ""
    languages: Words = ""
    relation: Words = ""
    hours: Words = ""
    readers: SheetReaders = SheetReaders.LEADS


def write(session: Session, access: Access, said: SheetIn) -> CoderSheet:
    """Keep what the person who asks says of themselves in the project, in place of what was said before."""
    key = {"project_id": access.project.id, "user_id": access.actor.id}
    sheet = session.get(CoderSheet, key) or CoderSheet(**key)
    for name in SheetIn.model_fields:
        value = getattr(said, name)
        setattr(sheet, name, value.strip() if isinstance(value, str) and not isinstance(value, SheetReaders) else value)
    sheet.changed_at = now()
    session.add(sheet)
    session.flush()
    access.log(session, events.SheetWritten(_member(session, access), said.readers))
    return sheet


def _member(session: Session, access: Access) -> UUID:
    return session.scalars(
        sa.select(Member.id).where(Member.project_id == access.project.id, Member.user_id == access.actor.id)
    ).one()


def own(session: Session, access: Access) -> CoderSheet | None:
    """Return what the person who asks said of themselves."""
    return session.get(CoderSheet, {"project_id": access.project.id, "user_id": access.actor.id})


def readable(session: Session, access: Access) -> list[CoderSheet]:
    """Return the sheets that the person may read, by name: the own one, those for the team, and for a lead all."""
    everybody = Role.LEAD in access.roles
    rows = session.scalars(
        sa.select(CoderSheet)
        .join(CoderSheet.user)
        .options(sa.orm.contains_eager(CoderSheet.user))
        .where(
            CoderSheet.project_id == access.project.id,
            sa.true()
            if everybody
            else sa.or_(CoderSheet.readers == SheetReaders.TEAM, CoderSheet.user_id == access.actor.id),
        )
    )
    return sorted(rows, key=lambda sheet: (sheet.user.name, str(sheet.user_id)))
