"""A figure as a drawing in Word whose boxes, words and lines can be changed: a group of DrawingML shapes (ECMA-376, Part 1 and the 2010 shapes)."""

import io
from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby
from xml.sax.saxutils import escape, quoteattr

from intercoder.charts.drawing import BLACK, LEAD, Box, Dash, Ends, Leaf, Stroke
from intercoder.interchange.papers.word import CHINESE, clean, timeless

#: English metric units of a unit of the drawing, a 96th of an inch
EMU = 9525
#: how wide and how high the text of an A4 page is between margins of 2.2 cm, in units of the drawing
UPRIGHT, LYING = 627.0, 955.0
_NAMES = " ".join(
    f'xmlns:{short}="{name}"'
    for short, name in (
        ("w", "http://schemas.openxmlformats.org/wordprocessingml/2006/main"),
        ("wp", "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"),
        ("a", "http://schemas.openxmlformats.org/drawingml/2006/main"),
        ("mc", "http://schemas.openxmlformats.org/markup-compatibility/2006"),
        ("wpg", "http://schemas.microsoft.com/office/word/2010/wordprocessingGroup"),
        ("wps", "http://schemas.microsoft.com/office/word/2010/wordprocessingShape"),
    )
)
_ENDS = {
    Ends.NONE: "",
    Ends.ARROW: '<a:tailEnd type="triangle"/>',
    Ends.ARROWS: '<a:headEnd type="triangle"/><a:tailEnd type="triangle"/>',
    Ends.DOT: '<a:tailEnd type="oval"/>',
}
_GROUP = "http://schemas.microsoft.com/office/word/2010/wordprocessingGroup"


def editable(leaves: Sequence[Leaf]) -> bytes:
    """Return a Word document with the pages of a figure as drawings; of the same figure the bytes are the same."""
    import docx
    from docx.enum.section import WD_ORIENT
    from docx.shared import Cm
    from lxml import etree

    document = docx.Document()
    section = document.sections[0]
    lies = max(leaf.width for leaf in leaves) > UPRIGHT
    section.page_width, section.page_height = (Cm(29.7), Cm(21)) if lies else (Cm(21), Cm(29.7))
    section.orientation = WD_ORIENT.LANDSCAPE if lies else WD_ORIENT.PORTRAIT
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Cm(2.2)
    document.core_properties.title, document.core_properties.author = leaves[0].title, ""
    room = (LYING, UPRIGHT) if lies else (UPRIGHT, LYING)
    for n, leaf in enumerate(leaves):
        document.element.body[-1:-1] = [etree.fromstring(drawn(_fitted(leaf, *room), 1000 * (n + 1)))]
    file = io.BytesIO()
    document.save(file)
    return timeless(file)


def _fitted(leaf: Leaf, wide: float, high: float) -> Leaf:
    """Return a figure no larger than a page has room, letters and all."""
    by = min(wide / leaf.width, high / leaf.height, 1.0)
    if by == 1.0:
        return leaf
    boxes = [
        replace(
            box,
            x=box.x * by,
            y=box.y * by,
            width=box.width * by,
            height=box.height * by,
            size=box.size * by,
            thick=box.thick * by,
            corner=box.corner * by,
        )
        for box in leaf.boxes
    ]
    strokes = [
        replace(stroke, points=[(x * by, y * by) for x, y in stroke.points], thick=stroke.thick * by)
        for stroke in leaf.strokes
    ]
    return replace(leaf, width=leaf.width * by, height=leaf.height * by, boxes=boxes, strokes=strokes)


def drawn(leaf: Leaf, first: int) -> str:
    """Return the paragraph that holds a drawing, as XML; ``first``: the number of its first shape, none of which may come twice."""
    shapes = [_line(first + n, stroke) for n, stroke in enumerate(leaf.strokes, 1)]
    shapes += [_box(first + len(shapes) + n, box) for n, box in enumerate(leaf.boxes, 1)]
    wide, high = round(leaf.width * EMU), round(leaf.height * EMU)
    told = f'id="{first}" name={quoteattr(clean(leaf.title))} descr={quoteattr(clean(leaf.description))}'
    return (
        f'<w:p {_NAMES}><w:r><mc:AlternateContent><mc:Choice Requires="wpg"><w:drawing><wp:inline distT="0" distB="0" distL="0" '
        f'distR="0"><wp:extent cx="{wide}" cy="{high}"/><wp:docPr {told}/><wp:cNvGraphicFramePr/><a:graphic><a:graphicData '
        f'uri="{_GROUP}"><wpg:wgp><wpg:cNvGrpSpPr/><wpg:grpSpPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{wide}" cy="{high}"/>'
        f'<a:chOff x="0" y="0"/><a:chExt cx="{wide}" cy="{high}"/></a:xfrm></wpg:grpSpPr>{"".join(shapes)}</wpg:wgp></a:graphicData>'
        "</a:graphic></wp:inline></w:drawing></mc:Choice></mc:AlternateContent></w:r></w:p>"
    )


def _place(x: float, y: float, width: float, height: float) -> str:
    return f'<a:xfrm><a:off x="{round(x * EMU)}" y="{round(y * EMU)}"/><a:ext cx="{round(width * EMU)}" cy="{round(height * EMU)}"/></a:xfrm>'


def _ink(thick: float, dash: Dash, more: str = "", colour: str = BLACK) -> str:
    gaps = {Dash.SOLID: "", Dash.DASHED: '<a:prstDash val="dash"/>', Dash.DOTTED: '<a:prstDash val="sysDot"/>'}[dash]
    return f'<a:ln w="{round(thick * EMU)}">{_solid(colour)}{gaps}{more}</a:ln>'


def _solid(colour: str) -> str:
    return f'<a:solidFill><a:srgbClr val="{colour[1:].upper()}"/></a:solidFill>'


def _box(n: int, box: Box) -> str:
    said = escape(clean("".join(box.lines)))
    fill = _solid(box.tint) if box.filled else "<a:noFill/>"
    frame = (
        f"{fill}{_ink(box.thick, box.dash, colour=box.ink)}" if box.framed else "<a:noFill/><a:ln><a:noFill/></a:ln>"
    )
    return (
        f'<wps:wsp><wps:cNvPr id="{n}" name="{said.replace(chr(34), "")}"/><wps:cNvSpPr/><wps:spPr>'
        f"{_place(box.x, box.y, box.width, box.height)}{_form(box)}{frame}</wps:spPr>"
        f"<wps:txbx><w:txbxContent>{_words(box)}</w:txbxContent></wps:txbx>"
        '<wps:bodyPr wrap="square" lIns="0" tIns="0" rIns="0" bIns="0" anchor="ctr"/></wps:wsp>'
    )


def _form(box: Box) -> str:
    if not box.corner:
        return '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom>'
    share = min(round(box.corner / min(box.width, box.height) * 100_000), 50_000)
    return f'<a:prstGeom prst="roundRect"><a:avLst><a:gd name="adj" fmla="val {share}"/></a:avLst></a:prstGeom>'


def _words(box: Box) -> str:
    """Return a paragraph for all lines of one look, so that who changes a name changes one."""
    aligned = "center" if box.align == "middle" else "left"
    paragraphs = ""
    for (size, bold), lines in groupby(box.written(), key=lambda line: line[1:]):
        look = (
            f'<w:rPr><w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:eastAsia="{CHINESE}"/>{"<w:b/>" if bold else ""}'
            f'<w:sz w:val="{round(size * 1.5)}"/></w:rPr>'
        )
        runs = f"<w:r>{look}<w:br/></w:r>".join(
            f'<w:r>{look}<w:t xml:space="preserve">{escape(clean(line))}</w:t></w:r>' for line, _, _ in lines
        )
        paragraphs += (
            f'<w:p><w:pPr><w:spacing w:before="0" w:after="0" w:line="{round(size * LEAD * 15)}" w:lineRule="exact"/>'
            f'<w:jc w:val="{aligned}"/></w:pPr>{runs}</w:p>'
        )
    return paragraphs or "<w:p/>"


def _line(n: int, stroke: Stroke) -> str:
    xs, ys = [x for x, _ in stroke.points], [y for _, y in stroke.points]
    left, top = min(xs), min(ys)
    wide, high = max(xs) - left, max(ys) - top
    (x, y), *rest = ((round((x - left) * EMU), round((y - top) * EMU)) for x, y in stroke.points)
    way = "".join(f'<a:lnTo><a:pt x="{x}" y="{y}"/></a:lnTo>' for x, y in rest)
    return (
        f'<wps:wsp><wps:cNvPr id="{n}" name="line {n}"/><wps:cNvSpPr/><wps:spPr>{_place(left, top, wide, high)}'
        f'<a:custGeom><a:avLst/><a:gdLst/><a:ahLst/><a:cxnLst/><a:rect l="0" t="0" r="r" b="b"/><a:pathLst><a:path '
        f'w="{max(round(wide * EMU), 1)}" h="{max(round(high * EMU), 1)}" fill="none"><a:moveTo><a:pt x="{x}" y="{y}"/></a:moveTo>{way}'
        f"</a:path></a:pathLst></a:custGeom><a:noFill/>{_ink(stroke.thick, stroke.dash, _ENDS[stroke.ends])}</wps:spPr><wps:bodyPr/></wps:wsp>"
    )
