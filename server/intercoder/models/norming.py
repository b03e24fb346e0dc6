"""Norming rooms: places of a compared round that a team votes on blind, talks over and votes on again."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from intercoder.models import comparison  # noqa: F401 - whose tables these refer to
from intercoder.models.base import Base, Identified
from intercoder.models.ruling_states import NormingState


class NormingRoom(Identified, Base):
    """A room over some places of one round; its votes are in no figure of the round."""

    __tablename__ = "norming_room"

    project_id: Mapped[UUID] = mapped_column(sa.ForeignKey("project.id", ondelete="CASCADE"))
    round_id: Mapped[UUID] = mapped_column(sa.ForeignKey("round.id", ondelete="CASCADE"), index=True)
    name: Mapped[str]
    host_id: Mapped[UUID] = mapped_column(sa.ForeignKey("user_account.id"))
    state: Mapped[NormingState] = mapped_column(default=NormingState.VOTING)
    #: raised by every change of state and of the minutes: what If-Match names
    version: Mapped[int] = mapped_column(default=1)
    minutes: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    #: when votes were first shown: what was coded since then was coded after talking
    revealed_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]


class NormingPlace(Base):
    """A place that is on the table of a room."""

    __tablename__ = "norming_place"

    room_id: Mapped[UUID] = mapped_column(sa.ForeignKey("norming_room.id", ondelete="CASCADE"), primary_key=True)
    disagreement_id: Mapped[UUID] = mapped_column(
        sa.ForeignKey("disagreement.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    #: its place in the order, from 1
    number: Mapped[int]


class NormingGuest(Base):
    """Somebody who votes in a room."""

    __tablename__ = "norming_guest"

    room_id: Mapped[UUID] = mapped_column(sa.ForeignKey("norming_room.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[UUID] = mapped_column(sa.ForeignKey("user_account.id"), primary_key=True)


class NormingVote(Base):
    """Which codes a person would let stand at a place; none is a vote too. Hidden until its turn is revealed."""

    __tablename__ = "norming_vote"

    room_id: Mapped[UUID] = mapped_column(sa.ForeignKey("norming_room.id", ondelete="CASCADE"), primary_key=True)
    disagreement_id: Mapped[UUID] = mapped_column(
        sa.ForeignKey("disagreement.id", ondelete="CASCADE"), primary_key=True
    )
    user_id: Mapped[UUID] = mapped_column(sa.ForeignKey("user_account.id"), primary_key=True)
    #: 1 before talking, 2 after it
    turn: Mapped[int] = mapped_column(primary_key=True)
    codes: Mapped[tuple[UUID, ...]]
    reason: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]


class NormingWord(Identified, Base):
    """What somebody said about a place in a room, once votes were revealed."""

    __tablename__ = "norming_word"

    room_id: Mapped[UUID] = mapped_column(sa.ForeignKey("norming_room.id", ondelete="CASCADE"), index=True)
    disagreement_id: Mapped[UUID] = mapped_column(sa.ForeignKey("disagreement.id", ondelete="CASCADE"))
    author_id: Mapped[UUID] = mapped_column(sa.ForeignKey("user_account.id"))
    text: Mapped[str]
    at: Mapped[datetime]
