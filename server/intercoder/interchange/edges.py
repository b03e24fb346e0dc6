"""What stands around a table: titles and comments above it, columns and rows of sums beside and below it."""

import re
from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import replace

from intercoder.interchange.headings import CODERS, SUMMARIES, SUMS, Role, beside_coders, heading_key
from intercoder.interchange.missing import Missing
from intercoder.interchange.spellings import as_number, key
from intercoder.interchange.tables import Table

#: How many rows of sums, means and footnotes may stand below a table.
_LAST = 6
#: Headings of people's names, which may be coders or units.
_PEOPLE = frozenset(map(heading_key, ("name", "names", "person", "姓名", "名称", "人员")))
_FOOTNOTE = re.compile(
    r"[*†注]|(?:notes?|source|legend|来源|说明|备注|资料来源|数据来源)\b|.*[:：]\s*\S", re.IGNORECASE
)


def without_last_rows(table: Table) -> tuple[Table, tuple[str, ...]]:
    """Return a table without the rows of sums and footnotes below it, and what these rows are called."""
    naming = [
        i
        for i, column in enumerate(table.columns)
        if not column
        or beside_coders(column) in (Role.UNIT, Role.SERIAL, Role.DOCUMENT)
        or (i == 0 and beside_coders(column))
    ]
    names: list[str] = []
    for row in reversed(table.rows[-_LAST:]):
        name = next((row[i] for i in naming if _sums_up(table, row, i)), None)
        if name is None and 0 not in naming and _sums_up(table, row, 0) and _alone(table, row):
            name = row[0]
        if name is None and _FOOTNOTE.match(row[0]) and not any(row[1:]) and len(row) > 2:
            name = row[0]
        if name is None:
            break
        names.insert(0, name)
    kept = len(table.rows) - len(names)
    if not names or not kept:
        return table, ()
    return replace(table, rows=table.rows[:kept], lines=table.lines[:kept]), tuple(names)


def _sums_up(table: Table, row: tuple[str, ...], i: int) -> bool:
    """Return whether a row is called like a summary; a name that may be one of a unit as well needs values of its own."""
    word = heading_key(row[i])
    if word in SUMS:
        return True
    if word not in SUMMARIES:
        return False
    above = [set(table.column(j)[: -len(table.rows[-_LAST:])]) for j in range(len(row))]
    return any(cell and j != i and cell not in above[j] for j, cell in enumerate(row)) or not any(
        cell for j, cell in enumerate(row) if j != i
    )


def _alone(table: Table, row: tuple[str, ...]) -> bool:
    """Return whether the first cell of a row occurs nowhere else and only numbers stand beside it: no answer of a coder."""
    numbers = all(not cell or as_number(cell.rstrip("%％")) is not None for cell in row[1:])
    return numbers and sum(other.count(row[0]) for other in table.rows) == 1


def beyond_chance(rows: Sequence[Sequence[Hashable]]) -> float:
    """Return how far columns agree beyond chance, 1 where they always do; None is no value. O(cells)."""
    given = [Counter(value for value in row if value is not None) for row in rows]
    given = [row for row in given if row.total() > 1]
    every = sum(given, Counter[Hashable]())
    total = every.total()
    expected = total * total - sum(n * n for n in every.values())
    if not expected:
        return 1.0
    apart = sum((row.total() ** 2 - sum(n * n for n in row.values())) / (row.total() - 1) for row in given)
    return 1 - (total - 1) * apart / expected


def looks_turned(table: Table) -> bool:
    """Return whether a table may have a row for each coder and a column for each unit.

    It has far more columns than rows; or its columns are numbered as units are and its rows are not, or agree more than they
    do.
    """
    columns = table.columns[_names(table) + 1 :]
    if len(columns) >= 2 * len(table.rows) and len(columns) > 7:
        return True
    heading, names = table.columns[_names(table)], table.column(_names(table))
    if (
        len(set(names)) < len(names)
        or len(columns) < 3
        or (beside_coders(heading) and heading_key(heading) not in _PEOPLE)
    ):
        return False
    if all(map(CODERS.fullmatch, names)) and not any(map(CODERS.fullmatch, columns)):
        return True
    if any(not any(map(str.isdigit, column)) or CODERS.fullmatch(column) for column in columns):
        return False
    missing = Missing.of(None)
    cells = [[key(cell) if cell and not missing(cell) else None for cell in row[-len(columns) :]] for row in table.rows]
    numbered = any(any(map(str.isdigit, name)) for name in names)
    return not numbered or beyond_chance(list(zip(*cells, strict=True))) > beyond_chance(cells) + 0.1


def turned(table: Table) -> Table:
    """Return a table of one row for each coder as one of one row for each unit; all rows stand in the line of names."""
    names = _names(table)
    columns = range(names + 1, len(table.columns))
    rows = tuple((table.columns[i], *table.column(i)) for i in columns)
    line = table.lines[0] - 1 if table.header else table.lines[0]
    return replace(table, columns=("unit", *table.column(names)), rows=rows, lines=(line,) * len(rows))


def _names(table: Table) -> int:
    """Return the column that names the rows: the first, or the second where the first numbers them without a heading."""
    numbers = [str(i + 1) for i in range(len(table.rows))]
    numbered = len(table.columns) > 2 and not table.columns[0] and table.column(0) == numbers
    return 1 if numbered and len(set(table.column(1))) == len(table.rows) else 0
