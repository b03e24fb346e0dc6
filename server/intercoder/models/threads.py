"""Talk about a place: threads of comments, with whom they mention; a coder's contest of a ruling is one."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from intercoder.models import comparison  # noqa: F401 - whose tables these refer to
from intercoder.models.base import Base, Identified
from intercoder.models.ruling_states import ThreadKind, ThreadState


class Thread(Identified, Base):
    """A talk about one place, for all who may see the place."""

    __tablename__ = "thread"

    project_id: Mapped[UUID] = mapped_column(sa.ForeignKey("project.id", ondelete="CASCADE"))
    round_id: Mapped[UUID] = mapped_column(sa.ForeignKey("round.id", ondelete="CASCADE"))
    disagreement_id: Mapped[UUID] = mapped_column(sa.ForeignKey("disagreement.id", ondelete="CASCADE"), index=True)
    kind: Mapped[ThreadKind]
    #: the ruling that is contested
    ruling_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("ruling.id", ondelete="CASCADE"))
    state: Mapped[ThreadState] = mapped_column(default=ThreadState.OPEN)
    opened_by: Mapped[UUID] = mapped_column(sa.ForeignKey("user_account.id"))
    created_at: Mapped[datetime]


class Comment(Identified, Base):
    """What somebody said in a thread; never changed."""

    __tablename__ = "comment"

    thread_id: Mapped[UUID] = mapped_column(sa.ForeignKey("thread.id", ondelete="CASCADE"), index=True)
    author_id: Mapped[UUID] = mapped_column(sa.ForeignKey("user_account.id"))
    text: Mapped[str]
    at: Mapped[datetime]


class Mention(Base):
    """Somebody whom a comment names with @."""

    __tablename__ = "mention"

    comment_id: Mapped[UUID] = mapped_column(sa.ForeignKey("comment.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[UUID] = mapped_column(sa.ForeignKey("user_account.id"), primary_key=True, index=True)
