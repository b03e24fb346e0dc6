"""A codebook as a table: columns found by their headings, a column for each level, or names with what stands above them."""

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from intercoder.errors import InvalidInput
from intercoder.interchange.codebook.given import Field, Form, Given, Line, given
from intercoder.interchange.codebook.headings import Column, Place, column_of, level_of
from intercoder.interchange.separators import SEPARATORS, announced
from intercoder.stats.tree import Level
from intercoder.text.canonical import canonical, clean_name, name_key

#: rows in which the headings are looked for
TOP = 10
#: columns of a table without headings that may be levels
WIDEST = len(Level)
#: what parts a name that says what stands above it: "资源行动\\就手拼凑", "Coke::diet Coke"
_PATH = re.compile(r"\\+|::")
_LISTED = re.compile(r"(?:[^\w\s]{1,2}|o|[(（]?[\d.一二三四五六七八九十]+[.、)）]?)\t")
_FORMULA = re.compile(r"^'(?=[=+\-@\t\r])")

Rows = Sequence[Sequence[str]]


def looks_like_table(text: str) -> bool:
    """Return whether a text is a table: tabs, commas or semicolons cut its lines, and its first lines name columns we know.

    Without headings only tabs inside most lines make a table: commas are also written in names.
    """
    lines = [line for line in text.split("\n") if line.strip()][:50]
    if any(len(_headings(_cells(line, sign))) > 1 for line in lines[:TOP] for sign in SEPARATORS):
        return True
    # A tab after the sign of a list ("1.\t…", "•\t…") parts no cells.
    inside = sum("\t" in _LISTED.sub("", line.strip()) for line in lines)
    return inside > len(lines) / 2


def rows_of(text: str) -> list[list[str]]:
    """Return the cells of a table that was pasted or read from a csv file, by the separator that finds most headings."""
    said, text, _ = announced(canonical(text))
    tabs = "\t" if "\t" in text else ","

    def headings(sign: str) -> tuple[int, int]:
        lines = [line for line in text.split("\n") if line.strip()][:TOP]
        return max((len(_headings(_cells(line, sign))) for line in lines), default=0), sign == tabs

    sign = said or max(SEPARATORS, key=headings)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=sign, strict=True))
    except csv.Error:
        # A pasted cell with a single quotation mark in it.
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=sign, quoting=csv.QUOTE_NONE))
    return [[_FORMULA.sub("", cell) for cell in row] for row in rows]


def _cells(line: str, sign: str) -> list[str]:
    return next(csv.reader([line], delimiter=sign), [])


def _headings(cells: Sequence[str]) -> dict[Column, int]:
    """Return the first column of each kind that is known."""
    columns: dict[Column, int] = {}
    for place, cell in enumerate(cells):
        column = column_of(cell) if cell.strip() else None
        if column is not None:
            columns.setdefault(column, place)
    return columns


@dataclass(frozen=True)
class _Table:
    """A table with its headings."""

    columns: Mapping[Column, int]
    #: (line, cells) below the headings
    rows: Sequence[tuple[int, Sequence[str]]]

    def cell(self, cells: Sequence[str], column: Column) -> str:
        place = self.columns.get(column)
        return canonical(cells[place]).strip() if place is not None and place < len(cells) else ""

    def said(self, cells: Sequence[str]) -> dict[Field, str]:
        return {column: self.cell(cells, column) for column in self.columns if isinstance(column, Field)}


def read_table(rows: Rows) -> Given:
    """Return the codebook of a table.

    Raises
    ------
    InvalidInput : ``no_codes``, ``too_many_codes``, ``no_headings`` (no column is known, and they are no levels).
    """
    numbered = [(number, cells) for number, cells in enumerate(rows, 1) if any(cell.strip() for cell in cells)]
    if not numbered:
        return given(Form.NAMED, [])
    at, columns = max(
        ((place, _headings(cells)) for place, (_, cells) in enumerate(numbered[:TOP])),
        key=lambda found: (len(found[1]), -found[0]),
    )
    levels = [column for column in columns if isinstance(column, Level)]
    if Place.NAME in columns and not (len(levels) > 1):
        table = _Table({c: p for c, p in columns.items() if not isinstance(c, Level)}, numbered[at + 1 :])
        return given(Form.NAMED, _by_names(table), _written(numbered[at][1], table.columns))
    if levels:
        table = _Table(columns, numbered[at + 1 :])
        return given(Form.LEVELS, _by_levels(table, levels), _written(numbered[at][1], columns))
    width = max(len(cells) for _, cells in numbered)
    if width > WIDEST:
        raise InvalidInput(
            "no_headings",
            "No column of this table has a heading that is known. Name the column of the codes “code”, or the columns of "
            "the levels “construct”, “theme”, “concept” and “label”.",
        )
    return _without_headings(numbered, width)


def _written(cells: Sequence[str], columns: Mapping[Column, int]) -> list[str]:
    return [cells[place].strip() for place in sorted(columns.values())]


def _by_levels(table: _Table, levels: Sequence[Level]) -> list[Line]:
    """Return the codes of a table with a column for each level: of each row the lowest, and those above it that are new.

    A cell that is empty above a name stands for the one over it, as in merged cells.
    """
    ordered = sorted(levels, key=lambda level: -level.height)
    lines: list[Line] = []
    above: dict[Level, str] = {}
    known: set[tuple[str, ...]] = set()
    for number, cells in table.rows:
        names = {level: clean_name(table.cell(cells, level)) for level in ordered}
        filled = [level for level in ordered if names[level]]
        if not filled:
            continue
        lowest = filled[-1]
        for level in ordered[: ordered.index(lowest) + 1]:
            if names[level] and name_key(names[level]) != name_key(above.get(level, "")):
                above = {kept: name for kept, name in above.items() if kept.height > level.height}
            above[level] = names[level] or above.get(level, "")
        way: tuple[str, ...] = ()
        for level in [level for level in ordered if level.height >= lowest.height and above.get(level)]:
            way = (*way, f"{level}:{name_key(above[level])}")
            if way in known and level is not lowest:
                continue
            said = table.said(cells) if level is lowest else {}
            written = table.cell(cells, Place.NUMBER) if level is lowest else ""
            lines.append(Line(number, above[level], len(way) - 1, level, written, said=said))
            known.add(way)
    return lines


def _by_names(table: _Table) -> list[Line]:
    """Return the codes of a table with a column of names: their depth by level, by what stands above, by a path or by blanks."""
    read: list[tuple[int, Sequence[str], list[str], int]] = []
    for number, cells in table.rows:
        written = canonical(cells[table.columns[Place.NAME]]) if table.columns[Place.NAME] < len(cells) else ""
        blanks = len(written) - len(written.lstrip(" \t\u3000"))
        path = [name for name in map(clean_name, _PATH.split(written)) if name]
        if path:
            read.append((number, cells, path, blanks))
    depths = _depths_of(table, read)
    return [
        Line(
            number,
            path[-1],
            depth,
            level_of(table.cell(cells, Place.LEVEL)),
            table.cell(cells, Place.NUMBER),
            "",
            clean_name(table.cell(cells, Place.PARENT)) if Place.PARENT in table.columns else None,
            table.said(cells),
        )
        for (number, cells, path, _), depth in zip(read, depths, strict=True)
    ]


def _depths_of(table: _Table, read: Sequence[tuple[int, Sequence[str], list[str], int]]) -> list[int]:
    if any(len(path) > 1 for _, _, path, _ in read):
        least = min(len(path) for _, _, path, _ in read)
        return [len(path) - least for _, _, path, _ in read]
    if Place.PARENT in table.columns:
        parents = {name_key(path[-1]): name_key(table.cell(cells, Place.PARENT)) for _, cells, path, _ in read}
        return [_depth(name_key(path[-1]), parents) for _, _, path, _ in read]
    if Place.LEVEL in table.columns:
        known = [level_of(table.cell(cells, Place.LEVEL)) for _, cells, _, _ in read]
        top = max((level.height for level in known if level), default=0)
        return [top - level.height if level else 0 for level in known]
    steps = sorted({blanks for _, _, _, blanks in read})
    return [steps.index(blanks) for _, _, _, blanks in read]


def _depth(name: str, parents: Mapping[str, str]) -> int:
    seen = {name}
    depth = 0
    while (name := parents.get(name, "")) in parents and name not in seen:
        seen.add(name)
        depth += 1
    return depth


def _without_headings(rows: Sequence[tuple[int, Sequence[str]]], width: int) -> Given:
    """Return the codes of a table without headings: its columns are levels, the outermost on the left."""
    levels = [Level.CONSTRUCT, Level.THEME, Level.CONCEPT, Level.LABEL]
    chosen = {1: levels[2:3], 2: levels[1:3], 3: levels[:3]}.get(width, levels)
    lines = _by_levels(_Table({level: place for place, level in enumerate(chosen)}, rows), chosen)
    return given(Form.LEVELS, lines, guessed=True)
