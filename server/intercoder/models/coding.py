"""Rounds, assignments and the coders' layers."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from intercoder.models.base import Base, Identified
from intercoder.models.codebook import CodebookVersion
from intercoder.models.materials import Document, Revision
from intercoder.models.people import User
from intercoder.models.states import (
    AssignmentState,
    CodebookPolicy,
    EmptyKind,
    ReminderKind,
    RoundPurpose,
    RoundState,
    Unseen,
)
from intercoder.models.values import CodingContent, PlanSaid, RoundDesign, RoundGoal
from intercoder.text.units import Unit


class Round(Identified, Base):
    """Who codes which documents, blind, with which codebook version and unit."""

    __tablename__ = "round"
    __table_args__ = (sa.UniqueConstraint("project_id", "number"),)

    project_id: Mapped[UUID] = mapped_column(sa.ForeignKey("project.id", ondelete="CASCADE"))
    number: Mapped[int]
    name: Mapped[str]
    unit: Mapped[Unit]
    policy: Mapped[CodebookPolicy]
    purpose: Mapped[RoundPurpose] = mapped_column(default=RoundPurpose.MAIN)
    #: None where every pair of document and coder was chosen by hand
    design: Mapped[RoundDesign | None]
    #: None where none was set before the coders began
    goal: Mapped[RoundGoal | None]
    #: a lead who does not code in it may see agreement and saturation figures while it is open
    live_figures: Mapped[bool] = mapped_column(default=True)
    state: Mapped[RoundState] = mapped_column(default=RoundState.DRAFT)
    #: None: open coding that begins without a codebook
    version_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("codebook_version.id"))
    created_at: Mapped[datetime]
    opened_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    #: when the comparison of its layers was finished; none of what it found is seen before, nor in a round that is open
    compared_at: Mapped[datetime | None]
    #: the mapping under which its layers were compared, see ``MappingAct``
    compared_mapping: Mapped[int | None]
    #: when the labels of an open round had their place: their codes are compared from then on, only where they are before
    aligned_at: Mapped[datetime | None]
    version: Mapped[CodebookVersion | None] = relationship()

    @property
    def unaligned(self) -> bool:
        """Whether its labels are each coder's own words still: they are not compared with one another."""
        return self.policy is CodebookPolicy.OPEN and self.aligned_at is None


class RoundPlanned(Base):
    """What was said of a round when it was opened, in a row of its own: lists of rounds do not read it."""

    __tablename__ = "round_planned"

    round_id: Mapped[UUID] = mapped_column(sa.ForeignKey("round.id", ondelete="CASCADE"), primary_key=True)
    said: Mapped[PlanSaid]


class Assignment(Identified, Base):
    """One coder and one document of a round, on one revision."""

    __tablename__ = "assignment"
    __table_args__ = (
        sa.UniqueConstraint("round_id", "document_id", "coder_id"),
        # How far coders are is counted from it alone: a matrix of 500 × 30 costs a quarter less.
        sa.Index("ix_assignment_progress", "round_id", "coder_id", "state", "due_on", "id"),
    )

    project_id: Mapped[UUID] = mapped_column(sa.ForeignKey("project.id", ondelete="CASCADE"))
    round_id: Mapped[UUID] = mapped_column(sa.ForeignKey("round.id", ondelete="CASCADE"))
    document_id: Mapped[UUID] = mapped_column(sa.ForeignKey("document.id"), index=True)
    revision_id: Mapped[UUID] = mapped_column(sa.ForeignKey("revision.id"))
    coder_id: Mapped[UUID] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    state: Mapped[AssignmentState] = mapped_column(default=AssignmentState.ASSIGNED)
    #: order in which the coder meets the documents
    position: Mapped[int] = mapped_column(default=0)
    memo: Mapped[str] = mapped_column(default="")
    #: by when it should be done; nothing happens when it is not
    due_on: Mapped[date | None]
    #: why the lead gave it back, for its coder to read; empty where it was not, or was submitted again
    handed_back_for: Mapped[str] = mapped_column(default="")
    submitted_at: Mapped[datetime | None]
    #: what its coder said, when submitting, of units without a coding and without an ``EmptyUnit``; None before
    unseen: Mapped[Unseen | None]
    round: Mapped[Round] = relationship()
    document: Mapped[Document] = relationship()
    revision: Mapped[Revision] = relationship()
    coder: Mapped[User] = relationship()


class Reminder(Identified, Base):
    """A mail that told a coder that a document is due on a day; none is sent twice."""

    __tablename__ = "reminder"
    __table_args__ = (sa.UniqueConstraint("assignment_id", "due_on", "kind"),)

    assignment_id: Mapped[UUID] = mapped_column(sa.ForeignKey("assignment.id", ondelete="CASCADE"))
    due_on: Mapped[date]
    kind: Mapped[ReminderKind]
    sent_at: Mapped[datetime]


class Coding(Base):
    """One coder applied one code to one span (half-open code point offsets) of one revision.

    The key is made by the coder's browser and is unique per coder, never globally: a global key
    would answer "exists" for another coder's identifier.
    """

    __tablename__ = "coding"
    __table_args__ = (
        sa.Index("ix_coding_assignment_id_start", "assignment_id", "start"),
        sa.CheckConstraint('start >= 0 AND start < "end"', name="span"),
    )

    coder_id: Mapped[UUID] = mapped_column(sa.ForeignKey("user_account.id"), primary_key=True)
    key: Mapped[UUID] = mapped_column(primary_key=True)
    assignment_id: Mapped[UUID] = mapped_column(sa.ForeignKey("assignment.id", ondelete="CASCADE"))
    code_id: Mapped[UUID] = mapped_column(sa.ForeignKey("code.id"), index=True)
    start: Mapped[int]
    end: Mapped[int]
    memo: Mapped[str] = mapped_column(default="")
    #: 0 none, 1 slight, 2 marked, 3 strong
    doubt: Mapped[int] = mapped_column(sa.SmallInteger, default=0)
    #: starred by its coder: it stands for its code
    typical: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)
    #: SHA-256 of what the first PUT said: tells a replay from a clash
    body_hash: Mapped[str]
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    deleted_at: Mapped[datetime | None]
    assignment: Mapped[Assignment] = relationship()

    @property
    def deleted(self) -> bool:
        """Whether its coder took it back."""
        return self.deleted_at is not None


class CodingChange(Base):
    """A coding as it stood before a change; nothing is ever overwritten without a trace."""

    __tablename__ = "coding_change"
    __table_args__ = (
        sa.ForeignKeyConstraint(["coder_id", "key"], ["coding.coder_id", "coding.key"], ondelete="CASCADE"),
    )

    coder_id: Mapped[UUID] = mapped_column(primary_key=True)
    key: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    before: Mapped[CodingContent]
    changed_at: Mapped[datetime]


class EmptyUnit(Base):
    """What a coder said of a unit without codings. Where a coding stands all the same, the coding counts.

    Of a round of free spans the units are sentences, and nothing is computed from it.
    """

    __tablename__ = "empty_unit"

    assignment_id: Mapped[UUID] = mapped_column(sa.ForeignKey("assignment.id", ondelete="CASCADE"), primary_key=True)
    #: where the unit begins: units of a text never change
    start: Mapped[int] = mapped_column(primary_key=True)
    #: None: taken back
    kind: Mapped[EmptyKind | None]


class ActiveTime(Base):
    """In how many minutes a coder was at work on a document: the coder's own to see, and a sum over several coders."""

    __tablename__ = "active_time"

    assignment_id: Mapped[UUID] = mapped_column(sa.ForeignKey("assignment.id", ondelete="CASCADE"), primary_key=True)
    minutes: Mapped[int]
    #: the latest that was counted, in minutes since 1970 (UTC): what is sent again counts once
    latest: Mapped[int]


class Incidence(Base):
    """Which codes a submitted layer holds: there from its submission until it is handed back.

    What pages need of many layers is read here; codings are read for words and places alone.
    """

    __tablename__ = "incidence"
    __table_args__ = (
        # Most of what is asked is answered by it, without the rows: these hold 16 bytes for each code.
        sa.Index(
            "ix_incidence_round_id_coder_id_submitted_at_codings",
            "round_id",
            "coder_id",
            "submitted_at",
            "codings",
            "document_id",
        ),
    )

    assignment_id: Mapped[UUID] = mapped_column(sa.ForeignKey("assignment.id", ondelete="CASCADE"), primary_key=True)
    round_id: Mapped[UUID] = mapped_column(sa.ForeignKey("round.id", ondelete="CASCADE"))
    document_id: Mapped[UUID] = mapped_column(sa.ForeignKey("document.id"))
    coder_id: Mapped[UUID] = mapped_column(sa.ForeignKey("user_account.id"))
    submitted_at: Mapped[datetime]
    #: how many codings it has
    codings: Mapped[int]
    #: its codes, each once: their identifiers in ascending order, 16 bytes each
    codes: Mapped[bytes] = mapped_column(sa.LargeBinary)
