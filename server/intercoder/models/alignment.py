"""What may be the same among the private labels of an open round, and how far coders agree once that is settled."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from pydantic import JsonValue
from sqlalchemy.orm import Mapped, mapped_column

from intercoder.models.base import Base, Identified
from intercoder.models.states import ProposalKind
from intercoder.models.values import Json, LabelPair


class AlignmentProposal(Identified, Base):
    """Private labels that may be one, or one label without such; whether they are is said by what they count as."""

    __tablename__ = "alignment_proposal"
    __table_args__ = (sa.UniqueConstraint("round_id", "position"),)

    round_id: Mapped[UUID] = mapped_column(sa.ForeignKey("round.id", ondelete="CASCADE"))
    #: the most certain first, those of one label last
    position: Mapped[int]
    kind: Mapped[ProposalKind]
    #: 0..1; of a single label 0
    score: Mapped[float] = mapped_column(sa.Double)
    evidence: Mapped[tuple[LabelPair, ...]]
    #: somebody put it off
    later: Mapped[bool] = mapped_column(default=False)
    #: what it is found by: keys and pinyin of its labels' names
    search: Mapped[str] = mapped_column(default="")
    #: two of its names are nearly the same; the text of one of its labels lies within that of another
    alike: Mapped[bool] = mapped_column(default=False)
    within: Mapped[bool] = mapped_column(default=False)


class ProposedLabel(Base):
    """A private label of a proposal."""

    __tablename__ = "proposed_label"

    proposal_id: Mapped[UUID] = mapped_column(
        sa.ForeignKey("alignment_proposal.id", ondelete="CASCADE"), primary_key=True
    )
    code_id: Mapped[UUID] = mapped_column(sa.ForeignKey("code.id", ondelete="CASCADE"), primary_key=True, index=True)
    #: its place in the proposal, from 0
    position: Mapped[int]


class AlignedFigures(Base):
    """Agreement before and after an alignment; what it holds is said in services/aligning.py."""

    __tablename__ = "aligned_figures"

    round_id: Mapped[UUID] = mapped_column(sa.ForeignKey("round.id", ondelete="CASCADE"), primary_key=True)
    #: of the content
    format: Mapped[int]
    content: Mapped[JsonValue] = mapped_column(Json, nullable=False)
    made_at: Mapped[datetime]
