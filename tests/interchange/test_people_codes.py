"""Codes in documents and spans as other programs write them, in two languages; spreadsheets with more than a table."""

from datetime import date
from pathlib import Path

import pytest
import xlsxwriter

from interchange.table_shapes import read
from intercoder.cli.files import open_table
from intercoder.errors import InvalidInput
from intercoder.interchange.incidence import IncidenceTable, read_long, read_wide
from intercoder.interchange.reading import Shape, Wishes
from intercoder.interchange.shapes import reliability_shape, saturation_shape
from intercoder.interchange.spans import SpanTable, read_spans
from intercoder.interchange.tables import read_text


def incidence(text: str, wishes: Wishes | None = None) -> IncidenceTable:
    shaped = saturation_shape(read_text(text, "codes.csv"), wishes)
    if shaped.shape is Shape.WIDE:
        return read_wide(shaped.table, wishes)
    return read_long(shaped.table, (), shaped.reading, wishes)


def spans(text: str) -> SpanTable:
    shaped = reliability_shape(read_text(text, "spans.csv"))
    assert shaped.shape is Shape.SPANS
    return read_spans(shaped.table, told=shaped.reading)


@pytest.mark.parametrize(
    "rows",
    [
        "x,|x,x|,x",
        "✓,|✓,✓|,✓",
        "1.0,0.0|1.0,1.0|0.0,1.0",
        "是,否|是,是|否,是",
        "yes,no|YES,yes|no,Yes",
        "有,无|有,有|无,有",
        "3,0|1,2|0,4",
        "TRUE,FALSE|TRUE,TRUE|FALSE,TRUE",
        "1,NaN|1,1|NaN,1",
        "x,-|x,x|-,x",
        "40%,0%|20%,80%|0%,5%",
    ],
)
@pytest.mark.parametrize("heads", ["document,trust,risk", "资料,信任,风险", "文件名称,信任,风险"])
def test_marks_of_presence_are_read_however_they_are_made(heads: str, rows: str) -> None:
    first, second = heads.split(",")[1:]
    given = incidence(heads + "\n" + "".join(f"d{i},{row}\n" for i, row in enumerate(rows.split("|"))))
    assert given.codes == (frozenset({first}), frozenset({first, second}), frozenset({second}))


@pytest.mark.parametrize(
    "beside", ["words,1200,800,900", "年龄,34,51,29", "date,2026-01-01,2026-01-02,2026-01-03", "合计,1,2,1"]
)
def test_a_column_that_is_no_code_becomes_none(beside: str) -> None:
    heading, *cells = beside.split(",")
    rows = [f"document,trust,risk,{heading}", *(f"d{i},{a},{cells[i]}" for i, a in enumerate(("1,0", "1,1", "0,1")))]
    given = incidence("\n".join(rows) + "\n")
    assert given.columns == ("trust", "risk")
    assert [left.column for left in given.reading.left_out] == [heading]


def test_a_column_of_numbers_that_may_be_a_code_is_asked_about() -> None:
    for heading in ("typ_num", "访谈轮次数", "Stufe"):
        with pytest.raises(InvalidInput, match="--columns trust,risk") as refusal:
            incidence(f"document,trust,risk,{heading}\nd1,1,0,1\nd2,1,1,2\nd3,0,1,1\n")
        assert heading in str(refusal.value)


@pytest.mark.parametrize(
    "text",
    [
        "id,document,tag,content\n1,d1,trust,a\n2,d2,risk,b\n3,d2,trust,c\n",
        "Document group,Document name,Code,Segment\nG,d1,trust,a\nG,d2,risk,b\nG,d2,trust,c\n",
        "文档组,文档名称,代码,编码的文本段\nG,d1,trust,a\nG,d2,risk,b\nG,d2,trust,c\n",
        'Quotation Name,Document,Codes\nq1,d1,trust\nq2,d2,"trust\nrisk"\n',
        "资料,编码\nd1,Trust\nd2,trust；risk\n",
        "file,node\nd1,trust\nd2,risk\nd2,TRUST \nd1,NaN\n",
    ],
    ids=["Taguette", "MAXQDA", "MAXQDA in Chinese", "ATLAS.ti", "several codes in a cell", "a missing code"],
)
def test_coded_passages_of_other_programs_are_codes_in_documents(text: str) -> None:
    given = incidence(text)
    assert given.documents == ("d1", "d2")
    assert [{code.casefold() for code in codes} for codes in given.codes] == [{"trust"}, {"trust", "risk"}]


def test_codes_with_commas_between_them_are_named() -> None:
    for cell, alone in (('"trust, risk"', "trust"), ("信任、风险", "信任"), ("trust|risk", "risk")):
        given = incidence(f"document,code\nd1,{cell}\nd2,{alone}\n")
        assert [spelling.text for spelling in given.reading.lists] == [cell.strip('"')]


def test_what_means_no_code_can_be_said() -> None:
    for text in ("document,trust,risk\nd1,1,99\nd2,99,1\n", "资料,编码\nd1,trust\nd2,risk\nd2,99\nd1,99\n"):
        given = incidence(text, Wishes(missing=("99",)))
        assert given.codes == (frozenset({"trust"}), frozenset({"risk"}))
        assert [(spelling.text, spelling.times) for spelling in given.reading.missing] == [("99", 2)]


@pytest.mark.parametrize(
    "heads",
    [
        "document,coder,start,end,code",
        "fid,owner,pos0,pos1,codename",
        "doc_id,annotator,begin,end,label",
        "文档名称,编码人员,起始位置,结束位置,编码名称",
        "资料,标注者,开始位置,终止位置,标签",
    ],
)
@pytest.mark.parametrize("offset", ["{}", "{}.0", "０{}"])
def test_spans_are_known_by_their_headings(heads: str, offset: str) -> None:
    rows = [("d1", "Lin", 0, 5, "trust"), ("D1", "魏", 1, 5, "Trust"), ("d1", "lin", 7, 9, "risk")]
    text = "".join(f"{d},{who},{offset.format(a)},{offset.format(b)},{code}\n" for d, who, a, b, code in rows)
    given = spans(f"{heads}\n{text}")
    assert [(s.document, s.coder, s.start, s.end) for s in given.spans] == [
        ("d1", "Lin", 0, 5),
        ("d1", "魏", 1, 5),
        ("d1", "Lin", 7, 9),
    ]
    assert len({s.code for s in given.spans}) == 2


def test_offsets_that_count_no_characters_are_asked_about() -> None:
    for text in (
        "we began alone, nobody came to us",
        "一切都从信任开始，客户看见了就慢慢回来",
        "three men and a machine",
    ):
        row = f'1,2,"{text}"'
        with pytest.raises(InvalidInput, match="count paragraphs"):
            spans(f"document,coder,code,start,end,text\nd,A,x,{row}\nd,B,x,{row}\nd,A,y,{row}\n")


def workbook(path: Path, **sheets: list[list[object]]) -> Path:
    with xlsxwriter.Workbook(path) as book:
        for name, rows in sheets.items():
            page = book.add_worksheet(name)
            for i, row in enumerate(rows):
                for j, cell in enumerate(row):
                    if isinstance(cell, date):
                        page.write_datetime(i, j, cell, book.add_format({"num_format": "yyyy-mm-dd"}))
                    elif isinstance(cell, str):
                        page.write_string(i, j, cell)
                    else:
                        page.write(i, j, cell)
    return path


def test_a_spreadsheet_with_numbers_as_text_dates_and_sheets_is_read_as_it_is_meant(tmp_path: Path) -> None:
    rows: list[list[object]] = [["编号", "日期", "林", "魏"]]
    rows += [[i, date(2026, 11, i), i % 3, str(i % 3) if i < 8 else str((i + 1) % 3)] for i in range(1, 11)]
    report = read(workbook(tmp_path / "x.xlsx", 第一轮=rows, 第二轮=rows))
    notes = {note.code: dict(note.values) for note in report.reading}
    assert notes["columns"]["coders"] == ["林", "魏"]
    assert notes["left_out"] == {"column": "日期", "why": "date"}
    assert notes["sheet"] == {"sheet": "第一轮", "others": ["第二轮"]}
    assert report.data["categories"] == ["0", "1", "2"]
    assert open_table(str(tmp_path / "x.xlsx"), sheet="第二轮").table.sheet == "第二轮"


def test_truth_values_of_a_spreadsheet_and_of_text_are_one(tmp_path: Path) -> None:
    rows: list[list[object]] = [["unit", "A", "B"]]
    rows += [[i, i % 2 == 0, "TRUE" if i % 2 == 0 else "false"] for i in range(6)]
    report = read(workbook(tmp_path / "x.xlsx", one=rows))
    assert next(f.number.value for f in report.figures) == 1
