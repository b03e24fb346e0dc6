"""The API of talk about places."""

from datetime import datetime
from uuid import UUID

from intercoder.models import ThreadKind, ThreadState
from intercoder.policy import Permission
from intercoder.services import threads
from intercoder.services.access import RoundAccess
from intercoder.services.threads import CommentIn, ThreadChange, Told
from intercoder.web.api.endpoint import Created, endpoint
from intercoder.web.api.shapes import Out
from intercoder.web.session import db


class CommentOut(Out):
    """What somebody said; ``by`` is a letter while the project hides who coded there."""

    id: UUID
    by: str
    text: str
    at: datetime


class ThreadOut(Out):
    """A talk about a place; ``ruling_id``: the ruling that a contest is about."""

    id: UUID
    disagreement_id: UUID
    kind: ThreadKind
    state: ThreadState
    ruling_id: UUID | None
    created_at: datetime
    comments: list[CommentOut]


def _thread(one: Told) -> ThreadOut:
    return ThreadOut.of(one.thread, comments=[CommentOut.of(said) for said in one.comments])


@endpoint("GET", "/disagreements/<uuid:disagreement>/threads", Permission.DISAGREEMENTS_VIEW, tag="threads")
def list_threads(access: RoundAccess, disagreement: UUID) -> list[ThreadOut]:
    """The talk about a place, open threads first."""
    return [_thread(one) for one in threads.threads(db(), access, disagreement)]


@endpoint("POST", "/disagreements/<uuid:disagreement>/comments", Permission.DISCUSS, tag="threads")
def create_comment(access: RoundAccess, disagreement: UUID, body: CommentIn) -> Created[ThreadOut]:
    """Say something about a place, with @name to mention somebody; or contest the ruling there. The answer is its thread."""
    said = threads.comment(db(), access, disagreement, body)
    told = threads.threads(db(), access, disagreement)
    return Created(next(_thread(one) for one in told if one.thread.id == said.thread_id))


@endpoint("PATCH", "/disagreements/<uuid:disagreement>/threads/<uuid:thread>", Permission.DISCUSS, tag="threads")
def change_thread(access: RoundAccess, disagreement: UUID, thread: UUID, body: ThreadChange) -> ThreadOut:
    """Resolve a talk, or open it again."""
    threads.move(db(), access, disagreement, thread, body)
    return next(_thread(one) for one in threads.threads(db(), access, disagreement) if one.thread.id == thread)
