"""The place at which a coder writes: found, judged and locked by one query, since nothing is asked more often."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa

from intercoder import events
from intercoder.errors import Conflict
from intercoder.models import (
    Assignment,
    AssignmentState,
    Code,
    CodeState,
    Coding,
    CodingChange,
    CodingContent,
    Event,
    Member,
    Revision,
    Role,
    Round,
    RoundState,
    Unit,
    VersionCode,
)
from intercoder.policy import Situation, decide
from intercoder.prepared import Prepared, Question, Transaction, change
from intercoder.services.access import Asking, NotThere
from intercoder.services.credentials import USERS, Holder, Means, Standing, standing_of

#: stands for a code where none is asked about
NO_CODE = UUID(int=0)
#: stands for the key of a coding where none is asked about
NO_KEY = UUID(int=0)

# What every write of a coding asks, built once.
_ROUNDS, _MEMBERS, _ASSIGNMENTS, _REVISIONS, _CODINGS, _CHANGES, _VERSION_CODES, _CODES, _EVENTS = (
    model.metadata.tables[model.__tablename__]
    for model in (Round, Member, Assignment, Revision, Coding, CodingChange, VersionCode, Code, Event)
)


class OwnCode(NamedTuple):
    """A code that may be a coder's own."""

    round_id: UUID | None
    state: CodeState
    author_id: UUID | None
    #: 0 until it is a code of the project
    number: int


@dataclass(frozen=True)
class StoredCoding:
    """A coding as it is stored: a value, not a row of a session."""

    coder_id: UUID
    key: UUID
    code_id: UUID
    start: int
    end: int
    memo: str
    doubt: int
    typical: bool
    version: int
    deleted: bool

    @property
    def content(self) -> CodingContent:
        """What it says."""
        return CodingContent(self.code_id, self.start, self.end, self.memo, self.doubt, self.deleted, self.typical)


class Place(NamedTuple):
    """All that decides on a write, in the order of the columns of ``_place``."""

    project_id: UUID
    roles: tuple[Role, ...]
    round_id: UUID
    round_state: RoundState
    unit: Unit
    version_id: UUID | None
    assignment_id: UUID
    state: AssignmentState
    revision_id: UUID
    length: int
    pinned: bool
    #: the latest row of the assignment's stream; None before the first
    head_seq: int | None
    head_hash: str | None
    #: what is stored under the key; None where there is nothing
    stored_in: UUID | None
    code_id: UUID
    start: int
    end: int
    memo: str
    doubt: int
    typical: bool
    version: int
    body_hash: str
    deleted_at: datetime | None

    @property
    def head(self) -> events.Head | None:
        """The latest row of the assignment's stream."""
        return None if self.head_seq is None else events.Head(self.head_seq, self.head_hash or "")


@dataclass(frozen=True)
class Admitted:
    """A place that somebody may write at: until the transaction ends nobody can submit it or close its round."""

    holder: Holder
    place: Place

    def stored(self, key: UUID) -> StoredCoding | None:
        """Return the coder's coding under the key."""
        p = self.place
        if p.stored_in is None:
            return None
        deleted = p.deleted_at is not None
        said = (p.code_id, p.start, p.end, p.memo, p.doubt, p.typical)
        return StoredCoding(self.holder.actor.id, key, *said, version=p.version, deleted=deleted)

    def log(self, transaction: Transaction, act: events.Act) -> None:
        """Add what the coder does to the stream of the assignment."""
        events.append(transaction, self.place.head, self.place.project_id, self.holder.actor.id, act)


def _place(means: Means, *, passing: bool = False) -> Prepared[tuple[Standing, Place]]:
    """Return the one query of a write: who asks, in which place, and what stands there under the key.

    On PostgreSQL the assignment is locked, and the round kept from closing. What the query read beside them is of the
    moment before: somebody who wrote at the same place meanwhile took the next number of its stream, so that this one
    clashes and is done again. ``passing``: what somebody else holds is passed over, as if it were not there.
    """
    latest = sa.select(sa.func.max(_EVENTS.c.seq)).where(_EVENTS.c.stream == _ASSIGNMENTS.c.id).scalar_subquery()
    head = (
        sa.select(_EVENTS.c.hash)
        .where(_EVENTS.c.stream == _ASSIGNMENTS.c.id)
        .order_by(_EVENTS.c.seq.desc())
        .limit(1)
        .scalar_subquery()
    )
    person = standing_of(means)
    # By itself, since it takes another lock: read again once that is got, and open as long as it is held.
    rounds = (
        sa.select(_ROUNDS)
        .where(_ROUNDS.c.id == sa.bindparam("round"))
        .with_for_update(read=True, skip_locked=passing)
        .subquery()
    )
    a, r, c = _ASSIGNMENTS.c, rounds.c, _CODINGS.c
    pinned = sa.exists().where(
        _VERSION_CODES.c.version_id == rounds.c.version_id, _VERSION_CODES.c.code_id == sa.bindparam("code")
    )
    query = (
        person.add_columns(
            *(r.project_id, _MEMBERS.c.roles, r.id, r.state, r.unit, r.version_id),
            *(a.id, a.state, a.revision_id, _REVISIONS.c.length, pinned, latest, head),
            *(c.assignment_id, c.code_id, c.start, c.end, c.memo, c.doubt),
            *(c.typical, c.version, c.body_hash, c.deleted_at),
        )
        .join(rounds, sa.true())
        .join(_MEMBERS, sa.and_(_MEMBERS.c.project_id == r.project_id, _MEMBERS.c.user_id == USERS.c.id))
        .join(
            _ASSIGNMENTS,
            sa.and_(a.round_id == r.id, a.document_id == sa.bindparam("document"), a.coder_id == USERS.c.id),
        )
        .join(_REVISIONS, _REVISIONS.c.id == a.revision_id)
        .outerjoin(_CODINGS, sa.and_(c.coder_id == USERS.c.id, c.key == sa.bindparam("key")))
        .with_for_update(of=_ASSIGNMENTS, key_share=True, skip_locked=passing)
    )
    people = len(Standing._fields)
    return Prepared(query, lambda *values: (Standing(*values[:people]), Place(*values[people:])))


_PLACES = {means: _place(means) for means in Means}
_PASSING = {means: _place(means, passing=True) for means in Means}
_OWN_CODE = Prepared(
    sa.select(_CODES.c.round_id, _CODES.c.state, _CODES.c.author_id, _CODES.c.number).where(
        _CODES.c.id == sa.bindparam("code")
    ),
    OwnCode,
)
BEGUN = change(
    sa.update(_ASSIGNMENTS)
    .where(_ASSIGNMENTS.c.id == sa.bindparam("assignment"))
    .values(state=AssignmentState.IN_PROGRESS)
)
ADD = change(sa.insert(_CODINGS))
KEEP = change(sa.insert(_CHANGES))
_CHANGED = ("code_id", "start", "end", "memo", "doubt", "typical", "version", "deleted_at", "changed_at")
CHANGE = change(
    sa.update(_CODINGS)
    .where(_CODINGS.c.coder_id == sa.bindparam("coder"), _CODINGS.c.key == sa.bindparam("of"))
    .values({name: sa.bindparam(f"new_{name}") for name in _CHANGED})
)


def question(asking: Asking, document_id: UUID, key: UUID, code: UUID | None) -> Question:
    """Return what ``admit`` will ask."""
    who = asking.credential
    asked = _asked(asking, document_id, key, code or NO_CODE)
    return Question(_PLACES[who.means], _PASSING[who.means], asked, (who.mark, asking.round_id, document_id))


def _asked(asking: Asking, document_id: UUID, key: UUID, code: UUID) -> dict[str, object]:
    mark = asking.credential.mark
    return {"mark": mark, "round": asking.round_id, "document": document_id, "key": key, "code": code}


def admit(transaction: Transaction, asking: Asking, document_id: UUID, key: UUID, code: UUID) -> Admitted:
    """Let somebody in who may write at the place now, and lock it."""
    who = asking.credential
    asked = _asked(asking, document_id, key, code)
    if transaction.again:
        # Takes the locks, so that what is read next is of no moment before.
        transaction.first(_PLACES[who.means], asked)
    row = transaction.first(_PLACES[who.means], asked)
    if row is None:
        raise NotThere
    standing, place = row
    holder = standing.holder(who.means)
    if holder is None:
        raise NotThere
    situation = Situation(
        place.round_state, codes_in_round=True, coded_the_place=place.state != AssignmentState.ASSIGNED
    )
    refusal = decide(asking.permission, frozenset(place.roles), situation).refusal
    if refusal is not None:
        raise refusal
    if place.state == AssignmentState.SUBMITTED:
        raise submitted()
    return Admitted(holder, place)


def submitted() -> Conflict:
    """Return the refusal to change what was handed in."""
    return Conflict("submitted", "You have submitted this document. Ask the lead to hand it back to change it.")


def own_code(transaction: Transaction, identifier: UUID) -> OwnCode | None:
    """Return a code by its identifier."""
    return transaction.first(_OWN_CODE, {"code": identifier})
