"""Memos: notes on a code, with their author and their history."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from intercoder.models.base import Base, Identified
from intercoder.models.states import MemoKind


class Memo(Identified, Base):
    """A note of one person on a code."""

    __tablename__ = "memo"

    project_id: Mapped[UUID] = mapped_column(sa.ForeignKey("project.id", ondelete="CASCADE"))
    code_id: Mapped[UUID] = mapped_column(sa.ForeignKey("code.id"), index=True)
    author_id: Mapped[UUID] = mapped_column(sa.ForeignKey("user_account.id"))
    kind: Mapped[MemoKind]
    text: Mapped[str]
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
    text: Mapped[str]
    at: Mapped[datetime]
