"""How a compared round was done, as the methods section of a paper says it: when, how much of it twice, how it was settled."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from intercoder.models import (
    Assignment,
    AssignmentState,
    CoderSheet,
    Disagreement,
    DisagreementState,
    NormingRoom,
    PlanSaid,
    RoundDesign,
    RoundGoal,
    RoundPurpose,
    RoundState,
    Ruling,
    TwiceDraw,
    Unit,
)
from intercoder.services import coder_sheets, enough
from intercoder.services.access import RoundAccess
from intercoder.services.between_rulers import BetweenRulers, between_rulers
from intercoder.services.disagreements import counts
from intercoder.services.normed import Before, before_or_after


@dataclass(frozen=True)
class RoundConduct:
    """How a compared round was done.

    ``documents`` were given out, ``several`` of them submitted by two coders or more; ``places`` by what became of them;
    ``rulers``: how many people have ruled on one. ``sheets``: what coders say of themselves, those that the reader may read.
    """

    unit: Unit
    purpose: RoundPurpose
    settled: bool
    design: RoundDesign | None
    first: datetime | None
    last: datetime | None
    documents: int
    several: int
    places: Mapping[DisagreementState, int]
    rulers: int
    sheets: Sequence[CoderSheet]
    #: what was planned before it was opened; None where nothing was kept of it
    goal: RoundGoal | None = None
    planned: PlanSaid | None = None
    #: how two adjudicators agree who ruled blind on the same places; None where no places were drawn for that
    by_two: BetweenRulers | None = None
    #: the norming rooms that showed votes, and what was submitted after that
    normed: Sequence[Before] = ()


def round_conduct(session: Session, access: RoundAccess) -> RoundConduct:
    """Return how the round whose door was opened was done."""
    round_ = access.round
    submitted = sa.case((Assignment.state == AssignmentState.SUBMITTED, 1), else_=0)
    by_document = (
        sa.select(
            sa.func.sum(submitted).label("finished"),
            sa.func.min(Assignment.submitted_at).label("first"),
            sa.func.max(Assignment.submitted_at).label("last"),
        )
        .where(Assignment.round_id == round_.id)
        .group_by(Assignment.document_id)
        .subquery()
    )
    several = sa.func.sum(sa.case((by_document.c.finished > 1, 1), else_=0))
    ends = sa.func.min(by_document.c.first), sa.func.max(by_document.c.last)
    any_drawn = sa.exists().where(TwiceDraw.round_id == round_.id).select().scalar_subquery()
    any_normed = (
        sa.exists()
        .where(NormingRoom.round_id == round_.id, NormingRoom.revealed_at.is_not(None))
        .select()
        .scalar_subquery()
    )
    documents, doubly, first, last, planned, drawn, normed = session.execute(
        sa.select(sa.func.count(), several, *ends, enough.kept(round_.id), any_drawn, any_normed).select_from(
            by_document
        )
    ).one()
    ruled_by = sa.select(sa.func.count(Ruling.adjudicator_id.distinct())).join(
        Disagreement, Disagreement.id == Ruling.disagreement_id
    )
    of_round = Disagreement.round_id == round_.id
    coders = set(session.scalars(sa.select(Assignment.coder_id).where(Assignment.round_id == round_.id)))
    return RoundConduct(
        round_.unit,
        round_.purpose,
        round_.state is RoundState.SETTLED,
        round_.design,
        first,
        last,
        documents,
        doubly or 0,
        counts(session, [round_.id])[round_.id],
        session.scalar(ruled_by.where(of_round, Ruling.ended_at.is_(None))) or 0,
        [sheet for sheet in coder_sheets.readable(session, access) if sheet.user_id in coders],
        round_.goal,
        planned,
        between_rulers(session, access) if drawn else None,
        before_or_after(session, access, [round_.id]) if normed else (),
    )
