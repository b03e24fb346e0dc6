"""Tables of text from csv, tsv and spreadsheets: columns with names, rows with the line they stand in.

What is read here is text as it was typed: nothing is guessed to be a number, a date or missing. A reader
of one kind of file (``ratings``, ``spans``, ``incidence``, ``codes``) gives the cells their meaning.
"""

import csv
import difflib
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Literal, TypeAlias

from intercoder.errors import InvalidInput
from intercoder.interchange.headings import SYNONYMS, Role
from intercoder.interchange.separators import announced, separator
from intercoder.text.canonical import name_key

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook

#: One row for each decision, one row for each thing and one column for each coder or code, or counts of them.
Layout: TypeAlias = Literal["long", "wide", "counts", "crosstab"]
#: Spreadsheets begin with one of these: zip (xlsx, ods) or the old compound file (xls).
_SPREADSHEET = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")


#: The cells of a line that is drawn below the names (Markdown, reStructuredText).
_RULE = re.compile(r":?(?:-{3,}|={3,}):?")


@dataclass(frozen=True, slots=True)
class Table:
    """A table as it was typed, without the spaces around its cells.

    ``name`` is what the file is called in sentences; ``columns`` are the names in the first row;
    ``rows`` have one cell for each column; ``lines[i]`` is the line (or spreadsheet row) in which row i
    begins, counted from 1. ``delimiter`` is None for a spreadsheet, ``sheet`` None for anything else.
    ``roles`` says which column is taken for what, where that has been found out; ``header`` whether the first
    row held the names; ``above`` are the lines above it that are no part of the table: titles and comments;
    ``other_sheets`` the other sheets of a spreadsheet that hold something.
    """

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    lines: tuple[int, ...]
    delimiter: str | None = None
    sheet: str | None = None
    roles: Mapping[Role, int] | None = None
    header: bool = True
    above: tuple[str, ...] = ()
    other_sheets: tuple[str, ...] = ()

    def find(self, *names: str) -> int | None:
        """Return the position of the first column that is taken for, or called, one of these; None if none is."""
        if self.roles is not None:
            return next((self.roles[Role(name)] for name in names if Role(name) in self.roles), None)
        for name in names:
            # The name itself before its synonyms: a file may have both `value` and `category`.
            for accepted in ({name.casefold()}, frozenset(SYNONYMS.get(Role(name), ()))):
                for i, column in enumerate(self.columns):
                    if column.casefold() in accepted:
                        return i
        return None

    def need(self, *names: str) -> int:
        """Return the position of a column.

        Raises
        ------
        InvalidInput : ``missing_column``, with the columns there are and the one that looks most like it.
        """
        column = self.find(*names)
        if column is not None:
            return column
        raise self._lacks(names[0])

    def _lacks(self, name: str) -> InvalidInput:
        near = difflib.get_close_matches(name, [column.casefold() for column in self.columns], n=1, cutoff=0.6)
        if near:
            alike = next(column for column in self.columns if column.casefold() == near[0])
            return InvalidInput(
                "missing_column",
                "{file} has no column “{column}”; its columns are: {columns}. “{alike}” looks like it: "
                "rename that column to {column}.",
                file=self.name,
                column=name,
                columns=self.listed,
                alike=alike,
            )
        return InvalidInput(
            "missing_column",
            "{file} has no column “{column}”; its columns are: {columns}. Rename the column that holds it, or add it.",
            file=self.name,
            column=name,
            columns=self.listed,
        )

    def called(self, name: str) -> int:
        """Return the position of the column with this heading, or refuse (``missing_column``)."""
        wanted = name_key(name)
        for i, column in enumerate(self.columns):
            if name_key(column) == wanted:
                return i
        raise self._lacks(name)

    def column(self, i: int) -> list[str]:
        """Return the cells of a column from top to bottom."""
        return [row[i] for row in self.rows]

    def naming(self, name: str) -> int | None:
        """Return the position of the column that names the rows: the one called so, or a first one without a name."""
        column = self.find(name)
        return 0 if column is None and not self.columns[0] else column

    def empty_cell(self, line: int, column: str) -> InvalidInput:
        """Return the refusal of a row that says nothing in a column where it must."""
        return InvalidInput(
            "empty_cell",
            "{file}, line {line}: the column {column} is empty. Fill it in, or delete the row.",
            file=self.name,
            line=line,
            column=column,
        )

    def has(self, *names: str) -> bool:
        """Return whether there is a column for each of these."""
        return all(self.find(name) is not None for name in names)

    @property
    def listed(self) -> str:
        """The names of the columns, for a sentence."""
        return ", ".join(column or "(no name)" for column in self.columns)

    def __iter__(self) -> Iterator[tuple[int, tuple[str, ...]]]:
        """Yield (line, cells) of every row."""
        return zip(self.lines, self.rows, strict=True)


def is_spreadsheet(data: bytes) -> bool:
    """Return whether these bytes begin like an xlsx, xls or ods file."""
    return data.startswith(_SPREADSHEET)


def read_text(text: str, name: str, *, header: bool = True, delimiter: str | None = None) -> Table:
    """Return the table of a csv or tsv file.

    Parameters
    ----------
    text
        the file, decoded; a byte order mark at its start is dropped.
    name
        what to call it in sentences.
    header
        whether the first row holds names; without it the columns are called 1, 2, …
    delimiter
        what stands between cells; without it what a first line "sep=;" says, else the one of ``,`` ``;`` tab and
        ``|`` that cuts the rows into equally many cells.

    Raises
    ------
    InvalidInput : ``empty_table``, ``broken_table`` (quotes that do not close), ``ragged_row``,
        ``repeated_column``, ``unnamed_column``, ``two_separators``.
    """
    text = text.removeprefix("\ufeff")
    said, text, skipped = announced(text)
    delimiter = delimiter or said or separator(text, name)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[tuple[str, ...]] = []
    lines: list[int] = []
    before = 0
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                rows.append(tuple(cell.strip() for cell in cells))
                lines.append(before + 1 + skipped)
            before = reader.line_num
    except csv.Error as error:
        raise InvalidInput(
            "broken_table",
            "{file}, line {line}: this row cannot be read ({why}). A quotation mark inside a quoted cell is "
            "written twice; save the table again as CSV from the program it comes from.",
            file=name,
            line=before + 1 + skipped,
            why=error,
        ) from error
    return _table(name, rows, lines, header=header, delimiter=delimiter)


def read_spreadsheet(data: bytes, name: str, *, sheet: str | None = None, header: bool = True) -> Table:
    """Return the table on a sheet of an xlsx, xls or ods file.

    Parameters
    ----------
    data
        the file.
    name
        what to call it in sentences.
    sheet
        the name of the sheet; the first visible one that is not empty when not given.
    header
        whether the first row holds names.

    Returns
    -------
    Table. Whole numbers read as such (3, not 3.0), dates as 2026-11-25, TRUE and FALSE in capitals;
    a formula is what it gave when the file was saved, an error cell is empty.

    Raises
    ------
    InvalidInput : ``broken_spreadsheet``, ``unknown_sheet``, and all that ``read_text`` raises.
    """
    from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        known = [s.name for s in book.sheets_metadata if s.visible == SheetVisibleEnum.Visible]
        if sheet is not None and sheet not in book.sheet_names:
            raise InvalidInput(
                "unknown_sheet",
                "{file} has no sheet “{sheet}”; its sheets are: {sheets}.",
                file=name,
                sheet=sheet,
                sheets=", ".join(book.sheet_names),
            )
        for chosen in known if sheet is None else [sheet]:
            rows, lines = _cells(book, chosen)
            if rows:
                others = tuple(other for other in known if other != chosen and any(_cells(book, other)))
                return replace(_table(name, rows, lines, header=header, sheet=chosen), other_sheets=others)
    except CalamineError as error:
        raise InvalidInput(
            "broken_spreadsheet",
            "{file} cannot be read as a spreadsheet ({why}). Open it where it was made and save it as .xlsx, "
            "without a password, or as CSV in UTF-8.",
            file=name,
            why=error,
        ) from error
    return _table(name, [], [], header=header)


def _cells(book: "CalamineWorkbook", sheet: str) -> tuple[list[tuple[str, ...]], list[int]]:
    """Return the rows of a sheet that hold something, and their numbers."""
    rows, lines = [], []
    for line, cells in enumerate(book.get_sheet_by_name(sheet).to_python(skip_empty_area=False), 1):
        typed = tuple(_typed(cell) for cell in cells)
        if any(typed):
            rows.append(typed)
            lines.append(line)
    return rows, lines


def _typed(cell: object) -> str:
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime) and cell.time() == time():
        return cell.date().isoformat()
    if isinstance(cell, (date, datetime, time)):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return str(cell)
    return str(cell).strip()


def _above(rows: Sequence[tuple[str, ...]], *, header: bool) -> int:
    """Return how many rows above the table are no part of it: a title in one cell, a comment that begins with #."""
    wide = Counter(sum(map(bool, row)) for row in rows).most_common(1)[0][0]
    most = max(len(row) for row in rows[1:]) if len(rows) > 1 else 0
    lines = 0
    for row, below in pairwise(rows):
        filled = sum(map(bool, row))
        title = header and filled == 1 and bool(row[0]) and wide > 1 and sum(map(bool, below)) > 0
        comment = row[0].startswith("#") and row[0].strip("# ") != "" and len(row) != most
        if not (title or comment):
            break
        lines += 1
    return lines


def _without_empty_columns(rows: Sequence[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Return the rows without the columns that have neither a name nor a cell."""
    width = max(map(len, rows))
    used = [i for i in range(width) if any(i < len(row) and row[i] for row in rows)]
    if len(used) == width:
        return list(rows)
    return [tuple(row[i] for i in used if i < len(row)) for row in rows]


def _table(
    name: str,
    rows: list[tuple[str, ...]],
    lines: list[int],
    *,
    header: bool,
    delimiter: str | None = None,
    sheet: str | None = None,
) -> Table:
    if not rows or (header and len(rows) < 2):
        raise InvalidInput(
            "empty_table",
            "{file} is empty: it needs a first row with the names of the columns, and at least one row below it.",
            file=name,
        )
    ruled = [i for i, row in enumerate(rows) if not all(not cell or _RULE.fullmatch(cell) for cell in row)]
    rows, lines = [rows[i] for i in ruled], [lines[i] for i in ruled]
    above = _above(rows, header=header)
    titles = tuple(" ".join(filter(None, row)) for row in rows[:above])
    rows, lines = _without_empty_columns(rows[above:]), lines[above:]
    columns = rows[0] if header else tuple(str(i + 1) for i in range(len(rows[0])))
    numbered = [row[0] for row in rows[1:]] == [str(i) for i in range(1, len(rows))]
    if header and numbered and {len(row) for row in rows[1:]} == {len(columns) + 1}:
        columns = ("", *columns)  # R leaves the names of the rows without a heading
    body, numbers = (rows[1:], lines[1:]) if header else (rows, lines)
    width = len(columns)
    for line, row in zip(numbers, body, strict=True):
        if len(row) < width or any(row[width:]):
            raise InvalidInput(
                "ragged_row",
                "{file}, line {line}: this row has {found} cells, the first row has {wanted}. Each row needs one cell "
                "for each column; a cell that holds the delimiter stands in quotation marks.",
                file=name,
                line=line,
                found=len(row),
                wanted=width,
            )
    if header:
        _check_names(name, columns, body)
    cells = tuple(row[:width] for row in body)
    return Table(name, columns, cells, tuple(numbers), delimiter, sheet, header=header, above=titles)


def _check_names(name: str, columns: Sequence[str], body: Sequence[tuple[str, ...]]) -> None:
    """Refuse columns with one name, or without any; the first may have none (row names of R and pandas)."""
    repeated = [column for column, times in Counter(name_key(c) for c in columns if c).items() if times > 1]
    if repeated and any(name_key(cell) == repeated[0] for row in body for cell in row):
        raise InvalidInput(
            "no_headings",
            "{file}: “{column}” stands more than once in the first row and among the values below, so the first row seems "
            "to hold values. Say --no-header if it does; otherwise give each column a name of its own.",
            file=name,
            column=next(column for column in columns if name_key(column) == repeated[0]),
        )
    if repeated:
        raise InvalidInput(
            "repeated_column",
            "{file} has more than one column called “{column}”. Give each column a name of its own.",
            file=name,
            column=repeated[0],
        )
    for i, column in enumerate(columns):
        if i and not column:
            raise InvalidInput(
                "unnamed_column",
                "{file}: column {number} has no name. Write one in the first row, or delete the column.",
                file=name,
                number=i + 1,
            )


def as_option(names: Sequence[str]) -> str:
    """Return names as an option takes them, in quotation marks where a shell would cut or read them otherwise."""
    out = io.StringIO()
    csv.writer(out, lineterminator="").writerow(names)
    text = out.getvalue()
    if not re.search(r"[\s'\"()&;|<>$*?!#`]", text):
        return text
    return f"'{text}'" if '"' in text else f'"{text}"'


def shorten(values: Iterable[str], most: int = 8) -> str:
    """Return values for a sentence, the first ones only when there are many."""
    given = list(values)
    return ", ".join(given[:most]) + (", …" if len(given) > most else "")
