"""Saturation as people judge it: rules saved before looking, what was declared and what took it back, dated notes."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from intercoder.models.base import Base, Identified
from intercoder.models.saturation_states import ReserveState, SamplingUnit, SaturationKind, WithdrawalCause
from intercoder.models.saturation_values import DeclaredFigures, PowerOfSample, Stopping
from intercoder.stats.tree import Level


class SaturationRule(Identified, Base):
    """A stopping rule that a team chose, and how many documents had arrived by then; never changed, never removed."""

    __tablename__ = "saturation_rule"

    project_id: Mapped[UUID] = mapped_column(sa.ForeignKey("project.id", ondelete="CASCADE"), index=True)
    number: Mapped[int]
    rule: Mapped[Stopping]
    #: documents of compared rounds when it was saved
    documents: Mapped[int]
    #: whether a round was open then whose figures may be looked at meanwhile: how many documents it had, a blind lead must not learn
    live: Mapped[bool]
    saved_by: Mapped[UUID] = mapped_column(sa.ForeignKey("user_account.id"))
    saved_at: Mapped[datetime]


class SaturationDeclaration(Identified, Base):
    """Who judged what saturated, by which figures of compared rounds; declared, then perhaps withdrawn, and never again."""

    __tablename__ = "saturation_declaration"
    __table_args__ = (sa.Index("ix_saturation_declaration_project_id_withdrawn_at", "project_id", "withdrawn_at"),)

    project_id: Mapped[UUID] = mapped_column(sa.ForeignKey("project.id", ondelete="CASCADE"))
    number: Mapped[int]
    kind: Mapped[SaturationKind]
    level: Mapped[Level]
    #: as figures are asked for: whose codings, documents or cases, in which order
    view: Mapped[str]
    unit: Mapped[SamplingUnit]
    order: Mapped[str] = mapped_column("arrival")
    #: the rule that must go on to hold; None where the judgement rests on none
    rule: Mapped[Stopping | None]
    #: the codes of the level that were there
    codes: Mapped[tuple[UUID, ...]]
    #: what else it covers (kinds of ``stats.saturation.study``), and what of it was there, by the keys of ``studied``
    covers: Mapped[tuple[str, ...]] = mapped_column(default=())
    things: Mapped[tuple[str, ...]] = mapped_column(default=())
    figures: Mapped[DeclaredFigures]
    reason: Mapped[str]
    #: the mapping by which codings counted, see ``MappingAct``
    mapping: Mapped[int]
    declared_by: Mapped[UUID] = mapped_column(sa.ForeignKey("user_account.id"))
    declared_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    cause: Mapped[WithdrawalCause | None]
    #: who did what took it back, or took it back by hand; whose coding brought the news, in which document and round
    withdrawn_by: Mapped[UUID | None] = mapped_column(sa.ForeignKey("user_account.id"))
    document_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("document.id"))
    coder_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("user_account.id"))
    #: the codes that came
    new_codes: Mapped[tuple[UUID, ...]] = mapped_column(default=())
    #: the relations, properties or dimensions that came, as they were called then
    new_things: Mapped[tuple[str, ...]] = mapped_column(default=())
    #: why it was taken back by hand
    withdrawal_reason: Mapped[str] = mapped_column(default="")


class SamplingNote(Identified, Base):
    """What changed in how materials are gathered, on a day: another guide of interviews, another way of sampling."""

    __tablename__ = "sampling_note"

    project_id: Mapped[UUID] = mapped_column(sa.ForeignKey("project.id", ondelete="CASCADE"), index=True)
    on: Mapped[date] = mapped_column("on_day")
    text: Mapped[str]
    written_by: Mapped[UUID] = mapped_column(sa.ForeignKey("user_account.id"))
    written_at: Mapped[datetime]


class InformationPower(Identified, Base):
    """Somebody judged by information power whether the materials suffice, in a study that does not look at saturation; never changed."""

    __tablename__ = "information_power"

    project_id: Mapped[UUID] = mapped_column(sa.ForeignKey("project.id", ondelete="CASCADE"), index=True)
    number: Mapped[int]
    judged: Mapped[PowerOfSample]
    suffices: Mapped[bool]
    reason: Mapped[str]
    #: documents and cases of compared rounds by then
    documents: Mapped[int]
    cases: Mapped[int]
    judged_by: Mapped[UUID] = mapped_column(sa.ForeignKey("user_account.id"))
    judged_at: Mapped[datetime]


class SaturationReserve(Identified, Base):
    """What was put aside for the hold-out test: hidden until it is opened, coded last; never changed back, never removed."""

    __tablename__ = "saturation_reserve"

    project_id: Mapped[UUID] = mapped_column(sa.ForeignKey("project.id", ondelete="CASCADE"), index=True)
    number: Mapped[int]
    unit: Mapped[SamplingUnit]
    #: of the draw, with the share in percent of what could be drawn; None where the units were chosen
    seed: Mapped[int | None]
    share: Mapped[int | None]
    reason: Mapped[str]
    #: cases and documents that were drawn or chosen, how many there were to draw from, and documents that were given out already
    units: Mapped[tuple[UUID, ...]]
    offered: Mapped[int]
    begun: Mapped[int]
    #: the documents that are hidden; what comes into one of the cases later is among them
    documents: Mapped[tuple[UUID, ...]]
    reserved_by: Mapped[UUID] = mapped_column(sa.ForeignKey("user_account.id"))
    reserved_at: Mapped[datetime]
    state: Mapped[ReserveState] = mapped_column(default=ReserveState.HIDDEN)
    #: when it was opened or replaced, and by whom
    ended_by: Mapped[UUID | None] = mapped_column(sa.ForeignKey("user_account.id"))
    ended_at: Mapped[datetime | None]
    #: other documents that were in no compared round when it was opened
    unfinished: Mapped[int | None]


class ReserveLook(Identified, Base):
    """Somebody looked at a document of a reserve that was hidden."""

    __tablename__ = "saturation_look"

    reserve_id: Mapped[UUID] = mapped_column(sa.ForeignKey("saturation_reserve.id", ondelete="CASCADE"), index=True)
    document_id: Mapped[UUID] = mapped_column(sa.ForeignKey("document.id"))
    reason: Mapped[str]
    looked_by: Mapped[UUID] = mapped_column(sa.ForeignKey("user_account.id"))
    looked_at: Mapped[datetime]
