"""Memos: notes on a code or on anything else of a study, with their author and their history."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from intercoder.models.base import Base, Identified
from intercoder.models.states import MemoAbout, MemoKind, MemoReaders
from intercoder.models.theory import Quoted


class Memo(Identified, Base):
    """A note of one person on a code, a case, a document, a passage, a relation, or on the project."""

    __tablename__ = "memo"

    project_id: Mapped[UUID] = mapped_column(sa.ForeignKey("project.id", ondelete="CASCADE"), index=True)
    about: Mapped[MemoAbout] = mapped_column(default=MemoAbout.CODE)
    code_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("code.id"), index=True)
    case_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("case_studied.id", ondelete="CASCADE"))
    document_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("document.id", ondelete="CASCADE"))
    relation_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("relation.id", ondelete="CASCADE"))
    author_id: Mapped[UUID] = mapped_column(sa.ForeignKey("user_account.id"))
    kind: Mapped[MemoKind]
    title: Mapped[str] = mapped_column(default="")
    text: Mapped[str]
    readers: Mapped[MemoReaders] = mapped_column(default=MemoReaders.ALL)
    written_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    deleted_at: Mapped[datetime | None]
    #: raised by every change: what If-Match names
    revision: Mapped[int] = mapped_column(default=1)


class MemoBefore(Base):
    """A memo as it stood before a change."""

    __tablename__ = "memo_before"

    memo_id: Mapped[UUID] = mapped_column(sa.ForeignKey("memo.id", ondelete="CASCADE"), primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[MemoKind]
    title: Mapped[str] = mapped_column(default="")
    text: Mapped[str]
    at: Mapped[datetime]


class MemoLink(Base):
    """Two memos that belong together, said once: by the author of the first."""

    __tablename__ = "memo_link"

    memo_id: Mapped[UUID] = mapped_column(sa.ForeignKey("memo.id", ondelete="CASCADE"), primary_key=True)
    other_id: Mapped[UUID] = mapped_column(sa.ForeignKey("memo.id", ondelete="CASCADE"), primary_key=True)


class MemoPassage(Quoted, Base):
    """A passage that a memo is tied to; one on a passage has it from the beginning."""

    __tablename__ = "memo_passage"
    __table_args__ = (sa.UniqueConstraint("memo_id", "revision_id", "start", "end"),)

    memo_id: Mapped[UUID] = mapped_column(sa.ForeignKey("memo.id", ondelete="CASCADE"))
