from pathlib import Path

import pytest

from intercoder.errors import InvalidInput
from intercoder.text.readers import Choices, ReadDocument, read


def html(body: str) -> ReadDocument:
    return read("a.html", f"<!doctype html><html><head><title>题</title></head><body>{body}</body></html>".encode())


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("<p>一</p><p>二</p>", "一\n二"),
        ("<div>a <b>b</b><i> c</i>\n  d</div>", "a b c d"),
        ("一<br>二<br><br>三", "一\n二\n\n三"),
        ("<ul><li>一<li>二</ul>后", "一\n二\n后"),
        ("<p>中文换行\n仍是中文\nthen English\nwords</p>", "中文换行仍是中文 then English words"),
        ("<p>中文\n<b>粗体</b></p>", "中文粗体"),
        ("<pre>  a\n   b</pre>c", "  a\n   b\nc"),
        ("<p>a&nbsp;&amp;&#8217;&#x20BB7;&lt;b&gt;</p>", "a\xa0&’𠮷<b>"),
        (
            "a<span hidden>x</span>b<p style='color:red; display : none'>y</p><p STYLE=visibility:hidden>z</p><p>c",
            "ab\nc",
        ),
        ("a<script>x</script><style>y</style><noscript>z</noscript><template>t</template><!-- c -->b", "ab"),
        ("<table><tr><td>一<td>二</tr><tr><td><p>三</p><td></tr></table>后", "一\t二\n三\t\n后"),
        ("<table><tr><td></td><td> </td></tr><tr><td>x</td></tr></table>", "x"),
        ("<section><article><h1>题</h1><p>文</p></article></section>", "题\n文"),
        ("<p>unclosed <b>bold<p>next</div></span>", "unclosed bold\nnext"),
    ],
)
def test_a_page_reads_as_a_person_sees_it(body: str, expected: str) -> None:
    assert html(body).text == expected


PAYLOADS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)><text>alert</text></svg>",
    '<iframe src="javascript:alert(1)">alert</iframe>',
    '<a href="javascript:alert(1)"></a>',
    "<style>@import 'http://evil.example/alert'</style>",
    '<object data="data:text/html,alert"><embed src=alert></object>',
]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_nothing_that_could_run_is_left_of_a_page(payload: str) -> None:
    text = html(f"<p>前</p>{payload}<p>后</p>").text
    assert text.split() == ["前", "后"]


def test_headings_and_rows_are_anchors() -> None:
    document = html("<h1>第一 <i>章</i></h1><p>x</p><h3>小节</h3><table><tr><td>a<td>b</tr></table>")
    named = [
        (a.kind, document.text[a.start : a.end], a.label, a.data)
        for a in document.anchors
        if a.kind in ("heading", "row")
    ]
    assert named == [
        ("heading", "第一 章", "第一 章", {"level": 1}),
        ("heading", "小节", "小节", {"level": 3}),
        ("row", "a\tb", "1.1", {"table": 1, "row": 1}),
    ]


@pytest.mark.parametrize(
    "declared",
    [
        '<meta charset="gb2312">',
        "<meta charset=GBK>",
        '<meta http-equiv="Content-Type" content="text/html; charset=gb18030">',
        '<meta charset="utf-8">',
        "",
    ],
)
def test_a_chinese_page_is_read_whatever_it_declares(declared: str) -> None:
    text = "我们从二〇一五年开始做数字化转型，先从仓储系统入手，后来逐步延伸到供应链协同。"
    page = f"<html><head>{declared}</head><body><p>{text}</p></body></html>"
    document = read("a.htm", page.encode("gbk"))
    assert (document.text, document.encoding) == (text, "gb18030")


def test_a_page_in_utf8_is_read_as_that_whatever_it_declares() -> None:
    page = '<html><meta charset="gb2312"><p>数字化转型</p></html>'
    document = read("a.html", page.encode())
    assert (document.text, document.encoding) == ("数字化转型", "utf-8")


def test_the_choice_of_a_person_goes_before_the_declaration() -> None:
    page = '<html><meta charset="gbk"><p>數位轉型</p></html>'.encode("big5")
    assert read("a.html", page, Choices(encoding="big5")).text == "數位轉型"


def test_a_byte_order_mark_goes_before_the_declaration() -> None:
    page = '\ufeff<html><meta charset="gbk"><p>数字</p></html>'
    assert read("a.html", page.encode("utf-16-le")).text == "数字"
    assert read("a.html", page.encode()).text == "数字"


def test_xhtml_with_an_xml_declaration_is_read() -> None:
    page = '<?xml version="1.0" encoding="GB2312"?><html xmlns="http://www.w3.org/1999/xhtml"><body><p>数字</p></body></html>'
    assert read("a.xhtml", page.encode("gb2312")).text == "数字"


def test_a_page_under_the_name_of_a_text_is_known_by_its_start() -> None:
    assert read("a.txt", b"\xef\xbb\xbf\n<!DOCTYPE html><p>x").format == "html"


@pytest.mark.parametrize("depth", [3_000, 100_000])
def test_a_page_nested_beyond_reason_is_refused(depth: int) -> None:
    with pytest.raises(InvalidInput) as refused:
        html("<div>" * depth + "x")
    assert refused.value.code == "broken_file"


def test_a_page_nested_as_deep_as_bad_ones_are_is_read() -> None:
    assert html("<div>" * 1_500 + "x").text == "x"


def test_nothing_is_lost_behind_a_large_embedded_picture_or_a_long_text() -> None:
    picture = f'<img src="data:image/png;base64,{"A" * 12_000_000}">'
    assert html(f"<p>前</p>{picture}<p>后</p>").text == "前\n后"
    assert html(f"<p>{'字' * 4_000_000}</p><p>后</p>").text.endswith("字\n后")


def test_a_page_without_text_is_refused() -> None:
    with pytest.raises(InvalidInput) as refused:
        html("<script>x</script><img src=a>")
    assert refused.value.code == "empty_text"


def test_an_entity_of_a_page_reads_no_file(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("hush")
    page = f'<!DOCTYPE html [<!ENTITY x SYSTEM "{secret.as_uri()}">]><p>前&x;后'
    text = read("a.html", page.encode()).text
    assert "前" in text
    assert "hush" not in text
