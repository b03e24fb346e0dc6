"""Files of codebooks: ours valid and read back without loss, those of others as they are, hostile ones refused."""

import csv
import io
from pathlib import Path
from uuid import UUID, uuid5

import docx
import pytest
import xlsxwriter
from lxml import etree

from intercoder.errors import InvalidInput, TooLarge
from intercoder.interchange.codebook.changes import Known
from intercoder.interchange.codebook.given import Field, Form, Given
from intercoder.interchange.codebook.plan import Result, plan
from intercoder.interchange.codebook.reading import read_file
from intercoder.interchange.codebook.written import Appendix, Quoted, Written
from intercoder.language import speaking
from intercoder.reports.codebook import FileForm, codebook_file
from intercoder.stats.marks import Mark
from intercoder.stats.tones import TONES, hue_of, tone_of
from intercoder.stats.tree import Level
from intercoder.text.readers import code_file
from intercoder.text.readers.code_file import read_code_file
from intercoder.text.readers.limited import read_codes_limited
from text.text_files import zipped

SPACE = UUID(int=7)
SCHEMA = etree.XMLSchema(etree.parse(Path(__file__).parent / "refi/Codebook.xsd"))
TOKENS = Path(__file__).parents[2] / "static/css/tokens.css"


def code(name: str, level: Level, above: str, depth: int, **said: str) -> Written:
    guid = str(uuid5(SPACE, name)).upper()
    return Written(guid, "A3", name, level, depth, above, TONES[2][1], {Field(f): t for f, t in said.items()})


CODES = [
    code("资源行动", Level.CONSTRUCT, "", 0, other_name="Resourcing in action", aliases="资源拼凑; bricolage"),
    code(
        "就手拼凑", Level.THEME, "资源行动", 1, definition="定义：一段\n\n二段\\x: y\n别名: 不是别名", include="=SUM(1)"
    ),
    code("旧物改用", Level.CONCEPT, "就手拼凑", 2, example="“把旧机器接上网😀𠮷”", near_miss='a & b < "c" > d'),
    code("=cmd|' /C calc'!A1", Level.LABEL, "旧物改用", 3, exclude="-1\n+2\n@x"),
    code("没有上级的概念", Level.CONCEPT, "", 0, colour="4"),
]
KNOWN = [
    Known(UUID(c.guid), c.name, c.level, uuid5(SPACE, c.above) if c.above else None, 0, {**c.said, Field.COLOUR: "3"})
    if c.name != "没有上级的概念"
    else Known(UUID(c.guid), c.name, c.level, None, 0, c.said)
    for c in CODES
]


def written(form: FileForm, language: str, codes: list[Written] = CODES) -> tuple[str, bytes]:
    with speaking(language):
        data, _, name = codebook_file(codes, form, "就手成事", 3)
    return name, data


def test_a_word_file_with_passages_is_read_as_the_same_codebook() -> None:
    passages = [
        Quoted("…之前", "把旧机器\t接上网\n第二行", "之后…", "访谈 · 第 1 轮 · 甲"),
        Quoted("", "编码\t层级\t名称", "", "年报 · 第 2 轮 · 乙"),
        Quoted("a ", '=SUM(1) <b> & "x" 😀𠮷', " b", "web · round 1 · A"),
    ]
    appendix = Appendix("编码片段", "每个编码至多三个。", [(f"A3 {c.name} · 3", passages) for c in CODES])
    with speaking("zh"):
        plain = codebook_file(CODES, FileForm.DOCX, "就手成事", 3)[0]
        full = codebook_file(CODES, FileForm.DOCX, "就手成事", 3, appendix)[0]
    assert read_file(read_code_file("a.docx", full)) == read_file(read_code_file("a.docx", plain))
    said = [paragraph.text for paragraph in docx.Document(io.BytesIO(full)).paragraphs]
    assert said.count("访谈 · 第 1 轮 · 甲") == len(CODES)
    assert "…之前把旧机器\t接上网\n第二行之后…" in said


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("form", FileForm)
def test_what_is_exported_and_pasted_again_changes_nothing_and_makes_the_same_codes(
    form: FileForm, language: str
) -> None:
    given = read_file(read_code_file(*written(form, language)))
    if form is FileForm.QDC:  # the format knows a colour for each code, not which of them somebody chose
        given = Given(given.form, given.lines[:-1])
    again = plan(given, KNOWN)
    assert [(row.line.name, row.result, row.changes) for row in again.rows] == [
        (c.name, Result.SAME, ()) for c in CODES[: len(given.lines)]
    ]
    made = plan(given, [])
    assert [(row.line.name, row.level, row.depth, row.result) for row in made.rows] == [
        (c.name, c.level, c.depth, Result.NEW) for c in CODES[: len(given.lines)]
    ]
    said = {field: text for field, text in made.rows[1].said.items() if text and field is not Field.COLOUR}
    assert said == CODES[1].said


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_qdc_is_valid_by_the_schema_of_refi(language: str) -> None:
    for codes in (CODES, CODES[-1:], [code("控\x0b制\ufffe", Level.LABEL, "", 0, definition="x\x01y")]):
        _, data = written(FileForm.QDC, language, codes)
        SCHEMA.assertValid(etree.fromstring(data))
        assert written(FileForm.QDC, language, codes)[1] == data


def test_no_cell_of_a_csv_is_computed_by_a_spreadsheet_and_excel_reads_it_as_utf_8() -> None:
    _, data = written(FileForm.CSV, "zh")
    assert data.startswith(b"\xef\xbb\xbf")
    cells = [cell for row in csv.reader(io.StringIO(data.decode("utf-8-sig"))) for cell in row]
    assert not [cell for cell in cells if cell[:1] in "=+-@\t\r" and cell]
    assert "'=cmd|' /C calc'!A1" in cells


def test_a_spreadsheet_holds_text_and_no_formula() -> None:
    name, data = written(FileForm.XLSX, "zh")
    (table,) = read_code_file(name, data).tables
    assert table[0][:4] == ("编号", "编码", "层级", "上级编码") or table[0][:4] == ("编号", "层级", "编码", "上级编码")
    sheet = etree.fromstring(zipped_member(data, "xl/worksheets/sheet1.xml"))
    assert not sheet.findall(".//{*}f")


def zipped_member(data: bytes, name: str) -> bytes:
    import zipfile

    return zipfile.ZipFile(io.BytesIO(data)).read(name)


def test_the_tones_of_files_are_those_of_the_pages() -> None:
    text = TOKENS.read_text()
    for hue, steps in enumerate(TONES):
        for step, tone in enumerate(steps):
            assert f"--h{hue}s{step}: light-dark({tone.lower()}," in text
            assert hue_of(tone_of(Mark(hue, step, 0))) == hue
    assert hue_of("#123456") is None


# --- files of others -----------------------------------------------------------------------------


def names(data: bytes, name: str) -> list[tuple[int, str]]:
    return [(line.depth, line.name) for line in read_file(read_code_file(name, data)).lines]


def test_a_spreadsheet_of_somebody_with_a_title_a_first_sheet_of_notes_and_merged_cells() -> None:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        notes = book.add_worksheet("说明")
        notes.write_string(0, 0, "本表为第三稿")
        sheet = book.add_worksheet("编码本")
        sheet.merge_range(0, 0, 0, 3, "编码表（第三稿）")
        for place, heading in enumerate(("聚合构念", "二阶主题", "一阶概念", "定义")):
            sheet.write_string(1, place, heading)
        sheet.merge_range(2, 0, 4, 0, "资源行动")
        sheet.merge_range(2, 1, 3, 1, "就手拼凑")
        for row, (theme, concept) in enumerate((("", "旧物改用"), ("", "土法沉淀"), ("能力重组", "边试边改")), 2):
            if theme:
                sheet.write_string(row, 1, theme)
            sheet.write_string(row, 2, concept)
            sheet.write_number(row, 3, 2020)
    assert names(file.getvalue(), "编码.xlsx") == [
        (0, "资源行动"),
        (1, "就手拼凑"),
        (2, "旧物改用"),
        (2, "土法沉淀"),
        (1, "能力重组"),
        (2, "边试边改"),
    ]


def test_a_word_document_with_a_table_or_with_a_list() -> None:
    document = docx.Document()
    document.add_paragraph("附录一 编码本")
    table = document.add_table(rows=3, cols=3)
    for row, cells in zip(
        table.rows, (("范畴", "概念", "典型引文"), ("拼凑", "旧物", "“一”"), ("", "土法", "“二”")), strict=True
    ):
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = text
    table.cell(1, 0).merge(table.cell(2, 0))
    file = io.BytesIO()
    document.save(file)
    assert names(file.getvalue(), "附录.docx") == [(0, "拼凑"), (1, "旧物"), (1, "土法")]
    listed = docx.Document()
    for text in ("资源行动", "\t就手拼凑", "\t\t旧物改用"):
        listed.add_paragraph(text)
    file = io.BytesIO()
    listed.save(file)
    assert names(file.getvalue(), "列表.docx") == [(0, "资源行动"), (1, "就手拼凑"), (2, "旧物改用")]


#: as Taguette 1.4 writes it (with an empty Sets, which the schema refuses), and an older namespace with braces
TAGUETTE = """<?xml version="1.0" encoding="utf-8"?>
<CodeBook xmlns="urn:QDA-XML:codebook:1.0" origin="Taguette 1.4.1"><Codes>
<Code name="interesting" guid="0d62985d-b147-5d01-a9b5-cae84f0fcb91" isCodable="true"><Description>Further review</Description></Code>
<Code name="信任" guid="0d62985d-b147-5d01-a9b5-cae84f0fcb92" isCodable="true"><Description/></Code></Codes><Sets/></CodeBook>"""
OLDER = """<CodeBook xmlns="urn:QDA-XML:codebook:0:4" origin="ATLAS.ti"><Codes>
<Code guid="{0D62985D-B147-5D01-A9B5-CAE84F0FCB91}" name="资源" isCodable="false" color="#ff0000">
<Code guid="{0D62985D-B147-5D01-A9B5-CAE84F0FCB92}" name="拼凑" isCodable="true"/></Code></Codes></CodeBook>"""


@pytest.mark.parametrize(
    ("text", "tree"), [(TAGUETTE, [(0, "interesting"), (0, "信任")]), (OLDER, [(0, "资源"), (1, "拼凑")])]
)
def test_qdc_files_of_other_programs_are_read_leniently(text: str, tree: list[tuple[int, str]]) -> None:
    given = read_file(read_code_file("c.qdc", text.encode()))
    assert (given.form, [(line.depth, line.name) for line in given.lines]) == (Form.QDC, tree)
    assert str(UUID(given.lines[0].guid)) == "0d62985d-b147-5d01-a9b5-cae84f0fcb91"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_csv_or_text_file_is_read_in_its_encoding(encoding: str) -> None:
    text = "编码,定义\n旧物改用,把旧设备用于新用途，在推进中改变自身的能力\n土法沉淀,把师傅的手感写成数字与口诀，人人都能照着做\n"
    assert names(text.encode(encoding), "编码.csv") == [(0, "旧物改用"), (0, "土法沉淀")]


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("a.xlsx", b"", "is empty"),
        ("a.xlsx", b"PK\x03\x04 broken", "complete zip"),
        ("a.xlsx", zipped({"xl/workbook.xml": "<x/>"}), "not a spreadsheet"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "not a spreadsheet"),
        ("a.zip", zipped({"a.txt": "x"}), "cannot be read"),
        ("a.qdpx", zipped({"project.qde": "<Project/>"}), "whole project"),
        ("a.pdf", b"%PDF-1.7", "cannot be read"),
        ("a.qdc", b"<!DOCTYPE x [<!ENTITY e 'x'>]><CodeBook/>", "document type"),
        ("a.qdc", b"<CodeBook><Codes>", "well-formed"),
        ("a.qdc", b"<Project/>", "no codebook"),
        (
            "a.qdc",
            b"<CodeBook><Codes>" + b"<Code name='x' guid='y'>" * 60 + b"</Code>" * 60 + b"</Codes></CodeBook>",
            "deep",
        ),
        ("a.qdc", b"<CodeBook><Codes/></CodeBook>", "no code in this"),
    ],
)
def test_what_is_no_codebook_is_refused_with_a_sentence(name: str, data: bytes, why: str) -> None:
    with pytest.raises(InvalidInput, match=why):
        read_file(read_codes_limited(name, data))


def test_a_file_that_is_too_large_is_refused_by_its_length() -> None:
    with pytest.raises(TooLarge, match="at most 20 MB"):
        read_code_file("a.csv", b"x" * (code_file.MAX_BYTES + 1))


@pytest.mark.parametrize("form", FileForm)
def test_a_codebook_comes_back_whole_from_the_other_process(form: FileForm) -> None:
    name, data = written(form, "zh")
    assert read_codes_limited(name, data) == read_code_file(name, data)
