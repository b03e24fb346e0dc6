"""Codes and the frozen, numbered states of the codebook."""

import enum
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from intercoder.models.base import Base, Identified


class Level(enum.StrEnum):
    """How abstract a code is; a code's parent is at a higher level."""

    LABEL = "label"
    CONCEPT = "concept"
    THEME = "theme"
    CONSTRUCT = "construct"

    @property
    def height(self) -> int:
        """0 for labels up to 3 for constructs."""
        return list(Level).index(self)


class CodeState(enum.StrEnum):
    """Where a code stands in the codebook."""

    ACTIVE = "active"  #: in the draft codebook
    PROPOSED = "proposed"  #: a coder's proposal in a round, seen by its author and the lead only
    PRIVATE = "private"  #: a coder's own code in an open-coding round
    DECLINED = "declined"  #: a proposal that the lead did not take
    RETIRED = "retired"  #: taken out of the draft; versions and codings keep it


class Description:
    """What is said of a code; the same columns in the draft and in every version."""

    name: Mapped[str]
    name_key: Mapped[str]
    level: Mapped[str]
    definition: Mapped[str] = mapped_column(default="")
    include: Mapped[str] = mapped_column(default="")
    exclude: Mapped[str] = mapped_column(default="")
    example: Mapped[str] = mapped_column(default="")
    near_miss: Mapped[str] = mapped_column(default="")
    #: 0 to 7: a place in the palette of the project
    colour: Mapped[int] = mapped_column(default=0)
    position: Mapped[int] = mapped_column(default=0)


class Code(Description, Base):
    """A code of the project; its row is the draft state."""

    __tablename__ = "code"
    __table_args__ = (sa.Index("ix_code_project_id_name_key", "project_id", "name_key"),)

    #: a coder may make it in the browser: random, so that it tells no time
    id: Mapped[UUID] = mapped_column(primary_key=True)
    project_id: Mapped[UUID] = mapped_column(sa.ForeignKey("project.id", ondelete="CASCADE"))
    parent_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("code.id"))
    state: Mapped[str] = mapped_column(default=CodeState.ACTIVE.value)
    #: who made it, and in which round when it is private or proposed
    author_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("user_account.id"))
    round_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("round.id"), index=True)
    created_at: Mapped[datetime]
    #: raised by every change: what If-Match names
    revision: Mapped[int] = mapped_column(default=1)


class CodebookVersion(Identified, Base):
    """A frozen state of the codebook; a round pins one."""

    __tablename__ = "codebook_version"
    __table_args__ = (sa.UniqueConstraint("project_id", "number"),)

    project_id: Mapped[UUID] = mapped_column(sa.ForeignKey("project.id", ondelete="CASCADE"))
    number: Mapped[int]
    note: Mapped[str] = mapped_column(default="")
    published_by: Mapped[UUID] = mapped_column(sa.ForeignKey("user_account.id"))
    published_at: Mapped[datetime]


class VersionCode(Description, Base):
    """A code as it stood in one version."""

    __tablename__ = "version_code"

    version_id: Mapped[UUID] = mapped_column(sa.ForeignKey("codebook_version.id", ondelete="CASCADE"), primary_key=True)
    code_id: Mapped[UUID] = mapped_column(sa.ForeignKey("code.id"), primary_key=True)
    parent_id: Mapped[UUID | None]
