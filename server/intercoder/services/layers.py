"""Reading the coders' layers. The rule of blindness lives here.

Until a round closes, every query of codings in it names one coder: the one who asks.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import cache
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from intercoder.models import (
    Assignment,
    AssignmentState,
    Code,
    CodeState,
    Coding,
    Event,
)
from intercoder.models.base import FewUuids, dashed, digits, few_dashed, read_time, unread, unread_time
from intercoder.services.access import RoundAccess, no_such_thing
from intercoder.services.codebook import Entry, tree_order
from intercoder.services.paging import BEGINNING, Asked, Key, Page, page
from intercoder.services.versions import version_entries


@cache
def _own_assignment(*, lock: bool) -> sa.Select[Assignment]:
    """Return the query of a coder's own assignment, built when it is first asked: before, no mapper need be configured."""
    own = (
        sa.select(Assignment)
        .where(
            Assignment.round_id == sa.bindparam("round"),
            Assignment.document_id == sa.bindparam("document"),
            Assignment.coder_id == sa.bindparam("coder"),
        )
        .options(sa.orm.joinedload(Assignment.revision))
    )
    return own.with_for_update(of=Assignment, key_share=True) if lock else own


#: the order in which codings are listed
_PLACES = (
    Key(Assignment.document_id, UUID),
    Key(Coding.start, int),
    Key(Coding.end, int),
    Key(Coding.coder_id, UUID),
    Key(Coding.key, UUID),
)


def own_assignment(session: Session, access: RoundAccess, document_id: UUID, *, lock: bool = False) -> Assignment:
    """Return the person's assignment for a document of the round; not found when there is none."""
    who = {"round": access.round.id, "document": document_id, "coder": access.actor.id}
    assignment = session.scalar(_own_assignment(lock=lock), who)
    if assignment is None:
        raise no_such_thing()
    return assignment


class OwnCoding(NamedTuple):
    """A coding of one's own layer, as the coding page wants it; ``key`` in hexadecimal digits."""

    key: str
    code_id: UUID
    start: int
    end: int
    memo: str
    doubt: int
    typical: bool
    version: int
    #: when it was made or changed, as the database has it (of PostgreSQL no text): to be compared, ``worked_at`` reads the latest
    changed: str


# Without the unit of work: a layer may have thousands.
_ROWS = Coding.metadata.tables[Coding.__tablename__].c
_OWN_LAYER = (
    sa.select(
        unread(_ROWS.key),
        sa.type_coerce(_ROWS.code_id, FewUuids()),
        _ROWS.start,
        _ROWS.end,
        _ROWS.memo,
        _ROWS.doubt,
        _ROWS.typical,
        _ROWS.version,
        unread_time(_ROWS.changed_at),
    )
    .where(_ROWS.assignment_id == sa.bindparam("assignment"), _ROWS.deleted_at.is_(None))
    .order_by(_ROWS.start, _ROWS.end, _ROWS.key)
)
#: the stream of an assignment has a row for each change of its layer
_CHANGES = sa.select(sa.func.coalesce(sa.func.max(Event.seq), 0)).where(Event.stream == sa.bindparam("assignment"))


def own_layer(session: Session, assignment_id: UUID) -> list[OwnCoding]:
    """Return the codings of one's own layer, in the order of the text."""
    make, rows = OwnCoding._make, session.execute(_OWN_LAYER, {"assignment": assignment_id}).all()
    if rows and isinstance(rows[0][0], str):  # they are digits already
        return list(map(make, rows))
    return [make((digits(row[0]), *row[1:])) for row in rows]


class WorkedAt(NamedTuple):
    """Where a layer was worked at last, and when."""

    start: int
    at: datetime


def worked_at(layer: Sequence[OwnCoding]) -> WorkedAt | None:
    """Return where a layer was worked at last; None where it has no codings."""
    if not layer:
        return None
    latest = max(coding.changed for coding in layer)
    last = min((coding for coding in layer if coding.changed == latest), key=lambda coding: coding.key)
    return WorkedAt(last.start, read_time(latest))


def changes_of_layer(session: Session, assignment_id: UUID) -> int:
    """Return a number that grows with every change of a layer: while it is the same, so is the layer."""
    return session.scalar(_CHANGES, {"assignment": assignment_id}) or 0


def round_codes(session: Session, access: RoundAccess) -> Sequence[Entry]:
    """Return the codes that this person may see in the round.

    The pinned version; codes accepted during the round; own private codes and own open proposals.
    After the round has closed everybody's private codes.
    """
    added = session.scalars(sa.select(Code).where(_added(access))).all()
    pinned = version_entries(session, access.round.version_id)
    if not added:
        return pinned
    known = {row.id for row in pinned}
    return tree_order([*pinned, *(c for c in added if c.id not in known)])


def _added(access: RoundAccess) -> sa.ColumnElement[bool]:
    """Return the condition of the codes made in the round that this person may see."""
    seen: sa.ColumnElement[bool]
    if access.round.state.compared:
        seen = Code.state.in_([CodeState.ACTIVE, CodeState.PRIVATE, CodeState.MERGED])
    else:
        # Also those that count as another one: codings have them, and say what they count as.
        own = [CodeState.PRIVATE, CodeState.PROPOSED, CodeState.MERGED, CodeState.DECLINED]
        mine = sa.and_(Code.author_id == access.actor.id, Code.state.in_(own))
        # What was accepted stays there when it is merged or split meanwhile: its codings count as what it became.
        accepted = sa.and_(Code.number > 0, Code.state.in_([CodeState.MERGED, CodeState.SPLIT]))
        seen = sa.or_(Code.state == CodeState.ACTIVE, accepted, mine)
    return sa.and_(Code.round_id == access.round.id, seen)


def codes_then(session: Session, access: RoundAccess) -> tuple[object, ...]:
    """Return what differs as soon as ``round_codes`` does: the version, and how many others there are and were changed."""
    counts = session.execute(
        sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(Code.revision), 0)).where(_added(access))
    ).one()
    return access.round.version_id, access.round.state.compared, *counts


def _seen(access: RoundAccess) -> sa.ColumnElement[bool]:
    """Return the condition of the assignments whose codings may be seen: own ones while the round is open, all submitted after."""
    own = Assignment.coder_id == access.actor.id
    submitted = Assignment.state == AssignmentState.SUBMITTED
    return sa.and_(
        Assignment.round_id == access.round.id, sa.or_(submitted, own) if access.round.state.compared else own
    )


def codings(
    session: Session, access: RoundAccess, document_id: UUID | None = None, asked: Asked = BEGINNING
) -> Page[Coding]:
    """Return a part of the codings that the person may see, with their assignments.

    Own ones while the round is open, all submitted ones after.
    """
    wanted = (
        sa.select(Coding)
        .join(Coding.assignment)
        .where(_seen(access), Coding.deleted_at.is_(None))
        .options(sa.orm.contains_eager(Coding.assignment))
    )
    if document_id is not None:
        wanted = wanted.where(Assignment.document_id == document_id)
    return page(session, wanted, _PLACES, asked)


class SeenCoding(NamedTuple):
    """A coding of a whole list, its identifiers as text; ``id`` is the key that its coder gave it."""

    id: str
    coder_id: str
    document_id: str
    code: str
    start: int
    end: int
    memo: str
    doubt: int
    typical: bool
    version: int
    #: false: what was deleted is in no list
    deleted: bool


#: how many layers are read in one statement of a whole list
LAYERS = 100


def documents_by_parts(session: Session, access: RoundAccess, document_id: UUID | None = None) -> list[list[UUID]]:
    """Return the documents whose codings the person may see, in parts that are small enough to be read at once."""
    counts = session.execute(
        sa.select(Assignment.document_id, sa.func.count())
        .where(_seen(access), Assignment.document_id == document_id if document_id else sa.true())
        .group_by(Assignment.document_id)
        .order_by(Assignment.document_id)
    )
    parts: list[list[UUID]] = []
    room = 0
    for document, layers in counts:
        if room < layers:
            parts.append([])
            room = LAYERS
        parts[-1].append(document)
        room -= layers
    return parts


def whole_codings(session: Session, access: RoundAccess, documents: Sequence[UUID]) -> Iterator[SeenCoding]:
    """Yield the codings of some documents that the person may see, in the order of ``codings``; few are held at once."""
    # Columns alone, from the connection: what the session does to each row takes a tenth of the time.
    rows = session.connection().execute(
        sa.select(
            unread(_ROWS.key),
            unread(_ROWS.coder_id),
            unread(Assignment.document_id),
            unread(_ROWS.code_id),
            _ROWS.start,
            _ROWS.end,
            _ROWS.memo,
            _ROWS.doubt,
            _ROWS.typical,
            _ROWS.version,
        )
        .join_from(Assignment, Coding, _ROWS.assignment_id == Assignment.id)
        .where(_seen(access), Assignment.document_id.in_(documents), _ROWS.deleted_at.is_(None))
        .order_by(*(key.column for key in _PLACES))
        .execution_options(yield_per=1000)
    )
    few, make = few_dashed, SeenCoding._make
    for some in rows.partitions():
        for key, coder, document, code, start, end, memo, doubt, typical, version in some:
            yield make(
                (dashed(key), few(coder), few(document), few(code), start, end, memo, doubt, typical, version, False)
            )
