"""Looking into Word's XML, and into what a part refers to."""

import posixpath
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from lxml import etree

from intercoder.text.readers.package import Package

_DIAGRAMS = "http://schemas.openxmlformats.org/drawingml/2006/diagram"
_SHAPES = "http://schemas.openxmlformats.org/drawingml/2006/main"
DIAGRAM = f"{{{_DIAGRAMS}}}relIds"


@dataclass(frozen=True, slots=True)
class Xml:
    """How the reader looks into Word's XML, whatever name space a file uses."""

    tag: Callable[[etree._Element], str]
    value: Callable[[etree._Element, str], str | None]

    def children(self, element: etree._Element, name: str) -> Iterable[etree._Element]:
        """Yield the children of a name, also those in alternatives for several versions of Word."""
        for child in element:
            tag = self.tag(child)
            if tag == name:
                yield child
            elif tag == "mc:AlternateContent":
                fallback = [part for part in child if self.tag(part) == "mc:Fallback"]
                for part in fallback or list(child):
                    yield from self.children(part, name)

    def said(self, element: etree._Element | None, *path: str) -> str | None:
        """Return the ``val`` of what lies at a path below an element; None where there is nothing."""
        for name in path:
            element = None if element is None else next(iter(self.children(element, name)), None)
        return None if element is None else self.value(element, "val")

    def number(self, element: etree._Element | None, *path: str) -> int | None:
        """Return the same as a number."""
        said = self.said(element, *path)
        return int(said) if said is not None and re.fullmatch(r"-?\d{1,9}", said) else None


def related(package: Package, part: str) -> dict[str, str]:
    """Return the parts that a part of a package refers to, by the identifier of the relation."""
    folder, name = posixpath.split(part)
    relations = posixpath.join(folder, "_rels", f"{name}.rels")
    if relations not in package.names:
        return {}
    return {
        str(relation.get("Id")): posixpath.normpath(posixpath.join("/", folder, str(relation.get("Target"))))[1:]
        for relation in package.xml(relations)
    }


def words_of_diagrams(package: Package, part: str, drawing: etree._Element) -> Iterator[str]:
    """Yield the words of the SmartArt of a drawing, one line for each of its places."""
    for element in drawing.iter(DIAGRAM):
        wanted = next((str(value) for name, value in element.attrib.items() if str(name).endswith("}dm")), "")
        target = related(package, part).get(wanted, "")
        for place in package.xml(target).iter(f"{{{_DIAGRAMS}}}pt") if target in package.names else ():
            lines = [
                "".join(t.text or "" for t in line.iter(f"{{{_SHAPES}}}t")) for line in place.iter(f"{{{_SHAPES}}}p")
            ]
            words = " ".join(line.strip() for line in lines if line.strip())
            if words and place.get("type", "node") in {"node", "asst", "norm"}:
                yield words
