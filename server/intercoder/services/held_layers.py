"""Which codes the submitted layers of some rounds hold, read on from an earlier reading: only layers that came are read.

Whoever calls this has made sure that the person who asks may know of these rounds.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from intercoder.models import Incidence, Round
from intercoder.models.base import few_dashed, read_time, unread, unread_time
from intercoder.services.incidence import unpacked
from intercoder.services.mapping import Mapped

_ROWS = Incidence.metadata.tables[Incidence.__tablename__].c
_WHICH = (
    unread(_ROWS.round_id),
    unread(_ROWS.document_id),
    unread(_ROWS.coder_id),
    unread_time(_ROWS.submitted_at),
    _ROWS.codings,
)
#: answered by an index alone
_STAMPS = sa.select(*_WHICH, sa.cast(sa.null(), sa.LargeBinary).label("codes"))
_CODES = sa.select(*_WHICH, _ROWS.codes)
#: of more documents than these, all are read at once
FEW = 400
#: round and coder, of one document
Whose = tuple[str, str]


class Stamp(NamedTuple):
    """What differs as soon as the layer of a coder does: it is written once, when it is submitted."""

    at: str | datetime
    codings: int
    #: whether its round is compared, so that its codes may be named
    compared: bool


@dataclass(frozen=True)
class Layers:
    """The layers of each document, as they are kept: whether they changed, and the codes that each holds, as they were applied."""

    stamps: Mapping[str, Mapping[Whose, Stamp]]
    codes: Mapping[str, Mapping[Whose, tuple[str, ...]]]
    #: documents of which a layer came, went or may be named since the earlier reading
    changed: frozenset[str]

    def holding(self, codes: Collection[str]) -> frozenset[str]:
        """Return the documents with a layer that holds one of some codes. O(codes in layers), and nothing where there are none."""
        if not codes:
            return frozenset()
        wanted = frozenset(codes)
        return frozenset(
            document
            for document, layers in self.codes.items()
            if any(not wanted.isdisjoint(held) for held in layers.values())
        )


def layers_of(session: Session, rounds: Sequence[Round], mapped: Mapped, before: Layers | None) -> Layers:
    """Return the submitted layers of some rounds, of an earlier reading of these rounds or of others.

    One statement, which reads the codes of layers that are later than all of the earlier reading; where others changed too, a
    second one.
    """
    compared = frozenset(str(r.id) for r in rounds if r.state.compared)
    of = _ROWS.round_id.in_([r.id for r in rounds])
    stamps: dict[str, dict[Whose, Stamp]] = {}
    fresh: dict[tuple[str, Whose], bytes] = {}
    for row in session.execute(_asked(before, of)):
        round_, document = few_dashed(row[0]), few_dashed(row[1])
        whose = round_, few_dashed(row[2])
        stamps.setdefault(document, {})[whose] = Stamp(row[3], row[4], round_ in compared)
        if row[5] is not None:
            fresh[document, whose] = row[5]
    known = {} if before is None else before.stamps
    changed = {document for document, layers in stamps.items() if known.get(document) != layers}
    codes: dict[str, Mapping[Whose, tuple[str, ...]]] = {}
    if before is not None:
        codes |= {d: held for d, held in before.codes.items() if d in stamps and d not in changed}
    if changed:
        codes |= _codes(session, of, mapped, before, changed, stamps, fresh)
    return Layers(stamps, codes, frozenset(changed | (known.keys() - stamps.keys())))


def _asked(before: Layers | None, of: sa.ColumnElement[bool]) -> sa.Select[Any] | sa.CompoundSelect[Any]:
    """Return the statement that reads which layers there are, with the codes of those that no earlier reading can know."""
    if before is None or not before.stamps:
        return _CODES.where(of)
    rounds = {UUID(round_) for layers in before.stamps.values() for round_, _ in layers}
    latest = max(stamp.at for layers in before.stamps.values() for stamp in layers.values())
    newer = sa.or_(_ROWS.round_id.not_in(rounds), _ROWS.submitted_at > read_time(latest))
    return sa.union_all(_STAMPS.where(of), _CODES.where(of, newer))


def _codes(
    session: Session,
    of: sa.ColumnElement[bool],
    mapped: Mapped,
    before: Layers | None,
    changed: Collection[str],
    stamps: Mapping[str, dict[Whose, Stamp]],
    fresh: dict[tuple[str, Whose], bytes],
) -> dict[str, dict[Whose, tuple[str, ...]]]:
    """Return the codes of the layers of documents that changed."""
    text = {bytes.fromhex(code.replace("-", "")): code for code in mapped.codes}
    found: dict[str, dict[Whose, tuple[str, ...]]] = {document: {} for document in changed}
    missing = set()
    for document in changed:
        known, held = ({}, {}) if before is None else (before.stamps.get(document, {}), before.codes.get(document, {}))
        for whose, stamp in stamps[document].items():
            if whose in known and whose in held and known[whose][:2] == stamp[:2]:
                found[document][whose] = held[whose]
            elif (document, whose) not in fresh:
                missing.add(document)
    if missing:
        some = _ROWS.document_id.in_(map(UUID, missing)) if len(missing) <= FEW else sa.true()
        for row in session.execute(_CODES.where(of, some)):
            fresh[few_dashed(row[1]), (few_dashed(row[0]), few_dashed(row[2]))] = row[5]
    for (document, whose), kept in fresh.items():
        if document in found and whose in stamps[document]:
            codes = [text.get(raw) for raw in unpacked(kept)]
            found[document][whose] = tuple(code for code in codes if code is not None)
            if None in codes:
                # a code that was made after the mapping was read: the layer is read again next time
                stamps[document][whose] = stamps[document][whose]._replace(codings=-1)
    return found
