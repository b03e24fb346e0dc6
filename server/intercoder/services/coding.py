"""The coders' layers: reading one's own, writing one coding, submitting. The blindness rule lives here.

Until a round closes, every query of codings in it names one coder: the one who asks.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, cast
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from intercoder import events
from intercoder.clock import now
from intercoder.errors import Conflict, Forbidden, InvalidInput, PreconditionRequired, Stale
from intercoder.models import (
    Anchor,
    Assignment,
    AssignmentState,
    Code,
    CodebookPolicy,
    CodeState,
    Coding,
    CodingChange,
    Event,
    Level,
    Revision,
    Round,
    RoundState,
    Unit,
    VersionCode,
)
from intercoder.services.codebook import NAME_LENGTH, Entry, tree_order
from intercoder.services.projects import Access, no_such_thing
from intercoder.text.canonical import canonical, clean_name, name_key
from intercoder.text.units import paragraphs, sentences

MEMO_LENGTH = 5000

# What every write of a coding asks, built once.
_OWN_ASSIGNMENT = (
    sa.select(Assignment)
    .where(
        Assignment.round_id == sa.bindparam("round"),
        Assignment.document_id == sa.bindparam("document"),
        Assignment.coder_id == sa.bindparam("coder"),
    )
    .options(sa.orm.joinedload(Assignment.revision))
)
_LOCKED_ASSIGNMENT = _OWN_ASSIGNMENT.with_for_update(of=Assignment, key_share=True)
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
    .values(state=AssignmentState.IN_PROGRESS.value)
)
_ADD = sa.insert(_CODINGS)
_STORED = sa.select(_CODINGS.c.body_hash).where(
    _CODINGS.c.coder_id == sa.bindparam("coder"), _CODINGS.c.key == sa.bindparam("key")
)
_PINNED = sa.select(_VERSION_CODES.c.code_id).where(
    _VERSION_CODES.c.version_id == sa.bindparam("version"), _VERSION_CODES.c.code_id == sa.bindparam("code")
)


class Place(Protocol):
    """An assignment as a write sees it: where it goes, and how long the text is."""

    id: UUID
    round_id: UUID
    revision_id: UUID
    state: str
    length: int


@dataclass(frozen=True)
class Written:
    """The answer to a write: the coding (a value, not a row of the session), and whether it was new (no replay)."""

    coding: Coding
    new: bool


def own_assignments(session: Session, actor_id: UUID, project_id: UUID | None = None) -> list[Assignment]:
    """Return what a person has to code or has coded in open rounds, in working order."""
    wanted = (
        sa.select(Assignment)
        .join(Round)
        .where(Assignment.coder_id == actor_id, Round.state == RoundState.OPEN)
        .order_by(Round.opened_at, Assignment.position, Assignment.id)
        .options(sa.orm.contains_eager(Assignment.round), sa.orm.joinedload(Assignment.document))
    )
    if project_id is not None:
        wanted = wanted.where(Assignment.project_id == project_id)
    return list(session.scalars(wanted))


def own_round_assignments(session: Session, access: Access) -> list[Assignment]:
    """Return what the person who asks has to code or has coded in the round, whatever its state, in working order."""
    assert access.round is not None
    return list(
        session.scalars(
            sa.select(Assignment)
            .where(Assignment.round_id == access.round.id, Assignment.coder_id == access.actor.id)
            .order_by(Assignment.position, Assignment.id)
            .options(sa.orm.joinedload(Assignment.document))
        )
    )


def own_assignment(session: Session, access: Access, document_id: UUID, *, lock: bool = False) -> Assignment:
    """Return the person's assignment for a document of the round; not found when there is none."""
    assert access.round is not None
    who = {"round": access.round.id, "document": document_id, "coder": access.actor.id}
    found = session.scalar(_LOCKED_ASSIGNMENT if lock else _OWN_ASSIGNMENT, who)
    if found is None:
        raise no_such_thing()
    return found


def own_codings(session: Session, assignment: Assignment) -> list[Coding]:
    """Return the codings of one layer, in the order of the text."""
    return list(
        session.scalars(
            sa.select(Coding)
            .where(Coding.assignment_id == assignment.id, Coding.deleted_at.is_(None))
            .order_by(Coding.start, Coding.end, Coding.key)
        )
    )


def own_counts(session: Session, assignment_ids: Sequence[UUID]) -> dict[UUID, int]:
    """Return how many codings each of these assignments holds."""
    rows = session.execute(
        sa.select(Coding.assignment_id, sa.func.count())
        .where(Coding.assignment_id.in_(assignment_ids), Coding.deleted_at.is_(None))
        .group_by(Coding.assignment_id)
    )
    return {assignment: count for assignment, count in rows}


def round_codes(session: Session, access: Access) -> list[Entry]:
    """Return the codes that this person may see in the round.

    The pinned version; codes accepted during the round; own private codes and own open proposals.
    After the round has closed everybody's private codes.
    """
    assert access.round is not None
    pinned = session.scalars(sa.select(VersionCode).where(VersionCode.version_id == access.round.version_id)).all()
    added = sa.select(Code).where(Code.round_id == access.round.id)
    mine = sa.and_(Code.author_id == access.actor.id, Code.state.in_([CodeState.PRIVATE, CodeState.PROPOSED]))
    if access.round.state in {RoundState.CLOSED, RoundState.SETTLED}:
        added = added.where(Code.state.in_([CodeState.ACTIVE, CodeState.PRIVATE]))
    else:
        added = added.where(sa.or_(Code.state == CodeState.ACTIVE, mine))
    known = {row.code_id for row in pinned}
    return tree_order([*pinned, *(c for c in session.scalars(added) if c.id not in known)])


def units_of(text: str, unit: str) -> list[tuple[int, int]]:
    """Return the units of a text for a round; empty for free spans."""
    if unit == Unit.SENTENCE:
        return sentences(text)
    return paragraphs(text) if unit == Unit.PARAGRAPH else []


def anchors_of(session: Session, revision_id: UUID, kinds: Sequence[str]) -> list[Anchor]:
    """Return the anchors of some kinds in the order of the text."""
    return list(
        session.scalars(
            sa.select(Anchor)
            .where(Anchor.revision_id == revision_id, Anchor.kind.in_(kinds))
            .order_by(Anchor.start, Anchor.end.desc(), Anchor.id)
        )
    )


# --- writing -------------------------------------------------------------------------------------


def put_coding(session: Session, access: Access, document_id: UUID, key: UUID, body: Mapping[str, Any]) -> Written:
    """Store a coding once, however often the same request arrives.

    ``key`` is the coder's own; the same key with another body is a ``Conflict``.
    """
    assignment = _writable(session, access, document_id)
    wanted = {
        "code": str(body["code"]),
        "start": body["start"],
        "end": body["end"],
        "memo": _memo(body.get("memo", "")),
        "doubt": bool(body.get("doubt", False)),
    }
    fingerprint = _fingerprint(assignment.id, wanted)
    stored = session.scalar(_STORED, {"coder": access.actor.id, "key": key})
    if stored is not None:
        if stored != fingerprint:
            raise Conflict("same_key", "This key was already used for another coding.")
        return Written(session.get_one(Coding, (access.actor.id, key)), new=False)
    _check_codebook(access, body.get("codebook"))
    code_id = _usable_code(session, access, body["code"])
    _check_span(session, access, assignment, body["start"], body["end"])
    stamp = now()
    row = {
        "coder_id": access.actor.id,
        "key": key,
        "assignment_id": assignment.id,
        "code_id": code_id,
        "start": body["start"],
        "end": body["end"],
        "memo": wanted["memo"],
        "doubt": wanted["doubt"],
        "version": 1,
        "body_hash": fingerprint,
        "created_at": stamp,
        "changed_at": stamp,
        "deleted_at": None,
    }
    session.execute(_ADD, row)
    if assignment.state == AssignmentState.ASSIGNED:
        session.execute(_BEGUN, {"assignment": assignment.id})
    _log(session, access, assignment, "coding.created", key, wanted)
    return Written(Coding(**row), new=True)


def change_coding(
    session: Session, access: Access, document_id: UUID, key: UUID, version: int | None, changes: Mapping[str, Any]
) -> Coding:
    """Change, delete (``deleted: true``) or restore a coding that still has the version given.

    A repeated request whose first answer was lost finds its own result and changes nothing more.
    """
    if version is None:
        raise PreconditionRequired("no_version", "Say which version you change: send If-Match.")
    assignment = _writable(session, access, document_id)
    coding = session.get(Coding, (access.actor.id, key))
    if coding is None or coding.assignment_id != assignment.id:
        raise no_such_thing()
    target = _content(coding) | {k: v for k, v in changes.items() if v is not None}
    target["memo"] = _memo(target["memo"])
    if target["code"] != str(coding.code_id):
        target["code"] = str(_usable_code(session, access, UUID(str(target["code"]))))
    if coding.version == version + 1 and _content(coding) == target:
        return coding
    if coding.version != version:
        raise Stale("stale_coding", "This coding was changed elsewhere. Reload the page to see it as it is.")
    if _content(coding) == target:
        return coding
    if (target["start"], target["end"]) != (coding.start, coding.end):
        _check_span(session, access, assignment, target["start"], target["end"])
    before = _content(coding)
    session.add(
        CodingChange(coder_id=coding.coder_id, key=key, version=coding.version, before=before, changed_at=now())
    )
    coding.code_id, coding.start, coding.end = UUID(target["code"]), target["start"], target["end"]
    coding.memo, coding.doubt = target["memo"], target["doubt"]
    coding.deleted_at = now() if target["deleted"] else None
    coding.changed_at = now()
    coding.version += 1
    action = "coding.deleted" if target["deleted"] else "coding.changed"
    _log(session, access, assignment, action, key, {k: v for k, v in target.items() if before[k] != v})
    session.flush()
    return coding


def _content(coding: Coding) -> dict[str, Any]:
    return {
        "code": str(coding.code_id),
        "start": coding.start,
        "end": coding.end,
        "memo": coding.memo,
        "doubt": coding.doubt,
        "deleted": coding.deleted_at is not None,
    }


def _fingerprint(assignment_id: UUID, wanted: Mapping[str, Any]) -> str:
    text = json.dumps([str(assignment_id), wanted], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _writable(session: Session, access: Access, document_id: UUID) -> Place:
    """Return the assignment, locked: until the transaction ends nobody can submit it or close the round."""
    assert access.round is not None
    session.flush()
    who = {"round": access.round.id, "document": document_id, "coder": access.actor.id}
    assignment = session.execute(_PLACE, who).first()
    if assignment is None:
        raise no_such_thing()
    require_open(session, access)
    if assignment.state == AssignmentState.SUBMITTED:
        raise Conflict("submitted", "You have submitted this document. Ask the lead to hand it back to change it.")
    return cast("Place", assignment)


def require_open(session: Session, access: Access) -> None:
    """Refuse when the round has closed since the door was opened; the caller holds the lock on an assignment of it.

    SQLite's transactions begin with the one write lock, so what the door read is still true there.
    """
    assert access.round is not None
    if session.info.get("sqlite"):
        return
    session.refresh(access.round, ["state"])
    if access.round.state != RoundState.OPEN:
        raise Conflict("round_closed", "This round is closed.")


def _memo(value: object) -> str:
    memo = canonical(str(value or "")).strip()
    if len(memo) > MEMO_LENGTH:
        raise InvalidInput("long_memo", "A memo has at most {n} characters.", n=MEMO_LENGTH)
    return memo


def _check_codebook(access: Access, codebook: UUID | None) -> None:
    assert access.round is not None
    if codebook is not None and codebook != access.round.version_id:
        raise Conflict("stale_codebook", "This round uses another version of the codebook. Reload the page.")


def _check_span(session: Session, access: Access, assignment: Place, start: int, end: int) -> None:
    length = assignment.length
    if not 0 <= start < end <= length:
        raise InvalidInput(
            "span_outside",
            "The span {start}–{end} does not lie in the text, which has {length} characters.",
            start=start,
            end=end,
            length=length,
        )
    assert access.round is not None
    if access.round.unit == Unit.SPAN:
        return
    text = session.scalar(sa.select(Revision.text).where(Revision.id == assignment.revision_id)) or ""
    units = units_of(text, access.round.unit)
    if start not in {s for s, _ in units} or end not in {e for _, e in units}:
        raise InvalidInput("not_whole_units", "This round codes whole units: the span must begin and end with one.")


def _usable_code(session: Session, access: Access, code_id: UUID) -> UUID:
    """Return the code that this coder means, if it may be applied in the round now.

    A coder names an own new code by the key under which the browser made it, or by its identifier.
    """
    assert access.round is not None
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


def _log(
    session: Session, access: Access, assignment: Place, action: str, key: UUID, detail: Mapping[str, Any]
) -> None:
    shown = {k: v for k, v in detail.items() if k != "memo"}
    events.record(
        session,
        access.project.id,
        access.actor.id,
        action,
        "coding",
        key,
        shown,
        stream=assignment.id,
        round_id=assignment.round_id,
    )


# --- the coder's own codes -----------------------------------------------------------------------


def own_code_id(coder_id: UUID, key: UUID) -> UUID:
    """Return the identifier of the code that a coder makes under ``key``.

    Derived from both, so that a key which another coder uses too never meets the other's code.
    """
    return UUID(bytes=hashlib.sha256(coder_id.bytes + key.bytes).digest()[:16], version=4)


def put_code(session: Session, access: Access, key: UUID, body: Mapping[str, Any]) -> tuple[Code, bool]:
    """Make a coder's own label in the round: private in open coding, a proposal where the lead decides.

    Idempotent like a coding: the same key with the same name is a replay.
    """
    assert access.round is not None
    policy = CodebookPolicy(access.round.policy)
    if policy is CodebookPolicy.FROZEN:
        raise Forbidden("codebook_frozen", "The codebook is frozen in this round: use the codes it has.")
    if not access.situation.codes_in_round:
        raise no_such_thing()
    name = clean_name(str(body["name"]))
    if not name or len(name) > NAME_LENGTH:
        raise InvalidInput("bad_name", "A label needs a name of at most {n} characters.", n=NAME_LENGTH)
    code_id = own_code_id(access.actor.id, key)
    stored = session.get(Code, code_id)
    if stored is not None:
        if (stored.round_id, stored.name) != (access.round.id, name):
            raise Conflict("same_key", "This key was already used for another code.")
        return stored, False
    visible = {(e.level, name_key(e.name)) for e in round_codes(session, access)}
    if (Level.LABEL, name_key(name)) in visible:
        raise Conflict("name_taken", "There is already a code “{name}” at this level.", name=name)
    parent_id, colour = body.get("parent_id"), body.get("colour")
    if parent_id is not None:
        parent = next((e for e in round_codes(session, access) if e.id == parent_id), None)
        if parent is None or parent.level is not Level.CONCEPT:
            raise InvalidInput("no_parent", "The code above “{name}” does not exist in this codebook.", name=name)
        colour = parent.colour if colour is None else colour
    state = CodeState.PRIVATE if policy is CodebookPolicy.OPEN else CodeState.PROPOSED
    code = Code(
        id=code_id,
        project_id=access.project.id,
        name=name,
        name_key=name_key(name),
        level=Level.LABEL.value,
        parent_id=parent_id,
        colour=colour if colour in range(8) else 0,
        state=state.value,
        author_id=access.actor.id,
        round_id=access.round.id,
        created_at=now(),
    )
    session.add(code)
    session.flush()
    # The stream is the coder's own in this round, so that nobody's numbers tell of it.
    events.record(
        session,
        access.project.id,
        access.actor.id,
        f"code.{state.value}",
        "code",
        code.id,
        {"name": name},
        stream=_private_stream(access),
        round_id=access.round.id,
    )
    return code, True


def _private_stream(access: Access) -> UUID:
    assert access.round is not None
    seed = hashlib.sha256(access.round.id.bytes + access.actor.id.bytes).digest()
    return UUID(bytes=seed[:16], version=4)


# --- submitting ----------------------------------------------------------------------------------


def set_memo(session: Session, access: Access, document_id: UUID, memo: str) -> Assignment:
    """Keep the coder's memo on the document."""
    place = _writable(session, access, document_id)
    assignment = session.get_one(Assignment, place.id)
    assignment.memo = _memo(memo)
    _log(session, access, place, "assignment.memo", place.id, {})
    return assignment


def submit(session: Session, access: Access, document_id: UUID) -> Assignment:
    """Lock the layer: the coder has finished the document. A repeated request is a replay."""
    assignment = own_assignment(session, access, document_id, lock=True)
    if assignment.state == AssignmentState.SUBMITTED:
        return assignment
    require_open(session, access)
    assignment.state = AssignmentState.SUBMITTED.value
    assignment.submitted_at = now()
    head = session.scalar(
        sa.select(Event.hash).where(Event.stream == assignment.id).order_by(Event.seq.desc()).limit(1)
    )
    count = own_counts(session, [assignment.id]).get(assignment.id, 0)
    events.record(
        session,
        access.project.id,
        access.actor.id,
        "assignment.submitted",
        "assignment",
        assignment.id,
        {"document": str(document_id), "codings": count, "head": head or ""},
        round_id=assignment.round_id,
    )
    session.flush()
    return assignment


def layers(session: Session, access: Access, document_id: UUID | None = None) -> list[tuple[Assignment, Coding]]:
    """Return the codings that the person may see: own ones while the round is open, all submitted ones after."""
    assert access.round is not None
    wanted = (
        sa.select(Assignment, Coding)
        .join(Coding, Coding.assignment_id == Assignment.id)
        .where(Assignment.round_id == access.round.id, Coding.deleted_at.is_(None))
        .order_by(Assignment.document_id, Coding.start, Coding.end, Coding.coder_id, Coding.key)
    )
    if access.round.state in {RoundState.CLOSED, RoundState.SETTLED}:
        wanted = wanted.where(
            sa.or_(Assignment.state == AssignmentState.SUBMITTED, Assignment.coder_id == access.actor.id)
        )
    else:
        wanted = wanted.where(Assignment.coder_id == access.actor.id)
    if document_id is not None:
        wanted = wanted.where(Assignment.document_id == document_id)
    return [(assignment, coding) for assignment, coding in session.execute(wanted)]
