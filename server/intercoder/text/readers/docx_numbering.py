"""Which number Word gives to which paragraph of a document."""

import re
from dataclasses import dataclass, field

from lxml import etree

from intercoder.text.readers.docx_xml import Xml
from intercoder.text.readers.word_numbers import written

_PLACE = re.compile(r"%([1-9])")
_SUFFIXES = {"tab": "\t", "space": " ", "nothing": ""}
LEVELS = 9


@dataclass(frozen=True, slots=True)
class _Level:
    """How one level of a list is numbered."""

    kind: str = "decimal"
    text: str = ""
    start: int = 1
    #: the level (from 1) whose paragraphs let this one begin anew; 0: none; None: every higher one
    restart: int | None = None
    suffix: str = "\t"
    legal: bool = False
    style: str | None = None


@dataclass(slots=True)
class _List:
    """A list (num): the definition that it counts with, and what it has otherwise."""

    definition: str
    starts: dict[int, int] = field(default_factory=dict)
    levels: dict[int, _Level] = field(default_factory=dict)


class Numbering:
    """Counts through the paragraphs of a document in their order.

    Parameters
    ----------
    xml : Xml
        How elements are read.
    definitions : element or None
        The root of numbering.xml.
    styles : element or None
        The root of styles.xml: paragraphs are often numbered by their style.
    """

    def __init__(self, xml: Xml, definitions: etree._Element | None, styles: etree._Element | None) -> None:
        self._xml = xml
        self._definitions: dict[str, dict[int, _Level]] = {}
        self._lists: dict[str, _List] = {}
        self._by_style: dict[str, tuple[str | None, int | None]] = {}
        self._based_on: dict[str, str] = {}
        self._usual: str | None = None
        self._counts: dict[str, list[int | None]] = {}
        self._started: set[tuple[str, int]] = set()
        if styles is not None:
            self._read_styles(styles)
        if definitions is not None:
            self._read_lists(definitions)

    def next(self, properties: etree._Element | None) -> str:
        """Return the number of the next paragraph with what stands after it; empty when it has none."""
        place = self._place(properties)
        if place is None:
            return ""
        number, depth = place
        chosen = self._lists[number]
        levels = self._definitions.get(chosen.definition, {}) | chosen.levels
        level = levels.get(depth)
        if level is None:
            return ""
        counts = self._count(number, chosen, levels, depth)
        if level.kind == "bullet":
            return ""

        def fill(match: re.Match[str]) -> str:
            at = int(match[1]) - 1
            wanted = levels.get(at, _Level())
            kind = "decimal" if level.legal and at <= depth else wanted.kind
            value = counts[at]
            return "" if kind == "bullet" or at > depth else written(kind, wanted.start if value is None else value)

        text = _PLACE.sub(fill, level.text)
        return text + level.suffix if text.strip() else ""

    def _count(self, number: str, chosen: _List, levels: dict[int, _Level], depth: int) -> list[int | None]:
        counts = self._counts.setdefault(chosen.definition, [None] * LEVELS)
        now = counts[depth]
        if depth in chosen.starts and (number, depth) not in self._started:
            counts[depth] = chosen.starts[depth]
        else:
            counts[depth] = levels[depth].start if now is None else now + 1
        self._started.add((number, depth))
        for higher in range(depth):
            if counts[higher] is None:
                counts[higher] = levels.get(higher, _Level()).start
        for deeper in range(depth + 1, LEVELS):
            restart = levels.get(deeper, _Level()).restart
            if restart is None or depth < restart:
                counts[deeper] = None
        return counts

    def _place(self, properties: etree._Element | None) -> tuple[str, int] | None:
        """Return the list and the level of a paragraph; None when it has no number."""
        xml = self._xml
        number = xml.said(properties, "w:numPr", "w:numId")
        depth = xml.number(properties, "w:numPr", "w:ilvl")
        style = xml.said(properties, "w:pStyle") or self._usual
        if number is None and style is not None:
            number, by_style, owner = self._of_style(style)
            if depth is None:
                depth = by_style if by_style is not None else self._linked(number, owner)
        if number is None or number not in self._lists or not 0 <= (depth or 0) < LEVELS:
            return None
        return number, depth or 0

    def _of_style(self, style: str) -> tuple[str | None, int | None, str]:
        """Return list and level that a style gives, by itself or by one that it is based on, and which one that was."""
        seen: set[str] = set()
        depth: int | None = None
        at: str | None = style
        while at is not None and at not in seen:
            seen.add(at)
            number, own = self._by_style.get(at, (None, None))
            depth = own if depth is None else depth
            if number is not None:
                return number, depth, style if self._linked(number, style) is not None else at
            at = self._based_on.get(at)
        return None, depth, style

    def _linked(self, number: str | None, style: str) -> int | None:
        """Return the level of a list that says of itself that it is that of a style."""
        chosen = self._lists.get(number or "")
        levels = self._definitions.get(chosen.definition, {}) if chosen else {}
        return next((depth for depth, level in levels.items() if level.style == style), None)

    def _read_styles(self, styles: etree._Element) -> None:
        for style in styles:
            identity = self._xml.value(style, "styleId") if self._xml.tag(style) == "w:style" else None
            if identity is None:
                continue
            if self._xml.value(style, "type") == "paragraph" and self._xml.value(style, "default") in {
                "1",
                "true",
                "on",
            }:
                self._usual = identity
            number = self._xml.said(style, "w:pPr", "w:numPr", "w:numId")
            self._by_style[identity] = number, self._xml.number(style, "w:pPr", "w:numPr", "w:ilvl")
            if (base := self._xml.said(style, "w:basedOn")) is not None:
                self._based_on[identity] = base

    def _read_lists(self, root: etree._Element) -> None:
        xml = self._xml
        same_as: dict[str, str] = {}
        for element in xml.children(root, "w:abstractNum"):
            identity = xml.value(element, "abstractNumId") or ""
            self._definitions[identity] = dict(map(self._level, xml.children(element, "w:lvl")))
            if (style := xml.said(element, "w:numStyleLink")) is not None:
                same_as[identity] = style
        for element in xml.children(root, "w:num"):
            made = _List(xml.said(element, "w:abstractNumId") or "")
            for override in xml.children(element, "w:lvlOverride"):
                depth = int(xml.value(override, "ilvl") or 0)
                made.levels |= dict(map(self._level, xml.children(override, "w:lvl")))
                if (start := xml.number(override, "w:startOverride")) is not None:
                    made.starts[depth] = start
            self._lists[xml.value(element, "numId") or ""] = made
        # A definition may say only that it is the one of a style.
        for identity, style in same_as.items():
            other = self._lists.get(self._by_style.get(style, (None, None))[0] or "")
            if other is not None and not self._definitions[identity]:
                self._definitions[identity] = self._definitions.get(other.definition, {})
        self._lists.pop("0", None)  # says of a paragraph that it has none

    def _level(self, element: etree._Element) -> tuple[int, _Level]:
        xml = self._xml
        start = xml.number(element, "w:start")
        legal = xml.said(element, "w:isLgl")
        has_legal = next(iter(xml.children(element, "w:isLgl")), None) is not None
        return int(xml.value(element, "ilvl") or 0), _Level(
            kind=xml.said(element, "w:numFmt") or "decimal",
            text=xml.said(element, "w:lvlText") or "",
            start=1 if start is None else start,
            restart=xml.number(element, "w:lvlRestart"),
            suffix=_SUFFIXES.get(xml.said(element, "w:suff") or "tab", "\t"),
            legal=has_legal and legal not in {"0", "false", "off"},
            style=xml.said(element, "w:pStyle"),
        )
