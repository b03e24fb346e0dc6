"""Ratings of units: one row for each decision (long), or one row for each unit and one column for each coder (wide)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from intercoder.errors import InvalidInput
from intercoder.interchange.codes import number
from intercoder.interchange.tables import Layout, Table, shorten

#: What one coder gave one unit: a category, a number, or a set of codes.
Cell: TypeAlias = str | float | frozenset[str]

#: What stands for "no value" in a cell. Nothing else does: a category may well be called "nan" or "none".
MISSING = "NA"
_SEPARATORS = str.maketrans("；", ";")


@dataclass(frozen=True, slots=True)
class Reading:
    """How cells become values.

    ``multi``: a cell holds any number of codes with ``;`` between them, hence a set; ``numeric``: values
    are numbers; ``declared``: the only values there may be (None: any), and ``numbers``: which number a
    declared value stands for.
    """

    multi: bool = False
    numeric: bool = False
    declared: frozenset[str] | None = None
    numbers: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RatingTable:
    """Who gave which value to which unit.

    ``cells[i][u]`` is what coder i gave unit u; None is missing (not assigned, not finished, skipped), the
    empty set is "finished and no code". ``documents[u]`` is the document of unit u; None when the file
    does not say. Coders and units come in the order in which the file names them. ``with_separator``
    counts values that hold a ``;`` although they were not read as sets.
    """

    coders: tuple[str, ...]
    units: tuple[str, ...]
    cells: tuple[tuple[Cell | None, ...], ...]
    documents: tuple[str, ...] | None
    layout: Layout
    with_separator: int = 0


def read_long(table: Table, reading: Reading | None = None) -> RatingTable:
    """Return the ratings of a table with columns unit, coder, value and optionally document.

    An empty value is missing; with ``multi`` it is the empty set, and only ``NA`` or no row is missing.
    With a document column units are told apart by document and unit.

    Raises
    ------
    InvalidInput : ``missing_column``, ``empty_cell`` (a row without unit or coder), ``repeated_rating``
        (two rows for one unit and coder), ``undeclared_value``, ``not_a_number``.
    """
    reading = reading or Reading()
    unit, coder, value = table.need("unit"), table.need("coder"), table.need("value", "code")
    document = table.find("document")
    seen: dict[tuple[str, str, str], int] = {}
    given: dict[tuple[str, str], dict[str, Cell]] = {}
    coders: dict[str, None] = {}
    for line, row in table:
        for column, name in (
            (unit, "unit"),
            (coder, "coder"),
            *(((document, "document"),) if document is not None else ()),
        ):
            if not row[column]:
                raise table.empty_cell(line, name)
        where = (row[document] if document is not None else "", row[unit])
        key = (*where, row[coder])
        if key in seen:
            raise InvalidInput(
                "repeated_rating",
                "{file}, line {line}: coder {coder} has a value for unit {unit} already, in line {other}. Keep one row "
                "for each unit and coder; several codes stand in one cell with “;” between them (option --multi).",
                file=table.name,
                line=line,
                coder=row[coder],
                unit=row[unit],
                other=seen[key],
            )
        seen[key] = line
        coders[row[coder]] = None
        cells = given.setdefault(where, {})
        cell = _cell(row[value], reading, table, line, "value")
        if cell is not None:
            cells[row[coder]] = cell
    return RatingTable(
        coders=tuple(coders),
        units=tuple(name for _, name in given),
        cells=tuple(tuple(cells.get(coder) for cells in given.values()) for coder in coders),
        documents=tuple(name for name, _ in given) if document is not None else None,
        layout="long",
        with_separator=_with_separator(cell for cells in given.values() for cell in cells.values()),
    )


def read_wide(
    table: Table, reading: Reading | None = None, *, sure: bool = False, coders: Sequence[str] = ()
) -> RatingTable:
    """Return the ratings of a table with one row for each unit and one column for each coder.

    A column ``unit`` (or a first one without a name) names the units, a column ``document`` their
    documents; every other column is a coder. An empty cell and ``NA`` are missing; with ``multi`` an
    empty cell is the empty set, and only ``NA`` is missing.

    Parameters
    ----------
    table, reading
        the file and how to read its cells.
    sure
        that every other column is a coder. Without it a first column in which no value occurs twice or
        under another coder is refused: it probably names the units.
    coders
        the columns that are coders, when there are others as well; all that are left when not given.

    Raises
    ------
    InvalidInput : ``no_coders``, ``unit_twice``, ``empty_cell``, ``names_of_units``, ``undeclared_value``,
        ``not_a_number``.
    """
    reading = reading or Reading()
    unit = table.naming("unit")
    document = table.find("document")
    columns = [i for i in range(len(table.columns)) if i not in (unit, document)]
    if coders:
        columns = [table.need(coder) for coder in coders]
    if not columns:
        raise InvalidInput(
            "no_coders",
            "{file} has no column of a coder; its columns are: {columns}. Give each coder a column with the coder’s "
            "name in the first row.",
            file=table.name,
            columns=table.listed,
        )
    if unit is None and not sure and not coders:
        _check_first(table, columns)
    units: dict[tuple[str, str], int] = {}
    rows: list[list[Cell | None]] = []
    for line, row in table:
        where = (row[document] if document is not None else "", str(len(rows) + 1) if unit is None else row[unit])
        if document is not None and not row[document]:
            raise table.empty_cell(line, "document")
        if not where[1]:
            raise table.empty_cell(line, "unit")
        if where in units:
            raise InvalidInput(
                "unit_twice",
                "{file}, line {line}: unit {unit} has a row already, line {other}. Each unit needs one row; units of "
                "different documents may share a name when a column document tells them apart.",
                file=table.name,
                line=line,
                unit=where[1],
                other=units[where],
            )
        units[where] = line
        rows.append([_cell(row[i], reading, table, line, table.columns[i]) for i in columns])
    return RatingTable(
        coders=tuple(table.columns[i] for i in columns),
        units=tuple(name for _, name in units),
        cells=tuple(zip(*rows, strict=True)),
        documents=tuple(name for name, _ in units) if document is not None else None,
        layout="wide",
        with_separator=_with_separator(cell for cells in rows for cell in cells),
    )


def _cell(text: str, reading: Reading, table: Table, line: int, column: str) -> Cell | None:
    if text == MISSING:
        return None
    if reading.multi:
        codes = frozenset(code.strip() for code in text.translate(_SEPARATORS).split(";")) - {""}
        for code in sorted(codes):
            _declared(code, reading, table, line, column)
        return codes
    if not text:
        return None
    _declared(text, reading, table, line, column)
    if text in reading.numbers:
        return reading.numbers[text]
    return number(text, table, line, column) if reading.numeric else text


def _declared(value: str, reading: Reading, table: Table, line: int, column: str) -> None:
    if reading.declared is not None and value not in reading.declared:
        raise InvalidInput(
            "not_declared",
            "{file}, line {line}, column {column}: “{value}” is not among the declared codes ({declared}). Correct "
            "it, or add it to the file of --codes.",
            file=table.name,
            line=line,
            column=column,
            value=value[:60],
            declared=shorten(sorted(reading.declared)),
        )


def _check_first(table: Table, columns: list[int]) -> None:
    """Refuse a first column that names units: everywhere another value, none of them ever given by a coder."""
    first = [row[columns[0]] for row in table.rows]
    others = {row[i] for row in table.rows for i in columns[1:]}
    if len(columns) > 2 and len(first) > 2 and len(set(first)) == len(first) and others.isdisjoint(first):
        raise InvalidInput(
            "names_of_units",
            "{file}: the column {column} has another value in each row, so it seems to name the units. Call it unit; "
            "or, if it is a coder like the others, say --format wide.",
            file=table.name,
            column=table.columns[columns[0]],
        )


def _with_separator(cells: Iterable[Cell | None]) -> int:
    return sum(isinstance(cell, str) and (";" in cell or "；" in cell) for cell in cells)
