"""What is made of all codes of a project, kept by whoever only reads until one of them changes."""

from collections.abc import Callable, Hashable
from typing import TypeVar, cast
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from intercoder.db import after_commit
from intercoder.models import Code, Project
from intercoder.remembered import Remembered

T = TypeVar("T")

# Codes are never deleted, and every change raises the revision of what it changes: the sum never falls, and no two
# states have the same. A passage of a split code is put by an act with a number.
_STATE = sa.select(
    sa.func.count(),
    sa.func.coalesce(sa.func.sum(Code.revision), 0),
    sa.select(Project.mapping).where(Project.id == sa.bindparam("project")).scalar_subquery(),
).where(Code.project_id == sa.bindparam("project"))


def remembered(
    session: Session, project_id: UUID, about: tuple[Hashable, ...], make: Callable[[], T], then: Hashable = None
) -> T:
    """Return what ``make`` makes of the codes of a project, their versions and mappings; nobody may change it.

    ``about`` says what it is, ``then`` in which state other things are of which it is made too. A session that may write
    makes it anew: what it sees may never be committed.
    """
    memory = session.info.get("remembered")
    if not isinstance(memory, Remembered):
        return make()
    return memory.of((project_id, *about), (_state(session, project_id), then), make)


def only_reads(session: Session) -> bool:
    """Return whether all that a session sees is committed."""
    return isinstance(session.info.get("remembered"), Remembered)


def settled(session: Session, project_id: UUID, about: tuple[Hashable, ...], make: Callable[[], T]) -> T:
    """Return what ``remembered`` does of codes alone, also to a session that may write: what readers keep of the very state that it sees.

    Of two writers neither is given what the other commits meanwhile: the state is asked again after the value was found, and by
    then holds what both did.
    """
    earlier = session.info.get("earlier")
    if not isinstance(earlier, Remembered):
        return remembered(session, project_id, about, make)
    state = session.execute(_STATE, {"project": project_id}).one()
    known = earlier.kept((project_id, *about), (tuple(state), None))
    if known is None or session.execute(_STATE, {"project": project_id}).one() != state:
        return make()
    return cast("T", known)


def renewed(
    session: Session,
    project_id: UUID,
    about: tuple[Hashable, ...],
    line: tuple[Hashable, ...],
    make: Callable[[T | None], T],
    then: Hashable = None,
) -> T:
    """Return what ``make`` makes of an earlier value of the same line, or of None: what did not change need not be read again.

    ``make`` must hold whatever it is given, and looks itself at what changed since. A session that may write is given an earlier
    value too; what it makes is what later ones are made of once it is committed. The rest as for ``remembered``.
    """
    memory, whole = session.info.get("remembered"), (project_id, *line)
    if isinstance(memory, Remembered):
        return memory.renewed((project_id, *about), (_state(session, project_id), then), make, whole)
    earlier = session.info.get("earlier")
    if not isinstance(earlier, Remembered):
        return make(None)
    value = make(cast("T | None", earlier.latest(whole)))
    after_commit(session, lambda: earlier.begin(whole, value))
    return value


def _state(session: Session, project_id: UUID) -> tuple[int, ...]:
    """Return what differs as soon as a code or the mapping of a project does: one statement in a transaction."""
    asked = session.info.get("state of codes")
    here = (session.get_transaction(), project_id)
    if asked is not None and here[0] is not None and asked[0] == here:
        state: tuple[int, ...] = asked[1]
        return state
    state = tuple(session.execute(_STATE, {"project": project_id}).one())
    session.info["state of codes"] = ((session.get_transaction(), project_id), state)
    return state
