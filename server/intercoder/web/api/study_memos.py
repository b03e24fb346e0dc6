"""The API of memos on anything of a study: found, written, tied to one another and to passages."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from intercoder.models import MemoAbout, MemoKind, MemoReaders
from intercoder.policy import Permission
from intercoder.services import study_memos
from intercoder.services.access import Access
from intercoder.services.quoted import Chosen, Holds
from intercoder.services.study_memos import NewMemo, OtherMemo, StudyMemo, Wanted
from intercoder.web.api.endpoint import Created, endpoint
from intercoder.web.api.memos import EarlierOut
from intercoder.web.api.shapes import In, Out
from intercoder.web.session import db


class TiedPassageOut(Out):
    """A passage that a memo is tied to."""

    id: UUID
    round_id: UUID
    document_id: UUID
    start: int
    end: int


class TiedPassageToday(TiedPassageOut):
    """The same with its words, and what became of it."""

    words: str
    holds: Holds


class NewMemoOut(Out):
    """A memo, as it is kept; of ``code_id``, ``case_id``, ``document_id``, ``relation_id`` the one is named that it is on."""

    id: UUID
    about: MemoAbout
    code_id: UUID | None
    case_id: UUID | None
    document_id: UUID | None
    relation_id: UUID | None
    author_id: UUID
    kind: MemoKind
    title: str
    text: str
    readers: MemoReaders
    written_at: datetime
    changed_at: datetime
    revision: int


class StudyMemoOut(NewMemoOut):
    """A memo with what it is tied to and what it said before; ``on``: what that is called which it is on."""

    author: str
    own: bool
    hidden: bool
    on: str
    earlier: list[EarlierOut]
    memos: list[UUID]
    passages: list[TiedPassageToday]


class MemosQuery(In):
    """Which memos are looked for; ``words`` stand in their title or text."""

    kind: MemoKind | None = None
    about: MemoAbout | None = None
    of: UUID | None = None
    author: UUID | None = None
    words: Annotated[str, Field(max_length=200)] = ""

    @property
    def wanted(self) -> Wanted:
        """What the service is asked for."""
        return Wanted(self.kind, self.about, self.of, self.author, self.words)


def _memo(one: StudyMemo) -> StudyMemoOut:
    return StudyMemoOut.of(
        one.row,
        author=one.author,
        own=one.own,
        hidden=one.hidden,
        on=one.of,
        earlier=[EarlierOut.of(before) for before in one.earlier],
        memos=[other for other, _ in one.others],
        passages=[TiedPassageToday.of(p.row, words=p.cited.words, holds=p.became.holds) for p in one.passages],
    )


@endpoint("GET", "/projects/<uuid:project>/memos", Permission.CODEBOOK_VIEW, tag="memos")
def find_memos(access: Access, query: MemosQuery) -> list[StudyMemoOut]:
    """The memos of a project that the caller may read, those changed last first."""
    return [_memo(one) for one in study_memos.study_memos(db(), access, query.wanted)]


@endpoint("POST", "/projects/<uuid:project>/memos", Permission.MEMO_WRITE, tag="memos")
def create_memo(access: Access, body: NewMemo) -> Created[NewMemoOut]:
    """Write a memo on the project, a case, a document, a passage, a code or a relation."""
    return Created(NewMemoOut.of(study_memos.write(db(), access, body)))


@endpoint("POST", "/memos/<uuid:memo>/links", Permission.MEMO_WRITE, tag="memos")
def tie_memo(access: Access, memo: UUID, body: OtherMemo) -> None:
    """Tie an own memo to another one."""
    study_memos.tie(db(), access, memo, body)


@endpoint("DELETE", "/memos/<uuid:memo>/links/<uuid:linked>", Permission.MEMO_WRITE, tag="memos")
def untie_memo(access: Access, memo: UUID, linked: UUID) -> None:
    """Take the tie between an own memo and another one away."""
    study_memos.untie(db(), access, memo, linked)


@endpoint("POST", "/memos/<uuid:memo>/passages", Permission.MEMO_WRITE, tag="memos")
def tie_passage(access: Access, memo: UUID, body: Chosen) -> Created[TiedPassageOut]:
    """Tie an own memo to a passage."""
    return Created(TiedPassageOut.of(study_memos.tie_passage(db(), access, memo, body)))


@endpoint("DELETE", "/memos/<uuid:memo>/passages/<uuid:tied>", Permission.MEMO_WRITE, tag="memos")
def untie_passage(access: Access, memo: UUID, tied: UUID) -> None:
    """Take a passage from an own memo."""
    study_memos.untie_passage(db(), access, memo, tied)
