"""The codes that coders make in a round: private labels in open coding, proposals where the lead decides."""

import hashlib
from typing import Annotated, Literal
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from intercoder import events
from intercoder.clock import now
from intercoder.errors import Conflict, Forbidden, InvalidInput
from intercoder.models import Assignment, Code, CodebookPolicy, CodeState, Level, MappingAct, MappingStep, Proposal
from intercoder.services.access import RoundAccess, no_such_thing
from intercoder.services.command import NAME_LENGTH, Colour, Command, Name, Offset, Text, checked
from intercoder.services.layers import own_assignment, round_codes
from intercoder.text.canonical import canonical, clean_name, name_key

REASON_LENGTH = 2000


def own_code_id(coder_id: UUID, key: UUID) -> UUID:
    """Return the identifier of the code that a coder makes under ``key``.

    Derived from both, so that a key which another coder uses too never meets the other's code.
    """
    return UUID(bytes=hashlib.sha256(coder_id.bytes + key.bytes).digest()[:16], version=4)


def label_name(text: str) -> str:
    """Return a label's name as it is kept; refuse one that is empty or too long."""
    name = clean_name(text)
    if not name or len(name) > NAME_LENGTH:
        raise InvalidInput("bad_name", "A label needs a name of at most {n} characters.", n=NAME_LENGTH)
    return name


def _reason(text: str) -> str:
    kept = canonical(text).strip()
    if len(kept) > REASON_LENGTH:
        raise InvalidInput("long_text", "A reason has at most {n} characters.", n=REASON_LENGTH)
    return kept


class PassageOf(Command):
    """The words for which a label is proposed: a span of a document that its coder codes."""

    document: UUID
    start: Offset
    end: Offset


class NewOwnCode(Command):
    """A coder's own new label in a round; ``reason`` and ``passage`` where it is proposed."""

    name: Annotated[Name, checked(label_name)]
    #: a group of own labels stands where a concept does
    level: Literal[Level.LABEL, Level.CONCEPT] = Level.LABEL
    parent: UUID | None = None
    colour: Colour | None = None
    reason: Annotated[Text, checked(_reason)] = ""
    passage: PassageOf | None = None


def put_code(session: Session, access: RoundAccess, key: UUID, given: NewOwnCode) -> tuple[Code, bool]:
    """Make a coder's own label in the round: private in open coding, a proposal where the lead decides.

    Idempotent like a coding: the same key with the same name is a replay.
    """
    policy = access.round.policy
    if policy is CodebookPolicy.FROZEN:
        raise Forbidden("codebook_frozen", "The codebook is frozen in this round: use the codes it has.")
    if not access.situation.codes_in_round:
        raise no_such_thing()
    if given.level is Level.CONCEPT and (policy is not CodebookPolicy.OPEN or given.parent is not None):
        raise InvalidInput("no_group", "Labels are grouped in open coding only, and a group stands in no other one.")
    name, level = given.name, Level(given.level)
    hold_own(session, access)
    code_id = own_code_id(access.actor.id, key)
    stored = session.get(Code, code_id)
    if stored is not None:
        if (stored.round_id, stored.level, _made_as(session, stored)) != (access.round.id, level, name):
            raise Conflict("same_key", "This key was already used for another code.")
        return stored, False
    codes = round_codes(session, access)
    if (level, name_key(name)) in {(e.level, name_key(e.name)) for e in codes if e.state is not CodeState.MERGED}:
        raise Conflict("name_taken", "There is already a code “{name}” at this level.", name=name)
    parent = None
    if given.parent is not None:
        own = own_code_id(access.actor.id, given.parent)
        parent = next((e for e in codes if e.id in {given.parent, own} and e.state is not CodeState.MERGED), None)
        if parent is None or parent.level is not Level.CONCEPT:
            raise InvalidInput("no_parent", "The code above “{name}” does not exist in this codebook.", name=name)
    state = CodeState.PRIVATE if policy is CodebookPolicy.OPEN else CodeState.PROPOSED
    code = Code(
        id=code_id,
        project_id=access.project.id,
        name=name,
        name_key=name_key(name),
        level=level,
        parent_id=parent.id if parent else None,
        colour=given.colour,
        state=state,
        author_id=access.actor.id,
        round_id=access.round.id,
        created_at=now(),
    )
    session.add(code)
    session.flush()
    proposal = _proposed(session, access, code, given) if state is CodeState.PROPOSED else None
    # The stream is the coder's own in this round, so that nobody's numbers tell of it.
    place = (code.id, access.round.id, private_stream(access))
    access.log(
        session,
        events.OwnCodeMade(*place, name=name, level=code.level if level is Level.CONCEPT else None)
        if proposal is None
        else events.CodeProposed(
            *place,
            name=name,
            reason=proposal.reason or None,
            revision=proposal.revision_id,
            start=proposal.start,
            end=proposal.end,
        ),
    )
    return code, True


def _proposed(session: Session, access: RoundAccess, code: Code, given: NewOwnCode) -> Proposal:
    """Keep why a label is proposed, and for which words of a document that its author codes."""
    proposal = Proposal(code_id=code.id, reason=given.reason)
    if given.passage is not None:
        revision = own_assignment(session, access, given.passage.document).revision
        if not given.passage.start < given.passage.end <= revision.length:
            raise InvalidInput(
                "span_outside",
                "The span {start}–{end} does not lie in the text, which has {length} characters.",
                start=given.passage.start,
                end=given.passage.end,
                length=revision.length,
            )
        proposal.revision_id = revision.id
        proposal.start, proposal.end = given.passage.start, given.passage.end
    session.add(proposal)
    session.flush()
    return proposal


def _made_as(session: Session, code: Code) -> str:
    """Return the name under which a label was made: it may have been renamed since."""
    renamed = sa.select(MappingStep.before).join(MappingAct, MappingAct.id == MappingStep.act_id)
    first = session.scalar(
        renamed.where(MappingStep.code_id == code.id).order_by(MappingAct.at, MappingAct.id).limit(1)
    )
    return first.name if first else code.name


def hold_own(session: Session, access: RoundAccess) -> None:
    """Let a coder's own acts in a round come one after the other until the transaction ends, also from two windows.

    SQLite's transactions begin with the one write lock.
    """
    if not session.info.get("sqlite"):
        mine = (Assignment.round_id == access.round.id, Assignment.coder_id == access.actor.id)
        first = sa.select(Assignment.id).where(*mine).order_by(Assignment.id).limit(1)
        session.execute(first.with_for_update(key_share=True))


def private_stream(access: RoundAccess) -> UUID:
    """Return the stream of what a coder does to own labels in a round."""
    return stream_of(access.round.id, access.actor.id)


def stream_of(round_id: UUID, coder_id: UUID) -> UUID:
    """Return the stream of what a coder does for oneself in a round."""
    seed = hashlib.sha256(round_id.bytes + coder_id.bytes).digest()
    return UUID(bytes=seed[:16], version=4)
