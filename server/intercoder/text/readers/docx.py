"""Word documents: what the page shows, from the XML itself.

Libraries lose tracked insertions, content controls, text boxes or notes; this walker keeps them.
"""

import posixpath
import re
from collections.abc import Callable, Iterable, Iterator

from lxml import etree

from intercoder.errors import marked
from intercoder.text.anchors import AnchorKind
from intercoder.text.readers.choices import USUAL, Choices
from intercoder.text.readers.document import Builder, Raw, Remark, broken
from intercoder.text.readers.docx_headings import Headings
from intercoder.text.readers.docx_numbering import Numbering
from intercoder.text.readers.docx_xml import Xml, words_of_diagrams
from intercoder.text.readers.package import Package
from intercoder.text.readers.symbol_fonts import in_unicode, is_symbol_font

READER = "docx 2"

_W = (
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "http://purl.oclc.org/ooxml/wordprocessingml/main",
)
_PREFIX = dict.fromkeys(_W, "w:") | {
    "http://schemas.openxmlformats.org/markup-compatibility/2006": "mc:",
    "http://schemas.openxmlformats.org/officeDocument/2006/math": "m:",
    "http://purl.oclc.org/ooxml/officeDocument/math": "m:",
}
_EDGE = re.compile(r"/(?:header|footer)\d*\.xml$")
_OFF = frozenset(("0", "false", "off", "none"))
# What is not on the page: deletions, field codes, properties, marks of comments, rubies above a word.
_SKIPPED = frozenset(
    [
        "w:del",
        "w:moveFrom",
        "w:delText",
        "w:instrText",
        "w:delInstrText",
        "w:pPr",
        "w:rPr",
        "w:sectPr",
        "w:tblPr",
        "w:tblGrid",
        "w:trPr",
        "w:tcPr",
        "w:sdtPr",
        "w:sdtEndPr",
        "w:annotationRef",
        "w:footnoteRef",
        "w:endnoteRef",
        "w:separator",
        "w:continuationSeparator",
        "w:rt",
        "w:rubyPr",
        "w:comment",
        "m:rPr",
        "m:ctrlPr",
    ]
)
_SIGNS = {"w:tab": "\t", "w:ptab": "\t", "w:br": "\n", "w:cr": "\n", "w:noBreakHyphen": "-"}
_DRAWINGS = frozenset(("w:drawing", "w:pict", "w:object", "mc:AlternateContent"))
_CHANGES = frozenset(("w:ins", "w:del", "w:moveFrom", "w:moveTo"))
_CHANGED = marked("This file has tracked changes: what was inserted is in the text, what was deleted is not.")
_LEFT_OUT = {
    "w:altChunk": marked("A part of this file is another file put into it. It was left out."),
    "w:commentReference": marked("This file has comments. They were left out."),
}


def read_docx(data: bytes, choices: Choices = USUAL) -> Raw:
    """Return the text of a .docx file as its pages show it with all changes accepted.

    One line per paragraph; tables row by row, a tab between cells; text boxes after the paragraph
    they hang on; footnotes and endnotes as ``[n]`` in the text and ``[n] …`` lines at its end. Headings,
    table rows and notes get anchors. Numbers that Word makes itself (lists, headings) stand before their
    paragraphs unless it was chosen otherwise; the words of SmartArt after the paragraph that it hangs on;
    characters of symbol fonts as Unicode has them. Headers, footers and comments are not part of the text,
    which is remarked.

    Raises
    ------
    InvalidInput
        ``broken_file``, ``zip_bomb``, ``xml_doctype``.
    TooLarge
        ``too_large``, ``too_many_characters``.
    """
    package = Package(data)
    main = _main_part(package)
    try:
        return _Walker(package, main, choices).read()
    except RecursionError as error:
        raise broken(marked("its parts are nested too deeply")) from error


def _main_part(package: Package) -> str:
    if "_rels/.rels" in package.names:
        for relation in package.xml("_rels/.rels"):
            if str(relation.get("Type", "")).endswith("/officeDocument"):
                name = str(relation.get("Target", "")).lstrip("/")
                if name in package.names:
                    return name
    return "word/document.xml"


class _Walker:
    def __init__(self, package: Package, main: str, choices: Choices) -> None:
        self._package = package
        self._main = main
        self._folder = posixpath.dirname(main)
        self._builder = Builder()
        self._names: dict[str, str] = {}
        self._choices = choices
        xml, styles = Xml(self._tag, self._value), self._other_part("styles")
        self._headings = Headings(xml, styles)
        self._numbering = Numbering(xml, self._other_part("numbering"), styles)
        # The number that comes before the next text, and how many paragraphs had one.
        self._number = ""
        self._numbered = 0
        # The symbol font of the run that is being read.
        self._font = ""
        # Whether the next text begins a line of its own (false in a cell that has just begun).
        self._line_due = False
        self._boxes: list[etree._Element | str] = []
        self._tables = 0
        # The notes (kind, id) in the order of their numbers, with the offset of their first mark.
        self._notes: list[tuple[tuple[str, str], int]] = []
        self._numbers: dict[tuple[str, str], int] = {}
        self._at_note_start = False
        self._warnings: dict[str, None] = {}
        self._unknown_signs: dict[str, None] = {}
        self._special: dict[str, Callable[[etree._Element], None]] = {
            "w:r": self._run,
            "w:p": self._paragraph,
            "w:tbl": self._table,
            "w:sym": self._symbol,
            "w:footnoteReference": self._reference,
            "w:endnoteReference": self._reference,
            **dict.fromkeys(_DRAWINGS, self._drawing),
        }

    def read(self) -> Raw:
        root = self._package.xml(self._main)
        body = next((child for child in root if self._tag(child) == "w:body"), None)
        if body is None:
            raise broken(marked("its main part is no Word document"))
        self._walk(body)
        self._write_notes()
        return Raw(self._builder.text(), self._builder.anchors, warnings=list(self._remarks()), numbered=self._numbered)

    def _remarks(self) -> Iterator[Remark]:
        if self._numbered and not self._choices.numbering:
            self._warn(marked("Numbers that the word processor makes were left out."))
        if any(self._has_words(name) for name in sorted(self._package.names) if _EDGE.search(name)):
            self._warn(marked("This file has headers or footers. They were left out."))
        yield from map(Remark, self._warnings)
        if self._unknown_signs:
            fonts = ", ".join(self._unknown_signs)
            yield Remark(
                marked(
                    "Some characters of symbol fonts ({fonts}) have no counterpart in Unicode: they are in the text as �."
                ),
                {"fonts": fonts},
            )

    def _other_part(self, name: str) -> etree._Element | None:
        """Return the root of a part that lies beside the main one; None where there is none."""
        path = posixpath.join(self._folder, f"{name}.xml")
        return self._package.xml(path) if path in self._package.names else None

    def _has_words(self, name: str) -> bool:
        root = self._package.xml(name)
        return any(sign.isalpha() for text in root.iter() if self._tag(text) == "w:t" for sign in text.text or "")

    def _tag(self, element: etree._Element) -> str:
        """Return the tag with a short prefix, ``""`` for what is of no format known here."""
        tag = element.tag
        if not isinstance(tag, str):
            return ""
        name = self._names.get(tag)
        if name is None:
            uri, _, local = tag[1:].partition("}")
            # Drawings come in many formats; of these only the text box matters, and that is Word's.
            name = self._names[tag] = _PREFIX.get(uri, "?:") + local
        return name

    def _value(self, element: etree._Element, name: str) -> str | None:
        for uri in _W:
            if (value := element.get(f"{{{uri}}}{name}")) is not None:
                return str(value)
        return None

    def _child(self, element: etree._Element | None, *path: str) -> etree._Element | None:
        for name in path:
            if element is None:
                return None
            element = next((child for child in element if self._tag(child) == name), None)
        return element

    def _is_on(self, element: etree._Element | None) -> bool:
        return element is not None and (self._value(element, "val") or "on") not in _OFF

    # -- walking ---------------------------------------------------------------------------------

    def _walk(self, parent: etree._Element) -> None:
        for element in parent:
            tag = self._tag(element)
            if tag in _CHANGES:
                self._warn(_CHANGED)
            if tag in ("w:t", "m:t"):
                text = element.text or ""
                self._add(self._in_unicode(text, self._font) if self._font and tag == "w:t" else text)
            elif tag in _SIGNS:
                self._add(_SIGNS[tag])
            elif tag in _LEFT_OUT:
                self._warn(_LEFT_OUT[tag])
            elif tag in self._special:
                self._special[tag](element)
            elif tag not in _SKIPPED:
                # Hyperlinks, content controls, fields, insertions and whatever comes: what they hold.
                self._walk(element)

    def _add(self, text: str) -> None:
        if self._number and text:
            text, self._number = self._number + text, ""
        if self._at_note_start:
            # Word puts a blank between its own number and the note.
            text = text.lstrip(" \t")
            self._at_note_start = not text
        if self._line_due and text:
            self._builder.add("\n")
            self._line_due = False
        self._builder.add(text)

    def _run(self, run: etree._Element) -> None:
        properties = self._child(run, "w:rPr")
        if properties is not None and self._is_on(self._child(properties, "w:vanish")):
            self._warn(marked("This file has hidden text. It was left out."))
            return
        before, self._font = self._font, self._symbol_font(properties)
        self._walk(run)
        self._font = before

    def _symbol_font(self, properties: etree._Element | None) -> str:
        """Return the symbol font of a run; empty when it has none."""
        fonts = self._child(properties, "w:rFonts")
        names = [] if fonts is None else [self._value(fonts, name) or "" for name in ("ascii", "hAnsi", "cs")]
        return next((name for name in names if is_symbol_font(name)), "")

    def _in_unicode(self, text: str, font: str) -> str:
        signs = []
        for sign in text:
            shown = in_unicode(sign, font)
            if shown is None:
                self._unknown_signs[font] = None
            signs.append(shown or "�")
        return "".join(signs)

    def _paragraph(self, paragraph: etree._Element) -> None:
        properties = self._child(paragraph, "w:pPr")
        boxes, self._boxes = self._boxes, []
        self._start_line()
        start = self._builder.position
        number = self._numbering.next(properties)
        self._number = number if self._choices.numbering else ""
        self._walk(paragraph)
        # A paragraph without words counts too, and shows nothing that a number could stand before.
        self._numbered += bool(number) and self._builder.position > start
        self._number = ""
        if (level := self._headings.level(properties)) is not None:
            self._builder.anchor(AnchorKind.HEADING, start, "", {"level": level})
        # Where the mark of a paragraph was deleted, the next one goes on in its line.
        marks = self._child(properties, "w:rPr")
        joined = self._child(marks, "w:del") is not None or self._child(marks, "w:moveFrom") is not None
        if joined:
            self._warn(_CHANGED)
        inside, self._boxes = self._boxes, boxes
        self._line_due = not joined
        for box in inside:
            if isinstance(box, str):
                self._start_line()
                self._add(box)
                self._line_due = True
            else:
                self._walk(box)

    def _start_line(self) -> None:
        """Begin a paragraph: an empty one keeps its line too."""
        if self._line_due:
            self._builder.add("\n")
            self._line_due = False

    def _table(self, table: etree._Element) -> None:
        self._tables += 1
        number = self._tables
        for index, row in enumerate(self._rows(table), 1):
            self._start_line()
            start = self._builder.position
            for cell_index, cell in enumerate(self._inside(row, "w:tc")):
                if cell_index:
                    self._builder.add("\t")
                self._line_due = False
                self._walk(cell)
            self._builder.anchor(AnchorKind.ROW, start, f"{number}.{index}", {"table": number, "row": index})
            self._line_due = True

    def _rows(self, table: etree._Element) -> Iterable[etree._Element]:
        for row in self._inside(table, "w:tr"):
            if self._child(row, "w:trPr", "w:del") is None:
                yield row
            else:
                self._warn(_CHANGED)

    def _inside(self, parent: etree._Element, wanted: str) -> Iterable[etree._Element]:
        """Yield rows or cells, also those in content controls and insertions around them."""
        for child in parent:
            tag = self._tag(child)
            if tag == wanted:
                yield child
            elif tag not in _SKIPPED:
                yield from self._inside(child, wanted)

    def _drawing(self, element: etree._Element) -> None:
        boxes = self._text_boxes(element)
        diagrams = list(words_of_diagrams(self._package, self._main, element))
        self._boxes += [*boxes, *diagrams]
        if self._tag(element) == "mc:AlternateContent" and not boxes and not diagrams:
            # No drawing but, for example, an emoji: the fallback is plain text, if there is one.
            plain = self._child(element, "mc:Fallback")
            if plain is None:
                plain = self._child(element, "mc:Choice")
            if plain is not None:
                self._walk(plain)

    def _text_boxes(self, drawing: etree._Element) -> list[etree._Element]:
        """Return the outermost text boxes of a drawing; of alternatives for the same one, the first."""
        if self._tag(drawing) == "mc:AlternateContent":
            for choice in drawing:
                if boxes := self._text_boxes(choice):
                    return boxes
            return []
        boxes = []
        for child in drawing:
            boxes += [child] if self._tag(child) == "w:txbxContent" else self._text_boxes(child)
        return boxes

    def _reference(self, element: etree._Element) -> None:
        kind = self._tag(element).removeprefix("w:").removesuffix("Reference")
        note = (kind, self._value(element, "id") or "")
        if note not in self._numbers:
            self._numbers[note] = len(self._notes) + 1
            self._notes.append((note, self._builder.position + self._line_due))
        self._add(f"[{self._numbers[note]}]")

    def _symbol(self, element: etree._Element) -> None:
        try:
            sign = chr(int(self._value(element, "char") or "", 16))
            font = self._value(element, "font") or ""
            self._add(self._in_unicode(sign, font) if is_symbol_font(font) else sign)
        except (ValueError, OverflowError):
            return

    # -- headings, notes, warnings -----------------------------------------------------------------

    def _write_notes(self) -> None:
        bodies: dict[tuple[str, str], etree._Element] = {}
        for kind in ("footnote", "endnote"):
            name = posixpath.join(self._folder, f"{kind}s.xml")
            if self._notes and name in self._package.names:
                for body in self._package.xml(name):
                    bodies[kind, self._value(body, "id") or ""] = body
        # The list can grow meanwhile: a note may refer to further notes, which then follow.
        for number, (note, reference) in enumerate(self._notes, 1):
            self._start_line()
            start = self._builder.position
            self._builder.add(f"[{number}] ")
            if note in bodies:
                self._at_note_start = True
                self._walk(bodies[note])
                self._at_note_start = False
            self._builder.anchor(
                AnchorKind.NOTE, start, str(number), {"number": number, "type": note[0], "reference": reference}
            )
            self._line_due = True

    def _warn(self, sentence: str) -> None:
        self._warnings[sentence] = None
