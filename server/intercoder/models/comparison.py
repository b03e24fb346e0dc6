"""What follows from comparing coders: reports, disagreements, rulings, consensus."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from pydantic import JsonValue
from sqlalchemy.orm import Mapped, deferred, mapped_column, relationship

from intercoder.models.base import Base, Identified
from intercoder.models.coding import Round
from intercoder.models.materials import Document
from intercoder.models.ruling_states import DrawnFrom, RulingTag, TwiceState
from intercoder.models.states import DisagreementKind, DisagreementState, ReportLevel, ReportSection
from intercoder.models.values import Json, StandingCoding
from intercoder.stats.differences import Kinship
from intercoder.stats.settling import SettlingRule
from intercoder.text.units import Unit

#: what tells a coding of the consensus from every other
CONSENSUS_KEY = ("round_id", "document_id", "code_id", "start", "end")


class AgreementReport(Identified, Base):
    """A frozen result with everything that it was computed from."""

    __tablename__ = "agreement_report"

    project_id: Mapped[UUID] = mapped_column(sa.ForeignKey("project.id", ondelete="CASCADE"))
    round_id: Mapped[UUID] = mapped_column(sa.ForeignKey("round.id", ondelete="CASCADE"), index=True)
    unit: Mapped[Unit]
    level: Mapped[ReportLevel]
    #: of provenance and sections; see services/results.py
    format: Mapped[int]
    #: coders, documents, codebook version, seed, resamples, software version, hash of the layers
    provenance: Mapped[JsonValue] = deferred(mapped_column(Json, nullable=False))
    #: the headline, so that lists need no section: which coefficient, its value or the reason why there is none, its interval
    coefficient: Mapped[str]
    value: Mapped[float | None] = mapped_column(sa.Double)
    reason: Mapped[str | None]
    low: Mapped[float | None] = mapped_column(sa.Double)
    high: Mapped[float | None] = mapped_column(sa.Double)
    #: why there is no interval
    interval_reason: Mapped[str | None]
    n_pairable: Mapped[int]
    created_by: Mapped[UUID] = mapped_column(sa.ForeignKey("user_account.id"))
    created_at: Mapped[datetime]
    #: the mapping that it used, see ``MappingAct``; None: the codes as the round's version had them
    mapping: Mapped[int | None]
    #: the round, or another that it is about, was reopened after it was made
    stale_at: Mapped[datetime | None]
    #: what whoever made it called it; empty where nobody did
    name: Mapped[str] = mapped_column(default="")
    #: it is not about all of its round and nothing else: no figure of the round
    narrowed: Mapped[bool] = mapped_column(default=False)
    round: Mapped[Round] = relationship()


class ReportRound(Base):
    """A round that a report is about beside its own."""

    __tablename__ = "report_round"

    report_id: Mapped[UUID] = mapped_column(sa.ForeignKey("agreement_report.id", ondelete="CASCADE"), primary_key=True)
    round_id: Mapped[UUID] = mapped_column(sa.ForeignKey("round.id", ondelete="CASCADE"), primary_key=True, index=True)


class ReportContent(Base):
    """One section of a report, as JSON of the report's format."""

    __tablename__ = "report_content"

    report_id: Mapped[UUID] = mapped_column(sa.ForeignKey("agreement_report.id", ondelete="CASCADE"), primary_key=True)
    section: Mapped[ReportSection] = mapped_column(primary_key=True)
    content: Mapped[JsonValue] = mapped_column(Json, nullable=False)


class ReportCells(Base):
    """A code of a report and every pair of coders, packed; see ``stats.agreement.packed``. Read for the codes that are shown."""

    __tablename__ = "report_cells"

    report_id: Mapped[UUID] = mapped_column(sa.ForeignKey("agreement_report.id", ondelete="CASCADE"), primary_key=True)
    #: as the report's numbers call it
    code: Mapped[str] = mapped_column(primary_key=True)
    packed: Mapped[bytes] = mapped_column(sa.LargeBinary)


class ReportPage(Base):
    """What the page of a report shows, packed; see ``services.report_pages``. All of it is in the sections too."""

    __tablename__ = "report_page"

    report_id: Mapped[UUID] = mapped_column(sa.ForeignKey("agreement_report.id", ondelete="CASCADE"), primary_key=True)
    packed: Mapped[bytes] = mapped_column(sa.LargeBinary)


class ReportChanges(Base):
    """How much agreement changed between two reports; what it holds is said in services/report_changes.py."""

    __tablename__ = "report_changes"

    first_id: Mapped[UUID] = mapped_column(sa.ForeignKey("agreement_report.id", ondelete="CASCADE"), primary_key=True)
    second_id: Mapped[UUID] = mapped_column(
        sa.ForeignKey("agreement_report.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    #: of the content
    format: Mapped[int]
    content: Mapped[JsonValue] = mapped_column(Json, nullable=False)
    made_at: Mapped[datetime]


class MarkedAgreement(Base):
    """Agreement on where something was marked in a round of open coding; what it holds is said in services/marking.py."""

    __tablename__ = "marked_agreement"

    round_id: Mapped[UUID] = mapped_column(sa.ForeignKey("round.id", ondelete="CASCADE"), primary_key=True)
    #: of the content
    format: Mapped[int]
    content: Mapped[JsonValue] = mapped_column(Json, nullable=False)
    made_at: Mapped[datetime]


class Disagreement(Identified, Base):
    """A place where the submitted layers differ; seen once the comparison that found it is finished (``Round.compared_at``)."""

    __tablename__ = "disagreement"
    __table_args__ = (
        sa.UniqueConstraint("round_id", "identity"),
        # The desk counts by kind, by state, what is alike and what stands before a place: 10,000 places from it alone.
        sa.Index("ix_disagreement_counted", "round_id", "state", "kind", "alike", "position", "id"),
        sa.Index("ix_disagreement_round_id_position", "round_id", "position"),
    )

    project_id: Mapped[UUID] = mapped_column(sa.ForeignKey("project.id", ondelete="CASCADE"))
    round_id: Mapped[UUID] = mapped_column(sa.ForeignKey("round.id", ondelete="CASCADE"))
    document_id: Mapped[UUID] = mapped_column(sa.ForeignKey("document.id"))
    revision_id: Mapped[UUID] = mapped_column(sa.ForeignKey("revision.id"))
    start: Mapped[int]
    end: Mapped[int]
    kind: Mapped[DisagreementKind]
    #: for different codes
    detail: Mapped[Kinship | None]
    #: a hash of the place and its codings, by which another comparison finds it again; see ``services.comparing``
    identity: Mapped[str]
    #: coders who submitted the document, with or without a coding here
    coders: Mapped[tuple[UUID, ...]]
    state: Mapped[DisagreementState] = mapped_column(default=DisagreementState.OPEN)
    version: Mapped[int] = mapped_column(default=1)
    position: Mapped[int]
    #: coders who judged the place, and of these those behind its commonest reading; None where a comparison of an earlier
    #: version found it
    judged: Mapped[int | None]
    behind: Mapped[int | None]
    #: rank of its group of places that are alike, see ``stats.differences.alike``; None as above
    alike: Mapped[int | None]
    #: of its codings, how many are in doubt and how many have a memo
    doubts: Mapped[int] = mapped_column(default=0)
    memos: Mapped[int] = mapped_column(default=0)
    #: by how many millionths alpha over the sets of codes of the round's latest report would rise if the units that it
    #: touches were settled, each alone, by the majority; None where no report has said so
    leverage: Mapped[int | None]
    document: Mapped[Document] = relationship()
    round: Mapped[Round] = relationship()


class DisagreementSide(Base):
    """A coder's coding at the place of a disagreement, as it was when the layers were compared."""

    __tablename__ = "disagreement_side"
    __table_args__ = (
        sa.Index("ix_disagreement_side_round_id_code_id", "round_id", "code_id"),
        sa.Index("ix_disagreement_side_round_id_coder_id", "round_id", "coder_id"),
    )

    disagreement_id: Mapped[UUID] = mapped_column(
        sa.ForeignKey("disagreement.id", ondelete="CASCADE"), primary_key=True
    )
    #: its place among the codings there, in the order of the text
    number: Mapped[int] = mapped_column(primary_key=True)
    #: the round's again, so that a code or a coder is found in a round by an index
    round_id: Mapped[UUID]
    coder: Mapped[UUID] = mapped_column("coder_id")
    key: Mapped[UUID]
    code: Mapped[UUID] = mapped_column("code_id")
    start: Mapped[int]
    end: Mapped[int]
    doubt: Mapped[bool]


class BulkRuling(Identified, Base):
    """One act by which many places were ruled on by a rule; its rulings name it."""

    __tablename__ = "bulk_ruling"

    project_id: Mapped[UUID] = mapped_column(sa.ForeignKey("project.id", ondelete="CASCADE"))
    round_id: Mapped[UUID] = mapped_column(sa.ForeignKey("round.id", ondelete="CASCADE"), index=True)
    adjudicator_id: Mapped[UUID] = mapped_column(sa.ForeignKey("user_account.id"))
    rule: Mapped[SettlingRule]
    created_at: Mapped[datetime]
    undone_at: Mapped[datetime | None]


class Ruling(Identified, Base):
    """An adjudicator's decision with a reason; superseded or withdrawn, never deleted."""

    __tablename__ = "ruling"

    disagreement_id: Mapped[UUID] = mapped_column(sa.ForeignKey("disagreement.id", ondelete="CASCADE"), index=True)
    #: the act on many places that it is part of
    bulk_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("bulk_ruling.id", ondelete="CASCADE"), index=True)
    adjudicator_id: Mapped[UUID] = mapped_column(sa.ForeignKey("user_account.id"))
    #: the codings that stand; empty means none
    codings: Mapped[tuple[StandingCoding, ...]]
    reason: Mapped[str]
    #: why coders differed; None where nobody said, as in rulings of earlier versions
    tag: Mapped[RulingTag | None]
    created_at: Mapped[datetime]
    #: no longer in force: undone, or followed by another
    ended_at: Mapped[datetime | None]
    disagreement: Mapped[Disagreement] = relationship()


class TwiceDraw(Identified, Base):
    """One act by which places of a round were drawn, by chance, to be ruled on by two who do not see one another's ruling."""

    __tablename__ = "twice_draw"

    project_id: Mapped[UUID] = mapped_column(sa.ForeignKey("project.id", ondelete="CASCADE"))
    round_id: Mapped[UUID] = mapped_column(sa.ForeignKey("round.id", ondelete="CASCADE"), index=True)
    drawn_from: Mapped[DrawnFrom]
    #: of the places that could be drawn, in percent
    share: Mapped[int]
    seed: Mapped[int] = mapped_column(sa.BigInteger)
    created_by: Mapped[UUID] = mapped_column(sa.ForeignKey("user_account.id"))
    created_at: Mapped[datetime]
    #: no blind ruling is taken any more; what had one only was settled or opened again
    ended_at: Mapped[datetime | None]


class TwicePlace(Base):
    """A place that was drawn; never again, so that no third blind ruling is mixed in."""

    __tablename__ = "twice_place"

    disagreement_id: Mapped[UUID] = mapped_column(
        sa.ForeignKey("disagreement.id", ondelete="CASCADE"), primary_key=True
    )
    draw_id: Mapped[UUID] = mapped_column(sa.ForeignKey("twice_draw.id", ondelete="CASCADE"), index=True)
    state: Mapped[TwiceState] = mapped_column(default=TwiceState.WAITS)


class BlindRuling(Base):
    """What one of two adjudicators let stand at a place, and why; seen by nobody else while the place waits."""

    __tablename__ = "blind_ruling"

    disagreement_id: Mapped[UUID] = mapped_column(
        sa.ForeignKey("disagreement.id", ondelete="CASCADE"), primary_key=True
    )
    adjudicator_id: Mapped[UUID] = mapped_column(sa.ForeignKey("user_account.id"), primary_key=True)
    codings: Mapped[tuple[StandingCoding, ...]]
    reason: Mapped[str]
    tag: Mapped[RulingTag | None]
    created_at: Mapped[datetime]
    #: the ruling that was in force when its place was drawn, and is checked; None for one that was made blind
    ruling_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("ruling.id", ondelete="CASCADE"))


class ConsensusCoding(Identified, Base):
    """A coding of the consensus layer, there once: from unanimity (no ruling), or from the first ruling that says the same."""

    __tablename__ = "consensus_coding"
    __table_args__ = (sa.Index("ux_consensus_coding", *CONSENSUS_KEY, unique=True),)

    project_id: Mapped[UUID] = mapped_column(sa.ForeignKey("project.id", ondelete="CASCADE"))
    round_id: Mapped[UUID] = mapped_column(sa.ForeignKey("round.id", ondelete="CASCADE"))
    document_id: Mapped[UUID] = mapped_column(sa.ForeignKey("document.id"))
    revision_id: Mapped[UUID] = mapped_column(sa.ForeignKey("revision.id"))
    code_id: Mapped[UUID] = mapped_column(sa.ForeignKey("code.id"))
    start: Mapped[int]
    end: Mapped[int]
    ruling_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("ruling.id", ondelete="CASCADE"), index=True)
