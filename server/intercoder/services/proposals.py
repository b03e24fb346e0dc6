"""Labels that coders propose in a round and that wait for the lead."""

import enum
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated
from uuid import UUID

import sqlalchemy as sa
from pydantic import Field
from sqlalchemy.orm import Session, aliased

from intercoder import events
from intercoder.clock import now
from intercoder.errors import InvalidInput
from intercoder.models import (
    Code,
    CodebookPolicy,
    CodeState,
    Document,
    Level,
    MappingKind,
    Proposal,
    Revision,
    Round,
    RoundState,
)
from intercoder.policy import Permission
from intercoder.services.access import Access, RoundAccess, coded_by, no_such_thing
from intercoder.services.command import Command, Text, checked
from intercoder.services.mapping import Step, enter, hold, standing
from intercoder.services.own_codes import REASON_LENGTH
from intercoder.text.canonical import canonical, name_key

#: characters around a passage
CONTEXT = 60


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


@dataclass(frozen=True)
class Proposed:
    """A label that a coder proposed, with the words for which it was, and what became of it.

    ``before`` and ``after``: some words around ``text``, empty where no passage was given; ``into``: the code that it was
    joined to.
    """

    id: UUID
    name: str
    colour: int | None
    state: CodeState
    author_id: UUID | None
    created_at: datetime
    reason: str
    document_id: UUID | None
    title: str | None
    start: int | None
    before: str
    text: str
    after: str
    answer: str
    into: str | None
    revision: int


def proposals(session: Session, access: RoundAccess) -> list[Proposed]:
    """Return the labels that coders proposed in the round and that wait for the lead."""
    return _proposed(session, Code.round_id == access.round.id, Code.state == CodeState.PROPOSED)


def own_proposals(session: Session, access: RoundAccess) -> list[Proposed]:
    """Return what the person who asks proposed in the round, with what became of it; in open coding nothing is proposed."""
    if access.round.policy is not CodebookPolicy.PROPOSALS:
        return []
    return _proposed(session, Code.round_id == access.round.id, Code.author_id == access.actor.id)


def _proposed(session: Session, *conditions: sa.ColumnElement[bool]) -> list[Proposed]:
    into = aliased(Code)
    first = sa.case((Proposal.start > CONTEXT, Proposal.start - CONTEXT), else_=0)
    words = sa.func.substr(Revision.text, first + 1, Proposal.end - first + CONTEXT)
    rows = session.execute(
        sa.select(Code, Proposal, Document.id, Document.title, words, into.name)
        .outerjoin(Proposal, Proposal.code_id == Code.id)
        .outerjoin(Revision, Revision.id == Proposal.revision_id)
        .outerjoin(Document, Document.id == Revision.document_id)
        .outerjoin(into, into.id == Code.into_id)
        .where(*conditions)
        .order_by(Code.name_key, Code.id)
    )
    return [_told(*row) for row in rows]


def _told(
    code: Code, proposal: Proposal | None, document: UUID | None, title: str | None, words: str | None, into: str | None
) -> Proposed:
    before, text, after = _cut(proposal, words or "")
    return Proposed(
        code.id,
        code.name,
        code.colour,
        code.state,
        code.author_id,
        code.created_at,
        proposal.reason if proposal else "",
        document,
        title,
        proposal.start if proposal else None,
        before,
        text,
        after,
        proposal.answer if proposal else "",
        into,
        code.revision,
    )


def _cut(proposal: Proposal | None, words: str) -> tuple[str, str, str]:
    if proposal is None or proposal.start is None or proposal.end is None:
        return "", "", ""
    begin = proposal.start - max(proposal.start - CONTEXT, 0)
    end = begin + proposal.end - proposal.start
    return words[:begin], words[begin:end], words[end:]


# --- deciding ------------------------------------------------------------------------------------


class Verdict(enum.StrEnum):
    """What a lead does with a proposal."""

    ACCEPT = "accept"  #: it is a code of the project from now on
    JOIN = "join"  #: it counts as a code that there is
    DECLINE = "decline"  #: its codings count nowhere; its author is told why
    LATER = "later"  #: it goes on waiting


def _sentence(text: str) -> str:
    kept = canonical(text).strip()
    if len(kept) > REASON_LENGTH:
        raise InvalidInput("long_text", "A sentence to the author has at most {n} characters.", n=REASON_LENGTH)
    return kept


class Decision(Command):
    """What is to become of one proposal: below which concept it stands, or what it is joined to, and what its author is told.

    Both are named by their identifier or by what they are called.
    """

    code: UUID
    verdict: Verdict
    parent_id: UUID | None = None
    parent_name: str = ""
    into: UUID | None = None
    into_name: str = ""
    answer: Annotated[Text, checked(_sentence)] = ""


class DecisionsIn(Command):
    """Decisions on several proposals, all or none."""

    decisions: Annotated[tuple[Decision, ...], Field(min_length=1, max_length=500)]


def decide_all(session: Session, access: RoundAccess, given: DecisionsIn) -> list[Code]:
    """Decide on proposals, all or none, in the order given."""
    return [decide(session, access, decision) for decision in given.decisions]


def decide(session: Session, access: RoundAccess, decision: Decision) -> Code:
    """Take a proposal into the round and the draft codebook, join it to a code that there is, or decline it.

    Raises
    ------
    Conflict : a name that is taken, a code to join to that is not in the codebook.
    InvalidInput : a proposal is declined without a sentence for its author, or joined to nothing.
    """
    hold(session, access)
    session.flush()
    code = session.get(Code, decision.code)
    if code is None or code.round_id != access.round.id or code.state is not CodeState.PROPOSED:
        raise no_such_thing()
    if decision.verdict is Verdict.LATER:
        return code
    proposal = session.get(Proposal, code.id) or Proposal(code_id=code.id)
    proposal.answer, proposal.decided_by, proposal.decided_at = decision.answer, access.actor.id, now()
    session.add(proposal)
    match decision.verdict:
        case Verdict.ACCEPT:
            _accept(session, access, code, decision)
        case Verdict.JOIN:
            _join(session, access, code, decision)
        case Verdict.DECLINE:
            _decline(session, access, code, decision.answer)
    session.flush()
    return code


def _named(session: Session, access: RoundAccess, level: Level, code_id: UUID | None, name: str) -> Code | None:
    """Return a code of the codebook at a level by its identifier or by what it is called."""
    named = Code.id == code_id if code_id else Code.name_key == name_key(name)
    active = (Code.project_id == access.project.id, Code.state == CodeState.ACTIVE, Code.level == level)
    return session.scalar(sa.select(Code).where(*active, named))


def _accept(session: Session, access: RoundAccess, code: Code, decision: Decision) -> None:
    was = standing(code)
    after = replace(was, state=CodeState.ACTIVE)
    if decision.parent_id or decision.parent_name.strip():
        parent = _named(session, access, Level.CONCEPT, decision.parent_id, decision.parent_name)
        if parent is None:
            raise InvalidInput("no_parent", "The code above “{name}” does not exist in this codebook.", name=code.name)
        after = replace(after, parent=parent.id)
    enter(session, access, MappingKind.PLACED, [Step(code, was, after)], round_id=access.round.id)
    access.log(session, events.CodeAccepted(code.id, name=code.name))


def _join(session: Session, access: RoundAccess, code: Code, decision: Decision) -> None:
    into = _named(session, access, code.level, decision.into, decision.into_name)
    if into is None:
        raise InvalidInput("join_what", "Choose a label of the codebook as which “{name}” is to count.", name=code.name)
    was = standing(code)
    step = Step(code, was, replace(was, state=CodeState.MERGED, into=into.id))
    enter(session, access, MappingKind.PLACED, [step], round_id=access.round.id)
    joined = events.ProposalJoined(
        code.id,
        access.round.id,
        name=code.name,
        into=into.name,
        codes=(events.Remapped.of(code.id, step.after),),
        answer=decision.answer or None,
    )
    access.log(session, joined)


def _decline(session: Session, access: RoundAccess, code: Code, answer: str) -> None:
    if not answer:
        raise InvalidInput("no_answer", "Tell the author of “{name}” in a sentence why it is declined.", name=code.name)
    code.state = CodeState.DECLINED
    code.revision += 1
    access.log(session, events.CodeDeclined(code.id, access.round.id, name=code.name, answer=answer))
