"""Taking back what was done to what codes count as, and the list of what was done."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from intercoder import events
from intercoder.errors import Conflict
from intercoder.models import (
    Code,
    CodeState,
    Coding,
    MappingAct,
    MappingKind,
    MappingStep,
    PassageStep,
    Round,
    RoundState,
    SplitPassage,
)
from intercoder.services.access import Access, RoundAccess, no_such_thing
from intercoder.services.mapping import Move, Step, hold, standing
from intercoder.services.paging import BEGINNING, Asked, Key, Page, page
from intercoder.services.remapping import Planned, do, told, told_moves


def undo(session: Session, access: Access, act_id: UUID) -> MappingAct:
    """Take an act back, also one that took another back; refuse where something was built on it since."""
    hold(session, access)
    act = session.get(MappingAct, act_id)
    if act is None or act.project_id != access.project.id or act.number is None:
        raise no_such_thing()
    if act.round_id is not None and not session.get_one(Round, act.round_id).state.compared:
        raise no_such_thing()
    if act.undone_by_id is not None:
        raise Conflict("undone_already", "This was taken back before.")
    stored = session.scalars(sa.select(MappingStep).where(MappingStep.act_id == act.id)).all()
    steps = []
    for step in stored:
        code = session.get_one(Code, step.code_id)
        if standing(code) != step.after:
            raise Conflict(
                "changed_since", "“{name}” was changed again after this: take that back first.", name=code.name
            )
        steps.append(Step(code, step.after, step.before or replace(step.after, state=CodeState.RETIRED)))
    made = [step.code for step, was in zip(steps, stored, strict=True) if was.before is None]
    require_unused(session, made, [step.code.id for step in steps])
    moves = _moves_back(session, act)
    event = _event(session, act, steps, moves)
    return do(session, access, Planned(MappingKind.UNDONE, steps, moves, event, act.round_id, act))


def _moves_back(session: Session, act: MappingAct) -> list[Move]:
    moves = []
    for step in session.scalars(sa.select(PassageStep).where(PassageStep.act_id == act.id)):
        kept = session.get(SplitPassage, (step.code_id, step.coder_id, step.key))
        if (kept.target_id if kept else None) != step.after:
            raise Conflict("passage_moved", "A passage was put elsewhere after this: take that back first.")
        moves.append(Move(step.code_id, step.coder_id, step.key, step.after, step.before))
    return moves


def require_unused(session: Session, made: Sequence[Code], of_the_act: Sequence[UUID]) -> None:
    """Refuse to take back what made codes below which others were put since, or which somebody has applied."""
    names = {code.id: code.name for code in made}
    below = sa.select(Code.parent_id).where(
        Code.parent_id.in_(names), Code.state == CodeState.ACTIVE, Code.id.not_in(of_the_act)
    )
    applied = sa.select(Coding.code_id).where(Coding.code_id.in_(names))
    used = session.scalar(below.limit(1)) or session.scalar(applied.limit(1))
    if used is not None:
        raise Conflict("used_since", "“{name}” has been used since: move what hangs on it first.", name=names[used])


def _event(session: Session, act: MappingAct, steps: Sequence[Step], moves: Sequence[Move]) -> events.Act:
    if act.round_id is not None:
        return events.LabelsUnplaced(act.round_id, act.round_id, codes=told(steps))
    subject = steps[0].code if steps else session.get_one(Code, moves[0].split)
    return events.MappingUndone(
        subject.id, undone=act.kind, name=subject.name, codes=told(steps), passages=told_moves(moves)
    )


def acts(session: Session, access: Access, asked: Asked = BEGINNING) -> Page[MappingAct]:
    """Return a part of the acts on what codes count as, latest first.

    Of coders' own labels none, and none on the labels of a round that was opened again.
    """
    wanted = sa.select(MappingAct).where(
        MappingAct.project_id == access.project.id,
        MappingAct.number.is_not(None),
        sa.or_(MappingAct.round_id.is_(None), MappingAct.round_id.in_(_compared(access))),
    )
    number = Key(MappingAct.number, int, descending=True)  # type: ignore[arg-type] # never null here: asked above
    return page(session, wanted, [number], asked)


def last_act(session: Session, access: RoundAccess) -> MappingAct | None:
    """Return what the person did last that can be taken back here: placing labels of the round, or splitting one of them."""
    return session.scalar(
        sa.select(MappingAct)
        .where(
            MappingAct.project_id == access.project.id,
            MappingAct.actor_id == access.actor.id,
            MappingAct.number.is_not(None),
            MappingAct.undoes_id.is_(None),
            MappingAct.undone_by_id.is_(None),
            sa.or_(
                MappingAct.round_id == access.round.id,
                MappingAct.kind.in_([MappingKind.SPLIT, MappingKind.ASSIGNED]),
            ),
        )
        .order_by(MappingAct.number.desc())
        .limit(1)
    )


def _compared(access: Access) -> sa.Select[UUID]:
    """Return the query of the rounds of a project that are compared: only of these labels are shown."""
    states = [RoundState.CLOSED, RoundState.SETTLED]
    return sa.select(Round.id).where(Round.project_id == access.project.id, Round.state.in_(states))
