"""Splitting passages off a private label: the label becomes a code, which is split among what is left and what is not."""

from typing import Annotated
from uuid import UUID

import sqlalchemy as sa
from pydantic import Field
from sqlalchemy.orm import Session

from intercoder.errors import InvalidInput
from intercoder.models import Assignment, AssignmentState, Code, Coding, MappingAct
from intercoder.services.access import RoundAccess, no_such_thing
from intercoder.services.aligning import own_end
from intercoder.services.command import Command
from intercoder.services.mapping import mapping
from intercoder.services.remapping import (
    PassageIn,
    PassagesIn,
    PlaceIn,
    Placement,
    SplitIn,
    place,
    put_passages,
    split,
)
from intercoder.services.targets import Target


class SplitOffIn(Command):
    """Passages of a label, by their keys, that count as ``off``; its other passages count as ``rest``."""

    label: UUID
    keys: Annotated[tuple[UUID, ...], Field(min_length=1, max_length=2000)]
    off: Target
    rest: Target
    seen: int | None = None


def split_off(session: Session, access: RoundAccess, given: SplitOffIn) -> list[MappingAct]:
    """Place a label, split its code and put every passage; return the three acts, which are taken back from the last on.

    Raises
    ------
    InvalidInput : none or all of the passages are split off.
    """
    label = session.get(Code, given.label)
    if label is None or label.round_id != access.round.id:
        raise no_such_thing()
    passages = _passages(session, access, label.id)
    off = set(given.keys)
    if not off <= passages.keys():
        raise no_such_thing()
    if len(off) == len(passages):
        raise InvalidInput("nothing_left", "Leave at least one passage, or join the whole label elsewhere.")
    placed = place(
        session,
        access,
        PlaceIn(placements=(Placement(labels=(label.id,), at=Target(name=label.name)),), seen=given.seen),
    )
    session.refresh(label, ["into_id"])
    assert label.into_id is not None  # it was placed
    parted = split(session, access, label.into_id, SplitIn(into=(given.rest, given.off)))
    code = session.get_one(Code, label.into_id)
    rest, other = code.split_into
    put = tuple(PassageIn(coder=coder, key=key, at=other if key in off else rest) for key, coder in passages.items())
    return [placed, parted, put_passages(session, access, code.id, PassagesIn(passages=put))]


def _passages(session: Session, access: RoundAccess, label: UUID) -> dict[UUID, UUID]:
    """Return key → coder of the submitted codings of the round that count as a label."""
    mapped = mapping(session, access.project.id)
    own = [code.id for code in mapped.codes.values() if code.round == str(access.round.id)]
    ends = [UUID(code) for code in own if own_end(mapped, code) == str(label)]
    rows = session.execute(
        sa.select(Coding.key, Coding.coder_id)
        .join(Assignment, Assignment.id == Coding.assignment_id)
        .where(
            Coding.code_id.in_(ends),
            Coding.deleted_at.is_(None),
            Assignment.round_id == access.round.id,
            Assignment.state == AssignmentState.SUBMITTED,
        )
        .order_by(Coding.key)
    )
    return {key: coder for key, coder in rows}
