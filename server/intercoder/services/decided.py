"""What is decided of the codes of each document, read on from an earlier reading: only what was ruled on since is read.

A code stands in the consensus of a document or does not; nothing is decided of one at a place that waits for a ruling.
"""

from collections import defaultdict
from collections.abc import Collection, Hashable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple, TypeVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from intercoder.models import ConsensusCoding, Disagreement, DisagreementSide, Round
from intercoder.models.base import few_dashed, unread
from intercoder.services.disagreements import WAITING
from intercoder.services.held_layers import FEW, Layers

T = TypeVar("T")
_CONSENSUS = ConsensusCoding.metadata.tables[ConsensusCoding.__tablename__].c
_PLACES = Disagreement.metadata.tables[Disagreement.__tablename__].c
_SIDES = DisagreementSide.metadata.tables[DisagreementSide.__tablename__].c


class _Head(NamedTuple):
    """What differs as soon as something is decided in a round, or it is compared anew."""

    compared_at: datetime | None
    places: int
    versions: int


@dataclass(frozen=True)
class _Places:
    """The places of a round where coders differ: by document what differs as soon as one is decided, and the codes that wait."""

    states: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    waiting: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @property
    def documents(self) -> AbstractSet[str]:
        """The documents with such a place."""
        return self.states.keys() | self.waiting.keys()


@dataclass(frozen=True)
class Decided:
    """The codes of each document that stand, and those of which nothing is decided yet."""

    stamps: Mapping[str, Hashable] = field(default_factory=dict)
    standing: Mapping[str, frozenset[str]] = field(default_factory=dict)
    waiting: Mapping[str, frozenset[str]] = field(default_factory=dict)
    #: documents of which something may have been decided since the earlier reading
    changed: frozenset[str] = frozenset()
    heads: Mapping[str, _Head] = field(default_factory=dict)
    places: Mapping[str, _Places] = field(default_factory=dict)

    def of(self, document: str, applied: Collection[str]) -> dict[str, bool]:
        """Return whether each code that was applied in a document, or stands there, counts; without those that wait."""
        waits, stands = self.waiting.get(document, frozenset()), self.standing.get(document, frozenset())
        return dict.fromkeys((code for code in applied if code not in waits), False) | dict.fromkeys(stands, True)


#: where nobody asks for the consensus
NOTHING = Decided()


def decided_then(session: Session, rounds: Sequence[Round]) -> tuple[object, ...]:
    """Return what differs as soon as something is decided, or taken back, in one of these rounds, or it is compared anew."""
    state = sa.select(sa.func.count(), sa.func.sum(_PLACES.version)).where(_PLACES.round_id.in_([r.id for r in rounds]))
    return *session.execute(state).one(), tuple(r.compared_at for r in rounds)


def decided_of(session: Session, rounds: Sequence[Round], layers: Layers, before: Decided | None) -> Decided:
    """Return what is decided in some rounds of the documents with layers, of an earlier reading of these rounds or of others.

    ``before`` belongs to the reading that ``layers`` was made of. One statement, another one for rounds in which something was decided since,
    and one for what stands in documents of which anything changed.
    """
    earlier = before or NOTHING
    heads = _heads(session, rounds)
    moved = {r for r in heads if heads[r] != earlier.heads.get(r)}
    places = {r: known for r, known in earlier.places.items() if r in heads and r not in moved}
    if moved:
        places |= _places(session, moved)
    told = frozenset().union(
        *(one.documents for r, one in places.items() if r in moved),
        *(one.documents for r, one in earlier.places.items() if r not in places or r in moved),
    )
    again = {r for r in moved & earlier.heads.keys() if heads[r].compared_at != earlier.heads[r].compared_at}
    asked = told | layers.changed
    if again or before is None:
        asked |= {d for d, whose in layers.stamps.items() if before is None or any(r in again for r, _ in whose)}
    stamps = _without(earlier.stamps, earlier.stamps.keys() - layers.stamps.keys())
    changed = set()
    for document in asked & layers.stamps.keys():
        of = sorted({r for r, _ in layers.stamps[document]})
        stamp = tuple((r, heads[r].compared_at, places[r].states.get(document)) for r in of)
        if document in layers.changed or stamps.get(document) != stamp:
            changed.add(document)
        stamps[document] = stamp
    waiting = _without(earlier.waiting, told)
    for document in told:
        codes = frozenset[str]().union(*(one.waiting.get(document, ()) for one in places.values()))
        if codes:
            waiting[document] = codes
    standing = _without(earlier.standing, (earlier.standing.keys() - stamps.keys()) | changed)
    if changed:
        standing |= _standing(session, rounds, changed)
    return Decided(stamps, standing, waiting, frozenset(changed), heads, places)


def _without(known: Mapping[str, T], gone: AbstractSet[str]) -> dict[str, T]:
    left = dict(known)
    for document in gone & known.keys():
        del left[document]
    return left


def _heads(session: Session, rounds: Sequence[Round]) -> dict[str, _Head]:
    totals = (
        sa.select(unread(_PLACES.round_id), sa.func.count(), sa.func.sum(_PLACES.version))
        .where(_PLACES.round_id.in_([r.id for r in rounds]))
        .group_by(_PLACES.round_id)
    )
    found = {few_dashed(round_): (many, versions) for round_, many, versions in session.execute(totals)}
    return {str(r.id): _Head(r.compared_at, *found.get(str(r.id), (0, 0))) for r in rounds}


def _standing(session: Session, rounds: Sequence[Round], documents: Collection[str]) -> dict[str, frozenset[str]]:
    """Return the codes that stand in each of some documents."""
    stands = sa.select(unread(_CONSENSUS.document_id), unread(_CONSENSUS.code_id)).where(
        _CONSENSUS.round_id.in_([r.id for r in rounds])
    )
    if len(documents) <= FEW:
        stands = stands.where(_CONSENSUS.document_id.in_(map(UUID, documents)))
    found: defaultdict[str, set[str]] = defaultdict(set)
    for document, code in session.execute(stands.distinct()):
        found[few_dashed(document)].add(few_dashed(code))
    return {document: frozenset(codes) for document, codes in found.items() if document in documents}


def decisions(session: Session, rounds: Sequence[UUID]) -> Mapping[tuple[str, str], tuple[int, int]]:
    """Return, of a document of a round, what differs as soon as something is decided there, or taken back. One statement."""
    states = (
        sa.select(unread(_PLACES.round_id), unread(_PLACES.document_id), sa.func.count(), sa.func.sum(_PLACES.version))
        .where(_PLACES.round_id.in_(rounds))
        .group_by(_PLACES.round_id, _PLACES.document_id)
    )
    found = session.execute(states)
    return {(few_dashed(round_), few_dashed(document)): (many, versions) for round_, document, many, versions in found}


def _places(session: Session, rounds: Collection[str]) -> dict[str, _Places]:
    """Return the places of some rounds."""
    asked = list(map(UUID, rounds))
    none = sa.cast(sa.null(), sa.BigInteger())
    nothing = unread(sa.cast(sa.null(), sa.Uuid()))
    states = sa.select(
        unread(_PLACES.round_id), unread(_PLACES.document_id), nothing, sa.func.count(), sa.func.sum(_PLACES.version)
    ).where(_PLACES.round_id.in_(asked))
    waits = (
        sa.select(unread(_PLACES.round_id), unread(_PLACES.document_id), unread(_SIDES.code_id), none, none)
        .select_from(sa.join(Disagreement, DisagreementSide))
        .where(_PLACES.round_id.in_(asked), _PLACES.state.in_(WAITING))
        .distinct()
    )
    found: dict[str, dict[str, tuple[int, int]]] = {round_: {} for round_ in rounds}
    waiting: dict[str, defaultdict[str, set[str]]] = {round_: defaultdict(set) for round_ in rounds}
    grouped = states.group_by(_PLACES.round_id, _PLACES.document_id)
    for round_, document, code, many, versions in session.execute(sa.union_all(grouped, waits)):
        if code is None:
            found[few_dashed(round_)][few_dashed(document)] = (many, versions)
        else:
            waiting[few_dashed(round_)][few_dashed(document)].add(few_dashed(code))
    return {
        round_: _Places(found[round_], {document: frozenset(codes) for document, codes in waiting[round_].items()})
        for round_ in rounds
    }
