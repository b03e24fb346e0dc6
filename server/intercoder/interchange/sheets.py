"""Tables as files that spreadsheets open: csv and xlsx, written some rows at a time.

No spreadsheet computes a cell of them: in csv a text that looks like a formula gets an apostrophe before it (OWASP, "CSV
Injection"); in xlsx every text is written as one.
"""

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

Value = str | int | float | bool | None

#: rows that are written at once
ROWS = 500
#: what a spreadsheet takes for the beginning of a formula
FORMULA = frozenset("=+-@\t\r")
#: what a cell of csv may hold between quotation marks only
QUOTED = ',"\r\n'
#: the mark without which Excel and WPS take a csv file for the code page of the machine and show Chinese as other signs
MARK = b"\xef\xbb\xbf"
#: characters of a cell, rows of a sheet and characters of its name (Excel specifications and limits, Microsoft)
CELL, DEEPEST, LONGEST_NAME = 32_767, 1_048_576, 31
#: what the name of a sheet may not hold
_NO_NAME = str.maketrans(dict.fromkeys("[]:*?/\\", "-"))
_PIECE = 1 << 16
#: the time that a file says it was made at: of the same table the bytes are the same
MADE = datetime(2000, 1, 1)  # noqa: DTZ001 - the writer takes no zone


@dataclass(frozen=True)
class Sheet:
    """A table: its name, what its columns are called, its rows; ``widths`` of the columns in characters, 14 where none is said."""

    name: str
    headings: Sequence[str]
    rows: Iterable[Sequence[Value]]
    widths: Sequence[int] = ()


def csv_parts(headings: Sequence[str], rows: Iterable[Sequence[Value]]) -> Iterator[bytes]:
    """Yield a table as csv in UTF-8 with the mark, some rows at a time; None is an empty cell, a truth is true or false."""
    yield MARK + csv_lines([headings])
    some = iter(rows)
    while part := list(islice(some, ROWS)):
        yield csv_lines(part)


def csv_lines(rows: Sequence[Sequence[Value]]) -> bytes:
    """Return rows, all as long, as lines of csv: column by column, which takes half the time of Python's own writer."""
    columns = [_column(column) for column in zip(*rows, strict=True)]
    if len(columns) == 1:  # an empty line would be no row
        columns = [[cell or '""' for cell in map(str, columns[0])]]
    line = ",".join(["%s"] * len(columns)) + "\r\n"
    return "".join(map(line.__mod__, zip(*columns, strict=True))).encode()


def _column(column: Sequence[Value]) -> Sequence[object]:
    """Return a column as its cells are written; most need no change, and are looked at as one."""
    kinds = set(map(type, column))
    if kinds == {int}:
        return column
    if kinds == {bool}:
        return ["true" if value else "false" for value in column]
    if kinds != {str}:
        return [csv_cells((value,)) for value in column]
    texts = cast("Sequence[str]", column)
    whole = "".join(texts)
    if any(sign in whole for sign in QUOTED) or not FORMULA.isdisjoint({text[:1] for text in texts}):
        return [csv_text(text) for text in texts]
    return texts


def csv_cells(row: Sequence[Value]) -> str:
    """Return some cells of a line of csv as ``csv_lines`` writes them, without the end of the line: for what many lines have in common."""
    return ",".join(
        [
            csv_text(value)
            if isinstance(value, str)
            else ""
            if value is None
            else str(value).lower()
            if type(value) is bool
            else str(value)
            for value in row
        ]
    )


def csv_text(value: str) -> str:
    """Return a text as a cell of csv, as ``csv_lines`` writes it."""
    if value[:1] in FORMULA:
        value = f"'{value}"
    # Four looks at a text are a third of what one of a pattern costs.
    if "," in value or '"' in value or "\n" in value or "\r" in value:
        return '"' + value.replace('"', '""') + '"'
    return value


def csv_texts(first: str, second: str, third: str) -> str:
    """Return three texts as cells of csv, as ``csv_text`` writes each: most are written as they are, and looked at as one."""
    cells = f"{first},{second},{third}"
    if (
        cells.count(",") == 2
        and '"' not in cells
        and "\n" not in cells
        and "\r" not in cells
        and first[:1] not in FORMULA
        and second[:1] not in FORMULA
        and third[:1] not in FORMULA
    ):
        return cells
    return f"{csv_text(first)},{csv_text(second)},{csv_text(third)}"


def xlsx_parts(title: str, sheets: Iterable[Sheet], *, cut: str = "…") -> Iterator[bytes]:
    """Yield a workbook. Its rows go to a file as they come, so that its length costs no memory.

    A text that is longer than a cell ends with ``cut``; a table that is longer than a sheet goes on in the next one.
    """
    from xlsxwriter import Workbook  # loaded when a spreadsheet is wanted

    from intercoder.interchange.worksheets import PlainWorksheet

    with tempfile.TemporaryFile() as file:
        options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        with Workbook(file, options) as book:
            book.set_properties({"title": title, "created": MADE})
            taken: set[str] = set()
            bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
            for sheet in sheets:
                rows = iter(sheet.rows)
                while True:
                    written = book.add_worksheet(_name(sheet.name, taken), PlainWorksheet)
                    for place, heading in enumerate(sheet.headings):
                        width = sheet.widths[place] if place < len(sheet.widths) else 14
                        written.set_column(place, place, width)
                        written.write_string(0, place, heading, bold)
                    written.freeze_panes(1, 0)
                    last = _fill(written, islice(rows, DEEPEST - 1), cut)
                    if last:
                        written.autofilter(0, 0, last, max(len(sheet.headings) - 1, 0))
                    if last < DEEPEST - 1:
                        break
        file.seek(0)
        while piece := file.read(_PIECE):
            yield piece


def _fill(written: "Worksheet", rows: Iterable[Sequence[Value]], cut: str) -> int:
    """Write rows below the headings and return how many there were."""
    row = 0
    text, number, truth = written.write_string, written.write_number, written.write_boolean
    for row, cells in enumerate(rows, 1):
        for place, value in enumerate(cells):
            if type(value) is str:
                if value:
                    text(row, place, value if len(value) <= CELL else value[: CELL - len(cut)] + cut)
            elif type(value) is bool:
                truth(row, place, value)
            elif value is not None:
                number(row, place, value)
    return row


def _name(wanted: str, taken: set[str]) -> str:
    """Return a name that a sheet may have, and that no sheet of the book has yet; in any case of letters."""
    clean = wanted.translate(_NO_NAME).strip("'") or "-"
    name, n = clean[:LONGEST_NAME], 1
    while name.casefold() in taken:
        n += 1
        name = f"{clean[: LONGEST_NAME - len(str(n)) - 1]} {n}"
    taken.add(name.casefold())
    return name
