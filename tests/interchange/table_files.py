"""A file of ratings, and what it means: one clean matrix, and all that may stand around it."""

import collections
import csv
import io
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal

Matrix = list[list[str | None]]


@dataclass
class Otherwise:
    """Another reading that is allowed when a note of this code names this, and what it makes of the cells."""

    code: str
    names: str
    change: Callable[[Matrix], Matrix]


@dataclass
class File:
    """A file and what it means. ``ways`` are the ways in which it differs from the help text."""

    rng: random.Random
    coders: list[str]
    units: list[str]
    cells: Matrix
    written: Matrix
    shape: str = "wide"
    unit_heading: str | None = "unit"
    beside: list[tuple[int, str, list[str]]] = field(default_factory=list)
    separator: str = ","
    encoding: str = "utf-8"
    quoting: bool = False
    before: list[str] = field(default_factory=list)
    after: list[list[str]] = field(default_factory=list)
    line_end: str = "\r\n"
    suffix: str = ".csv"
    headings: tuple[str, str, str] = ("unit", "coder", "value")
    order: Sequence[int] = (0, 1, 2)
    absent_rows: bool = False
    empty: str = ""
    headings_written: bool = True
    row_names: bool = False
    below_names: dict[str, str] | None = None
    bars: bool = False
    sheets: int = 1
    name_forms: Callable[[str], str] | None = None
    ways: list[str] = field(default_factory=list)
    otherwise: list[Otherwise] = field(default_factory=list)

    def rows(self) -> list[list[str]]:
        """Return the rows, the one of names first."""
        shapes = {"wide": self._wide, "long": self._long, "counts": self._counts, "crosstab": self._crosstab}
        rows = shapes["wide" if self.shape == "turned" else self.shape]()
        if self.shape == "turned":
            rows = [list(column) for column in zip(*rows, strict=True)]
        if self.below_names is not None:
            rows.insert(1, [self.below_names.get(name, "") for name in rows[0]])
        if self.row_names:
            rows = [rows[0], *([str(i + 1), *row] for i, row in enumerate(rows[1:]))]
        return [*(rows if self.headings_written else rows[1:]), *self.after]

    def _wide(self) -> list[list[str]]:
        rows = [[*self.coders]]
        rows += [[text or self.empty for text in unit] for unit in zip(*self.written, strict=True)]
        if self.unit_heading is not None:
            rows = [[name, *row] for name, row in zip([self.unit_heading, *self.units], rows, strict=True)]
        for place, heading, contents in self.beside:
            for row, text in zip(rows, [heading, *contents], strict=True):
                row.insert(min(place, len(row)), text)
        return rows

    def _long(self) -> list[list[str]]:
        rows = [[*self.headings]]
        beside = [[heading] for _, heading, _ in self.beside]
        for u, unit in enumerate(self.units):
            for i, coder in enumerate(self.coders):
                if self.name_forms is not None and self.rng.random() < 0.3:
                    coder = self.name_forms(coder)  # noqa: PLW2901 (the same coder, spelled otherwise)
                text = self.written[i][u]
                if text is None and self.absent_rows:
                    continue
                rows.append([unit, coder, text or self.empty])
                for column, (_, _, contents) in zip(beside, self.beside, strict=True):
                    column.append(contents[u])
        rows = [[row[i] for i in self.order] for row in rows]
        for column, (place, _, _) in zip(beside, self.beside, strict=True):
            for row, text in zip(rows, column, strict=True):
                row.insert(min(place, len(row)), text)
        return rows

    def _counts(self) -> list[list[str]]:
        names = sorted({value for row in self.cells for value in row if value is not None})
        rows = [[self.unit_heading or "unit", *names]]
        for name, unit in zip(self.units, zip(*self.cells, strict=True), strict=True):
            rows.append([name, *(str(unit.count(value)) for value in names)])
        return rows

    def _crosstab(self) -> list[list[str]]:
        names = sorted({value for row in self.cells[:2] for value in row if value is not None})
        pairs = collections.Counter(zip(self.cells[0], self.cells[1], strict=True))
        return [["", *names], *([a, *(str(pairs[a, b]) for b in names)] for a in names)]

    def values(self) -> set[str]:
        """Return what coders gave."""
        return {value for row in self.cells for value in row if value is not None}

    def data(self) -> bytes:
        """Return the file."""
        if self.suffix == ".xlsx":
            return _spreadsheet([self.rows()] * self.sheets)
        if self.bars:
            rows = self.rows()
            lines = ["| " + " | ".join(row) + " |" for row in [rows[0], ["---"] * len(rows[0]), *rows[1:]]]
            return self.line_end.join([*lines, ""]).encode(self.encoding)
        out = io.StringIO(newline="")
        out.writelines(f"{line}{self.line_end}" for line in self.before)
        quoting: Literal[0, 1] = csv.QUOTE_ALL if self.quoting else csv.QUOTE_MINIMAL
        csv.writer(out, delimiter=self.separator, quoting=quoting, lineterminator=self.line_end).writerows(self.rows())
        return out.getvalue().encode(self.encoding)


def _spreadsheet(sheets: list[list[list[str]]]) -> bytes:
    import xlsxwriter

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_numbers": True}) as book:
        for rows in sheets:
            sheet = book.add_worksheet()
            for i, row in enumerate(rows):
                for j, text in enumerate(row):
                    if text:
                        sheet.write(i, j, text)
    return out.getvalue()
