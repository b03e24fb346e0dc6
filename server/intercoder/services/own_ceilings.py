"""How many characters coders say that they can take in a project: what a plan holds to where a lead sets nothing else."""

from collections.abc import Collection
from typing import Annotated
from uuid import UUID

import sqlalchemy as sa
from pydantic import Field
from sqlalchemy.orm import Session

from intercoder import events
from intercoder.models import Member
from intercoder.services.access import Access
from intercoder.services.command import Command


class CeilingIn(Command):
    """At most so many characters waiting at a time, over all open rounds of the project; None: no such limit."""

    characters: Annotated[int, Field(ge=0, le=10**9)] | None


def say(session: Session, access: Access, said: CeilingIn) -> int | None:
    """Keep what the person who asks can take in the project, in place of what was said before."""
    member = _member(session, access)
    if member.ceiling != said.characters:
        member.ceiling = said.characters
        access.log(session, events.CeilingSaid(member.id, said.characters))
    return member.ceiling


def own(session: Session, access: Access) -> int | None:
    """Return what the person who asks said."""
    return _member(session, access).ceiling


def _member(session: Session, access: Access) -> Member:
    return session.scalars(
        sa.select(Member).where(Member.project_id == access.project.id, Member.user_id == access.actor.id)
    ).one()


def ceilings(session: Session, project_id: UUID, people: Collection[UUID]) -> dict[UUID, int]:
    """Return what these people said, those who said something."""
    rows = session.execute(
        sa.select(Member.user_id, Member.ceiling).where(
            Member.project_id == project_id, Member.user_id.in_(people), Member.ceiling.is_not(None)
        )
    )
    return {user: ceiling for user, ceiling in rows if ceiling is not None}
