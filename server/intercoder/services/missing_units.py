"""Which units of a submitted layer are missing values: skipped, or not looked at.

A unit with a coding is coded, whatever else was said of it; one without holds no code where its coder said so, or where
the coder has read all of the text. Whoever calls this has made sure that the person who asks may know of these layers.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from intercoder.models import Assignment, EmptyKind, EmptyUnit, Unit, Unseen
from intercoder.stats.units import touched
from intercoder.text.units import Units

_SAID = (
    sa.select(EmptyUnit.assignment_id, EmptyUnit.start, EmptyUnit.kind)
    .where(EmptyUnit.kind.is_not(None))
    .order_by(EmptyUnit.start)
)


def walked_by(unit: Unit) -> Unit:
    """Return the units that a coder can go through one after another: of free spans the sentences."""
    return Unit.SENTENCE if unit is Unit.SPAN else unit


def said_of_units(session: Session, assignment_id: UUID) -> dict[int, EmptyKind]:
    """Return what the coder of a layer said of units without codings, by where they begin."""
    rows = session.execute(_SAID.where(EmptyUnit.assignment_id == assignment_id))
    return {start: kind for _, start, kind in rows if kind is not None}


@dataclass(frozen=True, slots=True)
class MissingUnits:
    """The units of one layer that are missing values, each (start, end), in the order of the text."""

    skipped: Sequence[tuple[int, int]] = ()
    unseen: Sequence[tuple[int, int]] = ()

    @property
    def places(self) -> list[tuple[int, int]]:
        """All of them, in the order of the text."""
        return sorted([*self.skipped, *self.unseen])

    def __bool__(self) -> bool:
        return bool(self.skipped or self.unseen)

    def covers(self, start: int, end: int) -> bool:
        """Return whether any of a stretch lies in one of them."""
        return any(begin < end and start < stop for begin, stop in self.places)


#: of a layer in which no unit is missing
NONE_MISSING = MissingUnits()


@dataclass(frozen=True, slots=True)
class Said:
    """What was said in one layer of units without codings."""

    of_units: Mapping[int, EmptyKind]
    unseen: Unseen | None

    @property
    def may_miss(self) -> bool:
        """Whether any unit of it can be missing."""
        return self.unseen is Unseen.MISSING or EmptyKind.SKIPPED in self.of_units.values()


def said_in(session: Session, assignments: Collection[UUID]) -> dict[UUID, Said]:
    """Return what was said in some layers of rounds that code units: only those in which a unit can be missing."""
    states = session.execute(sa.select(Assignment.id, Assignment.unseen).where(Assignment.id.in_(assignments)))
    said: dict[UUID, dict[int, EmptyKind]] = {}
    for assignment, start, kind in session.execute(_SAID.where(EmptyUnit.assignment_id.in_(assignments))):
        if kind is not None:
            said.setdefault(assignment, {})[start] = kind
    made = {assignment: Said(said.get(assignment, {}), unseen) for assignment, unseen in states}
    return {assignment: layer for assignment, layer in made.items() if layer.may_miss}


def missing_units(units: Units, coded: Iterable[tuple[int, int]], said: Said) -> MissingUnits:
    """Return which units are missing: ``coded`` are the spans of the layer's codings."""
    taken = touched(units, coded)
    empty = [unit for place, unit in enumerate(units) if place not in taken]
    return MissingUnits(
        [unit for unit in empty if said.of_units.get(unit[0]) is EmptyKind.SKIPPED],
        [unit for unit in empty if unit[0] not in said.of_units] if said.unseen is Unseen.MISSING else [],
    )


def gaps_of(layers: Iterable[MissingUnits]) -> list[tuple[int, int]]:
    """Return the stretches of one document that anybody left out, joined, in the order of the text."""
    gaps: list[tuple[int, int]] = []
    for start, end in sorted(place for layer in layers for place in layer.places):
        if gaps and start <= gaps[-1][1]:
            gaps[-1] = (gaps[-1][0], max(end, gaps[-1][1]))
        else:
            gaps.append((start, end))
    return gaps


def without(gaps: Sequence[tuple[int, int]], place: int) -> int:
    """Return where a place lies once the gaps are taken out of the text: within one, where it was."""
    return place - sum(min(place, end) - start for start, end in gaps if start < place)
