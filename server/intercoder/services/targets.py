"""The code that codings are to count as: one of the codebook, or a new one with what is said of it."""

from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Session

from intercoder.clock import now
from intercoder.errors import Conflict, InvalidInput
from intercoder.models import Code, CodebookPolicy, CodeState, Level, Round
from intercoder.services.access import Access, no_such_thing
from intercoder.services.codebook import CodeName, CodeText
from intercoder.services.command import Command
from intercoder.services.mapping import Step, standing
from intercoder.services.quoting import PassageIn, passage_of
from intercoder.text.canonical import name_key


class Target(Command):
    """A code that codings are to count as: one of the codebook, or a new one by its name."""

    code: UUID | None = None
    name: CodeName | None = None
    #: of a new one: the code above it, one of the codebook or a new one too, and what is said of it
    parent: UUID | None = None
    parent_name: CodeName | None = None
    definition: CodeText = ""
    example: CodeText = ""
    near_miss: CodeText = ""
    #: the passages that they quote
    example_at: PassageIn | None = None
    near_miss_at: PassageIn | None = None

    def require_one(self) -> None:
        """Refuse a target that names no code, or both one that there is and a new one, or says something of one that there is."""
        if self.code is not None and any(
            (self.definition, self.example, self.near_miss, self.example_at, self.near_miss_at)
        ):
            raise InvalidInput(
                "said_elsewhere",
                "What is said of a code of the codebook is changed in the codebook, not while labels join it.",
            )
        if (self.code is None) == (self.name is None) or (self.parent is not None and self.parent_name is not None):
            raise InvalidInput("which_code", "Name either a code of the codebook or the name of a new one.")


def target_of(
    session: Session, access: Access, target: Target, level: Level, steps: list[Step], *, under: UUID | None
) -> Code:
    """Return the code that a target names, at a level; a new one is added to ``steps``."""
    target.require_one()
    if target.code is not None:
        code = next((s.code for s in steps if s.code.id == target.code), None) or live(session, access, target.code)
        if code.level is not level:
            raise InvalidInput(
                "wrong_level_here", "“{name}” is a {level} and cannot be chosen here.", name=code.name, level=code.level
            )
        return code
    assert target.name is not None  # asked above
    above = target.parent or under
    parent = _new_parent(session, access, target.parent_name, level, steps) if target.parent_name else None
    if parent is None and above is not None:
        parent = next((s.code for s in steps if s.code.id == above), None) or live(session, access, above)
    made = _new(session, access, target.name, level, parent, len(steps))
    made.definition, made.example, made.near_miss = target.definition, target.example, target.near_miss
    made.example_at, made.near_miss_at = (
        passage_of(session, access.project.id, at) if at else None for at in (target.example_at, target.near_miss_at)
    )
    steps.append(Step(made, None, standing(made)))
    return made


def _new_parent(session: Session, access: Access, name: str, level: Level, steps: list[Step]) -> Code:
    """Return the code of a name one level higher: one that is made in this act or stands in the codebook, or a new one."""
    if level.above is None:
        raise InvalidInput("nothing_above", "Nothing stands above a construct.")
    key = name_key(name)
    known = next((s.code for s in steps if s.code.level is level.above and s.code.name_key == key), None)
    wanted = sa.select(Code).where(
        Code.project_id == access.project.id,
        Code.state == CodeState.ACTIVE,
        Code.level == level.above,
        Code.name_key == key,
    )
    known = known or session.scalar(wanted)
    if known is not None:
        return known
    made = _new(session, access, name, level.above, None, len(steps))
    steps.append(Step(made, None, standing(made)))
    return made


def _new(session: Session, access: Access, name: str, level: Level, parent: Code | None, more: int) -> Code:
    number = session.scalar(sa.select(sa.func.count()).where(Code.project_id == access.project.id)) or 0
    return Code(
        id=uuid4(),
        project_id=access.project.id,
        created_at=now(),
        author_id=access.actor.id,
        name=name,
        name_key=name_key(name),
        level=level,
        parent_id=parent.id if parent else None,
        position=number + more,
        state=CodeState.ACTIVE,
        split_into=(),
    )


def of_project(session: Session, access: Access, code_id: UUID) -> Code:
    """Return a code of the codebook, also one that was merged or split; nobody's private label."""
    code = session.get(Code, code_id)
    if code is None or code.project_id != access.project.id or private(session, code):
        raise no_such_thing()
    if code.state in {CodeState.PROPOSED, CodeState.DECLINED}:
        raise no_such_thing()
    return code


def live(session: Session, access: Access, code_id: UUID) -> Code:
    """Return a code of the codebook of today."""
    code = of_project(session, access, code_id)
    if code.state is not CodeState.ACTIVE:
        raise Conflict("code_not_live", "“{name}” is not in the codebook any more.", name=code.name)
    return code


def private(session: Session, code: Code) -> bool:
    """Whether a code is a coder's private label, placed or not."""
    round_ = session.get(Round, code.round_id) if code.round_id else None
    return round_ is not None and round_.policy is CodebookPolicy.OPEN
