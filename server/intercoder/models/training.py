"""Tests of trainees: what was settled when a test was made, and the gates before main rounds."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from intercoder.models.base import Base
from intercoder.models.states import Difficulty
from intercoder.models.values import GateAsked, SettledDocument


class AnswerKey(Base):
    """What the trainees of a round are compared with: the consensus on its documents, as it was when the test was made.

    A later ruling changes no result that was given; a second attempt is another round with a key of its own.
    """

    __tablename__ = "answer_key"

    round_id: Mapped[UUID] = mapped_column(sa.ForeignKey("round.id", ondelete="CASCADE"), primary_key=True)
    project_id: Mapped[UUID] = mapped_column(sa.ForeignKey("project.id", ondelete="CASCADE"), index=True)
    documents: Mapped[tuple[SettledDocument, ...]]
    #: None where the documents were chosen by hand
    seed: Mapped[int | None]
    difficulty: Mapped[Difficulty | None]


class Gate(Base):
    """What a coder must have reached in a test before a round is coded."""

    __tablename__ = "gate"

    round_id: Mapped[UUID] = mapped_column(sa.ForeignKey("round.id", ondelete="CASCADE"), primary_key=True)
    project_id: Mapped[UUID] = mapped_column(sa.ForeignKey("project.id", ondelete="CASCADE"), index=True)
    rule: Mapped[GateAsked]


class GateLift(Base):
    """A coder who may code a round without having passed its gate, and why."""

    __tablename__ = "gate_lift"

    round_id: Mapped[UUID] = mapped_column(sa.ForeignKey("round.id", ondelete="CASCADE"), primary_key=True)
    coder_id: Mapped[UUID] = mapped_column(sa.ForeignKey("user_account.id"), primary_key=True)
    lifted_by: Mapped[UUID] = mapped_column(sa.ForeignKey("user_account.id"))
    reason: Mapped[str]
    at: Mapped[datetime]
