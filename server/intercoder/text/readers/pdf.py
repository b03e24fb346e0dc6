"""PDF with a text layer, page by page, its lines joined to paragraphs."""

import ctypes
import re
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

import pypdfium2
import pypdfium2.raw as pdfium

from intercoder.errors import InvalidInput, TooLarge, marked
from intercoder.text.anchors import AnchorKind
from intercoder.text.canonical import canonical
from intercoder.text.readers.document import MAX_PAGES, Builder, Raw, Remark, broken, check_characters
from intercoder.text.readers.lines import is_cjk, separator

READER = "pdf 1"

# What pdfium puts in the place of a hyphen at the end of a line, where it gives no line end.
_MARKED = ("\x02", "\ufffe")
# These too only divide a word when they end a line.
_DIVIDED = (*_MARKED, "\xad", "\u2010")
_ENDS = frozenset("。！？!?.…：:；;”’」』）)")
# What fonts give that do not say which characters their glyphs are.
_UNREADABLE = re.compile("[\ue000-\uf8ff\ufffd]")
_BIN = 10.0  # points; how finely the left edges of lines are told apart
# Latin and Han letters of one size differ in height by up to 15 %, headings from text by more than 20 %.
_SAME_SIZE = 0.2


@dataclass(frozen=True, slots=True)
class _Line:
    """One line of a page; lengths in points from the bottom left, ``word`` the width of its first word."""

    text: str
    page: int
    left: float
    right: float
    top: float
    size: float
    word: float


def read_pdf(data: bytes) -> Raw:
    """Return the text of a PDF, one line per paragraph, with an anchor per page that has text.

    Raises
    ------
    InvalidInput
        ``encrypted_pdf`` when it asks for a password; ``scanned_pdf`` when more than 80 % of its pages
        have no text; ``broken_file``.
    TooLarge
        ``too_many_pages``, ``too_many_characters``.
    """
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if getattr(error, "err_code", None) == pdfium.FPDF_ERR_PASSWORD:
            raise InvalidInput(
                "encrypted_pdf",
                "This PDF asks for a password. Open it in a PDF program, save a copy without the password, and "
                "import that.",
            ) from error
        raise broken(marked("it is no readable PDF")) from error
    with closing(document):
        count = len(document)
        if count == 0:
            raise broken(marked("it has no pages"))
        if count > MAX_PAGES:
            raise TooLarge(
                "too_many_pages",
                "This PDF has {count} pages, more than {limit}. Split it and import the parts.",
                count=count,
                limit=MAX_PAGES,
            )
        pages: list[list[_Line]] = []
        widths: list[float] = []
        characters = 0
        for number in range(count):
            lines, width = _page(document, number)
            characters += sum(len(line.text) for line in lines)
            check_characters(characters)
            pages.append(lines)
            widths.append(width)
    without = sum(not lines for lines in pages)
    if without * 10 > count * 8:
        raise InvalidInput(
            "scanned_pdf",
            "{without} of the {count} pages of this PDF have no text: they are pictures of pages. Run text "
            "recognition (OCR) on it and import the result.",
            without=without,
            count=count,
        )
    raw = _write(pages, widths)
    if without:
        raw.warnings.append(Remark(marked("Some pages have no text. They may be empty or pictures of text.")))
    if _has_repeated_lines(pages):
        raw.warnings.append(
            Remark(
                marked("The same line stands at the edge of most pages (a running title?). It was kept in the text.")
            )
        )
    if len(_UNREADABLE.findall(raw.text)) * 50 > len(raw.text):
        raw.warnings.append(
            Remark(marked("Many characters of this PDF have no meaning in its fonts and cannot be read."))
        )
    return raw


def _page(document: pypdfium2.PdfDocument, number: int) -> tuple[list[_Line], float]:
    try:
        with closing(document[number]) as page, closing(page.get_textpage()) as textpage:
            return list(_lines(textpage.raw, number)), float(page.get_width())
    except pypdfium2.PdfiumError as error:
        raise broken(marked("its page {page} cannot be read"), page=number + 1) from error


def _lines(textpage: object, page: int) -> Iterator[_Line]:
    count = max(0, pdfium.FPDFText_CountChars(textpage))
    get = pdfium.FPDFText_GetUnicode
    # Character by character: only so is the number of a character known, which its box is asked by.
    signs = [chr(get(textpage, index)) for index in range(count)]
    start = 0
    for index in range(count + 1):
        if index < count and signs[index] not in "\r\n" and (index == start or signs[index - 1] not in _MARKED):
            continue
        visible = [place for place in range(start, index) if not signs[place].isspace() and signs[place] != "\0"]
        if visible:
            yield _line(textpage, page, signs, visible[0], visible[-1])
        start = index if index < count and signs[index] not in "\r\n" else index + 1


def _line(textpage: object, page: int, signs: list[str], first: int, last: int) -> _Line:
    end_of_word = first
    while not is_cjk(signs[first]) and end_of_word < last and not signs[end_of_word + 1].isspace():
        end_of_word += 1
    left, bottom, _right, top = _box(textpage, first)
    return _Line(
        text="".join(signs[first : last + 1]),
        page=page,
        left=left,
        right=_box(textpage, last)[2],
        top=top,
        size=max(top - bottom, 1.0),
        word=_box(textpage, end_of_word)[2] - left,
    )


def _box(textpage: object, index: int) -> tuple[float, float, float, float]:
    box = pdfium.FS_RECTF()
    pdfium.FPDFText_GetLooseCharBox(textpage, index, ctypes.byref(box))
    return box.left, box.bottom, box.right, box.top


def _write(pages: list[list[_Line]], widths: list[float]) -> Raw:
    columns = _Columns(pages, widths)
    builder = Builder()
    before: _Line | None = None
    for number, lines in enumerate(pages, 1):
        start: int | None = None
        leading = _leading(lines)
        for line in lines:
            text = line.text.rstrip("".join(_DIVIDED)) if line.text.endswith(_DIVIDED) else line.text
            if before is not None:
                builder.add(_between(before, line, columns, leading))
            if start is None:
                start = builder.position
            builder.add(text)
            before = line
        if start is not None:
            builder.anchor(AnchorKind.PAGE, start, str(number), {"number": number})
    return Raw(builder.text(), builder.anchors)


def _between(before: _Line, line: _Line, columns: "_Columns", leading: float) -> str:
    if before.text.endswith(_DIVIDED):
        # Lower case goes on with the divided word, unless that has hyphens of its own (well-known-|thing).
        word = before.text.split()[-1][:-1]
        return "" if line.text[0].islower() and "-" not in word else "-"
    if not _goes_on(before, line, columns, leading):
        return "\n"
    if before.text.endswith("-") and before.text[-2:-1].isalpha():
        return ""
    return separator(before.text[-1], line.text[0])


def _goes_on(before: _Line, line: _Line, columns: "_Columns", leading: float) -> bool:
    """Return whether ``line`` continues the paragraph of ``before``.

    It does when the line before is full (the next word had no room), the size of the letters is the
    same, and neither a wider gap nor an indent says that something new begins.
    """
    if not _same_size(before.size, line.size):
        return False
    right = columns.right(before)
    if right is None or before.right + line.word + 0.3 * line.size <= right:
        return False
    ended = before.text[-1] in _ENDS
    distance = before.top - line.top
    if line.page != before.page or distance <= 0:
        # The next page or column: only an unfinished sentence goes on there.
        return not ended
    if distance > leading * (1.15 if ended else 1.5):
        return False
    return not (ended and line.left - before.left > 0.8 * line.size)


def _same_size(first: float, second: float) -> bool:
    return abs(first - second) <= _SAME_SIZE * max(first, second)


def _leading(lines: list[_Line]) -> float:
    steps = [a.top - b.top for a, b in pairwise(lines) if a.top > b.top]
    return median(steps) if steps else float("inf")


class _Columns:
    """The right edges of the columns of a document, found from where its lines begin and end."""

    def __init__(self, pages: list[list[_Line]], widths: list[float]) -> None:
        self._widths = widths
        self._ends: dict[tuple[int, int], list[float]] = defaultdict(list)
        for lines in pages:
            for line in lines:
                self._ends[self._key(line)].append(line.right)
        self._found: dict[tuple[int, int, float], float | None] = {}

    def right(self, line: _Line) -> float | None:
        """Return the right edge of the column of a line, or None when its lines do not show one."""
        bin_, size = self._key(line)
        width = self._widths[line.page]
        key = (bin_, size, width)
        if key not in self._found:
            self._found[key] = self._find(bin_, size, width)
        return self._found[key]

    def _find(self, bin_: int, size: int, width: float) -> float | None:
        reach = max(1, round(4 * size / _BIN))
        ends = [
            end
            for (other_bin, other_size), all_ends in self._ends.items()
            if abs(other_bin - bin_) <= reach and _same_size(size, other_size)
            for end in all_ends
        ]
        longest = max(ends)
        if sum(end > longest - size for end in ends) >= max(3, 0.3 * len(ends)):
            return longest
        # With margins alike on both sides, even a single long line shows where the column ends.
        margin = width - bin_ * _BIN
        return max(margin, longest) if longest > margin - 4 * size else None

    @staticmethod
    def _key(line: _Line) -> tuple[int, int]:
        return round(line.left / _BIN), round(line.size)


def _has_repeated_lines(pages: list[list[_Line]]) -> bool:
    if len(pages) < 4:
        return False
    edges: dict[str, int] = defaultdict(int)
    for lines in pages:
        for text in {_without_numbers(line.text) for line in (lines[:1] + lines[-1:])}:
            edges[text] += 1
    return max(edges.values(), default=0) > 0.6 * len(pages)


def _without_numbers(text: str) -> str:
    return "".join(sign for sign in canonical(text) if not sign.isdigit())
