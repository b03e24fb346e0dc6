import io

import docx as python_docx
import pytest

from intercoder.errors import InvalidInput
from intercoder.text.anchors import Data
from intercoder.text.readers import ReadDocument, read
from text.text_files import W, docx, p, part, zipped


def text_of(body: str, **parts: str) -> str:
    return read("a.docx", docx(body, **parts)).text


def of_kind(document: ReadDocument, kind: str) -> list[tuple[str, str, Data]]:
    return [(document.text[a.start : a.end], a.label, a.data) for a in document.anchors if a.kind == kind]


def run(text: str, properties: str = "") -> str:
    return f"<w:r><w:rPr>{properties}</w:rPr><w:t>{text}</w:t></w:r>"


def test_a_file_written_by_a_library_is_read_with_headings_tables_tabs_and_breaks() -> None:
    made = python_docx.Document()
    made.add_heading("访谈记录", level=1)
    made.add_heading("第一部分", level=2)
    paragraph = made.add_paragraph("第一行")
    paragraph.add_run().add_break()
    paragraph.add_run("第二行\t后面")
    made.add_paragraph("")
    table = made.add_table(rows=2, cols=2)
    for cell, text in zip([cell for row in table.rows for cell in row.cells], ["甲", "", "丙", "丁"], strict=True):
        cell.text = text
    made.add_paragraph("𠮷野家")
    stream = io.BytesIO()
    made.save(stream)
    document = read("访谈.docx", stream.getvalue())
    assert document.text == "访谈记录\n第一部分\n第一行\n第二行\t后面\n\n甲\t\n丙\t丁\n𠮷野家"
    assert of_kind(document, "heading") == [
        ("访谈记录", "访谈记录", {"level": 1}),
        ("第一部分", "第一部分", {"level": 2}),
    ]
    assert of_kind(document, "row") == [
        ("甲", "1.1", {"table": 1, "row": 1}),
        ("丙\t丁", "1.2", {"table": 1, "row": 2}),
    ]
    assert (document.format, document.reader, document.encoding, document.warnings) == (
        "docx",
        "docx 2",
        None,
        [],
    )


def test_insertions_are_kept_and_deletions_are_left_out() -> None:
    body = p(
        "甲",
        f'<w:ins w:author="x">{run("插入")}</w:ins>',
        '<w:del w:author="x"><w:r><w:delText>删除</w:delText></w:r></w:del>',
        f"<w:moveFrom>{run('移走')}</w:moveFrom><w:moveTo>{run('移来')}</w:moveTo>",
        "乙",
    )
    document = read("a.docx", docx(body))
    assert document.text == "甲插入移来乙"
    assert any("tracked changes" in warning.sentence for warning in document.warnings)


def test_paragraphs_whose_mark_was_deleted_are_one() -> None:
    assert (
        text_of(p("前半，", properties="<w:rPr><w:del/></w:rPr>") + p("后半。") + p("下一段")) == "前半，后半。\n下一段"
    )


def test_a_deleted_table_row_is_left_out() -> None:
    def row(text: str, properties: str = "") -> str:
        return f"<w:tr><w:trPr>{properties}</w:trPr><w:tc>{p(text)}</w:tc></w:tr>"

    assert text_of(f"<w:tbl>{row('留')}{row('删', '<w:del/>')}{row('下')}</w:tbl>") == "留\n下"


def test_content_controls_links_and_fields_give_what_they_show() -> None:
    body = f"<w:sdt><w:sdtPr/><w:sdtContent>{p('控件段落')}</w:sdtContent></w:sdt>" + p(
        f"<w:sdt><w:sdtContent>{run('控件')}</w:sdtContent></w:sdt>",
        f"<w:hyperlink>{run('链接')}</w:hyperlink>",
        f'<w:fldSimple w:instr="PAGE">{run("域")}</w:fldSimple>',
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>TOC</w:instrText></w:r>',
        f"<w:smartTag>{run('标记')}</w:smartTag>",
        f"<w:ruby><w:rt>{run('zì')}</w:rt><w:rubyBase>{run('字')}</w:rubyBase></w:ruby>",
    )
    assert text_of(body) == "控件段落\n控件链接域标记字"


def test_a_text_box_is_read_once_and_behind_its_paragraph() -> None:
    content = f"<w:txbxContent>{p('框一')}{p('框二')}</w:txbxContent>"
    box = (
        "<w:r><mc:AlternateContent>"
        f'<mc:Choice Requires="wps"><w:drawing><wps:txbx>{content}</wps:txbx></w:drawing></mc:Choice>'
        f"<mc:Fallback><w:pict><v:shape><v:textbox>{content}</v:textbox></v:shape></w:pict></mc:Fallback>"
        "</mc:AlternateContent></w:r>"
    )
    assert text_of(p("前", box, "后") + p("下一段")) == "前后\n框一\n框二\n下一段"
    old = f"<w:r><w:pict><v:shape><v:textbox>{content}</v:textbox></v:shape></w:pict></w:r>"
    assert text_of(p("前", old)) == "前\n框一\n框二"


def test_an_emoji_with_a_fallback_is_read_once() -> None:
    emoji = (
        '<w:r><mc:AlternateContent><mc:Choice Requires="w16se"><w16se:symEx/></mc:Choice>'
        "<mc:Fallback><w:t>🙂</w:t></mc:Fallback></mc:AlternateContent></w:r>"
    )
    assert text_of(p("好", emoji, "的")) == "好🙂的"


def test_notes_are_numbered_in_the_text_and_stand_at_its_end() -> None:
    def note(kind: str, identity: str, *inside: str) -> str:
        return f'<w:{kind} w:id="{identity}">{p("<w:r><w:footnoteRef/></w:r>", *inside)}</w:{kind}>'

    body = p(
        "甲",
        '<w:r><w:endnoteReference w:id="7"/></w:r>',
        "乙",
        '<w:r><w:footnoteReference w:id="2"/></w:r>',
        "，又见",
        '<w:r><w:endnoteReference w:id="7"/></w:r>',
    ) + p("丙")
    document = read(
        "a.docx",
        docx(
            body,
            footnotes=note("footnote", "-1", "分隔")
            + note("footnote", "2", " 脚注")
            + note("footnote", "3", "没有引用"),
            endnotes=note("endnote", "7", " 尾注第一段") + "",
        ),
    )
    assert document.text == "甲[1]乙[2]，又见[1]\n丙\n[1] 尾注第一段\n[2] 脚注"
    assert of_kind(document, "note") == [
        ("[1] 尾注第一段", "1", {"number": 1, "type": "endnote", "reference": 1}),
        ("[2] 脚注", "2", {"number": 2, "type": "footnote", "reference": 5}),
    ]


def test_a_note_that_refers_to_itself_ends() -> None:
    inside = p("注", '<w:r><w:footnoteReference w:id="2"/></w:r>')
    body = p("甲", '<w:r><w:footnoteReference w:id="2"/></w:r>')
    assert text_of(body, footnotes=f'<w:footnote w:id="2">{inside}</w:footnote>') == "甲[1]\n[1] 注[1]"


def test_tables_are_read_row_by_row_also_inside_one_another() -> None:
    inner = f"<w:tbl><w:tr><w:tc>{p('内一')}</w:tc><w:tc>{p('内二')}</w:tc></w:tr></w:tbl>"
    body = (
        p("前")
        + f"<w:tbl><w:tr><w:tc>{p('一')}{p('二')}</w:tc><w:tc>{inner}{p()}</w:tc></w:tr>"
        + f"<w:sdt><w:sdtContent><w:tr><w:tc>{p('三')}</w:tc><w:tc>{p('四')}</w:tc></w:tr></w:sdtContent></w:sdt>"
        + "</w:tbl>"
        + p("后")
    )
    assert text_of(body) == "前\n一\n二\t内一\t内二\n\n三\t四\n后"


def test_headings_are_known_by_the_name_of_the_style_by_inheritance_and_by_outline_level() -> None:
    styles = (
        '<w:style w:styleId="1"><w:name w:val="heading 1"/></w:style>'
        '<w:style w:styleId="own"><w:name w:val="我的标题"/><w:basedOn w:val="1"/></w:style>'
        '<w:style w:styleId="body"><w:name w:val="正文"/><w:basedOn w:val="loop"/></w:style>'
        '<w:style w:styleId="loop"><w:name w:val="环"/><w:basedOn w:val="body"/></w:style>'
        '<w:style w:styleId="out"><w:name w:val="o"/><w:pPr><w:outlineLvl w:val="2"/></w:pPr></w:style>'
    )
    body = "".join(
        p(text, properties=properties)
        for text, properties in [
            ("一", '<w:pStyle w:val="1"/>'),
            ("二", '<w:pStyle w:val="own"/>'),
            ("三", '<w:pStyle w:val="out"/>'),
            ("四", '<w:outlineLvl w:val="3"/>'),
            ("不是", '<w:pStyle w:val="body"/>'),
            ("也不是", '<w:pStyle w:val="1"/><w:outlineLvl w:val="9"/>'),
        ]
    )
    document = read("a.docx", docx(body, styles=styles))
    assert of_kind(document, "heading") == [
        (text, text, {"level": level}) for text, level in [("一", 1), ("二", 1), ("三", 3), ("四", 4)]
    ]


def test_breaks_hyphens_symbols_and_mathematics_are_characters() -> None:
    inside = (
        "<w:r><w:t>a</w:t><w:br/><w:t>b</w:t><w:tab/><w:t>c</w:t><w:noBreakHyphen/><w:softHyphen/>"
        '<w:sym w:char="2022"/><w:sym w:char="zz"/><w:cr/></w:r><m:oMath><m:r><m:rPr/><m:t>x²</m:t></m:r></m:oMath>'
    )
    assert text_of(p(inside)) == "a\nb\tc-•\nx²"


def test_hidden_text_and_comments_are_left_out_and_named() -> None:
    body = p(
        "看得见",
        run("隐藏", "<w:vanish/>"),
        run("也看得见", '<w:vanish w:val="0"/>'),
        '<w:r><w:commentReference w:id="1"/></w:r>',
    )
    document = read("a.docx", docx(body, comments=f'<w:comment w:id="1">{p("批注")}</w:comment>'))
    assert document.text == "看得见也看得见"
    assert len(document.warnings) == 2


def test_a_file_in_the_strict_variant_of_the_format_is_read() -> None:
    strict = part("document", f"<w:body>{p('严格')}</w:body>").replace(
        W, "http://purl.oclc.org/ooxml/wordprocessingml/main"
    )
    assert read("a.docx", zipped({"[Content_Types].xml": "<Types/>", "word/document.xml": strict})).text == "严格"


@pytest.mark.parametrize(
    "members",
    [
        {"word/styles.xml": "<a/>"},
        {"word/document.xml": "<w:document"},
        {"word/document.xml": "<html/>"},
        {"word/document.xml": b""},
    ],
)
def test_a_package_without_a_sound_document_is_refused(members: dict[str, str | bytes]) -> None:
    with pytest.raises(InvalidInput) as refused:
        read("a.docx", zipped(members))
    assert refused.value.code == "broken_file"


def test_a_document_without_text_is_refused() -> None:
    with pytest.raises(InvalidInput) as refused:
        read("a.docx", docx(p("  ") + p()))
    assert refused.value.code == "empty_text"


def test_the_format_is_told_by_the_content_even_under_another_name() -> None:
    assert read("a.txt", docx(p("内容"))).format == "docx"


def test_a_large_document_is_read_whole() -> None:
    body = "".join(p(f"第{number}段，" + "数字化转型" * 40) for number in range(5_000))
    document = read("a.docx", docx(body))
    assert document.text.count("\n") == 4_999
    assert document.text.endswith("数字化转型" * 40)
