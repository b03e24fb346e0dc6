"""Labels that coders propose in a round and that wait for the lead."""

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from intercoder import events
from intercoder.errors import InvalidInput
from intercoder.models import Code, CodeState, Level, Round, RoundState
from intercoder.policy import Permission
from intercoder.services.access import Access, RoundAccess, coded_by, no_such_thing
from intercoder.services.numbering import give_numbers


def waiting(session: Session, access: Access) -> dict[UUID, int]:
    """Return how many proposals wait for this person in each open round of the project that has some.

    None of a round in which the person codes: what others propose there stays hidden until it closes.
    """
    if not access.may(Permission.PROPOSALS_DECIDE):
        return {}
    rows = session.execute(
        sa.select(Code.round_id, sa.func.count())
        .join(Round, Round.id == Code.round_id)
        .where(
            Round.project_id == access.project.id,
            Round.state == RoundState.OPEN,
            Code.state == CodeState.PROPOSED,
            sa.not_(coded_by(access.actor.id)),
        )
        .group_by(Code.round_id)
    )
    return {round_id: count for round_id, count in rows if round_id is not None}


def proposals(session: Session, access: RoundAccess) -> list[Code]:
    """Return the codes that coders proposed in the round and that wait for the lead."""
    return list(
        session.scalars(
            sa.select(Code)
            .where(Code.round_id == access.round.id, Code.state == CodeState.PROPOSED)
            .order_by(Code.name_key, Code.id)
        )
    )


def decide(
    session: Session, access: RoundAccess, code_id: UUID, *, accept: bool, parent_id: UUID | None = None
) -> Code:
    """Take a proposal into the round and the draft codebook, where everybody sees it, or decline it."""
    code = session.get(Code, code_id)
    if code is None or code.round_id != access.round.id or code.state is not CodeState.PROPOSED:
        raise no_such_thing()
    code.revision += 1
    if not accept:
        code.state = CodeState.DECLINED
        access.log(session, events.CodeDeclined(code.id, access.round.id, name=code.name))
        return code
    code.state = CodeState.ACTIVE
    if parent_id is not None:
        parent = session.get(Code, parent_id)
        if parent is None or parent.project_id != access.project.id or parent.level is not Level.CONCEPT:
            raise InvalidInput("no_parent", "The code above “{name}” does not exist in this codebook.", name=code.name)
        code.parent_id = parent.id
    give_numbers(session, access.project.id, [code])
    access.log(session, events.CodeAccepted(code.id, name=code.name))
    return code
