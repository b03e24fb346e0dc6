"""The codes that coders make in a round: private labels in open coding, proposals where the lead decides."""

import hashlib
from typing import Annotated, Literal
from uuid import UUID

from sqlalchemy.orm import Session

from intercoder import events
from intercoder.clock import now
from intercoder.errors import Conflict, Forbidden, InvalidInput
from intercoder.models import (
    Code,
    CodebookPolicy,
    CodeState,
    Level,
)
from intercoder.services.access import RoundAccess, no_such_thing
from intercoder.services.command import NAME_LENGTH, Colour, Command, Name, checked
from intercoder.services.layers import round_codes
from intercoder.text.canonical import clean_name, name_key


def own_code_id(coder_id: UUID, key: UUID) -> UUID:
    """Return the identifier of the code that a coder makes under ``key``.

    Derived from both, so that a key which another coder uses too never meets the other's code.
    """
    return UUID(bytes=hashlib.sha256(coder_id.bytes + key.bytes).digest()[:16], version=4)


def _label_name(text: str) -> str:
    name = clean_name(text)
    if not name or len(name) > NAME_LENGTH:
        raise InvalidInput("bad_name", "A label needs a name of at most {n} characters.", n=NAME_LENGTH)
    return name


class NewOwnCode(Command):
    """A coder's own new label in a round."""

    name: Annotated[Name, checked(_label_name)]
    level: Literal[Level.LABEL] = Level.LABEL
    parent: UUID | None = None
    colour: Colour | None = None


def put_code(session: Session, access: RoundAccess, key: UUID, given: NewOwnCode) -> tuple[Code, bool]:
    """Make a coder's own label in the round: private in open coding, a proposal where the lead decides.

    Idempotent like a coding: the same key with the same name is a replay.
    """
    policy = access.round.policy
    if policy is CodebookPolicy.FROZEN:
        raise Forbidden("codebook_frozen", "The codebook is frozen in this round: use the codes it has.")
    if not access.situation.codes_in_round:
        raise no_such_thing()
    name = given.name
    code_id = own_code_id(access.actor.id, key)
    stored = session.get(Code, code_id)
    if stored is not None:
        if (stored.round_id, stored.name) != (access.round.id, name):
            raise Conflict("same_key", "This key was already used for another code.")
        return stored, False
    codes = round_codes(session, access)
    if (Level.LABEL, name_key(name)) in {(e.level, name_key(e.name)) for e in codes}:
        raise Conflict("name_taken", "There is already a code “{name}” at this level.", name=name)
    colour = given.colour
    if given.parent is not None:
        parent = next((e for e in codes if e.id == given.parent), None)
        if parent is None or parent.level is not Level.CONCEPT:
            raise InvalidInput("no_parent", "The code above “{name}” does not exist in this codebook.", name=name)
        colour = parent.colour if colour is None else colour
    state = CodeState.PRIVATE if policy is CodebookPolicy.OPEN else CodeState.PROPOSED
    code = Code(
        id=code_id,
        project_id=access.project.id,
        name=name,
        name_key=name_key(name),
        level=Level.LABEL,
        parent_id=given.parent,
        colour=colour or 0,
        state=state,
        author_id=access.actor.id,
        round_id=access.round.id,
        created_at=now(),
    )
    session.add(code)
    session.flush()
    # The stream is the coder's own in this round, so that nobody's numbers tell of it.
    act = events.OwnCodeMade if state is CodeState.PRIVATE else events.CodeProposed
    access.log(session, act(code.id, access.round.id, _private_stream(access), name=name))
    return code, True


def _private_stream(access: RoundAccess) -> UUID:
    seed = hashlib.sha256(access.round.id.bytes + access.actor.id.bytes).digest()
    return UUID(bytes=seed[:16], version=4)
