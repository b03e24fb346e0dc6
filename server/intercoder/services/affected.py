"""What an act on codes would touch: asked before it is done."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from intercoder.models import (
    Assignment,
    AssignmentState,
    Coding,
    ConsensusCoding,
    Disagreement,
    DisagreementSide,
    DisagreementState,
    Round,
    RoundState,
    VersionCode,
)
from intercoder.services.access import Access
from intercoder.services.mapping import Mapped, mapping
from intercoder.services.remapping import Planned

_SIDES = DisagreementSide.__table__.c


@dataclass(frozen=True)
class Affected:
    """What hangs on the codes of an act, in the rounds that are compared.

    ``passages``: codings that count as one of them today; ``coders``, ``documents``, ``rounds``: of these passages;
    ``versions``: published versions that have one of the codes, which stay as they are; ``rulings`` in force by which one of
    them stands; ``disagreements`` in which one of them is; ``open_rounds``: rounds that are not compared yet and of
    which nothing is counted.
    """

    passages: int
    coders: int
    documents: int
    rounds: int
    versions: int
    rulings: int
    disagreements: int
    open_rounds: int


def affected(session: Session, access: Access, planned: Planned) -> Affected:
    """Return what hangs on the codes that an act changes; of open rounds nothing is counted for anybody."""
    mapped = mapping(session, access.project.id)
    touched = {str(step.code.id) for step in planned.steps if step.before is not None}
    touched |= {str(move.split) for move in planned.moves}
    codes = [UUID(code) for code in _lead_to(mapped, touched)]
    compared = sa.select(Round.id).where(
        Round.project_id == access.project.id, Round.state.in_([RoundState.CLOSED, RoundState.SETTLED])
    )
    passages, coders, documents, rounds = session.execute(
        sa.select(
            sa.func.count(),
            sa.func.count(Coding.coder_id.distinct()),
            sa.func.count(Assignment.document_id.distinct()),
            sa.func.count(Assignment.round_id.distinct()),
        )
        .select_from(Coding)
        .join(Assignment, Assignment.id == Coding.assignment_id)
        .where(
            Coding.code_id.in_(codes),
            Coding.deleted_at.is_(None),
            Assignment.state == AssignmentState.SUBMITTED,
            Assignment.round_id.in_(compared),
        )
    ).one()
    return Affected(
        passages,
        coders,
        documents,
        rounds,
        versions=_count(session, VersionCode.version_id, VersionCode.code_id.in_(codes)),
        rulings=_count(
            session,
            ConsensusCoding.ruling_id,
            ConsensusCoding.code_id.in_(codes),
            ConsensusCoding.round_id.in_(compared),
        ),
        disagreements=_count(
            session,
            _SIDES.disagreement_id,
            _SIDES.code_id.in_(codes),
            _SIDES.round_id.in_(compared),
            sa.exists().where(Disagreement.id == _SIDES.disagreement_id, Disagreement.state != DisagreementState.VOID),
        ),
        open_rounds=_count(session, Round.id, Round.project_id == access.project.id, Round.state == RoundState.OPEN),
    )


def _count(
    session: Session,
    column: sa.SQLColumnExpression[UUID] | sa.SQLColumnExpression[UUID | None],
    *conditions: sa.ColumnElement[bool],
) -> int:
    return session.scalar(sa.select(sa.func.count(column.distinct())).where(*conditions)) or 0


def _lead_to(mapped: Mapped, touched: set[str]) -> Sequence[str]:
    """Return the codes whose codings count as one of these, or may."""
    return [code for code in mapped.codes if code in touched or mapped.map.ends(code) & touched]
