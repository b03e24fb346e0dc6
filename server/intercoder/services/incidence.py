"""Which codes each submitted layer holds, kept by the verbs that make a layer count or take it back.

A layer cannot change while it is submitted, so that its row is written once, in the transaction that submits it.
"""

import struct
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from intercoder.models import Assignment, Coding, Incidence, Round
from intercoder.models.base import unread, unread_time

#: bytes of an identifier; so many are unpacked at once
_WIDTH = 16
_MANY = struct.Struct(f"{_WIDTH}s" * 64)


#: which codes a submitted layer holds: its document and coder as ``models.base.unread`` selects them, when it was submitted as
#: ``unread_time`` does, its codes as they are kept (see ``unpacked``), and whether its round is compared, so that they may be
#: named. Of thousands of rows few identifiers and times are shown: none is read here
HeldCodes = tuple[str | UUID, str | UUID, str | datetime, bytes, bool]


def packed(codes: Iterable[UUID]) -> bytes:
    """Return codes as they are kept: each once, in ascending order, 16 bytes each."""
    return b"".join(sorted({code.bytes for code in codes}))


def unpacked(*kept: bytes) -> set[bytes]:
    """Return the identifiers of kept rows as bytes: no ``UUID`` for each, of which a page may meet 200,000."""
    every = b"".join(kept)
    whole = len(every) - len(every) % _MANY.size
    codes = {every[place : place + _WIDTH] for place in range(whole, len(every), _WIDTH)}
    codes.update(*_MANY.iter_unpack(memoryview(every)[:whole]))
    return codes


def enter(session: Session, assignment: Assignment) -> None:
    """Keep what a layer holds that is being submitted; the caller holds the lock on its assignment."""
    assert assignment.submitted_at is not None  # the state says so
    codes = session.scalars(
        sa.select(Coding.code_id).where(Coding.assignment_id == assignment.id, Coding.deleted_at.is_(None))
    ).all()
    session.execute(
        sa.insert(Incidence),
        [
            {
                "assignment_id": assignment.id,
                "round_id": assignment.round_id,
                "document_id": assignment.document_id,
                "coder_id": assignment.coder_id,
                "submitted_at": assignment.submitted_at,
                "codings": len(codes),
                "codes": packed(codes),
            }
        ],
    )


def take_back(session: Session, assignment_id: UUID) -> None:
    """Forget what a layer holds that is handed back to its coder."""
    session.execute(sa.delete(Incidence).where(Incidence.assignment_id == assignment_id))


_TEXT = sa.Uuid(as_uuid=False)
# Without the unit of work, which would cost more than the query.
_ROWS = Incidence.metadata.tables[Incidence.__tablename__].c
_HELD = sa.select(unread(_ROWS.document_id), unread(_ROWS.coder_id), unread_time(_ROWS.submitted_at), _ROWS.codes)


def held(session: Session, rounds: Collection[Round]) -> Sequence[HeldCodes]:
    """Return what the submitted layers of some rounds hold, in no order.

    Whoever calls this has made sure that the person who asks may know of these rounds.
    """
    compared = _ROWS.round_id.in_([r.id for r in rounds if r.state.compared])
    rows = session.execute(_HELD.add_columns(compared).where(_ROWS.round_id.in_([r.id for r in rounds])))
    return rows.all()


def held_then(session: Session, rounds: Collection[Round]) -> tuple[object, ...]:
    """Return what differs as soon as ``held`` does: layers are only added with a later time, or taken away."""
    state = sa.select(sa.func.count(), sa.func.max(_ROWS.submitted_at), sa.func.sum(_ROWS.codings))
    compared = tuple((r.id, r.state.compared) for r in rounds)
    return *session.execute(state.where(_ROWS.round_id.in_([r.id for r in rounds]))).one(), compared


class HeldPassage(NamedTuple):
    """A coding of a submitted layer that is asked for by itself; ``document`` and ``side`` as ``HeldCodes`` has them."""

    document: str | UUID
    side: str | UUID
    coder: str
    key: str
    code: str
    #: whether its round is compared
    compared: bool


def passages_of(session: Session, rounds: Collection[Round], codes: Collection[UUID]) -> Iterator[HeldPassage]:
    """Yield the codings of some codes in the submitted layers of some rounds, in no order.

    Whoever calls this has made sure that the person who asks may know of these rounds.
    """
    compared = _ROWS.round_id.in_([r.id for r in rounds if r.state.compared])
    rows = session.execute(
        sa.select(
            unread(_ROWS.document_id),
            unread(_ROWS.coder_id),
            sa.type_coerce(Coding.coder_id, _TEXT).label("by"),
            sa.type_coerce(Coding.key, _TEXT),
            sa.type_coerce(Coding.code_id, _TEXT),
            compared,
        )
        .join(Coding, Coding.assignment_id == _ROWS.assignment_id)
        .where(_ROWS.round_id.in_([r.id for r in rounds]), Coding.code_id.in_(codes), Coding.deleted_at.is_(None))
    )
    return map(HeldPassage._make, rows)
