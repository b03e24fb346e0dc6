"""What rulings teach: words for the codebook that came of one, and what a lead made of them."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from intercoder.models import comparison  # noqa: F401 - whose tables these refer to
from intercoder.models.base import Base, Identified
from intercoder.models.ruling_states import LessonQuote, LessonRule, LessonState
from intercoder.models.values import Passage


class Lesson(Identified, Base):
    """A rule in words, a passage as example or near-miss, or both, for one code of the draft, out of one ruling."""

    __tablename__ = "lesson"

    project_id: Mapped[UUID] = mapped_column(sa.ForeignKey("project.id", ondelete="CASCADE"), index=True)
    round_id: Mapped[UUID] = mapped_column(sa.ForeignKey("round.id", ondelete="CASCADE"))
    ruling_id: Mapped[UUID] = mapped_column(sa.ForeignKey("ruling.id", ondelete="CASCADE"), index=True)
    code_id: Mapped[UUID] = mapped_column(sa.ForeignKey("code.id"))
    #: what the words say of the code; None: they belong to the passage
    rule: Mapped[LessonRule | None]
    text: Mapped[str]
    #: what the passage is to the code; None: the words alone
    quote: Mapped[LessonQuote | None]
    passage: Mapped[Passage | None]
    state: Mapped[LessonState] = mapped_column(default=LessonState.WAITING)
    author_id: Mapped[UUID] = mapped_column(sa.ForeignKey("user_account.id"))
    created_at: Mapped[datetime]
    #: what the lead tells the author
    answer: Mapped[str] = mapped_column(default="")
    decided_by: Mapped[UUID | None] = mapped_column(sa.ForeignKey("user_account.id"))
    decided_at: Mapped[datetime | None]
    #: the version that was the first to have it
    version_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("codebook_version.id", ondelete="SET NULL"))
