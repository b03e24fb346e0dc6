"""The API of the log."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from intercoder.policy import Permission
from intercoder.services import log
from intercoder.services.access import Access
from intercoder.web.api.endpoint import endpoint
from intercoder.web.api.shapes import In, Out
from intercoder.web.session import db


class EventQuery(In):
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
def list_events(access: Access, query: EventQuery) -> list[EventOut]:
    """The rows of the log that the person may see, newest first (with ``after``: oldest first)."""
    rows = log.rows(db(), access, before=query.before, after=query.after, limit=query.limit)
    return [EventOut.of(row) for row in rows]
