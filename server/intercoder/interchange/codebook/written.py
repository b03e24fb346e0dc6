"""A codebook as it leaves: rows with headings, as csv, xlsx or a Word document. ``qdc`` writes the fourth form."""

import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from intercoder.interchange.codebook.given import Field
from intercoder.interchange.codebook.headings import Column, Place
from intercoder.interchange.papers.word import timeless
from intercoder.interchange.sheets import CELL, MADE, csv_parts
from intercoder.stats.tree import Level

if TYPE_CHECKING:
    from docx.document import Document
    from lxml import etree

#: the columns in their order
COLUMNS: tuple[Column, ...] = (Place.NUMBER, Place.LEVEL, Place.NAME, Place.PARENT, *Field)
#: what a document has elements for, and what no XML holds
_SIGNS = re.compile("([\t\n])")
_MEANT = {"\t": "w:tab", "\n": "w:br"}
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
#: how wide a column is, in characters
_WIDTHS: Mapping[Column, int] = {Place.NUMBER: 9, Place.LEVEL: 12, Place.NAME: 32, Place.PARENT: 22, Field.COLOUR: 8}


@dataclass(frozen=True)
class Written:
    """A code as it is written to a file; codes come in the order of the tree."""

    guid: str
    number: str
    name: str
    level: Level
    depth: int
    #: the name of the code above it
    above: str
    #: the colour of its mark, #RRGGBB
    tone: str
    said: Mapping[Field, str]


@dataclass(frozen=True)
class Headings:
    """What the columns and the levels are called in the language of the file."""

    title: str
    columns: Mapping[Column, str]
    levels: Mapping[Level, str]


@dataclass(frozen=True)
class Quoted:
    """A passage in its context, as it stands in a document: what is around it, its words, where it comes from."""

    before: str
    words: str
    after: str
    source: str


@dataclass(frozen=True)
class Appendix:
    """The passages that follow the table: a title, what they are, and for each code a heading with its passages."""

    title: str
    remark: str
    codes: Sequence[tuple[str, Sequence[Quoted]]]


def _cells(code: Written, headings: Headings) -> list[str]:
    places = {
        Place.NUMBER: code.number,
        Place.LEVEL: headings.levels[code.level],
        Place.NAME: code.name,
        Place.PARENT: code.above,
    }
    return [*places.values(), *(code.said.get(field, "") for field in Field)]


def write_csv(codes: Sequence[Written], headings: Headings) -> bytes:
    """Return the table as csv that spreadsheets read as UTF-8 and compute nothing of."""
    rows = [_cells(code, headings) for code in codes]
    return b"".join(csv_parts([headings.columns[column] for column in COLUMNS], rows))


def write_xlsx(codes: Sequence[Written], headings: Headings) -> bytes:
    """Return the table as a spreadsheet: names are indented, headings stay in sight, every cell is text."""
    from xlsxwriter import Workbook  # loaded when a spreadsheet is wanted

    file = io.BytesIO()
    with Workbook(file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.set_properties({"title": headings.title, "created": MADE})
        sheet = book.add_worksheet()
        bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        plain = book.add_format({"text_wrap": True, "valign": "top"})
        names = [book.add_format({"text_wrap": True, "valign": "top", "indent": depth}) for depth in range(len(Level))]
        for place, column in enumerate(COLUMNS):
            sheet.set_column(place, place, _WIDTHS.get(column, 40))
            sheet.write_string(0, place, headings.columns[column], bold)
        for row, code in enumerate(codes, 1):
            for place, cell in enumerate(_cells(code, headings)):
                form = names[min(code.depth, len(names) - 1)] if COLUMNS[place] is Place.NAME else plain
                sheet.write_string(row, place, cell[:CELL], form)
        sheet.freeze_panes(1, 3)
        sheet.autofilter(0, 0, max(1, len(codes)), len(COLUMNS) - 1)
    return file.getvalue()


def write_docx(codes: Sequence[Written], headings: Headings, appendix: Appendix | None = None) -> bytes:
    """Return the table in a Word document, without the columns in which no code says anything; then the passages.

    These are paragraphs: whoever reads the codebook from the file again finds it in the one table.
    """
    import docx  # loaded when a document is wanted
    from docx.enum.section import WD_ORIENT
    from docx.oxml.ns import qn
    from docx.shared import Pt

    rows = [_cells(code, headings) for code in codes]
    shown = [place for place in range(len(COLUMNS)) if place < len(Place) or any(row[place] for row in rows)]
    document = docx.Document()
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = section.page_height, section.page_width
    style = document.styles["Normal"]
    style.font.size = Pt(9)
    # Without it Word sets Chinese in whatever stands for a Latin font.
    style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), "宋体")
    document.core_properties.title, document.core_properties.author = headings.title, ""
    document.add_heading(headings.title, level=1)
    table = document.add_table(rows=1 + len(rows), cols=len(shown), style="Table Grid")
    for line, cells in zip(table.rows, ([headings.columns[c] for c in COLUMNS], *rows), strict=True):
        for cell, place in zip(line.cells, shown, strict=True):
            cell.text = cells[place]
    if appendix is not None:
        _append(document, appendix)
    file = io.BytesIO()
    document.save(file)
    return timeless(file)


def _append(document: "Document", appendix: Appendix) -> None:
    """Add the passages; the elements are made here: python-docx takes a second for a thousand of them."""
    document.add_heading(appendix.title, level=1).paragraph_format.page_break_before = True
    document.add_paragraph(appendix.remark)
    heading = str(document.styles["Heading 2"].style_id)
    paragraphs: list[etree._Element] = []
    for title, passages in appendix.codes:
        paragraphs.append(_paragraph((title, None), style=heading))
        for passage in passages:
            context = ((passage.before, None), (passage.words, "b"), (passage.after, None))
            paragraphs += [_paragraph(*context, style=None, kept=True), _paragraph((passage.source, "i"), style=None)]
    # The last element of a body says how its pages are laid out.
    document.element.body[-1:-1] = paragraphs


def _paragraph(*runs: tuple[str, str | None], style: str | None, kept: bool = False) -> "etree._Element":
    """Return a paragraph of runs, each with the name of how it is set; ``kept``: on one page with the next."""
    from docx.oxml.ns import qn
    from lxml import etree

    paragraph = etree.Element(qn("w:p"))
    form = etree.SubElement(paragraph, qn("w:pPr"))
    if style is not None:
        etree.SubElement(form, qn("w:pStyle")).set(qn("w:val"), style)
    if kept:
        etree.SubElement(form, qn("w:keepNext"))
    for text, set_as in runs:
        run = etree.SubElement(paragraph, qn("w:r"))
        if set_as is not None:
            etree.SubElement(etree.SubElement(run, qn("w:rPr")), qn(f"w:{set_as}"))
        for part in _SIGNS.split(_NO_XML.sub("", text)):
            if part in _MEANT:
                etree.SubElement(run, qn(_MEANT[part]))
            elif part:
                words = etree.SubElement(run, qn("w:t"))
                words.text = part
                words.set(qn("xml:space"), "preserve")
    return paragraph
