"""Which paragraphs of a Word document are headings, and of which level."""

import re

from lxml import etree

from intercoder.text.readers.docx_xml import Xml

_HEADING = re.compile(r"heading\s*([1-9])", re.IGNORECASE)


class Headings:
    """Knows the heading level of every paragraph style that has one, inherited ones too."""

    def __init__(self, xml: Xml, styles: etree._Element | None) -> None:
        self._xml = xml
        self._levels: dict[str, int] = {}
        based_on: dict[str, str] = {}
        for style in () if styles is None else styles:
            identity = xml.value(style, "styleId") if xml.tag(style) == "w:style" else None
            if identity is None:
                continue
            match = _HEADING.fullmatch(xml.said(style, "w:name") or "")
            level = int(match[1]) if match else self._outline(style, "w:pPr")
            base = xml.said(style, "w:basedOn")
            if level is not None:
                self._levels[identity] = level
            elif base is not None:
                based_on[identity] = base
        own = dict(self._levels)
        for identity in based_on:
            seen: set[str] = set()
            ancestor = identity
            while ancestor in based_on and ancestor not in seen:
                seen.add(ancestor)
                ancestor = based_on[ancestor]
            if ancestor in own:
                self._levels[identity] = own[ancestor]

    def level(self, properties: etree._Element | None) -> int | None:
        """Return the level (1 to 9) of a paragraph with these properties; None when it is no heading."""
        level = self._outline(properties)
        if level is None:
            level = self._levels.get(self._xml.said(properties, "w:pStyle") or "")
        return level if level is not None and level <= 9 else None

    def _outline(self, element: etree._Element | None, *path: str) -> int | None:
        """Return the outline level from 1 on; 10 stands for "body text" said explicitly."""
        value = self._xml.said(element, *path, "w:outlineLvl")
        return int(value) + 1 if value is not None and value.isdecimal() else None
