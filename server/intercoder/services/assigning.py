"""Giving documents to coders: adding, withdrawing, passing on, handing back, and by when.

What somebody has begun is never taken away: only assignments in which nothing was coded, noted or done are withdrawn or passed on.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from itertools import product
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from intercoder import events
from intercoder.errors import Conflict, InvalidInput
from intercoder.models import (
    ActiveTime,
    AnswerKey,
    Assignment,
    AssignmentState,
    Document,
    Member,
    Revision,
    Role,
    Round,
    RoundState,
)
from intercoder.services import held_out, incidence
from intercoder.services.access import RoundAccess, no_such_thing, require_open
from intercoder.services.command import Command
from intercoder.services.gates import require_passed

REASON_LENGTH = 2000


class Pair(Command):
    """One document for one coder."""

    document_id: UUID
    coder_id: UUID


class Place(NamedTuple):
    """One document for one coder, and the how manieth it is for the coder; None for after all others, document by document."""

    document_id: UUID
    coder_id: UUID
    position: int | None = None


def every_pair(documents: Iterable[UUID], coders: Iterable[UUID]) -> list[Place]:
    """Return every document for every coder."""
    return [Place(document, coder) for document, coder in product(documents, coders)]


def given_pairs(pairs: Iterable[Pair]) -> list[Place]:
    """Return pairs that were chosen by hand."""
    return [Place(pair.document_id, pair.coder_id) for pair in pairs]


def assign(session: Session, round_: Round, places: Iterable[Place], *, due_on: date | None = None) -> list[Assignment]:
    """Give out documents in their latest texts; what is given out already stays as it is, and is not returned.

    Raises
    ------
    InvalidInput : for a document that is not in the project, and somebody who is no coder of it.
    Conflict : for a document that is held out.
    """
    wanted = {(place.document_id, place.coder_id): place.position for place in places}
    documents = {document for document, _ in wanted}
    revisions = _latest_revisions(session, round_.project_id, documents)
    held_out.refuse_any(session, documents)
    if documents - revisions.keys():
        raise InvalidInput("unknown_document", "One of the documents is not in this project.")
    if {coder for _, coder in wanted} - coders_of(session, round_.project_id):
        raise InvalidInput("not_a_coder", "One of the people is not a coder of this project.")
    existing = set(
        session.execute(
            sa.select(Assignment.document_id, Assignment.coder_id).where(Assignment.round_id == round_.id)
        ).all()
    )
    order = {document: i for i, document in enumerate(dict.fromkeys(d for d, _ in wanted))}
    made = [
        Assignment(
            project_id=round_.project_id,
            round_id=round_.id,
            document_id=document,
            coder_id=coder,
            revision_id=revisions[document],
            position=len(existing) + (order[document] if position is None else position),
            due_on=due_on,
        )
        for (document, coder), position in wanted.items()
        if (document, coder) not in existing
    ]
    session.add_all(made)
    session.flush()
    return made


def coders_of(session: Session, project_id: UUID) -> set[UUID]:
    """Return the members of a project who are coders."""
    members = session.scalars(sa.select(Member).where(Member.project_id == project_id))
    return {member.user_id for member in members if Role.CODER in member.roles}


def _latest_revisions(session: Session, project_id: UUID, documents: Iterable[UUID]) -> dict[UUID, UUID]:
    rows = session.execute(
        sa.select(Revision.document_id, Revision.id)
        .join(Document)
        .where(Document.project_id == project_id, Document.removed_at.is_(None), Document.id.in_(list(documents)))
        .order_by(Revision.number)
    )
    return {document: revision for document, revision in rows}


# --- while the round is prepared or open ------------------------------------------------------------


def add_assignments(
    session: Session, access: RoundAccess, places: Sequence[Place], *, due_on: date | None = None
) -> list[Assignment]:
    """Give out further documents while the round is a draft or open; ``InvalidInput`` for none."""
    _require_unfinished(session, access)
    if not places:
        raise InvalidInput("nothing_chosen", "Choose at least one document and one coder.")
    _require_passed(session, access, {place.coder_id for place in places})
    made = assign(session, access.round, places, due_on=due_on)
    _log_given(session, access, made)
    return made


def _require_passed(session: Session, access: RoundAccess, coders: Collection[UUID]) -> None:
    """Refuse to give something of an open round to somebody who has not passed its gate; a draft is judged when it is opened."""
    if access.round.state is RoundState.OPEN:
        require_passed(session, access, coders)


def withdraw(session: Session, access: RoundAccess, assignment_ids: Collection[UUID]) -> int:
    """Take back assignments in which nothing was begun; return how many. ``Conflict`` when one was begun: then none is."""
    taken = _taken_back(session, access, assignment_ids)
    _log_taken(session, access, taken)
    return len(taken)


def pass_on(
    session: Session, access: RoundAccess, assignment_ids: Collection[UUID], coder_id: UUID
) -> list[Assignment]:
    """Give assignments in which nothing was begun to another coder, with the day they are due.

    Raises
    ------
    Conflict : one was begun, or the other coder has one of the documents already; then nothing changes.
    """
    _require_passed(session, access, {coder_id})
    taken = _taken_back(session, access, assignment_ids)
    made: list[Assignment] = []
    for due_on in sorted({a.due_on for a in taken}, key=str):
        places = [Place(a.document_id, coder_id) for a in taken if a.due_on == due_on]
        made += assign(session, access.round, places, due_on=due_on)
    if len(made) < len({a.document_id for a in taken}):
        raise Conflict("has_it", "This coder has one of the documents already.")
    _log_taken(session, access, taken)
    _log_given(session, access, made)
    return made


def regive(
    session: Session,
    access: RoundAccess,
    assignment_ids: Collection[UUID],
    places: Sequence[tuple[Place, date | None]],
    *,
    seed: int,
) -> None:
    """Take back assignments in which nothing was begun and give out places by their days, as a plan with this seed says.

    Raises
    ------
    Conflict : one was begun, or somebody who gets something has not passed the gate of the open round.
    """
    _require_passed(session, access, {place.coder_id for place, _ in places})
    taken = _taken_back(session, access, assignment_ids) if assignment_ids else []
    made: list[Assignment] = []
    for day in sorted({due_on for _, due_on in places}, key=str):
        made += assign(session, access.round, [place for place, due_on in places if due_on == day], due_on=day)
    if taken:
        _log_taken(session, access, taken)
    if made:
        _log_given(session, access, made, seed=seed)


def set_due(session: Session, access: RoundAccess, assignment_ids: Collection[UUID], due_on: date | None) -> int:
    """Say by when assignments should be done, or no longer; return how many. Submitted ones are left as they are."""
    _require_unfinished(session, access)
    _visible(session, access, assignment_ids)
    changed = session.execute(
        sa.update(Assignment)
        .where(Assignment.id.in_(assignment_ids), Assignment.state != AssignmentState.SUBMITTED)
        .values(due_on=due_on)
        .returning(Assignment.document_id, Assignment.coder_id)
        .execution_options(synchronize_session=False)
    ).all()
    if changed:
        pairs = tuple(sorted((document, coder) for document, coder in changed))
        access.log(session, events.AssignmentsDue(access.round.id, access.round.id, due_on=due_on, assignments=pairs))
    return len(changed)


def hand_back(session: Session, access: RoundAccess, assignment_ids: Collection[UUID], reason: str) -> list[Assignment]:
    """Return submitted documents to their coders, who can change them again and read why.

    Raises
    ------
    Conflict : the round is not open, or one of them was not submitted; then none goes back.
    """
    if access.round.state is not RoundState.OPEN:
        raise Conflict(f"round_{access.round.state}", "Reopen the round before you hand a document back.")
    _visible(session, access, assignment_ids)
    wanted = sa.select(Assignment).where(Assignment.id.in_(assignment_ids)).order_by(Assignment.id)
    found = list(session.scalars(wanted.with_for_update(key_share=True)))
    require_open(session, access)
    if any(assignment.state != AssignmentState.SUBMITTED for assignment in found):
        raise Conflict("not_submitted", "This document has not been submitted.")
    _refuse_attempts(session, access, {assignment.coder_id for assignment in found})
    for assignment in found:
        assignment.state = AssignmentState.IN_PROGRESS
        assignment.submitted_at = assignment.unseen = None
        assignment.handed_back_for = reason.strip()[:REASON_LENGTH]
        incidence.take_back(session, assignment.id)
        access.log(
            session,
            events.AssignmentHandedBack(
                assignment.id, assignment.round_id, coder=assignment.coder_id, reason=assignment.handed_back_for
            ),
        )
    return found


def _refuse_attempts(session: Session, access: RoundAccess, coders: Collection[UUID]) -> None:
    """Refuse to hand back of a test that was taken: its coder has seen the answers."""
    left = sa.select(Assignment.coder_id).where(
        Assignment.round_id == access.round.id, Assignment.state != AssignmentState.SUBMITTED
    )
    if session.get(AnswerKey, access.round.id) is not None and set(coders) - set(session.scalars(left)):
        raise Conflict(
            "test_taken",
            "This test was taken: its answers lie open to its coder. For another attempt make another test.",
        )


def _require_unfinished(session: Session, access: RoundAccess) -> None:
    if access.round.state is RoundState.OPEN:
        require_open(session, access)
    elif access.round.state is not RoundState.DRAFT:
        raise Conflict("round_closed", "This round is closed.")


def _visible(session: Session, access: RoundAccess, assignment_ids: Collection[UUID]) -> None:
    """Refuse what is not in the round, or what a person who codes in it may not know of: the assignments of others."""
    own = Assignment.coder_id == access.actor.id if access.situation.blind else sa.true()
    known = session.scalar(
        sa.select(sa.func.count()).where(Assignment.id.in_(assignment_ids), Assignment.round_id == access.round.id, own)
    )
    if known != len(set(assignment_ids)):
        raise no_such_thing()


class _Taken(NamedTuple):
    document_id: UUID
    coder_id: UUID
    due_on: date | None


def _taken_back(session: Session, access: RoundAccess, assignment_ids: Collection[UUID]) -> Sequence[_Taken]:
    _require_unfinished(session, access)
    _visible(session, access, assignment_ids)
    # Waits for what is being written in them, so that the statement after it sees that. A memo on the document and minutes at
    # work are kept with the assignment, and would go with it.
    session.execute(sa.select(Assignment.id).where(Assignment.id.in_(assignment_ids)).with_for_update())
    worked = sa.exists().where(ActiveTime.assignment_id == Assignment.id)
    rows = session.execute(
        sa.delete(Assignment)
        .where(Assignment.id.in_(assignment_ids), Assignment.state == AssignmentState.ASSIGNED)
        .where(Assignment.memo == "", sa.not_(worked))
        .returning(Assignment.document_id, Assignment.coder_id, Assignment.due_on)
        .execution_options(synchronize_session=False)
    ).all()
    if len(rows) < len(set(assignment_ids)):
        raise Conflict("begun", "One of them was begun: the work of a coder is not taken away. Leave it out.")
    session.expire_all()
    return [_Taken(*row) for row in sorted(rows, key=lambda row: (str(row[0]), str(row[1])))]


def _log_given(session: Session, access: RoundAccess, made: Sequence[Assignment], *, seed: int | None = None) -> None:
    given_out = tuple((a.document_id, a.coder_id) for a in made)
    access.log(session, events.RoundAssigned(access.round.id, assignments=given_out, seed=seed))


def _log_taken(session: Session, access: RoundAccess, taken: Sequence[_Taken]) -> None:
    pairs = tuple((a.document_id, a.coder_id) for a in taken)
    access.log(session, events.AssignmentsWithdrawn(access.round.id, access.round.id, assignments=pairs))
