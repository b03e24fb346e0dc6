"""Views of the passages of a study that are kept under a name."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from intercoder.models.base import Base, Identified
from intercoder.models.theory_states import Backing, Succession


class PassageView(Identified, Base):
    """What is asked of the passages of a study, under a name: what is None or empty is not asked."""

    __tablename__ = "passage_view"
    __table_args__ = (sa.UniqueConstraint("project_id", "name_key"),)

    project_id: Mapped[UUID] = mapped_column(sa.ForeignKey("project.id", ondelete="CASCADE"))
    name: Mapped[str]
    name_key: Mapped[str]
    code_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("code.id"))
    beside_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("code.id"))
    #: how far from a passage of the other code, in characters; None: overlapping with it
    near: Mapped[int | None]
    case_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("case_studied.id", ondelete="CASCADE"))
    document_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("document.id", ondelete="CASCADE"))
    coder_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("user_account.id"))
    source: Mapped[str | None]
    is_primary: Mapped[bool | None]
    words: Mapped[str] = mapped_column(default="")
    attribute: Mapped[str | None]
    value: Mapped[str | None]
    #: whether coders agreed on the passage, and whether it stands before or after one of the other code
    agreement: Mapped[Backing | None]
    sequence: Mapped[Succession | None]
    created_by: Mapped[UUID] = mapped_column(sa.ForeignKey("user_account.id"))
    created_at: Mapped[datetime]
