"""What was done to what codes are, as a history; codings are never rewritten."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from intercoder.models.base import Base, Identified
from intercoder.models.states import MappingKind
from intercoder.models.values import Standing


class MappingAct(Identified, Base):
    """Something that changed what codes count as. Its number is what a report names as the mapping it used."""

    __tablename__ = "mapping_act"
    __table_args__ = (
        sa.UniqueConstraint("project_id", "number"),
        sa.Index("ix_mapping_act_round_id_actor_id", "round_id", "actor_id"),
    )

    project_id: Mapped[UUID] = mapped_column(sa.ForeignKey("project.id", ondelete="CASCADE"))
    #: 1, 2, … in the project; None for what a coder did to own labels, which tells nobody anything, not even by a number
    number: Mapped[int | None]
    kind: Mapped[MappingKind]
    actor_id: Mapped[UUID] = mapped_column(sa.ForeignKey("user_account.id"))
    at: Mapped[datetime]
    #: the round whose labels it is about
    round_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("round.id", ondelete="CASCADE"))
    #: the act that it undoes, and the one that undid it
    undoes_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("mapping_act.id"))
    undone_by_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("mapping_act.id"))


class MappingStep(Base):
    """What one code was before an act, and what it is after it; None before it was made."""

    __tablename__ = "mapping_step"

    act_id: Mapped[UUID] = mapped_column(sa.ForeignKey("mapping_act.id", ondelete="CASCADE"), primary_key=True)
    code_id: Mapped[UUID] = mapped_column(sa.ForeignKey("code.id"), primary_key=True, index=True)
    before: Mapped[Standing | None]
    after: Mapped[Standing]


class SplitPassage(Base):
    """Where a person put one passage of a code that was split."""

    __tablename__ = "split_passage"
    __table_args__ = (
        sa.ForeignKeyConstraint(["coder_id", "key"], ["coding.coder_id", "coding.key"], ondelete="CASCADE"),
    )

    code_id: Mapped[UUID] = mapped_column(sa.ForeignKey("code.id"), primary_key=True)
    coder_id: Mapped[UUID] = mapped_column(primary_key=True)
    key: Mapped[UUID] = mapped_column(primary_key=True)
    target_id: Mapped[UUID] = mapped_column(sa.ForeignKey("code.id"))


class PassageStep(Base):
    """Where a passage of a split code was put before an act, and after it; None: it waits."""

    __tablename__ = "passage_step"
    __table_args__ = (
        sa.ForeignKeyConstraint(["coder_id", "key"], ["coding.coder_id", "coding.key"], ondelete="CASCADE"),
    )

    act_id: Mapped[UUID] = mapped_column(sa.ForeignKey("mapping_act.id", ondelete="CASCADE"), primary_key=True)
    code_id: Mapped[UUID] = mapped_column(sa.ForeignKey("code.id"), primary_key=True)
    coder_id: Mapped[UUID] = mapped_column(primary_key=True)
    key: Mapped[UUID] = mapped_column(primary_key=True)
    before: Mapped[UUID | None]
    after: Mapped[UUID | None]
