"""What Word shows and a file holds elsewhere: numbers, SmartArt, symbol fonts; and what is said of headers and footers."""

from pathlib import Path

import pytest

from intercoder.text.readers import Choices, read
from intercoder.text.readers.word_numbers import written
from text.text_files import docx, p


def level(depth: int, kind: str, text: str, more: str = "") -> str:
    return f'<w:lvl w:ilvl="{depth}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/><w:lvlText w:val="{text}"/>{more}</w:lvl>'


def numbering(*levels: str, more: str = "") -> str:
    lists = f'<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>{more}'
    return f'<w:abstractNum w:abstractNumId="0">{"".join(levels)}</w:abstractNum>{lists}'


def item(words: str, depth: int = 0, number: int = 1) -> str:
    return p(words, properties=f'<w:numPr><w:ilvl w:val="{depth}"/><w:numId w:val="{number}"/></w:numPr>')


QUESTIONS = numbering(level(0, "decimal", "Q%1:", '<w:suff w:val="space"/>'))
CLAUSES = numbering(
    level(0, "chineseCountingThousand", "第%1章"),
    level(1, "chineseCountingThousand", "第%2条", '<w:lvlRestart w:val="0"/>'),
    level(2, "chineseCountingThousand", "（%3）", '<w:suff w:val="nothing"/>'),
)
LEGAL = numbering(
    level(0, "upperRoman", "%1."), level(1, "decimal", "%1.%2", "<w:isLgl/>"), level(2, "lowerLetter", "%3)")
)
AGAIN = '<w:num w:numId="2"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride></w:num>'


@pytest.mark.parametrize(
    ("lists", "body", "expected"),
    [
        (QUESTIONS, [item("Why?"), p("Because."), item("And then?")], ["Q1: Why?", "Because.", "Q2: And then?"]),
        (
            CLAUSES,
            [item("总则"), item("甲", 1), item("乙", 1), item("细", 2), item("罚则"), item("丙", 1), item("细", 2)],
            ["第一章\t总则", "第一条\t甲", "第二条\t乙", "（一）细", "第二章\t罚则", "第三条\t丙", "（一）细"],
        ),
        (
            LEGAL,
            [item("One"), item("a", 1), item("b", 1), item("c", 2), item("Two"), item("d", 1)],
            ["I.\tOne", "1.1\ta", "1.2\tb", "a)\tc", "II.\tTwo", "2.1\td"],
        ),
        (
            numbering(level(0, "decimal", "%1."), more=AGAIN),
            [item("一"), item("二"), item("又一", number=2), item("又二", number=2)],
            ["1.\t一", "2.\t二", "1.\t又一", "2.\t又二"],
        ),
        (numbering(level(0, "bullet", "\uf0b7")), [item("没有号"), item("none", number=0)], ["没有号", "none"]),
        (numbering(level(0, "decimal", "%1.")), [item("一"), item(""), item("三")], ["1.\t一", "", "3.\t三"]),
    ],
    ids=["questions", "clauses", "legal", "begun again", "bullets", "empty"],
)
def test_numbers_that_word_makes_are_written_as_it_shows_them(lists: str, body: list[str], expected: list[str]) -> None:
    data = docx("".join(body), numbering=lists)
    document = read("规章.docx", data)
    assert document.text.split("\n") == expected
    bare = read("规章.docx", data, Choices(numbering=False))
    assert bare.found.numbered == document.found.numbered
    assert bare.text.split("\n")[0] in expected[0]
    assert bool(bare.found.numbered) == any("Numbers" in warning.sentence for warning in bare.warnings)


def test_a_style_can_number_its_paragraphs() -> None:
    lists = numbering(
        level(0, "ordinalText", "%1 part", '<w:pStyle w:val="H1"/>'),
        level(1, "decimalZero", "%2", '<w:pStyle w:val="H2"/>'),
    )
    given = '<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr>'
    styles = "".join(
        f'<w:style w:type="paragraph" w:styleId="{name}"><w:name w:val="{name}"/>{base}{own}</w:style>'
        for name, base, own in (
            ("H1", "", given),
            ("H2", "", given),
            ("Own", '<w:basedOn w:val="H1"/>', ""),
            ("Bare", '<w:basedOn w:val="H1"/>', '<w:pPr><w:numPr><w:numId w:val="0"/></w:numPr></w:pPr>'),
        )
    )
    body = "".join(
        p(words, properties=f'<w:pStyle w:val="{name}"/>')
        for words, name in (("A", "H1"), ("b", "H2"), ("C", "Own"), ("d", "Bare"), ("e", "H2"))
    )
    assert read("a.docx", docx(body, numbering=lists, styles=styles)).text.split("\n") == [
        "First part\tA",
        "01\tb",
        "Second part\tC",
        "d",
        "01\te",
    ]


@pytest.mark.parametrize(
    ("kind", "number", "shown"),
    [
        ("chineseCountingThousand", 36, "三十六"),
        ("chineseCountingThousand", 105, "一百零五"),
        ("chineseLegalSimplified", 10, "壹拾"),
        ("ideographDigital", 2024, "二〇二四"),
        ("japaneseCounting", 110, "百十"),
        ("koreanCounting", 21, "이십일"),
        ("lowerRoman", 49, "xlix"),
        ("upperLetter", 28, "BB"),
        ("ordinal", 112, "112th"),
        ("decimalEnclosedCircleChinese", 20, "⑳"),
        ("ideographTraditional", 10, "癸"),
        ("hebrew1", 15, "טו"),
        ("hindiNumbers", 12, "१२"),
        ("somethingNew", 7, "7"),
    ],
)
def test_numbers_are_written_in_every_format(kind: str, number: int, shown: str) -> None:
    assert written(kind, number) == shown


def run(text: str, font: str) -> str:
    return f'<w:r><w:rPr><w:rFonts w:ascii="{font}" w:hAnsi="{font}" w:eastAsia="宋体"/></w:rPr><w:t>{text}</w:t></w:r>'


@pytest.mark.parametrize(
    ("inner", "shown"),
    [
        ('<w:r><w:sym w:font="Wingdings" w:char="F0FC"/></w:r>', "✓"),
        ('<w:r><w:sym w:font="Symbol" w:char="F061"/></w:r>', "α"),
        ('<w:r><w:sym w:font="Wingdings 2" w:char="F052"/></w:r>', "☑"),
        ('<w:r><w:sym w:font="Wingdings 3" w:char="F067"/></w:r>', "🡒"),
        ('<w:r><w:sym w:font="Webdings" w:char="F0B1"/></w:r>', "🎙"),
        (run("\uf0e8是", "Wingdings"), "➔是"),
        (run("ab\uf0b3", "Symbol"), "αβ≥"),
        (run("plain", "Times New Roman"), "plain"),
    ],
)
def test_characters_of_symbol_fonts_are_those_that_one_sees(inner: str, shown: str) -> None:
    document = read("a.docx", docx(p(inner)))
    assert (document.text, document.warnings) == (shown, [])
    strange = read("a.docx", docx(p("一", '<w:r><w:sym w:font="Wingdings 3" w:char="F0FC"/></w:r>')))
    assert strange.text == "一�"
    assert [warning.values for warning in strange.warnings] == [{"fonts": "Wingdings 3"}]


@pytest.mark.parametrize("name", ["k12_numbering", "k12_smartart"])
def test_what_word_shows_is_in_the_text(name: str) -> None:
    data = (Path(__file__).parent / "files" / "kinds" / f"{name}.docx").read_bytes()
    expected = {
        "k12_numbering": "第一条\t员工每天签到。\n第二条\t机器每周检查一次。\n第三条\t负责人签字。",
        "k12_smartart": "Before the figure.\n\nTrust first\nThen orders\nAfter the figure.",
    }
    assert read("a.docx", data).text == expected[name]


def test_headers_and_footers_are_said_to_be_left_out() -> None:
    for words, left_out in (("访谈记录", True), ("Confidential", True), ("12", False)):
        document = read("a.docx", docx(p("一"), header1=p(words)))
        assert document.text == "一"
        assert any("headers or footers" in warning.sentence for warning in document.warnings) is left_out
