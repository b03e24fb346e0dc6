"""The API of the log."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from intercoder.policy import Permission
from intercoder.services import log
from intercoder.services.access import Access
from intercoder.services.paging import Asked, Page
from intercoder.web.api.endpoint import endpoint
from intercoder.web.api.shapes import Out, PartQuery
from intercoder.web.session import db


class EventQuery(PartQuery):
    """Which rows of the log: newest first, or what came after one that is known."""

    before: UUID | None = None
    after: UUID | None = None
    limit: Annotated[int, Field(ge=1, le=500)] = 100


class EventOut(Out):
    """A row of the log."""

    id: UUID
    at: datetime
    actor_id: UUID | None
    action: str
    subject_kind: str
    subject_id: UUID | None
    round_id: UUID | None
    detail: dict[str, object]


@endpoint("GET", "/projects/<uuid:project>/events", Permission.LOG_VIEW, tag="events")
def list_events(access: Access, query: EventQuery) -> Page[EventOut]:
    """The rows of the log that the person may see, newest first (with ``after``: oldest first)."""
    cursor, known = query.cursor, query.after or query.before
    if known is not None:
        cursor = log.cursor_at(db(), access, known, newer=query.after is not None)
    part = log.rows(db(), access, Asked(cursor, query.limit)).map(EventOut.of)
    # Whoever follows the log goes on with the last row; a cursor would turn the order round.
    return part if query.after is None else Page(part.rows[::-1])
