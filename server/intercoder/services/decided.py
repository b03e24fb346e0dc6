"""What is decided of the codes of each document, read on from an earlier reading: only what was ruled on since is read.

A code stands in the consensus of a document or does not; nothing is decided of one at a place that waits for a ruling.
"""

from collections import defaultdict
from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from intercoder.models import ConsensusCoding, Disagreement, DisagreementSide, Round
from intercoder.models.base import few_dashed, unread
from intercoder.services.disagreements import WAITING
from intercoder.services.held_layers import FEW, Layers

_CONSENSUS = ConsensusCoding.metadata.tables[ConsensusCoding.__tablename__].c
_PLACES = Disagreement.metadata.tables[Disagreement.__tablename__].c
_SIDES = DisagreementSide.metadata.tables[DisagreementSide.__tablename__].c


@dataclass(frozen=True)
class Decided:
    """The codes of each document that stand, and those of which nothing is decided yet."""

    stamps: Mapping[str, Hashable]
    standing: Mapping[str, frozenset[str]]
    waiting: Mapping[str, frozenset[str]]
    #: documents of which something may have been decided since the earlier reading
    changed: frozenset[str]

    def of(self, document: str, applied: Collection[str]) -> dict[str, bool]:
        """Return whether each code that was applied in a document, or stands there, counts; without those that wait."""
        waits, stands = self.waiting.get(document, frozenset()), self.standing.get(document, frozenset())
        return dict.fromkeys((code for code in applied if code not in waits), False) | dict.fromkeys(stands, True)


#: where nobody asks for the consensus
NOTHING = Decided({}, {}, {}, frozenset())


def decided_then(session: Session, rounds: Sequence[Round]) -> tuple[object, ...]:
    """Return what differs as soon as something is decided, or taken back, in one of these rounds, or it is compared anew."""
    state = sa.select(sa.func.count(), sa.func.sum(_PLACES.version)).where(_PLACES.round_id.in_([r.id for r in rounds]))
    return *session.execute(state).one(), tuple(r.compared_at for r in rounds)


def decided_of(session: Session, rounds: Sequence[Round], layers: Layers, before: Decided | None) -> Decided:
    """Return what is decided in some rounds of the documents with layers, of an earlier reading of these rounds or of others.

    One statement, and another one for documents in which something was decided since.
    """
    of = [r.id for r in rounds]
    states, waiting = _places(session, of)
    compared = {str(r.id): r.compared_at for r in rounds}
    stamps: dict[str, Hashable] = {
        document: tuple((r, compared[r], states.get((r, document))) for r in sorted({r for r, _ in whose}))
        for document, whose in layers.stamps.items()
    }
    known = {} if before is None else before.stamps
    changed = {d for d, stamp in stamps.items() if d in layers.changed or known.get(d) != stamp}
    standing: dict[str, frozenset[str]] = {}
    if before is not None:
        standing |= {d: codes for d, codes in before.standing.items() if d in stamps and d not in changed}
    if changed:
        stands = sa.select(unread(_CONSENSUS.document_id), unread(_CONSENSUS.code_id)).where(
            _CONSENSUS.round_id.in_(of)
        )
        if len(changed) <= FEW:
            stands = stands.where(_CONSENSUS.document_id.in_(map(UUID, changed)))
        found: defaultdict[str, set[str]] = defaultdict(set)
        for document, code in session.execute(stands.distinct()):
            found[few_dashed(document)].add(few_dashed(code))
        standing |= {document: frozenset(codes) for document, codes in found.items() if document in changed}
    return Decided(stamps, standing, waiting, frozenset(changed))


def _places(
    session: Session, rounds: Sequence[UUID]
) -> tuple[Mapping[tuple[str, str], tuple[int, int]], Mapping[str, frozenset[str]]]:
    """Return what differs as soon as something is decided in a document of a round, and the codes that wait in each document."""
    none = sa.cast(sa.null(), sa.BigInteger())
    nothing = unread(sa.cast(sa.null(), sa.Uuid()))
    states = sa.select(
        unread(_PLACES.round_id), unread(_PLACES.document_id), nothing, sa.func.count(), sa.func.sum(_PLACES.version)
    ).where(_PLACES.round_id.in_(rounds))
    waits = (
        sa.select(unread(_PLACES.round_id), unread(_PLACES.document_id), unread(_SIDES.code_id), none, none)
        .select_from(sa.join(Disagreement, DisagreementSide))
        .where(_PLACES.round_id.in_(rounds), _PLACES.state.in_(WAITING))
        .distinct()
    )
    found: dict[tuple[str, str], tuple[int, int]] = {}
    waiting: defaultdict[str, set[str]] = defaultdict(set)
    grouped = states.group_by(_PLACES.round_id, _PLACES.document_id)
    for round_, document, code, many, versions in session.execute(sa.union_all(grouped, waits)):
        if code is None:
            found[few_dashed(round_), few_dashed(document)] = (many, versions)
        else:
            waiting[few_dashed(document)].add(few_dashed(code))
    return found, {document: frozenset(codes) for document, codes in waiting.items()}
