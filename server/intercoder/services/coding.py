"""Writing in one's own layer: a coding, the memo of a document, submitting it."""

import hashlib
import json
from dataclasses import dataclass, replace
from typing import Annotated
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from intercoder import events
from intercoder.clock import now
from intercoder.errors import Conflict, InvalidInput, Stale
from intercoder.models import Assignment, AssignmentState, CodeState, CodingContent, Event, Unit, Unseen
from intercoder.prepared import Transaction
from intercoder.services import incidence
from intercoder.services.access import Asking, NotThere, RoundAccess, require_open
from intercoder.services.command import Command, Doubt, Offset, Text, checked, said_degree
from intercoder.services.credentials import Holder
from intercoder.services.layers import own_assignment
from intercoder.services.own_codes import own_code_id
from intercoder.services.own_documents import own_counts
from intercoder.services.places import (
    ADD,
    BEGUN,
    CHANGE,
    KEEP,
    NO_CODE,
    Admitted,
    Place,
    StoredCoding,
    admit,
    own_code,
    submitted,
)
from intercoder.services.texts import text_of, trimmed
from intercoder.services.units import units_for
from intercoder.text.canonical import canonical

MEMO_LENGTH = 5000
#: writes what the fingerprint of a coding is made of
_CANONICAL = json.JSONEncoder(ensure_ascii=False, sort_keys=True)


@dataclass(frozen=True)
class Written:
    """The answer to a write: the coding, whether it was new (no replay), and who wrote."""

    coding: StoredCoding
    new: bool
    holder: Holder


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
    doubt: Doubt = 0
    #: it stands for its code
    typical: bool = False
    #: the codebook version that the caller works with: another one than the round's is refused
    codebook: UUID | None = None


class CodingPatch(Command):
    """A change of a coding; what is not named stays. ``deleted`` false restores it."""

    code: UUID | None = None
    start: Offset | None = None
    end: Offset | None = None
    memo: Memo | None = None
    doubt: Doubt | None = None
    typical: bool | None = None
    deleted: bool | None = None


class OneActQuery(Command):
    """``together``: chance that all changes of one act say, such as of splitting a coding or of coding all matches."""

    together: UUID | None = None


ALONE = OneActQuery()


class DocumentMemo(Command):
    """A memo on a document."""

    memo: Memo


# --- writing -------------------------------------------------------------------------------------


def put_coding(
    transaction: Transaction,
    asking: Asking,
    document_id: UUID,
    key: UUID,
    write: CodingWrite,
    act: OneActQuery = ALONE,
) -> Written:
    """Store a coding once, however often the same request arrives.

    ``key`` is the coder's own; the same key with another body is a ``Conflict``. ``NotThere`` where the coder has no
    such place: ``asking`` knows why.
    """
    admitted = admit(transaction, asking, document_id, key, write.code)
    place, coder = admitted.place, admitted.holder.actor
    fingerprint = _fingerprint(place.assignment_id, write)
    stored = admitted.stored(key)
    if stored is not None:
        if place.body_hash != fingerprint:
            raise Conflict("same_key", "This key was already used for another coding.")
        return Written(stored, new=False, holder=admitted.holder)
    if write.codebook is not None and write.codebook != place.version_id:
        raise Conflict("stale_codebook", "This round uses another version of the codebook. Reload the page.")
    code = _usable_code(transaction, admitted, write.code)
    start, end = _checked_span(transaction, place, write.start, write.end)
    stamp = now()
    coding = StoredCoding(
        coder.id, key, code, start, end, write.memo, write.doubt, write.typical, version=1, deleted=False
    )
    transaction.send(
        ADD,
        {
            "coder_id": coder.id,
            "key": key,
            "assignment_id": place.assignment_id,
            "code_id": code,
            "start": start,
            "end": end,
            "memo": write.memo,
            "doubt": write.doubt,
            "typical": write.typical,
            "version": 1,
            "body_hash": fingerprint,
            "created_at": stamp,
            "changed_at": stamp,
            "deleted_at": None,
        },
    )
    if place.state == AssignmentState.ASSIGNED:
        transaction.send(BEGUN, {"assignment": place.assignment_id})
    created = events.CodingCreated(
        key,
        place.round_id,
        place.assignment_id,
        code=write.code,
        start=start,
        end=end,
        doubt=said_degree(write.doubt),
        typical=write.typical or None,
        together=act.together,
    )
    admitted.log(transaction, created)
    return Written(coding, new=True, holder=admitted.holder)


def change_coding(
    transaction: Transaction,
    asking: Asking,
    document_id: UUID,
    key: UUID,
    version: int,
    patch: CodingPatch,
    act: OneActQuery = ALONE,
) -> Written:
    """Change, delete or restore a coding that still has the version given.

    A repeated request whose first answer was lost finds its own result and changes nothing more. ``NotThere`` where the
    coder has no such coding.
    """
    admitted = admit(transaction, asking, document_id, key, patch.code or NO_CODE)
    place, coding = admitted.place, admitted.stored(key)
    if coding is None or place.stored_in != place.assignment_id:
        raise NotThere
    before = coding.content
    target = replace(before, **patch.model_dump(exclude_none=True))
    if target.code != before.code:
        target = replace(target, code=_usable_code(transaction, admitted, target.code))
    unchanged = Written(coding, new=False, holder=admitted.holder)
    if coding.version == version + 1 and _same(transaction, place, before, target):
        return unchanged
    if coding.version != version:
        raise Stale("stale_coding", "This coding was changed elsewhere. Reload the page to see it as it is.")
    if before == target:
        return unchanged
    if before.deleted and not target.deleted:
        _require_its_code(transaction, admitted, target.code)
    if (target.start, target.end) != (before.start, before.end):
        start, end = _checked_span(transaction, place, target.start, target.end)
        target = replace(target, start=start, end=end)
        if before == target:
            return unchanged
    stamp, coder = now(), admitted.holder.actor.id
    kept = {"coder_id": coder, "key": key, "version": version, "before": before, "changed_at": stamp}
    transaction.send(KEEP, kept)
    transaction.send(
        CHANGE,
        {
            "coder": coder,
            "of": key,
            "new_code_id": target.code,
            "new_start": target.start,
            "new_end": target.end,
            "new_memo": target.memo,
            "new_doubt": target.doubt,
            "new_typical": target.typical,
            "new_version": version + 1,
            "new_deleted_at": stamp if target.deleted else None,
            "new_changed_at": stamp,
        },
    )
    kind = events.CodingDeleted if target.deleted else events.CodingChanged
    admitted.log(
        transaction,
        kind(
            key,
            place.round_id,
            place.assignment_id,
            code=target.code if target.code != before.code else None,
            start=target.start if target.start != before.start else None,
            end=target.end if target.end != before.end else None,
            doubt=said_degree(target.doubt) if target.doubt != before.doubt else None,
            typical=target.typical if target.typical != before.typical else None,
            deleted=target.deleted if target.deleted != before.deleted else None,
            together=act.together,
        ),
    )
    t = target
    changed = StoredCoding(
        coder, key, t.code, t.start, t.end, t.memo, t.doubt, t.typical, version=version + 1, deleted=t.deleted
    )
    return Written(changed, new=False, holder=admitted.holder)


def _fingerprint(assignment_id: UUID, write: CodingWrite) -> str:
    """Return SHA-256 of what is written; a stored one is compared with it, so that its form stays as it is."""
    wanted = {
        "code": str(write.code),
        "start": write.start,
        "end": write.end,
        "memo": write.memo,
        "doubt": said_degree(write.doubt),
        **({"typical": True} if write.typical else {}),
    }
    text = _CANONICAL.encode([str(assignment_id), wanted])
    return hashlib.sha256(text.encode()).hexdigest()


def _same(transaction: Transaction, place: Place, before: CodingContent, target: CodingContent) -> bool:
    """Return whether a change was made already: what it asks may have had blanks at its edges."""
    if before == target:
        return True
    start, end = trimmed(text_of(transaction, place.revision_id), target.start, target.end)
    return before == replace(target, start=start, end=end)


def blanks_only() -> InvalidInput:
    """Return the refusal of a span in which nothing is to be read."""
    return InvalidInput("blank_span", "There are only blanks in this span. Choose words.")


def _checked_span(transaction: Transaction, place: Place, start: int, end: int) -> tuple[int, int]:
    """Return the span without blanks at its edges, if it may be coded."""
    if not start < end <= place.length:
        raise InvalidInput(
            "span_outside",
            "The span {start}–{end} does not lie in the text, which has {length} characters.",
            start=start,
            end=end,
            length=place.length,
        )
    text = text_of(transaction, place.revision_id)
    start, end = trimmed(text, start, end)
    if start == end:
        raise blanks_only()
    if place.unit is Unit.SPAN:
        return start, end
    if not units_for(transaction, place.revision_id, place.unit, lambda: text).whole(start, end):
        raise InvalidInput("not_whole_units", "This round codes whole units: the span must begin and end with one.")
    return start, end


def _usable_code(transaction: Transaction, admitted: Admitted, code_id: UUID) -> UUID:
    """Return the code that this coder means, if it may be applied in the round now.

    A coder names an own new code by the key under which the browser made it, or by its identifier.
    """
    if admitted.place.pinned:
        return code_id
    coder = admitted.holder.actor.id
    for identifier in (code_id, own_code_id(coder, code_id)):
        code = own_code(transaction, identifier)
        if code is None or code.round_id != admitted.place.round_id:
            continue
        # A proposal is usable by its author until the lead declines it: its codings count as soon as it is accepted.
        own = code.author_id == coder and code.state in {CodeState.PRIVATE, CodeState.MERGED, CodeState.PROPOSED}
        # What was accepted in the round stays usable in it when the codebook goes on: its codings count as what it became.
        accepted = code.number > 0 and code.state in {CodeState.ACTIVE, CodeState.MERGED, CodeState.SPLIT}
        if accepted or code.state == CodeState.ACTIVE or own:
            return identifier
        if code.state == CodeState.DECLINED and code.author_id == coder:
            raise Conflict("code_declined", "The lead declined this label: use another code.")
    raise InvalidInput("unknown_code", "This code is not in the codebook of this round.")


def _require_its_code(transaction: Transaction, admitted: Admitted, code_id: UUID) -> None:
    """Refuse that a coding comes back whose own label was taken away since."""
    code = None if admitted.place.pinned else own_code(transaction, code_id)
    if code is not None and code.state == CodeState.RETIRED and code.author_id == admitted.holder.actor.id:
        raise Conflict("label_taken_away", "The label of this coding was taken away: bring the label back first.")


# --- submitting ----------------------------------------------------------------------------------


def set_memo(session: Session, access: RoundAccess, document_id: UUID, given: DocumentMemo) -> Assignment:
    """Keep the coder's memo on the document."""
    assignment = own_assignment(session, access, document_id, lock=True)
    require_open(session, access)
    if assignment.state == AssignmentState.SUBMITTED:
        raise submitted()
    assignment.memo = given.memo
    access.log(session, events.DocumentMemoWritten(assignment.id, assignment.round_id, assignment.id))
    return assignment


class Submission(Command):
    """Handing in a document. ``unseen``: what units count as that have no coding and of which nothing was said."""

    unseen: Unseen = Unseen.NO_CODE


FINISHED = Submission()


def submit(session: Session, access: RoundAccess, document_id: UUID, given: Submission = FINISHED) -> Assignment:
    """Lock the layer: the coder has finished the document. A repeated request is a replay."""
    assignment = own_assignment(session, access, document_id, lock=True)
    if assignment.state == AssignmentState.SUBMITTED:
        return assignment
    require_open(session, access)
    assignment.state = AssignmentState.SUBMITTED
    assignment.handed_back_for = ""
    assignment.submitted_at = now()
    assignment.unseen = None if access.round.unit is Unit.SPAN else given.unseen
    head = session.scalar(
        sa.select(Event.hash).where(Event.stream == assignment.id).order_by(Event.seq.desc()).limit(1)
    )
    incidence.enter(session, assignment)
    count = own_counts(session, [assignment.id]).get(assignment.id, 0)
    access.log(
        session,
        events.AssignmentSubmitted(
            assignment.id,
            assignment.round_id,
            document=document_id,
            codings=count,
            head=head or "",
            unseen=assignment.unseen,
        ),
    )
    session.flush()
    return assignment
