"""Ratings of units: one row for each decision (long), or one row for each unit and one column for each coder (wide)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from intercoder.errors import InvalidInput
from intercoder.interchange.cells import Cell, Cells, Reading, with_separator
from intercoder.interchange.columns import wide_columns
from intercoder.interchange.counted import read_counts, read_crosstab
from intercoder.interchange.headings import Role
from intercoder.interchange.missing import Missing
from intercoder.interchange.reading import Shape, TableReading, Wishes
from intercoder.interchange.shapes import Shaped, reliability_shape
from intercoder.interchange.spellings import Spellings, as_number, one_spelling
from intercoder.interchange.tables import Layout, Table


@dataclass(frozen=True, slots=True)
class RatingTable:
    """Who gave which value to which unit.

    ``cells[i][u]`` is what coder i gave unit u; None is missing (not assigned, not finished, skipped), the
    empty set is "finished and no code". ``documents[u]`` is the document of unit u; None when the file
    does not say. Coders and units come in the order in which the file names them. ``with_separator``
    counts values that hold a ``;`` although they were not read as sets. ``reading`` says how the table was read;
    ``anonymous`` whether nobody knows which coder gave which value.
    """

    coders: tuple[str, ...]
    units: tuple[str, ...]
    cells: tuple[tuple[Cell | None, ...], ...]
    documents: tuple[str, ...] | None
    layout: Layout
    with_separator: int = 0
    reading: TableReading = field(default_factory=lambda: TableReading(Shape.LONG))
    anonymous: bool = False


def read_ratings(table: Table, reading: Reading | None = None, wishes: Wishes | None = None) -> RatingTable:
    """Return the ratings of a table, in whichever shape it has them.

    Raises
    ------
    InvalidInput : all that ``reliability_shape`` and the reader of its shape raise.
    """
    wishes = wishes or Wishes()
    return read_shaped(reliability_shape(table, wishes), reading, wishes)


def read_shaped(shaped: Shaped, reading: Reading | None = None, wishes: Wishes | None = None) -> RatingTable:
    """Return the ratings of a table whose shape is known.

    Raises
    ------
    InvalidInput : all that the reader of its shape raises.
    """
    given = _read_shaped(shaped, reading or Reading(), wishes or Wishes())
    told = replace(given.reading, last_rows=shaped.reading.last_rows, turned=shaped.reading.turned)
    return replace(given, reading=told)


def _read_shaped(shaped: Shaped, reading: Reading, wishes: Wishes) -> RatingTable:
    if shaped.shape is Shape.COUNTS:
        cells, names, told = read_counts(shaped.table, wishes)
        return _counted(cells, tuple(names), told, "counts", reading, shaped.table)
    if shaped.shape is Shape.CROSSTAB:
        cells, told = read_crosstab(shaped.table, wishes)
        units = tuple(str(i + 1) for i in range(len(cells[0])))
        return _counted(cells, units, told, "crosstab", reading, shaped.table)
    if shaped.shape is Shape.LONG:
        return read_long(shaped.table, reading, shaped.reading)
    return read_wide(shaped.table, reading, wishes)


def _counted(
    cells: Sequence[Sequence[str | None]],
    units: tuple[str, ...],
    told: TableReading,
    layout: Layout,
    reading: Reading,
    table: Table,
) -> RatingTable:
    def value(text: str | None) -> Cell | None:
        if text is None or not reading.numeric:
            return text
        number = reading.numbers.get(text, as_number(text))
        if number is None:
            raise InvalidInput(
                "category_is_no_number",
                "{file}: the category “{text}” is not a number, so nothing can be computed with it. Give its number in a file "
                "with the columns code and value (--codes), or say --level nominal.",
                file=table.name,
                text=text[:60],
            )
        return number

    names = ("rows", "columns") if layout == "crosstab" else tuple(str(i + 1) for i in range(len(cells)))
    rows = tuple(tuple(value(text) for text in row) for row in cells)
    return RatingTable(names, units, rows, None, layout, reading=told, anonymous=layout == "counts")


def read_long(table: Table, reading: Reading | None = None, told: TableReading | None = None) -> RatingTable:
    """Return the ratings of a table with columns unit, coder, value and optionally document.

    An empty value is missing, and so is what programs write for it; with ``multi`` an empty value is the empty set.
    With a document column units are told apart by document and unit. Spellings of one unit, coder or value are one.

    Raises
    ------
    InvalidInput : ``missing_column``, ``empty_cell`` (a row without unit or coder), ``repeated_rating``
        (two rows for one unit and coder), ``undeclared_value``, ``not_a_number``, ``missing_or_value``.
    """
    reading = reading or Reading()
    unit, coder, value = table.need("unit"), table.need("coder"), table.need("value", "code")
    document = table.find("document")
    for line, row in table:
        for column, name in ((unit, "unit"), (coder, "coder"), (document, "document")):
            if column is not None and not row[column]:
                raise table.empty_cell(line, name)
    places = {Role.DOCUMENT: document, Role.UNIT: unit, Role.CODER: coder}
    spelled = {role: one_spelling([table.column(i)], role) for role, i in places.items() if i is not None}

    def keys(names: Mapping[Role, Spellings]) -> list[tuple[str, str, str]]:
        return [
            (
                "" if document is None else names[Role.DOCUMENT](row[document]),
                names[Role.UNIT](row[unit]),
                names[Role.CODER](row[coder]),
            )
            for row in table.rows
        ]

    rows = keys(spelled)
    if len(set(rows)) < len(rows):  # spellings that one coder gave different values are different things
        plain = {role: Spellings() for role in spelled}
        if len(set(keys(plain))) == len(rows):
            spelled, rows = plain, keys(plain)
    seen: dict[tuple[str, str, str], int] = {}
    given: dict[tuple[str, str], dict[str, Cell]] = {}
    coders: dict[str, None] = {}
    cells = Cells(table, reading, [value])
    for (line, row), where in zip(table, rows, strict=True):
        if where in seen:
            raise InvalidInput(
                "repeated_rating",
                "{file}, line {line}: coder {coder} has a value for unit {unit} already, in line {other}. Keep one row "
                "for each unit and coder; several codes stand in one cell with “;” between them (option --multi).",
                file=table.name,
                line=line,
                coder=row[coder],
                unit=row[unit],
                other=seen[where],
            )
        seen[where] = line
        coders[where[2]] = None
        of_unit = given.setdefault(where[:2], {})
        cell = cells.read(row[value], line, "value")
        if cell is not None:
            of_unit[where[2]] = cell
    matrix = tuple(tuple(of.get(coder) for of in given.values()) for coder in coders)
    told = told or TableReading(Shape.LONG, (table.columns[coder],), table.columns[unit])
    return RatingTable(
        coders=tuple(coders),
        units=tuple(name for _, name in given),
        cells=matrix,
        documents=tuple(name for name, _ in given) if document is not None else None,
        layout="long",
        with_separator=with_separator(matrix),
        reading=cells.told(told, *(names.names for names in spelled.values())),
    )


def read_wide(table: Table, reading: Reading | None = None, wishes: Wishes | None = None) -> RatingTable:
    """Return the ratings of a table with one row for each unit and one column for each coder.

    A column ``unit`` (or a first one without a name, or of numbers of rows) names the units, a column ``document`` their
    documents; what a heading or its cells show to be no coder is left out, and told (``columns.wide_columns``). An empty
    cell and what programs write for one are missing; with ``multi`` an empty cell is the empty set.

    Raises
    ------
    InvalidInput : ``no_coders``, ``unit_twice``, ``empty_cell``, ``names_of_units``, ``maybe_no_coder``,
        ``undeclared_value``, ``not_a_number``, ``missing_or_value``.
    """
    reading, wishes = reading or Reading(), wishes or Wishes()
    missing = Missing.of(reading.missing, reading.declared or ())
    known = wide_columns(table, wishes, missing, multi=reading.multi, numeric=reading.numeric)
    unit, document, columns = known.unit, known.document, list(known.coders)
    units: dict[tuple[str, str], int] = {}
    rows: list[list[Cell | None]] = []
    cells = Cells(table, reading, columns)
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
                "different documents may share a name when a column document tells them apart. If {column} does not name "
                "the units, say which columns are coders: --columns.",
                file=table.name,
                line=line,
                unit=where[1],
                other=units[where],
                column="" if unit is None else table.columns[unit],
            )
        units[where] = line
        rows.append([cells.read(row[i], line, table.columns[i]) for i in columns])
    matrix = tuple(zip(*rows, strict=True))
    names = tuple(table.columns[i] for i in columns)
    told = TableReading(
        Shape.WIDE,
        coders=names,
        unit=None if unit is None else table.columns[unit] or "1",
        document=None if document is None else table.columns[document],
        left_out=known.left_out,
        strangers=_strangers(names, matrix) if not reading.numeric else (),
        apart=known.apart,
        chosen=bool(wishes.columns),
    )
    return RatingTable(
        coders=names,
        units=tuple(name for _, name in units),
        cells=matrix,
        documents=tuple(name for name, _ in units) if document is not None else None,
        layout="wide",
        with_separator=with_separator(matrix),
        reading=cells.told(told),
    )


def _strangers(coders: Sequence[str], matrix: Sequence[Sequence[Cell | None]]) -> tuple[str, ...]:
    """Return the coders none of whose values occurs under another coder, where each has several."""
    used = [
        {value for cell in row if cell is not None for value in (cell if isinstance(cell, frozenset) else {cell})}
        for row in matrix
    ]
    given = [sum(cell is not None for cell in row) for row in matrix]
    apart = [
        coder
        for i, coder in enumerate(coders)
        if given[i] >= 3
        and sum(given) - given[i] >= 2
        and used[i].isdisjoint(set().union(*(values for j, values in enumerate(used) if j != i)))
    ]
    return tuple(apart)
