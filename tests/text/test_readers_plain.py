import json
from dataclasses import asdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intercoder.errors import InvalidInput
from intercoder.text.canonical import canonical
from intercoder.text.readers import Choices, read


def test_a_text_is_kept_as_written() -> None:
    written = "# 标题\n\n*强调*  两个空格\t制表\n\n　　缩进，ＡＢＣ。\n"
    for name, kind in (("a.md", "md"), ("A.TXT", "txt"), ("b.markdown", "md")):
        document = read(name, written.encode())
        assert (document.text, document.format, document.reader) == (written, kind, "plain 2")


def test_markdown_that_begins_with_html_stays_markdown() -> None:
    assert read("a.md", b"<html>\n").text == "<html>\n"


def test_line_ends_of_other_systems_become_line_feeds() -> None:
    assert read("a.txt", "一\r\n二\r三\u2028四".encode()).text == "一\n二\n三\n四"


def test_a_chinese_text_in_an_old_encoding_is_read_and_says_so() -> None:
    text = "我们从二〇一五年开始做数字化转型，先从仓储系统入手，后来逐步延伸到供应链协同。"
    document = read("a.txt", text.encode("gbk"))
    assert (document.text, document.encoding) == (text, "gb18030")


def test_a_guessed_encoding_is_a_warning_and_a_chosen_one_is_not() -> None:
    data = "客户".encode("gb18030")
    assert len(read("a.txt", data).warnings) == 1
    chosen = read("a.txt", data, Choices(encoding="gbk"))
    assert (chosen.text, chosen.warnings) == ("客户", [])


def test_anchors_come_in_the_order_of_the_text() -> None:
    document = read("a.txt", "访谈者：问\n受访者：答\n还有\n访谈者：完".encode())
    assert [(a.kind, a.label) for a in document.anchors] == [
        ("paragraph", "1"),
        ("turn", "访谈者"),
        ("turn", "受访者"),
        ("paragraph", "2"),
        ("paragraph", "3"),
        ("paragraph", "4"),
        ("turn", "访谈者"),
    ]


@given(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])))
def test_any_text_in_utf8_is_read_as_its_canonical_form_with_anchors_inside(text: str) -> None:
    if text.lstrip("\ufeff \n\r\t").lower().startswith(("<!doctype html", "<html")):
        return
    if not canonical(text).strip():
        with pytest.raises(InvalidInput, match=r"empty|no text"):
            read("a.txt", text.encode())
        return
    document = read("a.txt", text.encode())
    assert document.text == canonical(text)
    assert all(0 <= a.start < a.end <= len(document.text) for a in document.anchors)
    assert json.loads(json.dumps(asdict(document)))["text"] == document.text
