"""What a pasted codebook would make of the one that is there: new codes, changes, and what a person has to decide."""

import enum
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

from intercoder.interchange.codebook.alike import Likeness
from intercoder.interchange.codebook.changes import Changed, Known, changed_by, merged
from intercoder.interchange.codebook.given import Field, Given, Line
from intercoder.interchange.codebook.places import Placed, Problem, placed
from intercoder.stats.marks import number_of
from intercoder.stats.tree import Level
from intercoder.text.canonical import name_key


class Decision(enum.StrEnum):
    """What a person can decide of a line."""

    BELOW = "below"  #: it stands below the line before it
    BESIDE = "beside"  #: it stands beside the line before it
    LOOSE = "loose"  #: it stands below nothing
    OUT = "out"  #: it is left out
    HERE = "here"  #: the code of that name moves to this place
    SAME = "same"  #: it is the code that it looks like
    NEW = "new"  #: it is a code of its own


class Result(enum.StrEnum):
    """What becomes of a line."""

    SAME = "same"  #: the code is there, and nothing of it changes
    NEW = "new"
    CHANGED = "changed"
    OUT = "out"
    OPEN = "open"  #: somebody has to decide


#: what can be decided where
OPTIONS: Mapping[Problem, tuple[Decision, ...]] = {
    Problem.SKIPPED: (Decision.BELOW, Decision.BESIDE),
    Problem.TOO_DEEP: (Decision.BESIDE, Decision.OUT),
    Problem.NOTHING_ABOVE: (Decision.LOOSE, Decision.OUT),
    Problem.TWICE: (Decision.OUT, Decision.HERE),
    Problem.LOOKS_LIKE: (Decision.SAME, Decision.NEW),
    Problem.RENAMED: (Decision.SAME, Decision.NEW),
}


@dataclass(frozen=True)
class About:
    """What a problem is about: a code that is there, or an earlier line."""

    name: str
    #: the number of the code as it is written; empty for a line
    numbered: str = ""
    line: int = 0


@dataclass(frozen=True)
class Row:
    """A line of a pasted codebook, and what becomes of it."""

    place: int
    line: Line
    level: Level | None
    depth: int
    result: Result
    problem: Problem | None = None
    about: About | None = None
    #: the code that it is; None for a new one
    code: UUID | None = None
    #: the row or the code that it stands below
    above: "int | UUID | None" = None
    said: Mapping[Field, str] = field(default_factory=dict)
    changes: tuple[Changed, ...] = ()

    @property
    def options(self) -> tuple[Decision, ...]:
        """What can be decided of it."""
        return OPTIONS.get(self.problem, ()) if self.problem else ()


@dataclass(frozen=True)
class Plan:
    """What pasting would do."""

    #: of the outermost lines
    top: Level
    rows: tuple[Row, ...]

    def of(self, result: Result) -> list[Row]:
        """Return the rows of which this becomes."""
        return [row for row in self.rows if row.result is result]


def plan(
    pasted: Given,
    known: Sequence[Known],
    *,
    top: Level | None = None,
    decided: Mapping[int, Collection[Decision]] | None = None,
) -> Plan:
    """Return what pasting a codebook would do to the codes that are there.

    Parameters
    ----------
    pasted
        The codebook as it was read.
    known
        The codes that are there. What the paste does not name stays as it is.
    top
        The level of the outermost lines; None: where most names are known, else such that the innermost are concepts (of
        one to three levels) or labels (of four).
    decided
        What was decided, by the place of the line, counted from 0; a line may have several problems one after the other.

    Notes
    -----
    O(lines + codes).
    """
    decisions = decided or {}
    top = top or _top(pasted, known)
    return Plan(top, _Planning(pasted, known, top, decisions).rows())


def _top(pasted: Given, known: Sequence[Known]) -> Level:
    deepest = max(line.depth for line in pasted.lines)
    names = {(code.level, name_key(code.name)) for code in known}
    levels = list(Level)

    def met(top: Level) -> int:
        return sum(
            top.height >= line.depth and (levels[top.height - line.depth], name_key(line.name)) in names
            for line in pasted.lines
        )

    usual = levels[min(deepest + (1 if deepest < len(levels) - 1 else 0), len(levels) - 1)]
    return max(levels, key=lambda level: (met(level), level is usual))


class _Planning:
    """The lines on their way to rows."""

    def __init__(
        self, pasted: Given, known: Sequence[Known], top: Level, decided: Mapping[int, Collection[Decision]]
    ) -> None:
        self.decided = decided
        self.known = {code.id: code for code in known}
        self.by_name = {(code.level, name_key(code.name)): code for code in known}
        self.by_number = {(code.level, number_of(code.level, code.number)): code for code in known if code.number}
        self.likeness: Likeness[Known | int] = Likeness()
        for code in known:
            self.likeness.add(code.level, code.name, code)
        below = {place for place, choice in decided.items() if Decision.BELOW in choice}
        beside = {place for place, choice in decided.items() if Decision.BESIDE in choice}
        self.places = placed(pasted, known, top, below, beside)
        self.made: dict[int, Row] = {}
        #: (level, name) → the row that has it first
        self.first: dict[tuple[Level, str], int] = {}
        #: row → the row that stands for it: itself, or the first of its name
        self.stands: dict[int, int] = {}

    def rows(self) -> tuple[Row, ...]:
        # From the highest level down: what stands above a line is known before it, wherever it is written.
        heights = [at.level.height if at.level else -1 for at in self.places]
        for place in sorted(range(len(heights)), key=lambda place: -heights[place]):
            self.made[place] = self._row(place, self.places[place])
            self.stands.setdefault(place, place)
        return tuple(self._finished(self.made[place]) for place in range(len(heights)))

    def _chosen(self, place: int, problem: Problem) -> Decision | None:
        return next((choice for choice in OPTIONS[problem] if choice in self.decided.get(place, ())), None)

    def _row(self, place: int, at: Placed) -> Row:
        row = Row(place, at.line, at.level, at.depth, Result.NEW, at.problem, said=dict(at.line.said))
        if at.problem is not None:
            chosen = self._chosen(place, at.problem)
            if chosen is None or chosen is Decision.OUT:
                return replace(row, result=Result.OUT if chosen else Result.OPEN)
        assert at.level is not None
        above: int | UUID | None = at.above if at.problem is not Problem.NOTHING_ABOVE else None
        if isinstance(above, int):
            above = self.stands[above]
            if self.made[above].result in {Result.OUT, Result.OPEN}:
                return replace(row, result=self.made[above].result, problem=at.problem or Problem.WITH_ABOVE)
        return self._named(replace(row, above=above), at.level)

    def _named(self, row: Row, level: Level) -> Row:
        """Find the code that a line is, or the earlier line that it repeats."""
        key = (level, name_key(row.line.name))
        if key in self.first:
            return self._again(row, self.first[key])
        code = self.known.get(UUID(row.line.guid)) if row.line.guid else None
        code = code if code is not None and code.level is level else self.by_name.get(key)
        if code is None:
            row, code = self._alike(row, level)
        if code is not None:
            self.first.setdefault((level, name_key(code.name)), row.place)
            row = replace(row, code=code.id)
        if row.result is not Result.OPEN:
            self.first.setdefault(key, row.place)
            if code is None:
                self.likeness.add(level, row.line.name, row.place)
        return row

    def _again(self, row: Row, first: int) -> Row:
        """Return a line whose name an earlier one has: at another place it has to be decided."""
        earlier = self.made[first]
        self.stands[row.place] = first
        row = replace(row, code=earlier.code, about=About(earlier.line.name, line=earlier.line.number))
        if row.above is None or row.above == earlier.above:
            self.made[first] = replace(earlier, said=merged(earlier.said, row.said))
            return replace(row, result=Result.OUT, problem=row.problem or Problem.REPEATED)
        chosen = self._chosen(row.place, Problem.TWICE)
        if chosen is Decision.HERE:
            said = merged(earlier.said, row.said)
            self.made[first] = replace(earlier, above=row.above, said=said)
        return replace(
            row,
            result=Result.OUT if chosen else Result.OPEN,
            problem=Problem.TWICE,
        )

    def _alike(self, row: Row, level: Level) -> tuple[Row, Known | None]:
        """Return a line of an unknown name, and the code that it is nevertheless."""
        problem = Problem.RENAMED
        other: Known | int | None = self.by_number.get((level, row.line.written_number))
        if other is None:
            problem, other = Problem.LOOKS_LIKE, self.likeness.like(level, row.line.name)
        if other is None:
            return row, None
        name = self.made[other].line.name if isinstance(other, int) else other.name
        numbered = "" if isinstance(other, int) else number_of(level, other.number)
        line = self.made[other].line.number if isinstance(other, int) else 0
        row = replace(row, problem=problem, about=About(name, numbered, line))
        chosen = self._chosen(row.place, problem)
        if chosen is None:
            return replace(row, result=Result.OPEN), None
        if chosen is Decision.NEW:
            return row, None
        if isinstance(other, int):
            self.stands[row.place] = other
            return replace(row, result=Result.OUT), None
        return row, other

    def _finished(self, row: Row) -> Row:
        """Say what changes of a code that is there."""
        if row.code is None or row.result in {Result.OUT, Result.OPEN}:
            return row
        code = self.known[row.code]
        above = self.made[row.above].code if isinstance(row.above, int) else row.above
        moved = row.above is not None and (above is None or above != code.above)
        name = code.name if row.problem is Problem.LOOKS_LIKE else row.line.name
        to = self.made[row.above].line.name if isinstance(row.above, int) else ""
        changes = changed_by(code, name, row.said, (to or self._name(above)) if moved else None, self._name(code.above))
        return replace(row, changes=changes, result=Result.CHANGED if changes else Result.SAME)

    def _name(self, code: UUID | None) -> str:
        return self.known[code].name if code in self.known else ""
