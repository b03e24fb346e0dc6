import io
from pathlib import Path

import pypdfium2
import pytest

from intercoder.errors import InvalidInput, TooLarge
from intercoder.text.readers import read
from text.text_files import pdf

FILES = Path(__file__).parent / "files"


def pages_without_text(count: int) -> bytes:
    """Return a PDF whose pages hold one picture each, like a scan."""
    document = pypdfium2.PdfDocument.new()
    for _number in range(count):
        page = document.new_page(200, 200)
        bitmap = pypdfium2.PdfBitmap.new_native(20, 20, 4)
        bitmap.fill_rect((0, 0, 0, 255), 0, 0, 10, 10)
        image = pypdfium2.PdfImage.new(document)
        image.set_bitmap(bitmap)
        image.set_matrix(pypdfium2.PdfMatrix().scale(200, 200))
        page.insert_obj(image)
        page.gen_content()
    stream = io.BytesIO()
    document.save(stream)
    document.close()
    return stream.getvalue()


def with_pages_in_front(data: bytes, count: int) -> bytes:
    document = pypdfium2.PdfDocument(data)
    for _number in range(count):
        document.new_page(200, 200, 0)
    stream = io.BytesIO()
    document.save(stream)
    document.close()
    return stream.getvalue()


def test_the_lines_of_a_printed_page_are_joined_to_the_paragraphs_they_were(printed_pdf: bytes) -> None:
    lines = read("访谈.pdf", printed_pdf).text.split("\n")
    assert lines[0] == "企业数字化转型访谈"
    assert lines[1] == (
        "我们从二〇一五年开始做数字化转型，先从仓储系统入手，后来逐步延伸到供应链协同。受访者认为这是被迫的选择，因为客户的"
        "要求越来越高，而传统的做法已经不能满足需要了。𠮷野家也是这样。"
    )
    assert lines[2] == (
        "第二段：系统（ERP）上线以后，效率提高了百分之二十；但是员工并不满意。他们说：“这不是我们想要的。”于是公司又做了调整，"
        "花了两年时间才稳定下来。"
    )
    assert lines[3] == (
        "The second interview took place in the company's headquarters and lasted about ninety minutes; the respondent "
        "described the internationalization of the organization in considerable detail, with many digressions."
    )
    assert lines[4] == "A short one."


def test_every_page_with_text_is_an_anchor(printed_pdf: bytes) -> None:
    document = read("访谈.pdf", printed_pdf)
    pages = [anchor for anchor in document.anchors if anchor.kind == "page"]
    assert [(page.label, page.data) for page in pages] == [("1", {"number": 1}), ("2", {"number": 2})]
    assert document.text[pages[0].start : pages[0].end].startswith("企业数字化转型访谈\n")
    second = document.text[pages[1].start : pages[1].end]
    assert second.startswith("第二页的文字从这里开始")
    assert second.endswith("直到没有新的概念出现为止。")
    assert (document.format, document.reader, document.encoding) == ("pdf", "pdf 2", None)


def test_the_same_file_gives_the_same_text_every_time(printed_pdf: bytes) -> None:
    assert read("a.pdf", printed_pdf) == read("b.pdf", printed_pdf)


def test_a_pdf_that_asks_for_a_password_is_refused() -> None:
    with pytest.raises(InvalidInput) as refused:
        read("a.pdf", (FILES / "encrypted.pdf").read_bytes())
    assert refused.value.code == "encrypted_pdf"
    assert "password" in str(refused.value)


def test_a_pdf_that_opens_without_a_password_is_read() -> None:
    assert read("a.pdf", (FILES / "owner_only.pdf").read_bytes()).text == "secret"


def test_a_scan_is_refused_with_a_way_out() -> None:
    with pytest.raises(InvalidInput) as refused:
        read("scan.pdf", pages_without_text(3))
    assert refused.value.code == "scanned_pdf"
    assert (refused.value.values["without"], refused.value.values["count"]) == (3, 3)
    assert "OCR" in str(refused.value)


def test_a_few_pages_without_text_are_named_and_most_are_too_many(printed_pdf: bytes) -> None:
    some = read("a.pdf", with_pages_in_front(printed_pdf, 8))
    assert any("Some pages have no text" in warning.sentence for warning in some.warnings)
    assert [anchor.label for anchor in some.anchors if anchor.kind == "page"] == ["9", "10"]
    with pytest.raises(InvalidInput) as refused:
        read("a.pdf", with_pages_in_front(printed_pdf, 9))
    assert refused.value.code == "scanned_pdf"


def test_more_pages_than_a_document_may_have_are_refused() -> None:
    with pytest.raises(TooLarge) as refused:
        read("a.pdf", with_pages_in_front((FILES / "owner_only.pdf").read_bytes(), 3_000))
    assert refused.value.code == "too_many_pages"


@pytest.mark.parametrize("data", [b"%PDF-1.7\n", b"%PDF-1.7\n" + b"garbage" * 1000, b"not a pdf at all"])
def test_a_damaged_pdf_is_refused(data: bytes) -> None:
    with pytest.raises(InvalidInput) as refused:
        read("a.pdf", data)
    assert refused.value.code == "broken_file"


def test_a_pdf_cut_short_is_refused_or_read_but_never_breaks(printed_pdf: bytes) -> None:
    codes = set()
    for part in range(1, 8):
        try:
            read("a.pdf", printed_pdf[: len(printed_pdf) * part // 8])
        except InvalidInput as refused:
            codes.add(refused.code)
    assert codes <= {"broken_file", "scanned_pdf"}


WIDE = (
    "This line is long enough to reach the right edge of the page with its margin of fifty points "
    "on both sides, so that a"
)


def column(left: float, top: float, *lines: str) -> list[tuple[float, float, float, str]]:
    return [(left, top - 14 * number, 10, line) for number, line in enumerate(lines)]


def test_the_columns_of_a_page_are_read_one_after_the_other_and_joined_each_by_itself() -> None:
    full = [
        "one two three four five six seven",
        "two one four three six five seven",
        "one four three two seven six five",
    ]
    page = column(50, 700, *full, "end of one.") + column(330, 700, *full, "end of two.")
    assert read("a.pdf", pdf([page])).text.split("\n") == [
        f"{' '.join(full)} end of one.",
        f"{' '.join(full)} end of two.",
    ]


def test_short_lines_of_a_conversation_stay_lines() -> None:
    lines = [
        "A: Good morning to you",
        "B: Yes",
        "A: And then?",
        "B: Nothing at all happened",
        "A: Fine",
        "B: Bye",
    ]
    assert read("a.pdf", pdf([column(50, 700, *lines)])).text.split("\n") == lines


def test_larger_letters_and_a_wider_gap_begin_something_new_even_after_a_full_line() -> None:
    heading = "A heading set in larger letters that fills the whole of its line up to"
    page = [(50, 734, 18, heading), *column(50, 722, WIDE, "it goes on", "and on")]
    page += [*column(50, 640, WIDE), *column(50, 600, "New after a gap", "with a line", "and one more")]
    assert read("a.pdf", pdf([page])).text.split("\n") == [
        heading,
        f"{WIDE} it goes on",
        "and on",
        WIDE,
        "New after a gap",
        "with a line",
        "and one more",
    ]


def test_a_finished_sentence_ends_its_paragraph_with_the_page() -> None:
    full = f"{WIDE[:-4]} end."
    assert read("a.pdf", pdf([column(50, 100, full), column(50, 700, "Internationalization.")])).text == (
        f"{full}\nInternationalization."
    )


def test_an_unfinished_sentence_goes_on_on_the_next_page_and_both_pages_keep_their_part() -> None:
    document = read("a.pdf", pdf([column(50, 100, WIDE), column(50, 700, "it goes on.")]))
    assert document.text == f"{WIDE} it goes on."
    pages = [document.text[a.start : a.end] for a in document.anchors if a.kind == "page"]
    assert pages == [WIDE, "it goes on."]


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (
            "and then it reaches the edge of the page at the end of this line with an inter-",
            "national word",
            "international",
        ),
        (
            "and then it reaches the edge of the page at the end of this line, a well-known-long-",
            "word",
            "well-known-long-word",
        ),
        (
            "and then it reaches the edge of the page at the end of this line, by the Anglo-",
            "American",
            "Anglo-American",
        ),
    ],
)
def test_a_word_divided_at_the_end_of_a_line_is_put_together(first: str, second: str, expected: str) -> None:
    line = "So " * 5 + first
    assert expected in read("a.pdf", pdf([column(50, 700, line, second)])).text


def test_a_running_title_is_kept_and_named() -> None:
    pages = [
        [(50, 780, 8, f"Annual report - {number}"), *column(50, 700, f"Text of page {number}")]
        for number in range(1, 6)
    ]
    document = read("a.pdf", pdf(pages))
    assert document.text.count("Annual report") == 5
    assert any("running title" in warning.sentence for warning in document.warnings)
    assert read("a.pdf", pdf([column(50, 700, f"Text {chr(65 + n) * 9}") for n in range(5)])).warnings == []
