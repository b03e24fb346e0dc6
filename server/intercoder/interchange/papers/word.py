"""A paper as a Word document."""

import io
import re
import zipfile
from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

from intercoder.interchange.papers import Facts, Figure, Paper, Part, Sentences, Table

if TYPE_CHECKING:
    from docx.document import Document
    from docx.styles.style import ParagraphStyle
    from lxml import etree

#: what Word sets Chinese in; without it Word takes whatever stands for a Latin font
CHINESE = "宋体"
_LATIN = "Times New Roman"
#: what no XML holds
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
#: thickness of the lines of a table in eighths of a point: above and below, and below the headings
_THICK, _THIN = 12, 6
#: rows of a table that stays on one page, and rows of a longer one that stay with its heading
SHORT, TOGETHER = 14, 4
#: the width of a page as Word counts it: fiftieths of a hundredth
_FIFTIETHS = 5000


def write_word(paper: Paper) -> bytes:
    """Return a Word document; of the same paper the bytes are the same."""
    import docx  # loaded when a document is wanted
    from docx.enum.section import WD_ORIENT
    from docx.shared import Cm, Pt

    document = docx.Document()
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    if paper.wide:
        section.orientation = WD_ORIENT.LANDSCAPE
        section.page_width, section.page_height = section.page_height, section.page_width
    for side in ("left_margin", "right_margin", "top_margin", "bottom_margin"):
        setattr(section, side, Cm(2.2))
    for name in ("Normal", "Title", "Heading 1", "Heading 2"):
        _set_fonts(cast("ParagraphStyle", document.styles[name]), 10 if name == "Normal" else None)
    document.core_properties.title, document.core_properties.author = paper.title, ""
    document.add_heading(clean(paper.title), level=1)
    document.add_paragraph(clean(paper.subtitle))
    if paper.footer:
        document.sections[0].footer.paragraphs[0].text = clean(paper.footer)
        document.sections[0].footer.paragraphs[0].runs[0].font.size = Pt(8)
    for part in paper.parts:
        _add_part(document, part, paper)
    file = io.BytesIO()
    document.save(file)
    return timeless(file)


def _add_part(document: "Document", part: Part, paper: Paper) -> None:
    captioned = paper.captions and isinstance(part, Table | Figure)
    if captioned and isinstance(part, Table):
        _add_caption(document, part.title, paper.language, above=True)
    elif part.title and not captioned:
        document.add_heading(clean(part.title), level=2)
    match part:
        case Sentences():
            for paragraph in part.paragraphs:
                document.add_paragraph(clean(paragraph))
        case Facts():
            document.element.body[-1:-1] = [
                _table([list(pair) for pair in part.pairs], frozenset(), [1, 3], headed=False)
            ]
        case Table():
            _add_table(document, part)
        case Figure():
            lies = captioned and part.lies and not paper.wide
            if lies:
                _turn_page(document)
            _add_figure(document, part, wide=paper.wide or lies)
            if captioned:
                _add_caption(document, part.title, paper.language, above=False)
            if lies:
                _turn_page(document)


def _turn_page(document: "Document") -> None:
    """Begin a page that lies after upright ones, or one that stands after that."""
    from docx.enum.section import WD_ORIENT, WD_SECTION

    before = document.sections[-1]
    stands = before.orientation == WD_ORIENT.PORTRAIT
    width, height = before.page_width, before.page_height
    section = document.add_section(WD_SECTION.NEW_PAGE)
    section.orientation = WD_ORIENT.LANDSCAPE if stands else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = height, width


def _add_table(document: "Document", part: Table) -> None:
    from docx.shared import Pt

    rows = [list(part.headings), *([*cells] for cells in part.cells)]
    document.element.body[-1:-1] = [_table(rows, part.right, part.widths, headed=True, size=14 if part.dense else 17)]
    for n, note in enumerate(part.notes):
        paragraph = document.add_paragraph(clean(note))
        paragraph.runs[0].font.size = Pt(8.5)
        paragraph.paragraph_format.space_before = Pt(3 if n == 0 else 0)
        paragraph.paragraph_format.space_after = Pt(0)


def _add_caption(document: "Document", title: str, language: str, *, above: bool) -> None:
    """Add a caption: in Chinese one centred line, in English the number and below it the title in italics (APA, 7th edition, 7.10)."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    lines = title.split("\n") if language != "zh" else [title.replace("\n", "\u3000")]
    for n, line in enumerate(lines):
        paragraph = document.add_paragraph()
        run = paragraph.add_run(clean(line))
        run.bold, run.italic = n == 0, n > 0
        paragraph.paragraph_format.keep_with_next = above
        paragraph.paragraph_format.space_before = Pt(10 if n == 0 and above else 0)
        paragraph.paragraph_format.space_after = Pt(4)
        if language == "zh":
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER


def _add_figure(document: "Document", part: Figure, *, wide: bool) -> None:
    from docx.oxml.ns import qn
    from docx.shared import Pt

    across, down = part.fitted(wide=wide)
    document.add_picture(io.BytesIO(part.dots), Pt(across), Pt(down))
    *_, about = document.element.body.iter(qn("wp:docPr"))
    about.set("descr", clean(part.description))
    document.paragraphs[-2].paragraph_format.keep_with_next = True


def _set_fonts(style: "ParagraphStyle", size: float | None) -> None:
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for name in [*fonts.attrib]:
        del fonts.attrib[name]
    for script in ("ascii", "hAnsi", "cs"):
        fonts.set(qn(f"w:{script}"), _LATIN)
    fonts.set(qn("w:eastAsia"), CHINESE)
    style.font.color.rgb = RGBColor(0, 0, 0)
    if size:
        style.font.size = Pt(size)


def _table(
    rows: list[list[str]], right: frozenset[int], widths: Sequence[float], *, headed: bool, size: int = 17
) -> "etree._Element":
    """Return the element of a table, its letters in half points; the library's own way takes a second for a thousand cells."""
    from docx.oxml.ns import qn
    from lxml import etree

    table = etree.Element(qn("w:tbl"))
    about = etree.SubElement(table, qn("w:tblPr"))
    width = etree.SubElement(about, qn("w:tblW"))
    width.set(qn("w:w"), str(_FIFTIETHS))
    width.set(qn("w:type"), "pct")
    if headed:
        borders = etree.SubElement(about, qn("w:tblBorders"))
        for side in ("top", "bottom"):
            _line(borders, side, _THICK)
    grid = etree.SubElement(table, qn("w:tblGrid"))
    shares = [round(_FIFTIETHS * width / sum(widths)) for width in widths]
    for share in shares:
        etree.SubElement(grid, qn("w:gridCol")).set(qn("w:w"), str(share))
    for at, cells in enumerate(rows):
        row = etree.SubElement(table, qn("w:tr"))
        said = etree.SubElement(row, qn("w:trPr"))
        etree.SubElement(said, qn("w:cantSplit"))
        if headed and at == 0:
            etree.SubElement(said, qn("w:tblHeader"))
        for place, text in enumerate(cells):
            cell = etree.SubElement(row, qn("w:tc"))
            form = etree.SubElement(cell, qn("w:tcPr"))
            room = etree.SubElement(form, qn("w:tcW"))
            room.set(qn("w:w"), str(shares[place]))
            room.set(qn("w:type"), "pct")
            if headed and at == 0:
                _line(etree.SubElement(form, qn("w:tcBorders")), "bottom", _THIN)
            paragraph = etree.SubElement(cell, qn("w:p"))
            set_as = etree.SubElement(paragraph, qn("w:pPr"))
            # A short table is not parted, and a long one does not leave a row or two at the end of a page.
            if headed and at + 1 < len(rows) and (at < TOGETHER or len(rows) <= SHORT):
                etree.SubElement(set_as, qn("w:keepNext"))
            spacing = etree.SubElement(set_as, qn("w:spacing"))
            spacing.set(qn("w:before"), "20")
            spacing.set(qn("w:after"), "20")
            if place in right:
                etree.SubElement(set_as, qn("w:jc")).set(qn("w:val"), "right")
            run = etree.SubElement(paragraph, qn("w:r"))
            look = etree.SubElement(run, qn("w:rPr"))
            if headed and at == 0:
                etree.SubElement(look, qn("w:b"))
            etree.SubElement(look, qn("w:sz")).set(qn("w:val"), str(size))
            words = etree.SubElement(run, qn("w:t"))
            words.text = clean(text)
            words.set(qn("xml:space"), "preserve")
    return table


def _line(borders: "etree._Element", side: str, thick: int) -> None:
    from docx.oxml.ns import qn
    from lxml import etree

    line = etree.SubElement(borders, qn(f"w:{side}"))
    for name, value in (("val", "single"), ("sz", str(thick)), ("space", "0"), ("color", "000000")):
        line.set(qn(f"w:{name}"), value)


def clean(text: str) -> str:
    """Return a text without what no XML holds."""
    return _NO_XML.sub("", text)


def timeless(file: io.BytesIO) -> bytes:
    """Return a package without the time at which it was made: of the same content the bytes are the same."""
    again = io.BytesIO()
    with zipfile.ZipFile(file) as made, zipfile.ZipFile(again, "w", zipfile.ZIP_DEFLATED) as package:
        for member in made.infolist():
            kept = zipfile.ZipInfo(member.filename)
            kept.compress_type = zipfile.ZIP_DEFLATED
            package.writestr(kept, made.read(member))
    return again.getvalue()
