"""A workbook says what its rows say, whatever the texts look like, and is what the library alone would have written."""

import io
import zipfile

import pytest
from python_calamine import CalamineWorkbook
from xlsxwriter.worksheet import Worksheet

from intercoder.interchange import worksheets
from intercoder.interchange.sheets import Sheet, Value, csv_lines, csv_text, csv_texts, xlsx_parts

ROWS: list[tuple[Value, ...]] = [
    ("信任", 1, 0.1, True),
    (" kept ", -3, 1e-9, False),
    ("a < b & c > d", 12345678901234, None, True),
    ('"quoted"\nsecond line', 2, 2.5, None),
    ("a control \x01 and _x0041_", 0, 0.0, True),
    ("信任", 1, 0.1, True),
    ("long " * 40, 1, 0.1, True),
]


def made(rows: list[tuple[Value, ...]]) -> bytes:
    """A workbook of one sheet."""
    return b"".join(xlsx_parts("T", [Sheet("S", ["a", "b", "c", "d"], rows, [10, 10])]))


def sheet(book: bytes) -> bytes:
    """The first sheet as it is in the file."""
    return zipfile.ZipFile(io.BytesIO(book)).read("xl/worksheets/sheet1.xml")


def test_a_sheet_has_the_bytes_that_the_library_writes(monkeypatch: pytest.MonkeyPatch) -> None:
    ours = sheet(made(ROWS))
    assert ours.count("信任".encode()) == 2
    monkeypatch.setattr(worksheets, "PlainWorksheet", Worksheet)
    assert sheet(made(ROWS)) == ours


def test_a_text_that_looks_like_rich_text_is_a_text() -> None:
    book = CalamineWorkbook.from_filelike(io.BytesIO(made([("<r>x</r>", 1, None, None), ("<r><t>y", 2, None, None)])))
    assert [row[0] for row in book.get_sheet_by_index(0).to_python()[1:]] == ["<r>x</r>", "<r><t>y"]


@pytest.mark.parametrize("first", ["a", "", "=1", "a,b", 'a"b', "a\nb", "信任"])
@pytest.mark.parametrize("second", ["b", "-2", "b\rc", ","])
@pytest.mark.parametrize("third", ["c", "", "@x", '"'])
def test_three_texts_looked_at_at_once_are_written_as_each_by_itself(first: str, second: str, third: str) -> None:
    assert csv_texts(first, second, third) == ",".join(map(csv_text, (first, second, third)))
    assert csv_lines([(first, second, third)]).decode() == csv_texts(first, second, third) + "\r\n"
