"""The API of the log."""

from datetime import datetime
from functools import partial
from typing import Annotated
from uuid import UUID

from pydantic import Field

from intercoder.models import Event
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
    whole: bool = False


class EventOut(Out):
    """A row of the log. Of a long list in its ``detail`` the first 50 are shown, and in ``left_out`` how many are not; see ``whole``."""

    id: UUID
    at: datetime
    actor_id: UUID | None
    action: str
    subject_kind: str
    subject_id: UUID | None
    round_id: UUID | None
    detail: dict[str, object]
    left_out: dict[str, int]


#: of a list in the detail of a row: a ruling on 2,000 places by a rule is 400 kB
SHOWN = 50


def _event(row: Event, *, whole: bool) -> EventOut:
    detail, left_out = dict[str, object](row.detail), dict[str, int]()
    for name, of in row.detail.items():
        if isinstance(of, list) and len(of) > SHOWN and not whole:
            detail[name], left_out[name] = of[:SHOWN], len(of) - SHOWN
    return EventOut.of(row, detail=detail, left_out=left_out)


@endpoint("GET", "/projects/<uuid:project>/events", Permission.LOG_VIEW, tag="events")
def list_events(access: Access, query: EventQuery) -> Page[EventOut]:
    """The rows of the log that the person may see, newest first (with ``after``: oldest first); ``whole``: with all of long lists."""
    cursor, known = query.cursor, query.after or query.before
    if known is not None:
        cursor = log.cursor_at(db(), access, known, newer=query.after is not None)
    part = log.rows(db(), access, Asked(cursor, query.limit)).map(partial(_event, whole=query.whole))
    # Whoever follows the log goes on with the last row; a cursor would turn the order round.
    return part if query.after is None else Page(part.rows[::-1])
