"""Which codes each submitted layer holds, kept by the verbs that make a layer count or take it back.

A layer cannot change while it is submitted, so that its row is written once, in the transaction that submits it.
"""

import struct
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from intercoder.models import Assignment, Coding, Incidence
from intercoder.models.base import FewUuids

#: bytes of an identifier
_WIDTH = 16


class HeldCodes(NamedTuple):
    """Which codes a submitted layer holds; ``packed`` as they are kept, see ``unpacked``."""

    round_id: UUID
    document_id: UUID
    coder_id: UUID
    submitted_at: datetime
    packed: bytes


def packed(codes: Iterable[UUID]) -> bytes:
    """Return codes as they are kept: each once, in ascending order, 16 bytes each."""
    return b"".join(sorted({code.bytes for code in codes}))


def unpacked(kept: bytes) -> tuple[bytes, ...]:
    """Return the identifiers of a kept row as bytes: no ``UUID`` for each, of which a page may meet 200,000."""
    return struct.unpack(f"{_WIDTH}s" * (len(kept) // _WIDTH), kept)


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


# Without the unit of work, which would cost more than the query.
_ROWS = Incidence.metadata.tables[Incidence.__tablename__].c
_HELD = sa.select(
    sa.type_coerce(_ROWS.round_id, FewUuids()),
    sa.type_coerce(_ROWS.document_id, FewUuids()),
    sa.type_coerce(_ROWS.coder_id, FewUuids()),
    _ROWS.submitted_at,
    _ROWS.codes,
).order_by(_ROWS.submitted_at, _ROWS.assignment_id)


def held(session: Session, round_ids: Collection[UUID]) -> list[HeldCodes]:
    """Return what the submitted layers of some rounds hold, in the order in which they were submitted.

    Whoever calls this has made sure that the person who asks may know of these rounds.
    """
    rows = session.execute(_HELD.where(_ROWS.round_id.in_(round_ids))).all()
    return [HeldCodes._make(row) for row in rows]
