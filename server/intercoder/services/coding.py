"""Writing in one's own layer: a coding, the memo of a document, submitting it."""

import hashlib
import json
from dataclasses import dataclass, replace
from typing import Annotated, Protocol, cast
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from intercoder import events
from intercoder.clock import now
from intercoder.errors import Conflict, InvalidInput, Stale
from intercoder.models import (
    Assignment,
    AssignmentState,
    Code,
    CodeState,
    Coding,
    CodingChange,
    CodingContent,
    Event,
    Revision,
    Unit,
    VersionCode,
)
from intercoder.services.access import RoundAccess, no_such_thing, require_open
from intercoder.services.command import Command, Offset, Text, checked
from intercoder.services.layers import own_assignment, own_counts
from intercoder.services.own_codes import own_code_id
from intercoder.text.canonical import canonical
from intercoder.text.units import units_of

MEMO_LENGTH = 5000

# What every write of a coding asks, built once.
# The same without the unit of work, which would cost more than the query.
_ASSIGNMENTS, _REVISIONS, _CODINGS, _VERSION_CODES = (
    model.metadata.tables[model.__tablename__] for model in (Assignment, Revision, Coding, VersionCode)
)
_PLACE = (
    sa.select(
        _ASSIGNMENTS.c.id,
        _ASSIGNMENTS.c.round_id,
        _ASSIGNMENTS.c.revision_id,
        _ASSIGNMENTS.c.state,
        _REVISIONS.c.length,
    )
    .join(_REVISIONS, _REVISIONS.c.id == _ASSIGNMENTS.c.revision_id)
    .where(
        _ASSIGNMENTS.c.round_id == sa.bindparam("round"),
        _ASSIGNMENTS.c.document_id == sa.bindparam("document"),
        _ASSIGNMENTS.c.coder_id == sa.bindparam("coder"),
    )
    .with_for_update(of=_ASSIGNMENTS, key_share=True)
)
_BEGUN = (
    sa.update(_ASSIGNMENTS)
    .where(_ASSIGNMENTS.c.id == sa.bindparam("assignment"))
    .values(state=AssignmentState.IN_PROGRESS)
)
_ADD = sa.insert(_CODINGS)
_STORED = sa.select(_CODINGS.c.body_hash).where(
    _CODINGS.c.coder_id == sa.bindparam("coder"), _CODINGS.c.key == sa.bindparam("key")
)
_WORDS = sa.select(sa.func.substr(_REVISIONS.c.text, sa.bindparam("first"), sa.bindparam("length"))).where(
    _REVISIONS.c.id == sa.bindparam("revision")
)
_PINNED = sa.select(_VERSION_CODES.c.code_id).where(
    _VERSION_CODES.c.version_id == sa.bindparam("version"), _VERSION_CODES.c.code_id == sa.bindparam("code")
)


class Place(Protocol):
    """An assignment as a write sees it: where it goes, and how long the text is."""

    id: UUID
    round_id: UUID
    revision_id: UUID
    state: AssignmentState
    length: int


@dataclass(frozen=True)
class Written:
    """The answer to a write: the coding (a value, not a row of the session), and whether it was new (no replay)."""

    coding: Coding
    new: bool


# --- commands ------------------------------------------------------------------------------------


def _kept_memo(text: str) -> str:
    memo = canonical(text).strip()
    if len(memo) > MEMO_LENGTH:
        raise InvalidInput("long_memo", "A memo has at most {n} characters.", n=MEMO_LENGTH)
    return memo


Memo = Annotated[Text, checked(_kept_memo)]


class CodingWrite(Command):
    """A coding: offsets are code points, half-open, in the revision that is assigned."""

    code: UUID
    start: Offset
    end: Offset
    memo: Memo = ""
    doubt: bool = False
    #: the codebook version that the caller works with: another one than the round's is refused
    codebook: UUID | None = None


class CodingPatch(Command):
    """A change of a coding; what is not named stays. ``deleted`` false restores it."""

    code: UUID | None = None
    start: Offset | None = None
    end: Offset | None = None
    memo: Memo | None = None
    doubt: bool | None = None
    deleted: bool | None = None


class DocumentMemo(Command):
    """A memo on a document."""

    memo: Memo


# --- writing -------------------------------------------------------------------------------------


def put_coding(session: Session, access: RoundAccess, document_id: UUID, key: UUID, write: CodingWrite) -> Written:
    """Store a coding once, however often the same request arrives.

    ``key`` is the coder's own; the same key with another body is a ``Conflict``.
    """
    assignment = _writable(session, access, document_id)
    fingerprint = _fingerprint(assignment.id, write)
    stored = session.scalar(_STORED, {"coder": access.actor.id, "key": key})
    if stored is not None:
        if stored != fingerprint:
            raise Conflict("same_key", "This key was already used for another coding.")
        return Written(session.get_one(Coding, (access.actor.id, key)), new=False)
    _check_codebook(access, write.codebook)
    code_id = _usable_code(session, access, write.code)
    start, end = _checked_span(session, access, assignment, write.start, write.end)
    stamp = now()
    row = {
        "coder_id": access.actor.id,
        "key": key,
        "assignment_id": assignment.id,
        "code_id": code_id,
        "start": start,
        "end": end,
        "memo": write.memo,
        "doubt": write.doubt,
        "version": 1,
        "body_hash": fingerprint,
        "created_at": stamp,
        "changed_at": stamp,
        "deleted_at": None,
    }
    session.execute(_ADD, row)
    if assignment.state == AssignmentState.ASSIGNED:
        session.execute(_BEGUN, {"assignment": assignment.id})
    created = events.CodingCreated(
        key,
        assignment.round_id,
        assignment.id,
        code=write.code,
        start=start,
        end=end,
        doubt=write.doubt,
    )
    access.log(session, created)
    return Written(Coding(**row), new=True)


def change_coding(
    session: Session, access: RoundAccess, document_id: UUID, key: UUID, version: int, patch: CodingPatch
) -> Coding:
    """Change, delete or restore a coding that still has the version given.

    A repeated request whose first answer was lost finds its own result and changes nothing more.
    """
    assignment = _writable(session, access, document_id)
    coding = session.get(Coding, (access.actor.id, key))
    if coding is None or coding.assignment_id != assignment.id:
        raise no_such_thing()
    before = _content(coding)
    target = replace(before, **patch.model_dump(exclude_none=True))
    if target.code != before.code:
        target = replace(target, code=_usable_code(session, access, target.code))
    if coding.version == version + 1 and _same(session, assignment, before, target):
        return coding
    if coding.version != version:
        raise Stale("stale_coding", "This coding was changed elsewhere. Reload the page to see it as it is.")
    if before == target:
        return coding
    if (target.start, target.end) != (before.start, before.end):
        start, end = _checked_span(session, access, assignment, target.start, target.end)
        target = replace(target, start=start, end=end)
        if before == target:
            return coding
    session.add(
        CodingChange(coder_id=coding.coder_id, key=key, version=coding.version, before=before, changed_at=now())
    )
    coding.code_id, coding.start, coding.end = target.code, target.start, target.end
    coding.memo, coding.doubt = target.memo, target.doubt
    coding.deleted_at = now() if target.deleted else None
    coding.changed_at = now()
    coding.version += 1
    act = events.CodingDeleted if target.deleted else events.CodingChanged
    access.log(
        session,
        act(
            key,
            assignment.round_id,
            assignment.id,
            code=target.code if target.code != before.code else None,
            start=target.start if target.start != before.start else None,
            end=target.end if target.end != before.end else None,
            doubt=target.doubt if target.doubt != before.doubt else None,
            deleted=target.deleted if target.deleted != before.deleted else None,
        ),
    )
    session.flush()
    return coding


def _content(coding: Coding) -> CodingContent:
    deleted = coding.deleted_at is not None
    return CodingContent(coding.code_id, coding.start, coding.end, coding.memo, coding.doubt, deleted)


def _fingerprint(assignment_id: UUID, write: CodingWrite) -> str:
    """Return SHA-256 of what is written; a stored one is compared with it, so that its form stays as it is."""
    wanted = {
        "code": str(write.code),
        "start": write.start,
        "end": write.end,
        "memo": write.memo,
        "doubt": write.doubt,
    }
    text = json.dumps([str(assignment_id), wanted], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _writable(session: Session, access: RoundAccess, document_id: UUID) -> Place:
    """Return the assignment, locked: until the transaction ends nobody can submit it or close the round."""
    session.flush()
    who = {"round": access.round.id, "document": document_id, "coder": access.actor.id}
    assignment = session.execute(_PLACE, who).first()
    if assignment is None:
        raise no_such_thing()
    require_open(session, access)
    if assignment.state == AssignmentState.SUBMITTED:
        raise Conflict("submitted", "You have submitted this document. Ask the lead to hand it back to change it.")
    return cast("Place", assignment)


def _check_codebook(access: RoundAccess, codebook: UUID | None) -> None:
    if codebook is not None and codebook != access.round.version_id:
        raise Conflict("stale_codebook", "This round uses another version of the codebook. Reload the page.")


def _same(session: Session, assignment: Place, before: CodingContent, target: CodingContent) -> bool:
    """Return whether a change was made already: what it asks may have had blanks at its edges."""
    if before == target:
        return True
    start, end = trimmed_span(session, assignment.revision_id, target.start, target.end)
    return before == replace(target, start=start, end=end)


def trimmed_span(session: Session, revision_id: UUID, start: int, end: int) -> tuple[int, int]:
    """Return a span of a text without the blanks at its edges; an empty one when there is nothing else in it.

    One that does not lie in the text comes back as it is, to be refused.
    """
    words = session.scalar(_WORDS, {"revision": revision_id, "first": start + 1, "length": max(end - start, 0)}) or ""
    if len(words) < end - start:
        return start, end
    begins = start + len(words) - len(words.lstrip())
    return begins, begins + len(words.strip())


def blanks_only() -> InvalidInput:
    """Return the refusal of a span in which nothing is to be read."""
    return InvalidInput("blank_span", "There are only blanks in this span. Choose words.")


def _checked_span(session: Session, access: RoundAccess, assignment: Place, start: int, end: int) -> tuple[int, int]:
    """Return the span without blanks at its edges, if it may be coded."""
    length = assignment.length
    if not start < end <= length:
        raise InvalidInput(
            "span_outside",
            "The span {start}–{end} does not lie in the text, which has {length} characters.",
            start=start,
            end=end,
            length=length,
        )
    start, end = trimmed_span(session, assignment.revision_id, start, end)
    if start == end:
        raise blanks_only()
    if access.round.unit == Unit.SPAN:
        return start, end
    text = session.scalar(sa.select(Revision.text).where(Revision.id == assignment.revision_id)) or ""
    units = units_of(text, access.round.unit)
    if start not in {s for s, _ in units} or end not in {e for _, e in units}:
        raise InvalidInput("not_whole_units", "This round codes whole units: the span must begin and end with one.")
    return start, end


def _usable_code(session: Session, access: RoundAccess, code_id: UUID) -> UUID:
    """Return the code that this coder means, if it may be applied in the round now.

    A coder names an own new code by the key under which the browser made it, or by its identifier.
    """
    if session.scalar(_PINNED, {"version": access.round.version_id, "code": code_id}) is not None:
        return code_id
    for identifier in (code_id, own_code_id(access.actor.id, code_id)):
        code = session.get(Code, identifier)
        if code is None or code.round_id != access.round.id:
            continue
        if code.state == CodeState.ACTIVE or (code.state == CodeState.PRIVATE and code.author_id == access.actor.id):
            return identifier
        if code.state == CodeState.PROPOSED and code.author_id == access.actor.id:
            raise Conflict("not_accepted", "The lead has not accepted this code yet.")
    raise InvalidInput("unknown_code", "This code is not in the codebook of this round.")


# --- submitting ----------------------------------------------------------------------------------


def set_memo(session: Session, access: RoundAccess, document_id: UUID, given: DocumentMemo) -> Assignment:
    """Keep the coder's memo on the document."""
    place = _writable(session, access, document_id)
    assignment = session.get_one(Assignment, place.id)
    assignment.memo = given.memo
    access.log(session, events.DocumentMemoWritten(place.id, place.round_id, place.id))
    return assignment


def submit(session: Session, access: RoundAccess, document_id: UUID) -> Assignment:
    """Lock the layer: the coder has finished the document. A repeated request is a replay."""
    assignment = own_assignment(session, access, document_id, lock=True)
    if assignment.state == AssignmentState.SUBMITTED:
        return assignment
    require_open(session, access)
    assignment.state = AssignmentState.SUBMITTED
    assignment.submitted_at = now()
    head = session.scalar(
        sa.select(Event.hash).where(Event.stream == assignment.id).order_by(Event.seq.desc()).limit(1)
    )
    count = own_counts(session, [assignment.id]).get(assignment.id, 0)
    access.log(
        session,
        events.AssignmentSubmitted(
            assignment.id, assignment.round_id, document=document_id, codings=count, head=head or ""
        ),
    )
    session.flush()
    return assignment
