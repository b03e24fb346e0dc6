"""Moving codes below another one: one of them or hundreds, at once and as one act."""

from collections.abc import Set as AbstractSet
from dataclasses import replace
from typing import Annotated
from uuid import UUID

import sqlalchemy as sa
from pydantic import Field
from sqlalchemy.orm import Session

from intercoder import events
from intercoder.errors import Conflict, InvalidInput
from intercoder.models import Code, CodeState, MappingAct, MappingKind
from intercoder.services.access import Access, no_such_thing
from intercoder.services.command import Command
from intercoder.services.mapping import Step, hold, standing
from intercoder.services.remapping import Planned, do, told


class MoveIn(Command):
    """Codes that are to stand below another one, or below nothing."""

    codes: Annotated[tuple[UUID, ...], Field(min_length=1, max_length=5000)]
    parent: UUID | None


def move(session: Session, access: Access, given: MoveIn) -> MappingAct:
    """Let codes stand below another one from now on, all or none; it stands one level above each of them."""
    return do(session, access, plan_move(session, access, given))


def plan_move(session: Session, access: Access, given: MoveIn) -> Planned:
    """Return what ``move`` would do."""
    hold(session, access)
    wanted = [*dict.fromkeys(given.codes)]
    known = _live(session, access, {*wanted, *([given.parent] if given.parent else [])})
    parent = known[given.parent] if given.parent else None
    steps = [step for code in wanted if (step := _step(known[code], parent)).changes]
    if not steps:
        raise Conflict("nothing_moved", "These codes stand there already.")
    names = tuple(step.code.name for step in steps)
    subject = parent or steps[0].code
    event = events.CodesMoved(subject.id, names=names, codes=told(steps), into=parent.name if parent else None)
    return Planned(MappingKind.CHANGED, steps, (), event)


def _live(session: Session, access: Access, wanted: AbstractSet[UUID]) -> dict[UUID, Code]:
    """Return codes of the codebook, one statement for all; refuse where one is not in it, or not any more."""
    rows = session.scalars(
        sa.select(Code).where(
            Code.project_id == access.project.id, Code.id.in_(wanted), Code.round_id.is_(None) | _active()
        )
    )
    known = {code.id: code for code in rows}
    if known.keys() != wanted:
        raise no_such_thing()
    gone = next((code for code in known.values() if code.state is not CodeState.ACTIVE), None)
    if gone is not None:
        raise Conflict("code_not_live", "“{name}” is not in the codebook any more.", name=gone.name)
    return known


def _active() -> sa.ColumnElement[bool]:
    # What a coder made in a round is nobody's to move before it is a code of the project.
    return Code.state == CodeState.ACTIVE


def _step(code: Code, parent: Code | None) -> Step:
    if parent is not None and code.level.above is not parent.level:
        raise InvalidInput(
            "wrong_level",
            "“{name}” is a {level}: the code above it must stand one level higher.",
            name=code.name,
            level=code.level,
        )
    was = standing(code)
    return Step(code, was, replace(was, parent=parent.id if parent else None))
