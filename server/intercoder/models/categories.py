"""What a category is made of: its properties with their dimensions, where cases lie on them, cases that it does not hold for."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from intercoder.models.base import Base, Identified
from intercoder.models.theory import Quoted


class CodeProperty(Identified, Base):
    """A property of a concept, theme or construct; with two ends it has a dimension on which cases differ."""

    __tablename__ = "code_property"

    project_id: Mapped[UUID] = mapped_column(sa.ForeignKey("project.id", ondelete="CASCADE"), index=True)
    #: what it is a property of, as it was chosen: the mapping says what that is today
    code_id: Mapped[UUID] = mapped_column(sa.ForeignKey("code.id"), index=True)
    name: Mapped[str]
    words: Mapped[str] = mapped_column(default="")
    #: the two ends of its dimension; both empty: it has none
    low: Mapped[str] = mapped_column(default="")
    high: Mapped[str] = mapped_column(default="")
    position: Mapped[int]
    #: raised by every change: what If-Match names
    revision: Mapped[int] = mapped_column(default=1)
    created_by: Mapped[UUID] = mapped_column(sa.ForeignKey("user_account.id"))
    created_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]


class PropertyPlace(Base):
    """Where a case lies on the dimension of a property, as somebody judged."""

    __tablename__ = "property_place"

    property_id: Mapped[UUID] = mapped_column(sa.ForeignKey("code_property.id", ondelete="CASCADE"), primary_key=True)
    case_id: Mapped[UUID] = mapped_column(sa.ForeignKey("case_studied.id", ondelete="CASCADE"), primary_key=True)
    #: from 0, the low end, to 100
    at: Mapped[int]
    words: Mapped[str] = mapped_column(default="")
    placed_by: Mapped[UUID] = mapped_column(sa.ForeignKey("user_account.id"))
    placed_at: Mapped[datetime]


class NegativeCase(Identified, Base):
    """A case for which a category does not hold, and why that is so."""

    __tablename__ = "negative_case"
    __table_args__ = (sa.UniqueConstraint("code_id", "case_id"),)

    project_id: Mapped[UUID] = mapped_column(sa.ForeignKey("project.id", ondelete="CASCADE"), index=True)
    code_id: Mapped[UUID] = mapped_column(sa.ForeignKey("code.id"))
    case_id: Mapped[UUID] = mapped_column(sa.ForeignKey("case_studied.id", ondelete="CASCADE"))
    words: Mapped[str]
    revision: Mapped[int] = mapped_column(default=1)
    created_by: Mapped[UUID] = mapped_column(sa.ForeignKey("user_account.id"))
    created_at: Mapped[datetime]


class CategoryPassage(Quoted, Base):
    """A passage that shows a property, or that makes a case a negative one.

    Its document is what saturation counts: a property arrives with the first document that shows it, a dimension with the
    first passage that has a place on it.
    """

    __tablename__ = "category_passage"
    __table_args__ = (
        sa.CheckConstraint("(property_id IS NULL) <> (negative_id IS NULL)", name="shows"),
        sa.UniqueConstraint("property_id", "revision_id", "start", "end"),
        sa.UniqueConstraint("negative_id", "revision_id", "start", "end"),
    )

    property_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("code_property.id", ondelete="CASCADE"))
    negative_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("negative_case.id", ondelete="CASCADE"))
    #: where it lies on the dimension, from 0, the low end, to 100; None: nobody said
    at: Mapped[int | None]
