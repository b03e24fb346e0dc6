"""Reading the log of a project: what this person may see of it."""

from collections.abc import Collection
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from intercoder.events import Subject
from intercoder.models import (
    Event,
    Role,
    Round,
    RoundState,
)
from intercoder.services.access import Access, blind_rounds, no_such_thing


def rows(
    session: Session,
    access: Access,
    *,
    before: UUID | None = None,
    after: UUID | None = None,
    kinds: Collection[str] | None = None,
    limit: int = 100,
) -> list[Event]:
    """Return the rows of the log that the person may see, of all kinds of things or of some.

    A blind coder sees what is public, own acts, and nothing else of the rounds in which the person
    codes; somebody who only codes sees no more than that of any round that is still open.
    """
    open_rounds = sa.select(Round.id).where(Round.project_id == access.project.id, Round.state == RoundState.OPEN)
    hidden: sa.ColumnElement[bool]
    if access.roles & {Role.LEAD, Role.OBSERVER, Role.ADJUDICATOR}:
        hidden = Event.round_id.in_(blind_rounds(session, access.project.id, access.actor.id))
    else:
        hidden = Event.round_id.in_(open_rounds)
    codings = sa.and_(Event.subject_kind == Subject.CODING, Event.round_id.in_(open_rounds))
    visible = sa.and_(
        Event.project_id == access.project.id,
        sa.or_(
            Event.actor_id == access.actor.id,
            Event.public,
            Event.round_id.is_(None),
            sa.and_(sa.not_(hidden), sa.not_(codings)),
        ),
    )
    wanted = sa.select(Event).where(visible)
    if kinds is not None:
        wanted = wanted.where(Event.subject_kind.in_(kinds))
    for mark, later in ((before, False), (after, True)):
        if mark is None:
            continue
        known = session.execute(sa.select(Event.at, Event.id).where(visible, Event.id == mark)).first()
        if known is None:
            raise no_such_thing()
        at = sa.literal(known.at, Event.at.type)
        same = sa.and_(Event.at == at, Event.id > known.id if later else Event.id < known.id)
        wanted = wanted.where(sa.or_(Event.at > at if later else Event.at < at, same))
    newest_first = after is None
    order = (Event.at.desc(), Event.id.desc()) if newest_first else (Event.at, Event.id)
    return list(session.scalars(wanted.order_by(*order).limit(limit)))
