"""Codes and the frozen, numbered states of the codebook."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from intercoder.models.base import Base, Identified
from intercoder.models.states import CodeState
from intercoder.models.values import Passage
from intercoder.stats.tree import Level


class Description:
    """What is said of a code; the same columns in the draft and in every version."""

    name: Mapped[str]
    name_key: Mapped[str]
    level: Mapped[Level]
    #: in the other language of the study
    other_name: Mapped[str] = mapped_column(default="")
    #: other words for it, in the order given
    aliases: Mapped[tuple[str, ...]] = mapped_column(default=())
    #: counted by level from 1 and never given twice (``stats.marks.number_of`` writes it); 0: it has none
    number: Mapped[int] = mapped_column(default=0)
    definition: Mapped[str] = mapped_column(default="")
    include: Mapped[str] = mapped_column(default="")
    exclude: Mapped[str] = mapped_column(default="")
    example: Mapped[str] = mapped_column(default="")
    near_miss: Mapped[str] = mapped_column(default="")
    #: the passages that they quote; the words are read from the text
    example_at: Mapped[Passage | None]
    near_miss_at: Mapped[Passage | None]
    #: 0 to 7: a hue that somebody chose, or that of the code above; None: as ``stats.marks`` finds it in the tree
    colour: Mapped[int | None]
    position: Mapped[int] = mapped_column(default=0)


class Code(Description, Base):
    """A code of the project; its row is the draft state."""

    __tablename__ = "code"
    __table_args__ = (sa.Index("ix_code_project_id_name_key", "project_id", "name_key"),)

    #: a coder may make it in the browser: random, so that it tells no time
    id: Mapped[UUID] = mapped_column(primary_key=True)
    project_id: Mapped[UUID] = mapped_column(sa.ForeignKey("project.id", ondelete="CASCADE"))
    parent_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("code.id"))
    state: Mapped[CodeState] = mapped_column(default=CodeState.ACTIVE)
    #: who made it, and in which round when it is private or proposed
    author_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("user_account.id"))
    round_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("round.id"), index=True)
    created_at: Mapped[datetime]
    #: raised by every change: what If-Match names
    revision: Mapped[int] = mapped_column(default=1)
    #: the code as which a merged one counts
    into_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("code.id"), index=True)
    #: the codes among which the passages of a split one are assigned
    split_into: Mapped[tuple[UUID, ...]] = mapped_column(default=())


class CodeCount(Base):
    """How many codes of a level a project has ever had: the next number is one more, so that none comes twice."""

    __tablename__ = "code_count"

    project_id: Mapped[UUID] = mapped_column(sa.ForeignKey("project.id", ondelete="CASCADE"), primary_key=True)
    level: Mapped[Level] = mapped_column(primary_key=True)
    made: Mapped[int]


class Proposal(Base):
    """Why a coder proposed a code, in which words of the text it was seen, and what the lead answered."""

    __tablename__ = "proposal"

    code_id: Mapped[UUID] = mapped_column(sa.ForeignKey("code.id", ondelete="CASCADE"), primary_key=True)
    reason: Mapped[str] = mapped_column(default="")
    #: the passage: a span of the revision that its author codes; None where none was given
    revision_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("revision.id"))
    start: Mapped[int | None]
    end: Mapped[int | None]
    #: what the lead tells the author
    answer: Mapped[str] = mapped_column(default="")
    decided_by: Mapped[UUID | None] = mapped_column(sa.ForeignKey("user_account.id"))
    decided_at: Mapped[datetime | None]


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
