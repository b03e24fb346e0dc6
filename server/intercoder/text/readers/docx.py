"""Word documents: what the page shows, from the XML itself.

Libraries lose tracked insertions, content controls, text boxes or notes; this walker keeps them.
"""

import posixpath
import re
from collections.abc import Callable, Iterable

from lxml import etree

from intercoder.errors import marked
from intercoder.text.anchors import AnchorKind
from intercoder.text.readers.document import Builder, Raw, Remark, broken
from intercoder.text.readers.package import Package

READER = "docx 1"

_W = (
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "http://purl.oclc.org/ooxml/wordprocessingml/main",
)
_PREFIX = dict.fromkeys(_W, "w:") | {
    "http://schemas.openxmlformats.org/markup-compatibility/2006": "mc:",
    "http://schemas.openxmlformats.org/officeDocument/2006/math": "m:",
    "http://purl.oclc.org/ooxml/officeDocument/math": "m:",
}
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
_HEADING = re.compile(r"heading\s*([1-9])", re.IGNORECASE)


def read_docx(data: bytes) -> Raw:
    """Return the text of a .docx file as its pages show it with all changes accepted.

    One line per paragraph; tables row by row, a tab between cells; text boxes after the paragraph
    they hang on; footnotes and endnotes as ``[n]`` in the text and ``[n] …`` lines at its end. Headings,
    table rows and notes get anchors. Headers, footers and comments are not part of the text, nor are
    numbers that Word makes itself (lists, headings), which are not in the file.

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
        return _Walker(package, main).read()
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
    def __init__(self, package: Package, main: str) -> None:
        self._package = package
        self._main = main
        self._folder = posixpath.dirname(main)
        self._builder = Builder()
        self._names: dict[str, str] = {}
        self._levels = self._heading_levels()
        # Whether the next text begins a line of its own (false in a cell that has just begun).
        self._line_due = False
        self._boxes: list[etree._Element] = []
        self._tables = 0
        # The notes (kind, id) in the order of their numbers, with the offset of their first mark.
        self._notes: list[tuple[tuple[str, str], int]] = []
        self._numbers: dict[tuple[str, str], int] = {}
        self._at_note_start = False
        self._warnings: dict[str, None] = {}
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
        return Raw(
            self._builder.text(), self._builder.anchors, warnings=[Remark(sentence) for sentence in self._warnings]
        )

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
                self._add(element.text or "")
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
        self._walk(run)

    def _paragraph(self, paragraph: etree._Element) -> None:
        properties = self._child(paragraph, "w:pPr")
        boxes, self._boxes = self._boxes, []
        self._start_line()
        start = self._builder.position
        self._walk(paragraph)
        if (level := self._level(properties)) is not None:
            self._builder.anchor(AnchorKind.HEADING, start, "", {"level": level})
        # Where the mark of a paragraph was deleted, the next one goes on in its line.
        marks = self._child(properties, "w:rPr")
        joined = self._child(marks, "w:del") is not None or self._child(marks, "w:moveFrom") is not None
        if joined:
            self._warn(_CHANGED)
        inside, self._boxes = self._boxes, boxes
        self._line_due = not joined
        for box in inside:
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
        self._boxes += boxes
        if self._tag(element) == "mc:AlternateContent" and not boxes:
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
            self._add(chr(int(self._value(element, "char") or "", 16)))
        except (ValueError, OverflowError):
            return

    # -- headings, notes, warnings -----------------------------------------------------------------

    def _heading_levels(self) -> dict[str, int]:
        """Return the heading level of every paragraph style that has one, inherited ones too."""
        name = posixpath.join(self._folder, "styles.xml")
        if name not in self._package.names:
            return {}
        own: dict[str, int] = {}
        based_on: dict[str, str] = {}
        for style in self._package.xml(name):
            identity = self._value(style, "styleId") if self._tag(style) == "w:style" else None
            if identity is None:
                continue
            called = self._child(style, "w:name")
            match = _HEADING.fullmatch(self._value(called, "val") or "") if called is not None else None
            level = int(match[1]) if match else self._outline(self._child(style, "w:pPr"))
            base = self._child(style, "w:basedOn")
            if level is not None:
                own[identity] = level
            elif base is not None:
                based_on[identity] = self._value(base, "val") or ""
        levels = dict(own)
        for identity in based_on:
            seen: set[str] = set()
            ancestor = identity
            while ancestor in based_on and ancestor not in seen:
                seen.add(ancestor)
                ancestor = based_on[ancestor]
            if ancestor in own:
                levels[identity] = own[ancestor]
        return {identity: level for identity, level in levels.items() if level <= 9}

    def _outline(self, properties: etree._Element | None) -> int | None:
        """Return the outline level from 1 on; 10 stands for "body text" said explicitly."""
        outline = self._child(properties, "w:outlineLvl")
        value = self._value(outline, "val") if outline is not None else None
        return int(value) + 1 if value is not None and value.isdecimal() else None

    def _level(self, properties: etree._Element | None) -> int | None:
        level = self._outline(properties)
        if level is None:
            style = self._child(properties, "w:pStyle")
            level = self._levels.get(self._value(style, "val") or "") if style is not None else None
        return level if level is not None and level <= 9 else None

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
