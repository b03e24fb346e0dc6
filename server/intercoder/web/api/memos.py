"""The API of memos on codes."""

from datetime import datetime
from uuid import UUID

from intercoder.models import MemoKind, MemoReaders
from intercoder.policy import Permission
from intercoder.services import memos
from intercoder.services.access import Access
from intercoder.services.memos import MemoIn
from intercoder.web.api.endpoint import Created, endpoint
from intercoder.web.api.shapes import Out
from intercoder.web.session import db
from intercoder.web.signature import IfMatch


class EarlierOut(Out):
    """What a memo said before a change, and until when."""

    kind: MemoKind
    title: str
    text: str
    until: datetime


class MemoOut(Out):
    """A memo; ``code_id``: of one on a code."""

    id: UUID
    code_id: UUID | None
    author_id: UUID
    kind: MemoKind
    title: str
    text: str
    readers: MemoReaders
    written_at: datetime
    changed_at: datetime
    revision: int


class MemoWithHistory(MemoOut):
    """A memo with its author's name and what it said before. ``hidden``: nobody but its author sees it yet."""

    author: str
    own: bool
    hidden: bool
    earlier: list[EarlierOut]


@endpoint("GET", "/codes/<uuid:code>/memos", Permission.CODEBOOK_VIEW, tag="memos")
def list_memos(access: Access, code: UUID) -> list[MemoWithHistory]:
    """The memos on a code that the caller may see, the oldest first."""
    return [MemoWithHistory.of(memo) for memo in memos.memos(db(), access, code)]


@endpoint("POST", "/codes/<uuid:code>/memos", Permission.MEMO_WRITE, tag="memos")
def write_memo(access: Access, code: UUID, body: MemoIn) -> Created[MemoOut]:
    """Write a memo on a code."""
    return Created(MemoOut.of(memos.write(db(), access, code, body)))


@endpoint("PATCH", "/memos/<uuid:memo>", Permission.MEMO_WRITE, tag="memos")
def change_memo(access: Access, memo: UUID, body: MemoIn, seen: IfMatch | None) -> MemoOut:
    """Change an own memo; what it said before is kept."""
    return MemoOut.of(memos.change(db(), access, memo, seen, body))


@endpoint("DELETE", "/memos/<uuid:memo>", Permission.MEMO_WRITE, tag="memos")
def remove_memo(access: Access, memo: UUID) -> None:
    """Take an own memo away."""
    memos.remove(db(), access, memo)
