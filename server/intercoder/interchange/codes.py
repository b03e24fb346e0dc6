"""Declared codes: the categories of a scale in their order, or the code tree with levels and parents."""

from collections.abc import Mapping
from dataclasses import dataclass

from intercoder.errors import InvalidInput
from intercoder.interchange.spellings import as_number, key
from intercoder.interchange.tables import Table, shorten
from intercoder.stats.tree import CodeTree, Level, circle

#: What a file may call a level, besides its own name; in small letters.
_OTHER_NAMES: Mapping[Level, tuple[str, ...]] = {
    Level.LABEL: ("labels", "标签", "初始标签"),
    Level.CONCEPT: ("concepts", "first", "first-order concept", "概念", "一阶概念"),
    Level.THEME: ("themes", "second", "second-order theme", "主题", "二阶主题"),
    Level.CONSTRUCT: ("constructs", "aggregate", "aggregate construct", "构念", "聚合构念"),
}


@dataclass(frozen=True, slots=True)
class CodeList:
    """Codes in the order of the scale.

    ``levels``: code -> its level; ``parents``: code -> the code above it, only
    for codes that have one; ``numbers``: code -> the number it stands for. Each is empty when its
    column is not there.
    """

    codes: tuple[str, ...]
    levels: Mapping[str, Level]
    parents: Mapping[str, str]
    numbers: Mapping[str, float]

    @property
    def tree(self) -> CodeTree[str]:
        """The tree of these codes. O(codes)."""
        return CodeTree.of(self.parents, self.levels)

    def places(self, level: Level) -> dict[str, str | None]:
        """Return every code's place at that level, None where it has none. O(codes x depth).

        Raises
        ------
        InvalidInput : ``no_code_at_level``, when no code has one.
        """
        place = self.tree.lift(self.codes, level)
        if not any(place.values()):
            raise InvalidInput(
                "no_code_at_level",
                "The file of --codes gives no code a place at the level {level}. It needs the columns code, level and "
                "parent, with a row for each {level}.",
                level=level,
            )
        return place


def read_codes(table: Table) -> CodeList:
    """Return the declared codes of a table.

    Parameters
    ----------
    table
        with a column ``code`` and optionally ``level``, ``parent``, ``order`` (a number; without it the
        order of the rows counts) and ``value`` (the number that a code stands for). A table of one
        column with another name is a plain list: its first row is a code as well.

    Raises
    ------
    InvalidInput : ``repeated_code``, ``unknown_code_level``, ``unknown_parent``, ``code_circle``,
        ``not_a_number``, ``missing_column``.
    """
    if len(table.columns) == 1 and table.find("code") is None:
        return CodeList(_distinct(table, _plain(table)), {}, {}, {})
    code = table.need("code")
    level, parent, order, value = (table.find(name) for name in ("level", "parent", "order", "value"))
    rows = [(line, row) for line, row in table if row[code]]
    named = {key(row[code]): row[code] for _, row in rows}
    if order is not None:
        rows.sort(key=lambda item: number(item[1][order], table, item[0], "order"))
    codes = _distinct(table, [(line, row[code]) for line, row in rows])
    levels: dict[str, Level] = {}
    parents: dict[str, str] = {}
    numbers: dict[str, float] = {}
    for line, row in rows:
        if level is not None and row[level]:
            levels[row[code]] = _level(row[level], table, line)
        if parent is not None and row[parent]:
            above = named.get(key(row[parent]))
            if above is None:
                raise InvalidInput(
                    "unknown_parent",
                    "{file}, line {line}: the parent “{parent}” of “{name}” is not among the codes of the file. "
                    "Add a row for it.",
                    file=table.name,
                    line=line,
                    parent=row[parent],
                    name=row[code],
                )
            parents[row[code]] = above
        if value is not None and row[value]:
            numbers[row[code]] = number(row[value], table, line, "value")
    _check_circles(parents, table)
    return CodeList(codes, levels, parents, numbers)


def number(text: str, table: Table, line: int, column: str) -> float:
    """Return the finite number in a cell, or refuse with the place of the cell (``not_a_number``)."""
    parsed = as_number(text)
    if parsed is not None:
        return parsed
    raise InvalidInput(
        "not_a_number",
        "{file}, line {line}, column {column}: “{text}” is not a number. Write numbers with a decimal point, "
        "without a unit.",
        file=table.name,
        line=line,
        column=column,
        text=text[:60],
    )


def _plain(table: Table) -> list[tuple[int, str]]:
    first = [(1, table.columns[0])] if table.columns[0] else []
    return first + [(line, row[0]) for line, row in table]


def _distinct(table: Table, given: list[tuple[int, str]]) -> tuple[str, ...]:
    seen: dict[str, int] = {}
    for line, code in given:
        if key(code) in seen:
            raise InvalidInput(
                "repeated_code",
                "{file}, line {line}: the code “{name}” stands in line {other} already. Each code needs one row.",
                file=table.name,
                line=line,
                name=code,
                other=seen[key(code)],
            )
        seen[key(code)] = line
    return tuple(code for _, code in given)


def _level(text: str, table: Table, line: int) -> Level:
    given = text.casefold()
    for level, others in _OTHER_NAMES.items():
        if given == level or given in others:
            return level
    raise InvalidInput(
        "unknown_code_level",
        "{file}, line {line}, column level: there is no level “{level}”. Use one of: {levels}.",
        file=table.name,
        line=line,
        level=text[:60],
        levels=", ".join(Level),
    )


def _check_circles(parents: Mapping[str, str], table: Table) -> None:
    round_and_round = circle(parents)
    if round_and_round:
        raise InvalidInput(
            "code_circle",
            "{file}: these codes are one another’s parents in a circle: {codes}. Give one of them another "
            "parent or none.",
            file=table.name,
            codes=shorten(round_and_round),
        )
