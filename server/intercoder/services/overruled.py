"""Rulings that say otherwise than what coders agree on since: codes were merged, or coders looked again.

A merge makes coders agree at document level who used its parts; a "no" to one part does not take away the other, and
nobody is asked again unless it is pointed out.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from intercoder.models import (
    ConsensusCoding,
    Disagreement,
    DisagreementState,
    Document,
    Revision,
    Ruling,
    User,
)
from intercoder.services.access import RoundAccess
from intercoder.services.consensus import FINISHED
from intercoder.services.mapping import Mapped, mapping

#: as many are told of at once
SHOWN = 100


@dataclass(frozen=True)
class Overruled:
    """A ruling that sleeps because nobody differs at its place any more, where what they agree on is not what was ruled.

    ``ruled``, ``agreed``: the names of the codes that stand by each, none for "nothing stands here"; ``start``, ``end``: of
    the place, in characters.
    """

    ruling_id: UUID
    document_id: UUID
    title: str
    start: int
    end: int
    words: str
    ruled: Sequence[str]
    agreed: Sequence[str]
    reason: str
    by: str
    at: datetime


def overruled(session: Session, access: RoundAccess) -> list[Overruled]:
    """Return the rulings of a compared round that what is unanimous since speaks against, in the order of the study."""
    d, stands = Disagreement, ConsensusCoding
    unanimous = sa.and_(
        stands.round_id == d.round_id,
        stands.document_id == d.document_id,
        stands.ruling_id.is_(None),
        stands.start < d.end,
        stands.end > d.start,
    )
    other = sa.orm.aliased(d)
    differ_still = sa.exists().where(
        other.round_id == d.round_id,
        other.document_id == d.document_id,
        other.state != DisagreementState.VOID,
        other.start < d.end,
        other.end > d.start,
    )
    words = sa.func.substr(Revision.text, d.start + 1, d.end - d.start)
    rows = session.execute(
        sa.select(Ruling, d, Document.title, words, User.name, stands.code_id, stands.start, stands.end)
        .join(d, d.id == Ruling.disagreement_id)
        .join(Document, Document.id == d.document_id)
        .join(Revision, Revision.id == d.revision_id)
        .join(User, User.id == Ruling.adjudicator_id)
        .outerjoin(stands, sa.and_(unanimous, FINISHED))
        .where(
            d.round_id == access.round.id, d.state == DisagreementState.VOID, Ruling.ended_at.is_(None), ~differ_still
        )
        .order_by(Document.position, Document.id, d.start, d.end, d.id)
    ).all()
    if not rows or access.round.compared_at is None:
        return []
    mapped = mapping(session, access.project.id, access.round.compared_mapping)
    agreed: dict[UUID, set[tuple[str, int, int]]] = defaultdict(set)
    for ruling, _, _, _, _, code, start, end in rows:
        if code is not None:
            agreed[ruling.id].add((str(code), start, end))
    told: dict[UUID, Overruled] = {}
    for ruling, place, title, quote, name, *_ in rows:
        ruled = _ruled(ruling, mapped)
        if ruling.id in told or ruled is None or ruled == agreed[ruling.id]:
            continue
        told[ruling.id] = Overruled(
            ruling.id,
            place.document_id,
            title,
            place.start,
            place.end,
            quote,
            _names(ruled, mapped),
            _names(agreed[ruling.id], mapped),
            ruling.reason,
            name,
            ruling.created_at,
        )
    return [*told.values()][:SHOWN]


def _ruled(ruling: Ruling, mapped: Mapped) -> set[tuple[str, int, int]] | None:
    """Return what was ruled, as codes count; None where one was split, and nobody can say."""
    ends = [(mapped.map.resolved(str(c.code)), c.start, c.end) for c in ruling.codings]
    if any(end.waits for end, _, _ in ends):
        return None
    return {(end.code, start, stop) for end, start, stop in ends}


def _names(codings: set[tuple[str, int, int]], mapped: Mapped) -> list[str]:
    return sorted({mapped.codes[code].name for code, _, _ in codings})
