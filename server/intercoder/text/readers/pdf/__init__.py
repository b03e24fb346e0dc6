"""PDF with a text layer, page by page, its lines joined to paragraphs."""

import re
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field

import pypdfium2
import pypdfium2.raw as pdfium

from intercoder.errors import InvalidInput, TooLarge, marked
from intercoder.text.readers.choices import USUAL, Choices
from intercoder.text.readers.document import MAX_PAGES, Raw, Remark, broken, check_characters
from intercoder.text.readers.pdf.caps import with_their_letters
from intercoder.text.readers.pdf.frames import regions
from intercoder.text.readers.pdf.glyphs import runs
from intercoder.text.readers.pdf.lines import Line, lines_of
from intercoder.text.readers.pdf.notes import lines_of_notes
from intercoder.text.readers.pdf.order import in_reading_order
from intercoder.text.readers.pdf.paragraphs import Paragraphs
from intercoder.text.readers.pdf.running import running_lines, summary
from intercoder.text.readers.pdf.strokes import without_strokes
from intercoder.text.readers.pdf.writing import Writer

READER = "pdf 2"

# What fonts give that do not say which characters their glyphs are.
_UNREADABLE = re.compile("[\ue000-\uf8ff\ufffd]")
# Letters that Persian has and Arabic has not.
_PERSIAN = re.compile("[پچژگیک]")


@dataclass(slots=True)
class _Pages:
    """The lines of all pages in the order of reading, the pages' sizes in points, the pages whose order is in doubt."""

    lines: list[list[Line]] = field(default_factory=list)
    widths: list[float] = field(default_factory=list)
    heights: list[float] = field(default_factory=list)
    doubtful: list[int] = field(default_factory=list)


def read_pdf(data: bytes, choices: Choices = USUAL) -> Raw:
    """Return the text of a PDF, one line per paragraph, with an anchor per page that has text.

    Parameters
    ----------
    data : bytes
        The whole file.
    choices : Choices
        Of these, ``without_running_lines`` matters: whether running titles and page numbers are left out of the text.
        ``running_lines`` of what is returned names them in either case.

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
        pages = _pages(document)
    count = len(pages.lines)
    without = sum(not lines for lines in pages.lines)
    if without * 10 > count * 8:
        raise InvalidInput(
            "scanned_pdf",
            "{without} of the {count} pages of this PDF have no text: they are pictures of pages. Run text "
            "recognition (OCR) on it and import the result.",
            without=without,
            count=count,
        )
    raw = _write(pages, leave_out_running=choices.without_running_lines)
    if without:
        raw.warnings.insert(0, Remark(marked("Some pages have no text. They may be empty or pictures of text.")))
    if len(_UNREADABLE.findall(raw.text)) * 50 > len(raw.text):
        raw.warnings.append(
            Remark(marked("Many characters of this PDF have no meaning in its fonts and cannot be read."))
        )
    return raw


def _pages(document: pypdfium2.PdfDocument) -> _Pages:
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
    pages = _Pages()
    characters = 0
    for number in range(count):
        _read_page(document, number, pages)
        characters += sum(len(line.text) for line in pages.lines[-1])
        check_characters(characters)
    return pages


def _read_page(document: pypdfium2.PdfDocument, number: int, pages: _Pages) -> None:
    try:
        with closing(document[number]) as page, closing(page.get_textpage()) as textpage:
            left, bottom, right, top = page.get_bbox()
            glyph_runs = runs(textpage.raw, right - left, top - bottom)
    except pypdfium2.PdfiumError as error:
        raise broken(marked("its page {page} cannot be read"), page=number + 1) from error
    lines, doubt = in_reading_order(with_their_letters(lines_of(glyph_runs, number)))
    pages.lines.append(lines)
    pages.widths.append(glyph_runs[0].width if glyph_runs else right - left)
    pages.heights.append(glyph_runs[0].height if glyph_runs else top - bottom)
    if doubt:
        pages.doubtful.append(number)


def _write(pages: _Pages, *, leave_out_running: bool) -> Raw:
    without_strokes([line for lines in pages.lines for line in lines])
    running = running_lines(pages.lines, pages.heights)
    runs_on = {id(line) for line in running}
    body = [[line for line in lines if id(line) not in runs_on] for lines in pages.lines]
    notes = lines_of_notes(body)
    text = [line for lines in body for line in lines if id(line) not in notes]
    paragraphs = Paragraphs(regions(text, pages.widths), text)
    writer = Writer(paragraphs, notes, [line for lines in body for line in lines])
    for lines in pages.lines:
        for line in lines:
            if id(line) not in runs_on:
                writer.write(line, runs=False)
            elif not leave_out_running:
                writer.write(line, runs=True)
    raw = writer.finish()
    raw.running_lines = summary(running)
    raw.warnings = _remarks(pages, paragraphs, kept=bool(running) and not leave_out_running)
    return raw


def _remarks(pages: _Pages, paragraphs: Paragraphs, *, kept: bool) -> list[Remark]:
    remarks = []
    if pages.doubtful:
        remarks.append(
            Remark(
                marked(
                    "The order in which the text of these pages is to be read is not certain: {pages}. Compare them with "
                    "the PDF before you import."
                ),
                {"pages": _named(pages.doubtful)},
            )
        )
    doubtful = [
        page for page, count in sorted(paragraphs.doubts.items()) if count >= max(3, len(pages.lines[page]) / 5)
    ]
    if doubtful:
        remarks.append(
            Remark(
                marked(
                    "Which lines belong to one paragraph is not certain on these pages: {pages}. Compare them with the "
                    "PDF before you import."
                ),
                {"pages": _named(doubtful)},
            )
        )
    if _lacks_joiners([line.text for lines in pages.lines for line in lines]):
        remarks.append(
            Remark(
                marked(
                    "This PDF has Persian text, and the marks that keep letters of one word apart (zero-width non-joiners) "
                    "can't be read from it: they are missing in the text."
                )
            )
        )
    if kept:
        remarks.append(
            Remark(
                marked("The same line stands at the edge of most pages (a running title?). It was kept in the text.")
            )
        )
    return remarks


def _lacks_joiners(lines: Sequence[str]) -> bool:
    """Return whether there is Persian text without any zero-width non-joiner: hardly a page does without."""
    persian = sum(len(_PERSIAN.findall(line)) for line in lines)
    return persian >= 20 and not any("\u200c" in line for line in lines)


def _named(pages: Sequence[int]) -> str:
    shown = ", ".join(str(page + 1) for page in pages[:20])
    return shown if len(pages) <= 20 else f"{shown}, …"
