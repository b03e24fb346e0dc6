"""How many characters coders say that they can take in a project: what a plan holds to where a lead sets nothing else."""

from collections.abc import Collection
from typing import Annotated
from uuid import UUID

import sqlalchemy as sa
from pydantic import Field
from sqlalchemy.orm import Session

from intercoder import events
from intercoder.errors import Conflict
from intercoder.models import Member
from intercoder.services.access import Access
from intercoder.services.command import Command
from intercoder.services.own_desk import FEWEST, speed


class CeilingIn(Command):
    """At most so many characters waiting at a time, over all open rounds of the project; None: no such limit.

    ``hours`` are turned into characters by the person's own speed and go before a number of characters.
    """

    characters: Annotated[int, Field(ge=0, le=10**9)] | None = None
    hours: Annotated[float, Field(gt=0, le=1000)] | None = None


def say(session: Session, access: Access, said: CeilingIn) -> int | None:
    """Keep what the person who asks can take in the project, in place of what was said before; return the characters.

    Raises
    ------
    Conflict : hours, where too few documents were submitted to know the person's speed.
    """
    characters = said.characters if said.hours is None else _in_characters(session, access, said.hours)
    member = _member(session, access)
    if member.ceiling != characters:
        member.ceiling = characters
        access.log(session, events.CeilingSaid(member.id, characters))
    return member.ceiling


def _in_characters(session: Session, access: Access, hours: float) -> int:
    pace = speed(session, access.actor.id)
    if pace is None:
        raise Conflict(
            "no_speed",
            "Your speed is known when you have submitted {n} documents with some minutes of work on each: until then say how many "
            "characters you can take.",
            n=FEWEST,
        )
    return pace.characters(hours)


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
