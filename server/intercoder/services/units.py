"""The units of a revision: cut once when its text comes, read by everything that compares or checks by units."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import TYPE_CHECKING
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from intercoder.models import Anchor, AnchorKind, Revision, RevisionUnits, Unit
from intercoder.prepared import Prepared, Transaction, change
from intercoder.text.units import Units, paragraphs, row_units, sentences

if TYPE_CHECKING:
    from intercoder.text.readers.document import ReadDocument

#: units that a process keeps of the texts it met last: 8 MiB
ROOM = 2**20

_STORED = sa.select(RevisionUnits.packed).where(
    RevisionUnits.revision_id == sa.bindparam("revision"), RevisionUnits.unit == sa.bindparam("unit")
)
_KEPT = Prepared(_STORED, bytes)
_TEXT = sa.select(Revision.text).where(Revision.id == sa.bindparam("revision"))
#: units that are told by anchors, and by which
_ANCHORED = {Unit.TURN: AnchorKind.TURN, Unit.ROW: AnchorKind.ROW}
_PLACES = (
    sa.select(Anchor.start, Anchor.end)
    .where(Anchor.revision_id == sa.bindparam("revision"), Anchor.kind == sa.bindparam("kind"))
    .order_by(Anchor.start)
)
_PLACES_KEPT = Prepared(_PLACES, lambda start, end: (start, end))
_ADD = change(sa.insert(RevisionUnits.metadata.tables[RevisionUnits.__tablename__]))
_NONE = Units.of("", Unit.SPAN)


class _Met:
    """The units met last, the oldest given up first. A text never changes, so neither do they."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._units: OrderedDict[tuple[UUID, Unit], Units] = OrderedDict()
        self._size = 0

    def get(self, revision: UUID, unit: Unit) -> Units | None:
        with self._lock:
            units = self._units.get((revision, unit))
            if units is not None:
                self._units.move_to_end((revision, unit))
            return units

    def put(self, revision: UUID, unit: Unit, units: Units) -> None:
        with self._lock:
            if (revision, unit) in self._units:
                return
            self._units[revision, unit] = units
            self._size += len(units)
            while self._size > ROOM and len(self._units) > 1:
                self._size -= len(self._units.popitem(last=False)[1])


_met = _Met()


def units_of(source: Session | sa.Connection, revision_id: UUID, unit: Unit) -> Units:
    """Return the units of a revision, none for free spans: at most one short statement, none where it was met lately.

    ``source`` is a session or a connection of any kind. A text that came before units were kept is cut here, and what
    was found is kept where the transaction may write.
    """
    if unit is Unit.SPAN:
        return _NONE
    met = _met.get(revision_id, unit)
    if met is None:
        packed = source.scalar(_STORED, {"revision": revision_id, "unit": unit})
        met = Units.unpacked(packed) if packed is not None else _cut_late(source, revision_id, unit)
        _met.put(revision_id, unit, met)
    return met


def meet(session: Session, revisions: sa.Select[UUID], unit: Unit) -> None:
    """Read the units of several texts in one statement, for ``units_of`` to find here; those met lately are read again."""
    stored = sa.select(RevisionUnits.revision_id, RevisionUnits.packed).where(
        RevisionUnits.revision_id.in_(revisions), RevisionUnits.unit == unit
    )
    for revision, packed in session.execute(stored):
        _met.put(revision, unit, Units.unpacked(packed))


def numbers_of_units(session: Session, revisions: Collection[UUID], unit: Unit) -> dict[UUID, int]:
    """Return how many units each of these revisions has, in one statement; texts that came before units were kept are cut here."""
    size = sa.func.length(RevisionUnits.packed) / 8  # two numbers of four bytes for each
    rows = session.execute(
        sa.select(RevisionUnits.revision_id, size).where(
            RevisionUnits.revision_id.in_(revisions), RevisionUnits.unit == unit
        )
    )
    found = {revision: int(n) for revision, n in rows}
    return {
        revision: found[revision] if revision in found else len(units_of(session, revision, unit))
        for revision in revisions
    }


def units_for(transaction: Transaction, revision_id: UUID, unit: Unit, read: Callable[[], str]) -> Units:
    """Return the same within a short write; ``read`` gives the text, for one that came before units were kept."""
    met = _met.get(revision_id, unit)
    if met is None:
        packed = transaction.first(_KEPT, {"revision": revision_id, "unit": unit})
        if packed is None:
            kind = _ANCHORED.get(unit)
            places = transaction.every(_PLACES_KEPT, {"revision": revision_id, "kind": kind}) if kind else []
            met = _cut_by(unit, read(), places)
        else:
            met = Units.unpacked(packed)
        _met.put(revision_id, unit, met)
    return met


def _cut_by(unit: Unit, text: str, places: Iterable[tuple[int, int]]) -> Units:
    from intercoder.text.transcripts import turn_units  # a start reads no transcript

    if unit is Unit.ROW:
        return Units.at(row_units(text, places))
    return Units.at(turn_units(text, places)) if unit is Unit.TURN else Units.of(text, unit)


def _cut_late(source: Session | sa.Connection, revision_id: UUID, unit: Unit) -> Units:
    here, kind = {"revision": revision_id}, _ANCHORED.get(unit)
    found = source.execute(_PLACES, {**here, "kind": kind}) if kind else ()
    units = _cut_by(unit, source.scalar(_TEXT, here) or "", [(start, end) for start, end in found])
    connection = source.connection() if isinstance(source, Session) else source
    if not connection.get_execution_options().get("readonly"):
        from sqlalchemy.dialects import postgresql, sqlite  # of PostgreSQL a laptop needs nothing before

        insert = (sqlite if connection.dialect.name == "sqlite" else postgresql).insert
        row = {"revision_id": revision_id, "unit": unit, "packed": units.packed()}
        connection.execute(insert(RevisionUnits).values(row).on_conflict_do_nothing())
    return units


def cut(read: "ReadDocument") -> dict[Unit, Units]:
    """Return the units of every kind of a text, free spans being none; for a long one before a transaction that keeps others waiting."""
    from intercoder.text.transcripts import turn_units

    text, lines = read.text, paragraphs(read.text)
    turns = [(a.start, a.end) for a in read.anchors if a.kind is AnchorKind.TURN]
    return {
        Unit.SENTENCE: Units.at(sentences(text, lines=lines)),
        Unit.PARAGRAPH: Units.at(lines),
        Unit.TURN: Units.at(turn_units(text, turns, lines)),
    }


def keep(transaction: Transaction, of: Mapping[UUID, Mapping[Unit, Units]]) -> None:
    """Keep what ``cut`` returned of the texts of new revisions."""
    rows = [
        {"revision_id": revision, "unit": unit, "packed": units.packed()}
        for revision, cut_by in of.items()
        for unit, units in cut_by.items()
    ]
    transaction.send_rows(_ADD, rows)
