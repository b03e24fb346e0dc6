"""A coded text as a Word document: a comment for each coding, with its coder as the author."""

import io
import zipfile
from collections.abc import Callable

from intercoder.interchange.coded import CodedText, paragraphs
from intercoder.interchange.papers import Paper
from intercoder.interchange.papers.word import clean, write_word

#: the colour behind words over which so many codings stand; more look like the last
_TONES = ("F3ECD2", "E9DCAE", "DFCC8A", "D3B963")
_COMMENTS = "word/comments.xml"
_TEXT = "word/document.xml"
_KIND = "application/vnd.openxmlformats-officedocument.wordprocessingml.comments+xml"
_LEADS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/comments"


def write_coded_word(coded: CodedText) -> bytes:
    """Return the document. The library makes the package; text and comments are written here, it takes a second for a thousand."""
    plain = write_word(Paper(coded.title, coded.about, coded.language, ()))
    again = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(plain)) as made, zipfile.ZipFile(again, "w", zipfile.ZIP_DEFLATED) as package:
        changed: dict[str, Callable[[bytes], bytes]] = {
            _TEXT: lambda content: _with_text(content, coded),
            "[Content_Types].xml": _with_kind,
            "word/_rels/document.xml.rels": _with_lead,
        }
        for member in made.infolist():
            content = made.read(member)
            package.writestr(_kept(member.filename), changed.get(member.filename, bytes)(content))
        package.writestr(_kept(_COMMENTS), _comments(coded))
    return again.getvalue()


def _kept(name: str) -> zipfile.ZipInfo:
    about = zipfile.ZipInfo(name)
    about.compress_type = zipfile.ZIP_DEFLATED
    return about


def _with_text(content: bytes, coded: CodedText) -> bytes:
    from docx.oxml.ns import qn
    from lxml import etree

    root = etree.fromstring(content)
    body = root.find(qn("w:body"))
    assert body is not None
    elements = []
    for pieces in paragraphs(coded):
        paragraph = etree.Element(qn("w:p"))
        for piece in pieces:
            for n in piece.begins:
                etree.SubElement(paragraph, qn("w:commentRangeStart")).set(qn("w:id"), str(n))
            if piece.text:
                run = etree.SubElement(paragraph, qn("w:r"))
                if piece.depth:
                    shade = etree.SubElement(etree.SubElement(run, qn("w:rPr")), qn("w:shd"))
                    shade.set(qn("w:val"), "clear")
                    shade.set(qn("w:color"), "auto")
                    shade.set(qn("w:fill"), _TONES[min(piece.depth, len(_TONES)) - 1])
                words = etree.SubElement(run, qn("w:t"))
                words.text = clean(piece.text)
                words.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
            for n in piece.ends:
                etree.SubElement(paragraph, qn("w:commentRangeEnd")).set(qn("w:id"), str(n))
                reference = etree.SubElement(etree.SubElement(paragraph, qn("w:r")), qn("w:commentReference"))
                reference.set(qn("w:id"), str(n))
        elements.append(paragraph)
    body[-1:-1] = elements  # the last element of a body says how its pages are laid out
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _comments(coded: CodedText) -> bytes:
    from docx.oxml.ns import nsmap, qn
    from lxml import etree

    root = etree.Element(qn("w:comments"), nsmap={"w": nsmap["w"]})
    for n, span in enumerate(coded.spans):
        comment = etree.SubElement(root, qn("w:comment"))
        comment.set(qn("w:id"), str(n))
        comment.set(qn("w:author"), clean(span.who))
        comment.set(qn("w:initials"), clean(span.who)[:2])
        for text in (span.code, span.note):
            if text:
                run = etree.SubElement(etree.SubElement(comment, qn("w:p")), qn("w:r"))
                words = etree.SubElement(run, qn("w:t"))
                words.text = clean(text)
                words.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _with_kind(content: bytes) -> bytes:
    from lxml import etree

    root = etree.fromstring(content)
    if not any(part.get("PartName") == f"/{_COMMENTS}" for part in root):
        part = etree.SubElement(root, f"{{{root.nsmap[None]}}}Override")
        part.set("PartName", f"/{_COMMENTS}")
        part.set("ContentType", _KIND)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _with_lead(content: bytes) -> bytes:
    from lxml import etree

    root = etree.fromstring(content)
    lead = etree.SubElement(root, f"{{{root.nsmap[None]}}}Relationship")
    lead.set("Id", "rIdComments")
    lead.set("Type", _LEADS)
    lead.set("Target", "comments.xml")
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
