"""HTML: the text a person would see, one line per block."""

import re
from collections.abc import Iterator
from typing import Protocol

from lxml import etree

from intercoder.errors import InvalidInput, marked
from intercoder.text.anchors import AnchorKind
from intercoder.text.canonical import canonical
from intercoder.text.encodings import Decoded, decode
from intercoder.text.readers.choices import Choices
from intercoder.text.readers.document import Builder, Raw, broken, remarks_on
from intercoder.text.readers.lines import separator

READER = "html 2"

_SKIPPED = frozenset(
    [
        "script",
        "style",
        "head",
        "noscript",
        "template",
        "iframe",
        "object",
        "embed",
        "audio",
        "video",
        "canvas",
        "svg",
        "math",
        "select",
        "datalist",
        "textarea",
        "noframes",
        "noembed",
        "title",
    ]
)
_BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "caption",
        "center",
        "dd",
        "details",
        "dialog",
        "dir",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hgroup",
        "hr",
        "html",
        "legend",
        "li",
        "main",
        "menu",
        "nav",
        "ol",
        "optgroup",
        "option",
        "p",
        "pre",
        "search",
        "section",
        "summary",
        "table",
        "tbody",
        "tfoot",
        "thead",
        "tr",
        "ul",
    ]
)
_CELLS = frozenset(("td", "th"))
_HEADING = re.compile(r"h[1-6]")
_HIDDEN = re.compile(r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)
# HTML's own blanks, which collapse; a no-break or an ideographic space is text.
_WORD = re.compile("([ \t\n\f\r]*)([^ \t\n\f\r]*)")
_META = re.compile(
    rb"""<(?:meta\b[^>]*?charset|\?xml\b[^>]*?encoding)\s*=\s*["']?\s*([A-Za-z0-9_:.-]+)""", re.IGNORECASE
)


def read_html(data: bytes, choices: Choices) -> Raw:
    """Return the visible text of an HTML page with an anchor per heading and table row.

    The encoding is the one given, else that of the byte order mark, else UTF-8 when it is that, else the
    one the page declares when its bytes allow it, else the most probable.

    Raises
    ------
    InvalidInput
        ``unknown_encoding``, ``wrong_encoding``, ``binary_file``, ``broken_file``.
    """
    decoded = _decode(data, choices)
    warnings = remarks_on(decoded)
    source = canonical(decoded.text).encode()
    # Without huge_tree the parser drops all that follows a long text or an embedded picture, silently.
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, huge_tree=True)
    try:
        root = etree.fromstring(source, parser) if source.strip() else None
    except etree.XMLSyntaxError as error:
        if getattr(error, "code", None) == etree.ErrorTypes.ERR_NO_MEMORY:
            raise MemoryError from error
        raise broken(marked("it is no readable HTML")) from error
    if any(error.type_name == "ERR_RESOURCE_LIMIT" for error in parser.error_log):
        raise broken(marked("its parts are nested too deeply"))
    if root is None:
        return Raw("", encoding=decoded.encoding)
    writer = _Writer()
    writer.write(root)
    return Raw(writer.builder.text(), writer.builder.anchors, decoded.encoding, warnings, len(decoded.bad))


def _decode(data: bytes, choices: Choices) -> Decoded:
    decoded = None if choices.encoding is not None or data.startswith((b"\xff\xfe", b"\xfe\xff")) else _declared(data)
    return decoded or decode(data, choices.encoding, replace=choices.replace_bad_bytes)


def _declared(data: bytes) -> Decoded | None:
    """Return the text in the encoding that the page declares, or None when UTF-8 or nothing else fits."""
    declared = _META.search(data[:4096])
    # That it can be read as UTF-8 is a fact; a declaration is a claim, and often a wrong one.
    if declared is None or _is_utf8(data):
        return None
    name = declared[1].decode("ascii")
    # A page whose ASCII letters could be found by the search above is not in UTF-16.
    if name.lower().startswith("utf-16"):
        return None
    try:
        return decode(data, name)
    except InvalidInput:
        return None


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


class _Walk(Protocol):
    """lxml's walk of a tree, which its stubs leave out."""

    def __iter__(self) -> Iterator[tuple[str, etree._Element]]: ...

    def skip_subtree(self) -> None:
        """Leave out what is below the element that starts here."""
        ...


class _Writer:
    """Walks the tree once, without recursion: pages can be nested deeper than Python's stack."""

    def __init__(self) -> None:
        self.builder = Builder()
        # What comes before the next visible character: line ends and tabs, or one blank.
        self._pending = ""
        # Whether that blank stands for a line end in the source, which separates no Han characters.
        self._wrapped = False
        self._preformatted = 0
        self._tables = 0
        # Open tables with their current row, open rows with the number of their cells.
        self._rows: list[tuple[int, int]] = []
        self._cells: list[int] = []
        # Open headings and rows: tag, offset, and what was pending there.
        self._open: list[tuple[str, int, str]] = []

    def write(self, root: etree._Element) -> None:
        """Append the visible text of ``root``."""
        walk: _Walk = etree.iterwalk(root, events=("start", "end"))
        for event, element in walk:
            tag = element.tag if isinstance(element.tag, str) else ""
            hidden = tag in _SKIPPED or _is_hidden(element)
            if event == "start":
                if hidden:
                    walk.skip_subtree()
                else:
                    self._start(tag)
                    self._text(element.text or "")
            else:
                if not hidden:
                    self._end(tag)
                if element is not root:
                    self._text(element.tail or "")

    def _start(self, tag: str) -> None:
        if tag == "br":
            self._pending = self._pending.rstrip(" ") + "\n"
        elif tag in _CELLS:
            if self._cells:
                if self._cells[-1]:
                    # The blocks in the cell before have ended its line: the row goes on behind a tab.
                    self._pending = self._pending.rstrip(" \n") + "\t"
                self._cells[-1] += 1
        elif tag in _BLOCKS:
            self._new_line()
        if tag == "pre":
            self._preformatted += 1
        elif tag == "table":
            self._tables += 1
            self._rows.append((self._tables, 0))
        elif tag == "tr":
            self._cells.append(0)
            if self._rows:
                table, row = self._rows[-1]
                self._rows[-1] = (table, row + 1)
        if tag == "tr" or _HEADING.fullmatch(tag):
            self._open.append((tag, self.builder.position, self._pending))

    def _end(self, tag: str) -> None:
        if tag == "pre":
            self._preformatted -= 1
        if self._open and self._open[-1][0] == tag:
            self._close(tag)
        if tag == "tr":
            self._cells.pop()
        elif tag == "table":
            self._rows.pop()
        if tag in _BLOCKS:
            self._new_line(of_row=tag == "tr")

    def _close(self, tag: str) -> None:
        _tag, start, pending = self._open.pop()
        if start == self.builder.position:
            self._pending = pending  # nothing to see in it: its tabs go too
        elif tag != "tr":
            self.builder.anchor(AnchorKind.HEADING, start, "", {"level": int(tag[1])})
        elif self._rows:
            table, row = self._rows[-1]
            self.builder.anchor(AnchorKind.ROW, start, f"{table}.{row}", {"table": table, "row": row})

    def _new_line(self, of_row: bool = False) -> None:
        pending = self._pending.rstrip(" ")
        # Behind a tab a cell has just begun: its first block goes on there.
        if not pending.endswith("\n") and (of_row or not pending.endswith("\t")):
            pending += "\n"
        self._pending = pending

    def _text(self, text: str) -> None:
        if self._preformatted:
            if text:
                self._add(text)
            return
        for blanks, word in _WORD.findall(text):
            if blanks and not self._pending:
                self._pending = " "
                self._wrapped = "\n" in blanks
            if word:
                self._add(word)

    def _add(self, text: str) -> None:
        builder = self.builder
        if builder.position:
            if self._pending == " " and self._wrapped:
                self._pending = separator(builder.last, text[0])
            builder.add(self._pending)
        self._pending = ""
        builder.add(text)


def _is_hidden(element: etree._Element) -> bool:
    attributes = element.attrib
    return "hidden" in attributes or ("style" in attributes and _HIDDEN.search(str(attributes["style"])) is not None)
