"""What a person did last to the codes of a project: taken back, and done again, whenever and wherever it was done."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from intercoder import clock, events
from intercoder.errors import Conflict
from intercoder.models import Code, CodeState, Event, MappingAct, MappingKind, MappingStep
from intercoder.services.access import Access
from intercoder.services.command import Command
from intercoder.services.mapping import Step, enter, hold, standing
from intercoder.services.taking_back import require_unused, undo

#: of how many of a person's latest additions of codes one is looked for that still stands
LOOKED_AT = 50
#: what was done longer ago is no slip of the hand
LATELY = timedelta(hours=12)


class UndoIn(Command):
    """Whether what was done long ago is meant too."""

    older: bool = True


def undo_last(session: Session, access: Access, wanted: UndoIn | None = None) -> MappingAct:
    """Take back what the person did last and what still stands: an act on the codes, or codes that were added.

    What was done to labels of a round is left to its desk. Codes that were added are taken out of the codebook again, in one
    act; of them none may be in use.

    Raises
    ------
    Conflict : there is nothing, or something was built on it since; ``older`` where it was done longer ago than
        ``LATELY`` and that is not wanted.
    """
    hold(session, access)
    act = session.scalar(_own(access).where(_STANDS).order_by(MappingAct.number.desc()).limit(1))
    made = _last_made(session, access, act.at if act else None)
    at = made[0].created_at if made else act.at if act else None
    if wanted is not None and not wanted.older and at is not None and at < clock.now() - LATELY:
        raise Conflict(
            "older", "What you did last to the codes is of {day}. The log says what it was.", day=at.date().isoformat()
        )
    if made:
        return _take_out(session, access, made)
    if act is None:
        raise Conflict("nothing_done", "You have done nothing to the codes that could be taken back.")
    return undo(session, access, act.id)


def redo_last(session: Session, access: Access) -> MappingAct:
    """Do again what the person took back last, unless they did something else since."""
    hold(session, access)
    act = session.scalar(_own(access).with_only_columns(sa.func.max(MappingAct.at)).where(_NEW))
    added = session.scalar(_additions(access).with_only_columns(sa.func.max(Event.at)))
    newest = max((at for at in (act, added) if at is not None), default=None)
    taken_back = sa.and_(
        MappingAct.kind == MappingKind.UNDONE,
        MappingAct.undone_by_id.is_(None),
        MappingAct.at > newest if newest else sa.true(),
    )
    # What was taken back last was done first.
    candidates = [row for of in (_acts, _making) if (row := of(session, access, taken_back)) is not None]
    if not candidates:
        raise Conflict("nothing_undone", "You have taken back nothing that could be done again.")
    return undo(session, access, min(candidates)[1])


_NEW = MappingAct.kind != MappingKind.UNDONE
_STANDS = sa.and_(_NEW, MappingAct.undone_by_id.is_(None))


def _own(access: Access) -> sa.Select[MappingAct]:
    """Return the query of the acts of the person on codes of the project."""
    return sa.select(MappingAct).where(
        MappingAct.project_id == access.project.id,
        MappingAct.actor_id == access.actor.id,
        MappingAct.number.is_not(None),
        MappingAct.round_id.is_(None),
    )


def _additions(access: Access) -> sa.Select[Event]:
    """Return the query of the rows of the log that say which codes the person added."""
    return sa.select(Event).where(
        Event.project_id == access.project.id,
        Event.action == events.CodesCreated.action,
        Event.actor_id == access.actor.id,
    )


def _last_made(session: Session, access: Access, since: datetime | None) -> list[Code]:
    """Return the codes that the person added last, after a time, where all of them still stand in the codebook."""
    after = Event.at > since if since else sa.true()
    rows = session.scalars(_additions(access).where(after).order_by(Event.position.desc()).limit(LOOKED_AT))
    for row in rows:
        act = events.read(row)
        assert isinstance(act, events.CodesCreated)
        codes = session.scalars(sa.select(Code).where(Code.id.in_([made.id for made in act.codes]))).all()
        if all(code.state is CodeState.ACTIVE for code in codes):
            return sorted(codes, key=lambda code: code.created_at)
    return []


def _take_out(session: Session, access: Access, made: list[Code]) -> MappingAct:
    require_unused(session, made, [code.id for code in made])
    steps = [Step(code, was := standing(code), replace(was, state=CodeState.RETIRED)) for code in made]
    act = enter(session, access, MappingKind.UNDONE, steps)
    for code in made:
        access.log(session, events.CodeRetired(code.id, name=code.name))
    return act


def _acts(session: Session, access: Access, taken_back: sa.ColumnElement[bool]) -> tuple[datetime, UUID] | None:
    """Return when the first of the acts was done that were taken back, and the act that took it back."""
    done = aliased(MappingAct)
    row = session.execute(
        _own(access)
        .join(done, done.id == MappingAct.undoes_id)
        .with_only_columns(done.at, MappingAct.id)
        .where(taken_back, done.kind != MappingKind.UNDONE)
        .order_by(done.number)
        .limit(1)
    ).first()
    return (row[0], row[1]) if row else None


def _making(session: Session, access: Access, taken_back: sa.ColumnElement[bool]) -> tuple[datetime, UUID] | None:
    """Return the same of codes that were added and taken out again."""
    begun = sa.func.min(Code.created_at)
    row = session.execute(
        _own(access)
        .join(MappingStep, MappingStep.act_id == MappingAct.id)
        .join(Code, Code.id == MappingStep.code_id)
        .with_only_columns(begun, MappingAct.id)
        .where(taken_back, MappingAct.undoes_id.is_(None))
        .group_by(MappingAct.id)
        .order_by(begun)
        .limit(1)
    ).first()
    return (row[0], row[1]) if row else None
