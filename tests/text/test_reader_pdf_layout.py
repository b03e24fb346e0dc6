"""Paragraphs, order, direction and running lines of PDFs; `files/pdf/README.md` says where the files come from."""

import json
from pathlib import Path
from typing import TypeAlias

import pytest

from intercoder.text.readers import USUAL, Choices, ReadDocument, read
from intercoder.text.readers.pdf.bidi import balanced, logical
from intercoder.text.readers.pdf.lines import Line
from intercoder.text.readers.pdf.strokes import without_strokes
from text.text_files import pdf

FILES = Path(__file__).parent / "files" / "pdf"
KNOWN: dict[str, dict[str, list[str]]] = json.loads((FILES / "known.json").read_text(encoding="utf-8"))
WITHOUT = Choices(without_running_lines=True)
Piece: TypeAlias = tuple[float, float, float, str]
FULL = "These words fill the line from the left margin to the right one, as they do in any longer paragraph, so that it"


def read_file(name: str, choices: Choices = WITHOUT) -> ReadDocument:
    return read(f"{name}.pdf", (FILES / f"{name}.pdf").read_bytes(), choices)


def column(left: float, top: float, *lines: str, step: float = 14) -> list[Piece]:
    return [(left, top - step * number, 10, line) for number, line in enumerate(lines)]


def paragraphs(pages: list[list[Piece]], choices: Choices = USUAL) -> list[str]:
    return read("a.pdf", pdf(pages), choices).text.split("\n")


@pytest.mark.parametrize("name", KNOWN)
def test_a_pdf_says_what_was_given_to_the_program_that_made_it(name: str) -> None:
    document = read_file(name)
    assert document.text.split("\n") == KNOWN[name]["paragraphs"]
    assert [line.text for line in document.found.running_lines] == KNOWN[name]["running"]


@pytest.mark.parametrize("path", sorted(FILES.glob("k[0-9]*.json")), ids=lambda path: path.stem)
def test_lines_that_were_once_taken_apart_or_turned_round_are_right(path: Path) -> None:
    assert read_file(path.stem).text == json.loads(path.read_text(encoding="utf-8"))["text"]


@pytest.mark.parametrize("name", ["word_en_report", "word_zh_report", "word_ar_report", "typst_zh_report"])
def test_running_lines_stay_unless_they_are_left_out_and_cut_no_paragraph(name: str) -> None:
    kept = read_file(name, USUAL)
    lines = kept.text.split("\n")
    assert kept.found.running_lines == read_file(name).found.running_lines
    assert any("running title" in remark.sentence for remark in kept.warnings)
    assert [line for line in lines if line in set(KNOWN[name]["paragraphs"])] == KNOWN[name]["paragraphs"]
    title, pages = kept.found.running_lines[0].text, kept.found.running_lines[0].pages
    assert lines.count(title) == pages > 1


def test_what_is_left_out_goes_from_every_page_and_pages_keep_their_text() -> None:
    document = read_file("typst_zh_report")
    pages = [anchor for anchor in document.anchors if anchor.kind == "page"]
    assert [page.label for page in pages] == ["1", "2", "3", "4", "5", "6"]
    assert "".join(document.text[page.start : page.end] for page in pages).replace("\n", "") == document.text.replace(
        "\n", ""
    )


@pytest.mark.parametrize(
    "titles",
    [
        [f"- {number} -" for number in range(1, 6)],
        ["iii", "iv", "v", "vi", "vii"],
        [f"Interviews {n}" if n % 2 else f"{n} A. Lund" for n in range(11, 17)],
        [f"Page {number} of 5" for number in range(1, 6)],
        ["Chapter one"] * 5,
    ],
)
def test_titles_and_numbers_in_any_form_are_offered_with_the_pages_they_stand_on(titles: list[str]) -> None:
    texts = [f"{'Shee' + chr(97 + number)} {FULL[6:]} somewhere." for number in range(len(titles))]
    pages = [
        [(280.0, 770.0, 9.0, title), *column(50, 700, text[:-11], "somewhere.")]
        for title, text in zip(titles, texts, strict=True)
    ]
    document = read("a.pdf", pdf(pages), WITHOUT)
    assert document.text.split("\n") == texts
    assert sum(line.pages for line in document.found.running_lines) == len(titles)


@pytest.mark.parametrize(
    "tops",
    [
        ["Table 3", "Table 9", "Table 4", "Table 1", "Table 12"],
        ["17", "4", "203", "9", "51"],
        ["Anna came.", "Bo left.", "Carl slept.", "Dora ran.", "Eve sang."],
    ],
)
def test_lines_at_the_edge_that_do_not_run_are_not_offered(tops: list[str]) -> None:
    pages = [[(50, 770, 10, top), *column(50, 700, FULL, "ends here.")] for top in tops]
    assert read("a.pdf", pdf(pages)).found.running_lines == ()


@pytest.mark.parametrize("names", [("Interviewer", "Anna Lund"), ("Q", "A"), ("Speaker 1", "Speaker 2")])
def test_a_turn_begins_a_paragraph_even_after_a_full_line(names: tuple[str, str]) -> None:
    turns = [f"{names[number % 2]}: {FULL[: 108 - len(names[number % 2])]}" for number in range(6)]
    assert paragraphs([column(50, 700, *turns)]) == turns


@pytest.mark.parametrize("marks", ["1. 2. 3.", "(a) (b) (c)", "\x95 \x95 \x95"])
def test_an_item_of_a_list_begins_a_paragraph_and_its_deeper_lines_go_on(marks: str) -> None:
    items = [f"{mark} {FULL[:100]}" for mark in marks.split(" ")]
    page: list[Piece] = [
        piece
        for n, item in enumerate(items)
        for piece in ((50, 700 - 28 * n, 10, item), (64, 686 - 28 * n, 10, "and goes on below."))
    ]
    assert [line[-18:] for line in paragraphs([page])] == ["and goes on below."] * 3


def test_paragraphs_are_told_by_an_indent_alone_or_by_a_gap_alone() -> None:
    ended = f"{FULL[:-12]} to its end."
    indented: list[Piece] = [(50 + 20 * (n % 3 == 0), 700 - 14 * n, 10, ended) for n in range(9)]
    apart: list[Piece] = [(50, 700 - 14 * n - 8 * (n // 3), 10, ended) for n in range(9)]
    loose: list[Piece] = [(50 + 20 * (n % 3 == 0), 700 - 30 * n, 10, ended) for n in range(9)]
    for page in (indented, apart, loose):
        assert paragraphs([page]) == [" ".join([ended] * 3)] * 3


def test_columns_that_a_file_gives_row_by_row_are_read_one_after_the_other() -> None:
    left = ["one two three four five six seven"] * 4 + ["and here it ends in every respect."]
    right = ["uno dos tres cuatro cinco seis siete"] * 4 + ["y se acaba."]
    rows = [piece for a, b in zip(column(50, 700, *left), column(300, 700, *right), strict=True) for piece in (a, b)]
    assert paragraphs([rows]) == [" ".join(left), " ".join(right)]
    cells: list[Piece] = [
        piece for n in range(5) for piece in ((50, 700 - 14 * n, 10, f"row {n}"), (300, 700 - 14 * n, 10, f"{n}"))
    ]
    assert paragraphs([cells]) == [f"row {n} {n}" for n in range(5)]


def test_a_page_whose_order_is_in_doubt_is_named() -> None:
    sound = column(50, 700, FULL, "ends here.")
    turned = [*column(50, 400, FULL, "stands below."), *column(50, 700, FULL, "stands above.")]
    document = read("a.pdf", pdf([sound, turned, sound, turned]))
    assert [remark.values for remark in document.warnings if "order" in remark.sentence] == [{"pages": "2, 4"}]
    assert document.text.index("stands above") < document.text.index("stands below")


def test_a_page_whose_paragraphs_are_in_doubt_is_named() -> None:
    broken = ["the line", "goes on and on", "with lines of", "all lengths", "but no end and no", "edge that any"]
    document = read("a.pdf", pdf([column(50, 700, FULL, "ends here."), column(50, 700, *broken)]))
    assert [remark.values for remark in document.warnings if "paragraph" in remark.sentence] == [{"pages": "2"}]


def test_persian_without_its_joiners_is_said() -> None:
    assert any("Persian" in remark.sentence for remark in read_file("browser_fa").warnings)
    assert not any("Persian" in remark.sentence for remark in read_file("browser_ar").warnings)


@pytest.mark.parametrize(
    ("seen", "text"),
    [
        ("םולש", "שלום"),
        ("2015 תנשב", "בשנת 2015"),
        ("Windows 11 לע", "על Windows 11"),
        (".3.5 אוה ךרעה", "הערך הוא 3.5."),
        ("35%-ב", "ב-35%"),
        ("۱۳۹۸-۱۳۹۷ یاه", "های ۱۳۹۷-۱۳۹۸"),
        ("۱۲٫۵ دادرارق", "قرارداد ۱۲٫۵"),
        ("ERP ماظن", "نظام ERP"),
        ("%35 ةبسنب", "بنسبة 35%"),
        ("www.a-b.org عقوم", "موقع www.a-b.org"),
    ],
)
def test_a_line_seen_from_right_to_left_is_read_in_its_order(seen: str, text: str) -> None:
    assert logical(list(seen)) == text


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("אמר )בשקט( כן", "אמר (בשקט) כן"),
        ("او »نه« گفت", "او «نه» گفت"),
        ("قال (نعم) ثم [لا]", "قال (نعم) ثم [لا]"),
        ("א) ראשון", "א) ראשון"),
    ],
)
def test_brackets_of_a_right_to_left_paragraph_open_before_they_close(text: str, right: str) -> None:
    assert balanced(text) == right


def rtl_line(text: str) -> Line:
    return Line(text, 0, 0, 1, 0, 10, 1, -1, 0, rtl=True)


@pytest.mark.parametrize(
    ("texts", "right"),
    [
        (["وقعن/ا عق/ودا جدي/دة", "م/عالم"], ["وقعنا عقودا جديدة", "معالم"]),
        (["السAAنة كAثيرة", "مAعامل ERP"], ["السنة كثيرة", "معامل ERP"]),
        (["نعم/لا", "نعم/لا و/أو", "نعم/لا هو/هي"], ["نعم/لا", "نعم/لا و/أو", "نعم/لا هو/هي"]),
        (["في 1/2 و 3/4", "س/ص ع/ف ق/ك"], ["في 1/2 و 3/4", "س/ص ع/ف ق/ك"]),
    ],
)
def test_strokes_between_arabic_letters_go_and_signs_stay(texts: list[str], right: list[str]) -> None:
    lines = [rtl_line(text) for text in texts]
    without_strokes(lines)
    assert [line.text for line in lines] == right
