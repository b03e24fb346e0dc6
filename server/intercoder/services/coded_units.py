"""The units behind the numbers of a report, kept with it: which codes each coder gave them, and what settling one would bring."""

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from intercoder.models import AgreementReport, DisagreementKind, ReportContent, ReportSection
from intercoder.models.values import Kept
from intercoder.services.gathering import Comparison

if TYPE_CHECKING:
    from intercoder.stats.reliability import Ratings

#: the kinds of differing units as they are kept, after the 0 of those that do not differ
KINDS = (None, DisagreementKind.DIFFERENT_CODE, DisagreementKind.BOUNDARY, DisagreementKind.OMISSION)


class Only(enum.StrEnum):
    """Which of the units are wanted."""

    ALL = "all"
    DIFFER = "differ"
    AGREE = "agree"
    ALONE = "alone"  #: one coder gave other codes than all others, who agree: two at least


class Order(enum.StrEnum):
    """In which order units come."""

    GAIN = "gain"  #: where settling brings most first
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Cell:
    """What a number of a report is of: a code, one coder or two, a document; None is every one of them.

    ``instead``: another code; then units in which one coder used ``code`` and not this one, another the reverse.
    Of one coder: the units that this one judged; they differ where somebody gave other codes than this one.
    """

    code: UUID | None = None
    instead: UUID | None = None
    coder: UUID | None = None
    other: UUID | None = None
    document: UUID | None = None
    only: Only = Only.ALL
    kind: DisagreementKind | None = None
    order: Order = Order.GAIN

    @property
    def pair(self) -> tuple[UUID, ...]:
        """The coders that are compared; all when empty."""
        return () if self.coder is None or self.other is None else (self.coder, self.other)


class Fit:
    """Whether units belong to a cell. A unit is a row: for every coder the place of a set of codes, below zero where there is none."""

    def __init__(self, cell: Cell, coders: Sequence[str], sets: Sequence[frozenset[str]]) -> None:
        self._only = cell.only
        self._pair = [i for i, coder in enumerate(coders) if coder in {str(named) for named in cell.pair}]
        self._paired = bool(cell.pair)
        alone = cell.coder is not None and not cell.pair
        #: of one coder, the place of this one; -1 where nobody has that name
        self._coder = next((i for i, c in enumerate(coders) if c == str(cell.coder)), -1) if alone else None
        code, instead = (None if named is None else str(named) for named in (cell.code, cell.instead))
        self._used = [bool(codes) if code is None else code in codes for codes in sets]
        #: what each set counts as: itself, or whether the code is in it
        self._value = [*range(len(sets))] if code is None else [int(used) for used in self._used]
        self._swapped = None if instead is None or code is None else [(code in c, instead in c) for c in sets]

    def fits(self, row: Sequence[int]) -> bool:
        """Return whether somebody coded the unit, with the code of the cell, and it differs or not as is wanted."""
        places = [row[i] for i in self._pair] if self._paired else row
        judged = [place for place in places if place >= 0]
        if not any(self._used[place] for place in judged):
            return False
        if self._swapped is not None:
            given = {self._swapped[place] for place in judged}
            if not {(True, False), (False, True)} <= given:
                return False
        values = {self._value[place] for place in judged}
        if self._coder is not None and (self._coder < 0 or row[self._coder] < 0):
            return False
        match self._only:
            case Only.ALL:
                return True
            case Only.AGREE:
                return len(values) == 1
            case Only.DIFFER:
                return len(values) > 1
            case Only.ALONE:
                return self._stands_alone([self._value[place] if place >= 0 else -1 for place in places])

    def _stands_alone(self, values: Sequence[int]) -> bool:
        judged = [value for value in values if value >= 0]
        if len(judged) < 3 or len(set(judged)) != 2:
            return False
        once = [value for value in set(judged) if judged.count(value) == 1]
        return bool(once) and (self._coder is None or values[self._coder] in once)


@dataclass(frozen=True, slots=True)
class KeptUnits:
    """The units of a report that somebody coded, column by column, what brings most first.

    ``documents``: (document, revision, places of those ``coders`` who finished it); ``pattern``: which of ``patterns``, each
    with the place of every coder's set of codes in ``sets``, -1 where a unit has none; ``kind``: place in ``KINDS``; ``gain``:
    by how much alpha over the sets would rise if the majority stood here, None where that is nothing or cannot be told.
    """

    coders: tuple[str, ...]
    documents: tuple[tuple[str, str, tuple[int, ...]], ...]
    sets: tuple[tuple[str, ...], ...]
    patterns: tuple[tuple[int, ...], ...]
    document: tuple[int, ...]
    start: tuple[int, ...]
    end: tuple[int, ...]
    pattern: tuple[int, ...]
    kind: tuple[int, ...]
    gain: tuple[float | None, ...]

    def behind(self, cell: Cell) -> list[int]:
        """Return which units are behind a cell, in the order that it wants. O(units + patterns x coders)."""
        fit = Fit(cell, self.coders, [frozenset(codes) for codes in self.sets])
        fitting = [fit.fits(row) for row in self.patterns]
        found = [i for i, pattern in enumerate(self.pattern) if fitting[pattern]]
        if cell.kind is not None:
            kind = KINDS.index(cell.kind)
            found = [i for i in found if self.kind[i] == kind]
        if cell.document is not None:
            wanted = {i for i, (document, *_) in enumerate(self.documents) if document == str(cell.document)}
            found = [i for i in found if self.document[i] in wanted]
        if cell.pair:
            pair = {i for i, coder in enumerate(self.coders) if coder in {str(named) for named in cell.pair}}
            both = [len(pair.intersection(coders)) == 2 for _, _, coders in self.documents]
            found = [i for i in found if both[self.document[i]]]
        if cell.order is Order.TEXT:
            found.sort(key=lambda i: (self.document[i], self.start[i]))
        return found

    def given(self, unit: int, names: Mapping[str, str]) -> tuple[dict[str, tuple[str, ...]], frozenset[str]]:
        """Return the codes of each coder in a unit, by name, and who finished the document and has no value in it."""
        row, (_, _, finished) = self.patterns[self.pattern[unit]], self.documents[self.document[unit]]
        codes = {self.coders[i]: tuple(sorted(names[c] for c in self.sets[row[i]])) for i in finished if row[i] >= 0}
        return codes, frozenset(self.coders[i] for i in finished if row[i] < 0)


_KEPT = Kept(KeptUnits)


def units_text(comparison: Comparison, ratings: "Ratings") -> str:
    """Return the section of a report about its units, as text. ``ratings``: of that comparison. Slow on purpose, and needs no database."""
    from intercoder.stats.agreement.coded_units import coded_units  # numpy only when a report needs it

    found = coded_units(ratings)
    place = {coder: i for i, coder in enumerate(ratings.coders)}
    documents = [
        (str(layer.document_id), str(layer.revision_id), tuple(place[str(coder)] for coder in layer.coders))
        for layer in comparison.layers
    ]
    spots = [
        (number, start, end)
        for number, layer in enumerate(comparison.layers)
        for start, end in comparison.units[layer.document_id]
    ]
    rows = [
        (*spots[unit], pattern, 0 if kind.value == "unanimous" else KINDS.index(DisagreementKind(kind.value)), gain)
        for unit, pattern, kind, gain in zip(found.unit, found.pattern, found.kind, found.gain, strict=True)
        if len(comparison.layers[spots[unit][0]].coders) > 1
    ]
    columns = zip(*rows, strict=True) if rows else ((),) * 6
    return _KEPT.text(KeptUnits(ratings.coders, tuple(documents), found.sets, found.patterns, *columns))


def units_of_text(section: str) -> KeptUnits:
    """Return the units of a section that ``units_text`` made."""
    return _KEPT.parse(section)


def kept_units(session: Session, report: AgreementReport) -> KeptUnits | None:
    """Return the units of a report; None where it was made before they were kept."""
    content = session.scalar(
        sa.select(sa.cast(ReportContent.content, sa.Text)).where(
            ReportContent.report_id == report.id, ReportContent.section == ReportSection.UNITS
        )
    )
    return None if content is None else units_of_text(content)
