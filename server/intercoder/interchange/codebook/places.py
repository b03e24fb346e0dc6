"""Where the lines of a pasted codebook stand: the level of each, and what it stands below."""

import enum
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from intercoder.interchange.codebook.changes import Known
from intercoder.interchange.codebook.given import Given, Line
from intercoder.stats.tree import Level
from intercoder.text.canonical import name_key


class Problem(enum.StrEnum):
    """What may be wrong or doubtful with a line."""

    SKIPPED = "skipped"  #: it stands two levels further in than the line before
    TOO_DEEP = "too_deep"  #: there is no level left for it
    NOTHING_ABOVE = "nothing_above"  #: what stands above it is not there, or not one level higher
    TWICE = "twice"  #: an earlier line has its name, at another place
    LOOKS_LIKE = "looks_like"  #: a code has a name that looks like its own
    RENAMED = "renamed"  #: a code has its number, and another name
    REPEATED = "repeated"  #: an earlier line has its name at the same place: what is new here is added there
    WITH_ABOVE = "with_above"  #: what becomes of it follows from the line above it


@dataclass(frozen=True)
class Placed:
    """A line with its place."""

    line: Line
    level: Level | None
    depth: int
    #: the line (by its place) or the code that it stands below
    above: "int | UUID | None" = None
    problem: Problem | None = None


def placed(
    pasted: Given, known: Sequence[Known], top: Level, below: Collection[int], beside: Collection[int]
) -> list[Placed]:
    """Return the lines with their places; ``below`` and ``beside`` are those of which that was decided."""
    if all(line.level for line in pasted.lines):
        return _by_level(pasted, known)
    return _by_depth(pasted, top, below, beside)


@dataclass
class _Open:
    """A line that others may stand below."""

    place: int
    #: how far in it is written, and how deep it stands
    written: int
    depth: int
    above: int | None
    #: how far in lines are written that stand below it, or beside it, once that is decided
    children: int | None = None
    siblings: int | None = None


def _by_depth(pasted: Given, top: Level, below: Collection[int], beside: Collection[int]) -> list[Placed]:
    levels = list(Level)
    rows: list[Placed] = []
    stack: list[_Open] = []
    for place, line in enumerate(pasted.lines):
        while stack and stack[-1].written >= line.depth:
            stack.pop()
        parent = stack[-1] if stack else None
        problem = None
        if parent is not None and line.depth > parent.written + 1 and parent.children != line.depth:
            if parent.siblings != line.depth:
                problem = Problem.SKIPPED
                parent.children = line.depth if place in below else None
                parent.siblings = line.depth if place in beside else None
            if parent.siblings == line.depth:
                parent = next((open_ for open_ in stack if open_.place == parent.above), None)
        depth = parent.depth + 1 if parent else 0
        if depth > top.height:
            problem = problem or Problem.TOO_DEEP
            if place in beside:
                depth = top.height
                parent = next((open_ for open_ in reversed(stack) if open_.depth < depth), None)
        level = levels[top.height - depth] if depth <= top.height else None
        above = parent.place if parent else None
        rows.append(Placed(line, level, depth, above, problem))
        stack.append(_Open(place, line.depth, depth, above))
    return rows


def _by_level(pasted: Given, known: Sequence[Known]) -> list[Placed]:
    there = {(code.level, name_key(code.name)): code.id for code in known}
    lines: dict[tuple[Level, str], int] = {}
    for place, line in enumerate(pasted.lines):
        assert line.level is not None
        lines.setdefault((line.level, name_key(line.name)), place)
    last: dict[Level, int] = {}
    rows: list[Placed] = []
    for place, line in enumerate(pasted.lines):
        assert line.level is not None
        last = {level: at for level, at in last.items() if level.height > line.level.height}
        above: int | UUID | None = None
        problem = None
        if line.level.above is None:
            pass
        elif line.above:
            key = (line.level.above, name_key(line.above))
            above = lines.get(key, there.get(key))
        elif line.above is None and line.depth:
            above = last.get(line.level.above)
        if above is None and (line.above or (line.above is None and line.depth)):
            problem = Problem.NOTHING_ABOVE
        depth = line.depth
        rows.append(Placed(line, line.level, depth, above, problem))
        last[line.level] = place
    return rows
