"""A grid as a table of a paper: what has nothing to say but one remark is named below it, and stays in the spreadsheet."""

from intercoder.interchange.papers import Table
from intercoder.reports import Cell, Column, ColumnKind, Grid, Row
from intercoder.reports.papers import MANY, table

NUMBER = ColumnKind.NUMBER


def grid(unused: int) -> Grid:
    columns = [Column("Code", ColumnKind.TEXT), Column("α", NUMBER), Column("applied", NUMBER)]
    rows = [Row((Cell("used"), Cell("0.81"), Cell("9"))), Row((Cell("once"), Cell("–"), Cell("1")), remark="Nobody.")]
    rows += [Row((Cell(f"unused {n}"), Cell("–"), Cell("0")), remark="Nobody.") for n in range(unused)]
    return Grid("By code", columns, rows)


def test_rows_of_dashes_are_named_below_the_table_where_they_are_many() -> None:
    few, many = table(grid(MANY)), table(grid(MANY + 1))
    assert isinstance(few, Table)
    assert isinstance(many, Table)
    assert len(few.cells) == 2 + MANY
    assert [row[0] for row in many.cells] == ["used", "once ᵃ"]
    assert len(many.values) == 2 + MANY + 1
    assert many.notes[0] == "ᵃ Nobody."
    assert all(f"unused {n}" in many.notes[1] for n in range(MANY + 1))
    assert len(few.notes) == 1
