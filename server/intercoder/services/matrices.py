"""Matrices of a study: codes by cases, by sources, by one another. A cell is counted from its passages and opens them."""

import enum
from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from intercoder.models import Level, SourceType, Succession
from intercoder.services.mapping import MappedCode
from intercoder.services.study_tallies import Source, StudyPassage, StudyPassages, Tally


class Across(enum.StrEnum):
    """What the columns of a matrix are."""

    CASE = "case"
    SOURCE = "source"  #: types of sources, primary ones first
    CODE = "code"  #: the codes of the rows: which passages overlap, lie near one another, or follow one another


class Together(NamedTuple):
    """How passages of two codes must lie in a text: at most ``near`` characters apart, None: overlapping; of near ones in which order."""

    near: int | None = None
    sequence: Succession | None = None


#: as a matrix of codes by one another is made where nothing else is asked
OVERLAPPING = Together()


class Nothing(enum.StrEnum):
    """Why a cell is empty."""

    NOT_CODED = "not_coded"  #: no document of the case was finished
    CLAIMED = "claimed"  #: a construct is claimed of all cases: here is no evidence
    NONE = "none"  #: nothing was found, and nothing is claimed of it
    SELF = "self"  #: a code and itself


class Kind(NamedTuple):
    """A type of source: as the project calls it, or as the program does."""

    primary: bool
    kind: SourceType | None
    own: str


@dataclass(frozen=True)
class Column:
    """A column. ``id`` names it in addresses; of a type of source ``kind`` says which."""

    id: str
    name: str
    kind: Kind | None = None
    finished: bool = True


class Row(NamedTuple):
    """A row: its code, how deep it lies in the matrix (0 at the top), and what the whole row holds."""

    code: MappedCode
    depth: int
    total: Tally


class Cell(NamedTuple):
    """A cell, or why there is nothing in it."""

    tally: Tally
    nothing: Nothing | None = None


@dataclass(frozen=True)
class Matrix:
    """A matrix. ``cells``: code, column -> what is there."""

    level: Level
    across: Across
    columns: Sequence[Column]
    rows: Sequence[Row]
    cells: Mapping[tuple[str, str], Cell]
    together: Together = OVERLAPPING

    @cached_property
    def claimed(self) -> int:
        """How many cells are claimed and hold no evidence."""
        return sum(cell.nothing is Nothing.CLAIMED for cell in self.cells.values())


def kind_of(source: Source) -> Kind:
    """Return the type of a source; of the project's own list by its name alone."""
    return Kind(source.primary, None if source.own else source.kind, source.own)


def kinds(study: StudyPassages, own: Sequence[str]) -> list[Kind]:
    """Return the types of the sources that there are: primary ones first, in the order of the project's list, then of the program's."""
    order = {name: n for n, name in enumerate(own)}
    given = {kind: n for n, kind in enumerate(SourceType)}

    def place(kind: Kind) -> tuple[bool, int, int]:
        return (not kind.primary, order.get(kind.own, len(order)), given[kind.kind] if kind.kind else -1)

    return sorted({kind_of(source) for source in study.sources.values()}, key=place)


def kind_id(kind: Kind) -> str:
    """Return what names a type of source in an address."""
    return f"{'primary' if kind.primary else 'secondary'}:{kind.own or kind.kind or ''}"


def matrix(
    study: StudyPassages,
    level: Level,
    across: Across,
    *,
    own: Sequence[str] = (),
    down_to: Level | None = None,
    together: Together = OVERLAPPING,
) -> Matrix:
    """Return a matrix with the codes of a level as rows, and below them those down to another one.

    ``own``: the project's own types of sources in their order; ``together``: of codes by one another. O(passages x depth of the tree).
    """
    rows = _rows(study, level, down_to or level)
    if across is Across.CODE:
        return _side_by_side(study, level, rows, together)
    if across is Across.CASE:
        columns = [Column(case, name, finished=case in study.finished_cases) for case, name in study.cases.items()]
        place: Callable[[Source], str | None] = lambda source: source.case_id  # noqa: E731 - one of two short rules
    else:
        columns = [Column(kind_id(kind), "", kind) for kind in kinds(study, own)]
        place = lambda source: kind_id(kind_of(source))  # noqa: E731
    at = {source.id: place(source) for source in study.sources.values()}
    cells: dict[tuple[str, str], Cell] = {}
    for row in rows:
        held: dict[str | None, list[StudyPassage]] = {}
        for passage in study.of(row.code.id):
            held.setdefault(at[passage.document], []).append(passage)
        for column in columns:
            there = held.get(column.id)
            cells[row.code.id, column.id] = (
                Cell(study.tally(there)) if there else Cell(Tally(), _why(row, column, across))
            )
    return Matrix(level, across, columns, rows, cells)


def _why(row: Row, column: Column, across: Across) -> Nothing:
    if not column.finished:
        return Nothing.NOT_CODED
    claimed = across is Across.CASE and row.code.level is Level.CONSTRUCT
    return Nothing.CLAIMED if claimed else Nothing.NONE


def _rows(study: StudyPassages, level: Level, down_to: Level) -> list[Row]:
    made: list[Row] = []

    def add(codes: Iterable[MappedCode], depth: int) -> None:
        for code in codes:
            made.append(Row(code, depth, study.tally(study.of(code.id))))
            if code.level.height > down_to.height:
                add(study.below(code.id), depth + 1)

    add(study.codes(level), 0)
    return made


def _side_by_side(study: StudyPassages, level: Level, rows: Sequence[Row], together: Together) -> Matrix:
    """Return which codes lie together in the texts: a cell holds the passages of its row that lie so to one of its column.

    One walk over each text: O(passages x how many lie over one another, or as near as is asked).
    """
    columns = [Column(row.code.id, row.code.name) for row in rows]
    here: dict[str, list[tuple[int, int, str, StudyPassage]]] = {}
    for row in rows:
        for passage in study.of(row.code.id):
            here.setdefault(passage.revision, []).append((passage.start, passage.end, row.code.id, passage))
    met: dict[tuple[str, str], dict[str, StudyPassage]] = {}
    for spans in here.values():
        spans.sort(key=lambda span: span[:3])
        reaching: list[tuple[int, int, str, StudyPassage]] = []
        for span in spans:
            # Where they must overlap, what ends where the other begins is too far.
            reach = -1 if together.near is None else together.near
            reaching = [other for other in reaching if span[0] - other[1] <= reach]
            for other in reaching:
                if other[2] == span[2] or (together.sequence and other[1] > span[0]):
                    continue
                if together.sequence is not Succession.BEFORE:
                    met.setdefault((span[2], other[2]), {})[span[3].key] = span[3]
                if together.sequence is not Succession.AFTER:
                    met.setdefault((other[2], span[2]), {})[other[3].key] = other[3]
            reaching.append(span)
    none, self_ = Cell(Tally(), Nothing.NONE), Cell(Tally(), Nothing.SELF)
    cells = {(row.code.id, column.id): none for row in rows for column in columns}
    cells |= {(row.code.id, row.code.id): self_ for row in rows}
    cells |= {pair: Cell(study.tally(found.values())) for pair, found in met.items()}
    return Matrix(level, Across.CODE, columns, rows, cells, together)


class _Spans:
    """Where a code stands, to be asked whether something overlaps it: O(log passages)."""

    def __init__(self, rows: Iterable[StudyPassage]) -> None:
        spans: dict[str, list[tuple[int, int]]] = {}
        for row in rows:
            spans.setdefault(row.revision, []).append((row.start, row.end))
        self._ends: dict[str, tuple[list[int], list[int]]] = {}
        for revision, here in spans.items():
            here.sort()
            starts, furthest, last = [], [], 0
            for start, end in here:
                last = max(last, end)
                starts.append(start)
                furthest.append(last)
            self._ends[revision] = (starts, furthest)

    def meets(self, passage: StudyPassage) -> bool:
        """Whether a passage overlaps one of these."""
        known = self._ends.get(passage.revision)
        if known is None:
            return False
        starts, furthest = known
        before = bisect_left(starts, passage.end)
        return before > 0 and furthest[before - 1] > passage.start


def overlapping(rows: Iterable[StudyPassage], others: Iterable[StudyPassage]) -> list[StudyPassage]:
    """Return those of the first passages that overlap one of the others, in their order."""
    spans = _Spans(others)
    return [row for row in rows if spans.meets(row)]
