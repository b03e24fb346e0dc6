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
_TABLE = Incidence.metadata.tables[Incidence.__tablename__]
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


class _Total(NamedTuple):
    """How many layers there are, how many codings are in them, and when the latest of them was submitted."""

    layers: int
    codings: int
    latest: str | datetime | None

    def and_also(self, codings: int, at: str | datetime) -> "_Total":
        """Return the total with one more layer."""
        return _Total(self.layers + 1, self.codings + codings, at if self.latest is None else max(self.latest, at))


#: fits no reading: the next one begins anew
_UNSURE = _Total(-1, -1, None)


@dataclass(frozen=True)
class Layers:
    """The layers of each document, as they are kept: whether they changed, and the codes that each holds, as they were applied."""

    stamps: Mapping[str, Mapping[Whose, Stamp]]
    codes: Mapping[str, Mapping[Whose, tuple[str, ...]]]
    #: documents of which a layer came, went or may be named since the earlier reading
    changed: frozenset[str]
    #: of which rounds they are, and which of these are compared
    rounds: Mapping[str, bool]
    #: how many layers there are with how many codings, and when the latest was submitted
    total: "_Total"

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

    O(codes of the layers that came) and one statement, which an index answers, where layers only came since; else one that tells all
    layers apart, and another one where it does not read all codes that are needed.
    """
    compared = {str(r.id): r.state.compared for r in rounds}
    if before is not None and before.rounds.items() <= compared.items():
        found = _arrived(session, mapped, before, compared)
        if found is not None:
            return found
    return _compared(session, mapped, before, compared)


def _arrived(session: Session, mapped: Mapped, before: Layers, compared: Mapping[str, bool]) -> Layers | None:
    """Return the layers with those that came since; None where anything else may have happened to one."""
    if before.total.latest is None:
        return None
    of = _ROWS.round_id.in_(map(UUID, compared))
    later = sa.or_(_ROWS.round_id.not_in(map(UUID, before.rounds)), _ROWS.submitted_at > read_time(before.total.latest))
    all_ = sa.select(sa.func.count().label("layers"), sa.func.sum(_ROWS.codings).label("codings")).where(of).subquery()
    rows = session.execute(
        sa.select(all_.c.layers, all_.c.codings, *_WHICH, _ROWS.codes).select_from(
            all_.outerjoin(_TABLE, sa.and_(of, later))
        )
    ).all()
    came = [row[2:] for row in rows if row[2] is not None]
    total = before.total
    stamps, codes = dict(before.stamps), dict(before.codes)
    changed = set()
    for round_, document, coder, at, codings, kept in came:
        whose, where = (few_dashed(round_), few_dashed(coder)), few_dashed(document)
        held = _held(kept, mapped)
        if whose in stamps.get(where, {}) or held is None:
            return None
        stamps[where] = {**stamps.get(where, {}), whose: Stamp(at, codings, compared[whose[0]])}
        codes[where] = {**codes.get(where, {}), whose: held}
        total = total.and_also(codings, at)
        changed.add(where)
    if (total.layers, total.codings) != (rows[0][0], rows[0][1] or 0):
        return None
    return Layers(stamps, codes, frozenset(changed), compared, total)


def _compared(session: Session, mapped: Mapped, before: Layers | None, compared: Mapping[str, bool]) -> Layers:
    """Return the layers, each told apart from what it was."""
    of = _ROWS.round_id.in_(map(UUID, compared))
    stamps: dict[str, dict[Whose, Stamp]] = {}
    fresh: dict[tuple[str, Whose], bytes] = {}
    total = _Total(0, 0, None)
    for row in session.execute(_asked(before, of)):
        round_, document = few_dashed(row[0]), few_dashed(row[1])
        whose = round_, few_dashed(row[2])
        if row[5] is not None:
            fresh[document, whose] = row[5]
        if whose not in stamps.get(document, {}):  # what is later than all that was known is told twice
            stamps.setdefault(document, {})[whose] = Stamp(row[3], row[4], compared[round_])
            total = total.and_also(row[4], row[3])
    known = {} if before is None else before.stamps
    changed = {document for document, layers in stamps.items() if known.get(document) != layers}
    codes: dict[str, Mapping[Whose, tuple[str, ...]]] = {}
    if before is not None:
        codes |= {d: held for d, held in before.codes.items() if d in stamps and d not in changed}
    sure = True
    if changed:
        read, sure = _codes(session, of, mapped, before, changed, stamps, fresh)
        codes |= read
    gone = known.keys() - stamps.keys()
    return Layers(stamps, codes, frozenset(changed | gone), compared, total if sure else _UNSURE)


def _held(kept: bytes, mapped: Mapped) -> tuple[str, ...] | None:
    """Return the codes of a layer; None where one was made after the mapping was read."""
    codes = _known(kept, mapped)
    return None if None in codes else tuple(code for code in codes if code is not None)


def _known(kept: bytes, mapped: Mapped) -> list[str | None]:
    """Return the codes of a layer as the mapping names them, None for each that it does not know."""
    return [mapped.as_kept.get(raw) for raw in unpacked(kept)]


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
) -> tuple[dict[str, dict[Whose, tuple[str, ...]]], bool]:
    """Return the codes of the layers of documents that changed, and whether the mapping knows all of them."""
    sure = True
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
            codes = _known(kept, mapped)
            found[document][whose] = tuple(code for code in codes if code is not None)
            if None in codes:
                # a code that was made after the mapping was read: the layer is read again next time
                stamps[document][whose] = stamps[document][whose]._replace(codings=-1)
                sure = False
    return found, sure
