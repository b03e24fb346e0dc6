"""A figure as a drawing in Word whose boxes, words and lines can be changed: a group of DrawingML shapes (ECMA-376, Part 1 and the 2010 shapes)."""

import io
from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

from intercoder.charts.drawing import Box, Leaf, Stroke
from intercoder.interchange.papers.word import CHINESE, clean, timeless

#: English metric units of a unit of the drawing, a 96th of an inch
EMU = 9525
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
_GROUP = "http://schemas.microsoft.com/office/word/2010/wordprocessingGroup"


def editable(leaves: Sequence[Leaf]) -> bytes:
    """Return a Word document with the pages of a figure as drawings; of the same figure the bytes are the same."""
    import docx
    from docx.shared import Cm
    from lxml import etree

    document = docx.Document()
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Cm(2.2)
    document.core_properties.title, document.core_properties.author = leaves[0].title, ""
    for n, leaf in enumerate(leaves):
        document.element.body[-1:-1] = [etree.fromstring(drawn(leaf, 1000 * (n + 1)))]
    file = io.BytesIO()
    document.save(file)
    return timeless(file)


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


def _ink(thick: float, more: str = "") -> str:
    return f'<a:ln w="{round(thick * EMU)}"><a:solidFill><a:srgbClr val="111111"/></a:solidFill>{more}</a:ln>'


def _box(n: int, box: Box) -> str:
    said = escape(clean("".join(box.lines)))
    frame = (
        f'<a:solidFill><a:srgbClr val="FFFFFF"/></a:solidFill>{_ink(box.thick)}'
        if box.framed
        else "<a:noFill/><a:ln><a:noFill/></a:ln>"
    )
    look = (
        f'<w:rPr><w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:eastAsia="{CHINESE}"/>{"<w:b/>" if box.bold else ""}'
        f'<w:sz w:val="{round(box.size * 1.5)}"/></w:rPr>'
    )
    aligned = "center" if box.align == "middle" else "left"
    lines = f"<w:r>{look}<w:br/></w:r>".join(
        f'<w:r>{look}<w:t xml:space="preserve">{escape(clean(line))}</w:t></w:r>' for line in box.lines
    )
    return (
        f'<wps:wsp><wps:cNvPr id="{n}" name="{said.replace(chr(34), "")}"/><wps:cNvSpPr/><wps:spPr>'
        f'{_place(box.x, box.y, box.width, box.height)}<a:prstGeom prst="rect"><a:avLst/></a:prstGeom>{frame}</wps:spPr>'
        f'<wps:txbx><w:txbxContent><w:p><w:pPr><w:spacing w:before="0" w:after="0" w:line="{round(box.lead * 15)}" w:lineRule="exact"/>'
        f'<w:jc w:val="{aligned}"/></w:pPr>{lines}</w:p></w:txbxContent></wps:txbx>'
        '<wps:bodyPr wrap="square" lIns="0" tIns="0" rIns="0" bIns="0" anchor="ctr"/></wps:wsp>'
    )


def _line(n: int, stroke: Stroke) -> str:
    xs, ys = [x for x, _ in stroke.points], [y for _, y in stroke.points]
    left, top = min(xs), min(ys)
    wide, high = max(xs) - left, max(ys) - top
    (x, y), *rest = ((round((x - left) * EMU), round((y - top) * EMU)) for x, y in stroke.points)
    way = "".join(f'<a:lnTo><a:pt x="{x}" y="{y}"/></a:lnTo>' for x, y in rest)
    head = '<a:tailEnd type="triangle"/>' if stroke.arrow else ""
    return (
        f'<wps:wsp><wps:cNvPr id="{n}" name="line {n}"/><wps:cNvSpPr/><wps:spPr>{_place(left, top, wide, high)}'
        f'<a:custGeom><a:avLst/><a:gdLst/><a:ahLst/><a:cxnLst/><a:rect l="0" t="0" r="r" b="b"/><a:pathLst><a:path '
        f'w="{max(round(wide * EMU), 1)}" h="{max(round(high * EMU), 1)}" fill="none"><a:moveTo><a:pt x="{x}" y="{y}"/></a:moveTo>{way}'
        f"</a:path></a:pathLst></a:custGeom><a:noFill/>{_ink(stroke.thick, head)}</wps:spPr><wps:bodyPr/></wps:wsp>"
    )
