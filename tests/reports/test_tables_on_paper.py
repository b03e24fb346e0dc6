"""A grid as a table of a paper: what has nothing to say but one remark is named below it, and stays in the spreadsheet."""

from intercoder.interchange.papers import BETWEEN, DENSE_ROOM, Table
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


def test_no_word_of_a_wide_table_runs_into_the_next_column() -> None:
    headings = ["First-order concept", "Observation", "Telephone call", *["Passages"] * 8, "案例甲乙"]
    row = ["资源行动", *["12"] * 10, "claimed, no evidence here"]
    wide = Table("By source", headings, [row])
    assert wide.dense
    assert sum(wide.widths) <= DENSE_ROOM
    for heading, width in zip(headings, wide.widths, strict=True):
        assert width >= max(len(word) for word in heading.split()) + BETWEEN
    few = Table(
        "Few", ["Code", "Words that are long enough to be broken somewhere in the middle of them"], [["a", "b"]]
    )
    assert not few.dense
    assert few.widths == [6, 34]
