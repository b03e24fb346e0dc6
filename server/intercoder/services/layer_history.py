"""What a coder did in an own layer and still stands: the acts that can be taken back, also those of another day or window."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Generic, NamedTuple, TypeVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from intercoder import events
from intercoder.models import Coding, CodingChange, CodingContent, EmptyKind, Event

#: how many of the codings that were changed last are looked at, and units of which something was said
LOOKED_AT = 200
#: and rows of the log that may say what was done in one act
READ_BACK = 1000
State = TypeVar("State")


@dataclass(frozen=True)
class Act(Generic[State]):
    """One act: what was there before and after it; None for nothing. Those with the same ``together`` were one."""

    at: datetime
    before: State | None
    after: State | None
    together: UUID | None = None


class CodingAct(NamedTuple):
    """An act on the coding with this key."""

    key: UUID
    act: Act[CodingContent]


class UnitAct(NamedTuple):
    """What was said of the unit that begins here."""

    start: int
    act: Act[EmptyKind]


@dataclass(frozen=True)
class History:
    """What still stands of a coder's acts in a layer, and the codings that were deleted by one of them, with their versions."""

    acts: Sequence[CodingAct | UnitAct]
    deleted: Sequence[Coding]


def history(session: Session, assignment_id: UUID) -> History:
    """Return the latest acts of a layer that still stand, in the order in which they were done.

    What was taken back does not stand, nor does what took it back: a state that was there before the last one ends both. Of
    layers with more than ``LOOKED_AT`` codings the acts since the oldest of those changed last.
    """
    latest = sa.select(Coding).where(Coding.assignment_id == assignment_id).order_by(Coding.changed_at.desc())
    codings = session.scalars(latest.limit(LOOKED_AT)).all()
    changes: dict[UUID, list[CodingChange]] = {coding.key: [] for coding in codings}
    if codings:
        before = sa.select(CodingChange).where(
            CodingChange.coder_id == codings[0].coder_id, CodingChange.key.in_(changes)
        )
        for change in session.scalars(before.order_by(CodingChange.key, CodingChange.version)):
            changes[change.key].append(change)
    since = codings[-1].changed_at if len(codings) == LOOKED_AT else None
    acts: list[CodingAct | UnitAct] = []
    together = _together(session, assignment_id, codings)
    for coding in codings:
        states = [
            (at, state, together.get((coding.key, version)))
            for version, (at, state) in enumerate(_states(coding, changes[coding.key]), 1)
        ]
        acts += [CodingAct(coding.key, act) for act in standing(states)]
    acts += _units(session, assignment_id)
    acts = sorted((act for act in acts if since is None or act.act.at >= since), key=lambda act: act.act.at)
    return History(acts, [coding for coding in codings if coding.deleted])


def standing(states: Iterable[tuple[datetime, State | None, UUID | None]]) -> list[Act[State]]:
    """Return the acts that lead from nothing through these states and were not taken back by one that came after.

    Each state comes with what it has in common with others of one act. Such a one takes nothing back: a coding that was
    joined with another is gone, yet its coder wanted it. What takes an act of several back never says that it is one.
    """
    kept: list[tuple[datetime | None, State | None, UUID | None]] = [(None, None, None)]
    for at, state, together in states:
        if len(kept) > 1 and kept[-2][1] == state and together is None:
            kept.pop()
        elif kept[-1][1] != state:
            kept.append((at, state, together))
    return [Act(at, before, after, mark) for (_, before, _), (at, after, mark) in pairwise(kept) if at is not None]


def _states(coding: Coding, changes: Sequence[CodingChange]) -> list[tuple[datetime, CodingContent | None]]:
    """Return what a coding was from when on, None while it was deleted."""
    now = CodingContent(
        *(coding.code_id, coding.start, coding.end, coding.memo, coding.doubt, coding.deleted, coding.typical)
    )
    contents = [*(change.before for change in changes), now]
    times = [coding.created_at, *(change.changed_at for change in changes)]
    return [(at, None if said.deleted else said) for at, said in zip(times, contents, strict=True)]


def _together(session: Session, assignment_id: UUID, codings: Sequence[Coding]) -> dict[tuple[UUID, int], UUID]:
    """Return which versions of codings were made in one act with others, by what the log says of each."""
    wanted = sa.select(Event).where(Event.stream == assignment_id).order_by(Event.seq.desc()).limit(READ_BACK)
    found: dict[tuple[UUID, int], UUID] = {}
    versions = {coding.key: coding.version for coding in codings}
    for row in session.scalars(wanted):
        if row.subject_id not in versions:
            continue
        # Each version of a coding has one row, so that the last row is that of the version it has now.
        act = events.read(row)
        version = versions[row.subject_id]
        versions[row.subject_id] -= 1
        if isinstance(act, events.CodingCreated | events.CodingChanged | events.CodingDeleted) and act.together:
            found[row.subject_id, version] = act.together
    return found


def _units(session: Session, assignment_id: UUID) -> list[UnitAct]:
    rows = session.scalars(
        sa.select(Event)
        .where(Event.stream == assignment_id, Event.action == events.UnitEmptied.action)
        .order_by(Event.seq.desc())
        .limit(LOOKED_AT)
    )
    latest = rows.all()[::-1]
    said: dict[int, list[tuple[datetime, EmptyKind | None, None]]] = {}
    for row in latest:
        act = events.read(row)
        assert isinstance(act, events.UnitEmptied)
        said.setdefault(act.start, []).append((row.at, act.kind, None))
    # Of what was said before those that are looked at the first act of each unit would tell wrong.
    known = 1 if len(latest) == LOOKED_AT else 0
    return [UnitAct(start, act) for start, states in said.items() for act in standing(states)[known:]]
