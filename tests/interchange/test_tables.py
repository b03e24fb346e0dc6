"""Tables of other programs: what they hold, and what is said when one cannot be used."""

import csv
import io
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from intercoder.errors import InvalidInput
from intercoder.interchange.tables import Table, is_spreadsheet, read_spreadsheet, read_text


def sheet(path: Path, rows: list[list[object]], **more: list[list[object]]) -> bytes:
    with xlsxwriter.Workbook(path) as book:
        for name, cells in {"Sheet1": rows, **more}.items():
            page = book.add_worksheet(name)
            for i, row in enumerate(cells):
                for j, cell in enumerate(row):
                    if isinstance(cell, date):
                        page.write_datetime(i, j, cell, book.add_format({"num_format": "yyyy-mm-dd"}))
                    else:
                        page.write(i, j, cell)
    return path.read_bytes()


def refused(text: str) -> InvalidInput:
    with pytest.raises(InvalidInput) as refusal:
        read_text(text, "data.csv")
    return refusal.value


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_delimiter_is_the_one_that_cuts_every_row_alike(delimiter: str) -> None:
    table = read_text(f"unit{delimiter}coder{delimiter}value\nu1{delimiter}A{delimiter}x\n", "data")
    assert (table.delimiter, table.columns, table.rows) == (delimiter, ("unit", "coder", "value"), (("u1", "A", "x"),))


def test_semicolons_inside_values_do_not_pass_for_the_delimiter() -> None:
    table = read_text("unit,coder,value\nu1,A,x;y;z\nu2,A,x;y\nu3,A,\n", "data.csv")
    assert table.rows[0] == ("u1", "A", "x;y;z")
    decimals = read_text("unit;A;B\n1;0,5;0,7\n2;1,5;2\n", "data.csv")
    assert decimals.rows == (("1", "0,5", "0,7"), ("2", "1,5", "2"))


def test_a_byte_order_mark_spaces_blank_lines_and_empty_columns_at_the_end_change_nothing() -> None:
    table = read_text("\ufeff unit , A ,,\r\n\r\n u1, x ,,\r\n,,,\r\n", "data.csv")
    assert (table.columns, table.rows, table.lines) == (("unit", "A"), (("u1", "x"),), (3,))


def test_a_quoted_cell_may_run_over_lines_and_the_next_row_knows_its_line() -> None:
    table = read_text('unit,A\n"u\n1",x\nu2,y\n', "data.csv")
    assert table.lines == (2, 4)
    assert table.rows[0][0] == "u\n1"


def test_columns_are_found_by_their_chinese_and_other_names_whatever_the_case() -> None:
    table = read_text("资料,编码员,起点,终点,编码\nd,甲,0,3,信任\n", "spans.csv")
    assert [table.need(name) for name in ("document", "coder", "start", "end", "code")] == [0, 1, 2, 3, 4]
    assert read_text("UNIT,Rater,Category\nu,A,x\n", "r.csv").has("unit", "coder", "value")


def test_the_name_itself_comes_before_its_synonyms() -> None:
    assert read_text("category,value\nx,y\n", "r.csv").need("value") == 1


def test_a_missing_column_is_named_with_those_there_are_and_the_one_like_it() -> None:
    table = read_text("unit,codr,value\nu,A,x\n", "data.csv")
    with pytest.raises(InvalidInput, match=r"no column “coder”.*unit, codr, value.*“codr” looks like it") as refusal:
        table.need("coder")
    assert refusal.value.code == "missing_column"
    with pytest.raises(InvalidInput, match=r"no column “start”.*Rename the column"):
        table.need("start")


@pytest.mark.parametrize(
    ("text", "code", "sentence"),
    [
        ("", "empty_table", "data.csv is empty"),
        ("\n\n", "empty_table", "data.csv is empty"),
        ("unit,A\n", "empty_table", "at least one row below it"),
        ("unit,A,B\nu1,x\n", "ragged_row", "line 2: this row has 2 cells, the first row has 3"),
        ("unit,A\nu1,x\nu2,x,y\n", "ragged_row", "line 3: this row has 3 cells, the first row has 2"),
        ('unit,A\nu1,"x\n', "broken_table", "line 2: this row cannot be read"),
        ('unit,A\nu1,"x"y\n', "broken_table", "line 2: this row cannot be read"),
        ("unit,A,a\nu1,x,y\n", "repeated_column", "more than one column called “a”"),
        ("unit,,A\nu1,x,y\n", "unnamed_column", "column 2 has no name"),
    ],
)
def test_what_is_no_table_is_refused_with_the_place(text: str, code: str, sentence: str) -> None:
    error = refused(text)
    assert error.code == code
    assert sentence in str(error)


def test_a_spreadsheet_is_read_as_it_was_typed(tmp_path: Path) -> None:
    data = sheet(
        tmp_path / "x.xlsx",
        [[None, None, None], [None, "unit", "甲", "B"], [None, 1, 2.5, True], [None, "u 2 ", date(2026, 11, 25), 3.0]],
    )
    assert is_spreadsheet(data)
    table = read_spreadsheet(data, "x.xlsx")
    assert table.columns == ("unit", "甲", "B")
    assert table.rows == (("1", "2.5", "TRUE"), ("u 2", "2026-11-25", "3"))
    assert (table.lines, table.sheet) == ((3, 4), "Sheet1")


def test_the_first_sheet_with_something_is_read_or_the_one_that_is_named(tmp_path: Path) -> None:
    data = sheet(tmp_path / "x.xlsx", [], one=[["unit", "A"], ["u", "x"]], two=[["unit", "B"], ["u", "y"]])
    assert read_spreadsheet(data, "x.xlsx").sheet == "one"
    assert read_spreadsheet(data, "x.xlsx", sheet="two").columns == ("unit", "B")
    with pytest.raises(InvalidInput, match="no sheet “three”; its sheets are: Sheet1, one, two"):
        read_spreadsheet(data, "x.xlsx", sheet="three")


def test_an_empty_or_broken_spreadsheet_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="is empty"):
        read_spreadsheet(sheet(tmp_path / "x.xlsx", []), "x.xlsx")
    with pytest.raises(InvalidInput, match="cannot be read as a spreadsheet"):
        read_spreadsheet(b"PK\x03\x04 not really", "x.xlsx")


@settings(max_examples=60)
@given(
    st.lists(
        st.lists(
            st.text(st.characters(exclude_characters="\r\n\0", exclude_categories=["Cs"])), min_size=2, max_size=2
        ),
        min_size=1,
        max_size=6,
    )
)
def test_what_python_writes_as_csv_is_read_back(rows: list[list[str]]) -> None:
    out = io.StringIO(newline="")
    csv.writer(out).writerows([["unit", "A"], *rows])
    kept = tuple(tuple(cell.strip() for cell in row) for row in rows if any(cell.strip() for cell in row))
    if kept:
        table: Table = read_text(out.getvalue(), "data.csv")
        assert table.rows == kept
