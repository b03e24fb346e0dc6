"""A sheet whose cells are texts and numbers, written in half the time: most texts of a table come again and again.

Loaded when a spreadsheet is wanted.
"""

from functools import lru_cache

from xlsxwriter.worksheet import (
    CellNumberTuple,
    CellStringTuple,
    Worksheet,
    _preserve_whitespace,
    xl_rowcol_to_cell_fast,
)

#: characters of a text that is remembered, and how many of them are
SHORT, REMEMBERED = 80, 8192


class PlainWorksheet(Worksheet):  # type: ignore[misc]  # the library tells no types
    """A sheet written a row at a time (``constant_memory``), with the same bytes as its base class but in one case.

    A text that looks like markup of rich text is a text, where the base class writes it as it stands, which breaks the file.
    """

    def _write_cell(self, row: int, col: int, cell: object) -> None:
        """Write a cell; those with a format, and other kinds, as the base class does."""
        if isinstance(cell, CellStringTuple) and not cell.format:
            text: str = cell.string
            inside = _remembered(text) if len(text) <= SHORT else _inside(text)
            self.fh.write(f'<c r="{xl_rowcol_to_cell_fast(row, col)}" t="inlineStr"><is>{inside}</is></c>')
        elif isinstance(cell, CellNumberTuple) and not cell.format:
            self.fh.write(f'<c r="{xl_rowcol_to_cell_fast(row, col)}"><v>{cell.number:.16G}</v></c>')
        else:
            super()._write_cell(row, col, cell)


def _inside(text: str) -> str:
    """Return a text as the element of a cell."""
    kept = ' xml:space="preserve"' if _preserve_whitespace(text) else ""
    escaped = Worksheet._escape_control_characters(text)  # noqa: SLF001 - as the base class escapes
    escaped = escaped.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f"<t{kept}>{escaped}</t>"


_remembered = lru_cache(maxsize=REMEMBERED)(_inside)
