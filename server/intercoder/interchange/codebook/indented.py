"""A codebook as indented text: tabs, spaces, full-width spaces, bullets, numbers, headings of Markdown."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from intercoder.interchange.codebook.given import Field, Form, Given, Line, given
from intercoder.stats.marks import PREFIXES
from intercoder.stats.tree import Level
from intercoder.text.canonical import canonical, clean_name

#: what a tab is as wide as where it stands among spaces
TAB = 4
#: what may stand before a name; the sign of each is its first group's kind
_BULLET = re.compile(r"([-–—•·▪▫■□●○◆◇◦‣⁃*+>✓])[ \t\u3000]*(?=\S)|(o)[ \t\u3000]+(?=\S)")
_HEADING = re.compile(r"(#{1,6})[ \t\u3000]+")
_NUMBERS = re.compile(r"(\d+(?:\.\d+)+|\d+(?=[.、)）．]))[.、)）．]?[ \t\u3000]*(?=[^\d\s])")
_PLAIN = re.compile(r"(\d+)[ \t\u3000]+(?=[^\d\s])")
_DOTTED = re.compile(r"\s*\d+\.\d+")
_OTHER_NUMBERS = {
    "chinese": re.compile(r"[一二三四五六七八九十百]+[、.．][ \t\u3000]*"),
    "chinese in brackets": re.compile(r"[(（][一二三四五六七八九十百]+[)）][、.]?[ \t\u3000]*"),
    "in brackets": re.compile(r"[(（]\d+[)）][、.]?[ \t\u3000]*"),
    "circled": re.compile(r"[①-⑳][ \t\u3000]*"),
}
#: the numbers of this program, which say the level too
_OWN = re.compile(r"(a|A{1,3})(\d+)(?:[.、:：)）]|[ \t\u3000])[ \t\u3000]*(?=\S)")
_LEVEL_OF = {prefix: level for level, prefix in PREFIXES.items()}
#: between a name, its other name and its definition
_PARTS = re.compile(r"\s+\|\s*|\s*｜\s*")


@dataclass(frozen=True)
class _Read:
    """A line with what stood before its name taken off."""

    number: int
    #: as wide as the blanks before it
    width: int
    #: the kind of sign before it, and how deep a number with dots says that it is
    sign: str
    dotted: int
    level: Level | None
    written_number: str
    rest: str


def read_indented(text: str) -> Given:
    """Return the codebook of an indented text.

    The blanks before a name say its depth, counted in the smallest step that there is. Where nothing is indented the
    numbers do (1.1.2), or the kinds of signs in the order in which they come (一、 above （一）, ● above ○).
    """
    written = [(number, line) for number, line in enumerate(canonical(text).split("\n"), 1) if line.strip()]
    # "1 资源" is a number where others are "1.1 拼凑"; "5G 应用" is a name.
    dotted = any(_DOTTED.match(line) for _, line in written)
    read = [_line(number, line, dotted=dotted) for number, line in written]
    depths, by = _depths(read)
    lines = [_named(line, depth) for line, depth in zip(read, depths, strict=True)]
    return given(Form.INDENTED, [line for line in lines if line.name], by)


def _line(number: int, line: str, *, dotted: bool) -> _Read:
    rest = line.lstrip(" \t\u3000\u00a0\u2003\u2002")
    before = line[: len(line) - len(rest)]
    width = sum(TAB if c == "\t" else 2 if c in "\u3000\u2003" else 1 for c in before)
    if heading := _HEADING.match(rest):
        return _Read(number, width, "#", len(heading[1]), None, "", rest[heading.end() :])
    sign = ""
    if bullet := _BULLET.match(rest):
        sign, rest = bullet[1] or bullet[2], rest[bullet.end() :]
    if own := _OWN.match(rest):
        return _Read(number, width, "", 0, _LEVEL_OF[own[1]], own[1] + own[2], rest[own.end() :])
    numbers = _NUMBERS.match(rest) or (_PLAIN.match(rest) if dotted else None)
    if numbers:
        deep = numbers[1].count(".") + 1
        return _Read(number, width, sign or "1", deep, None, "", rest[numbers.end() :])
    for kind, pattern in _OTHER_NUMBERS.items():
        if found := pattern.match(rest):
            return _Read(number, width, sign or kind, 0, None, "", rest[found.end() :])
    return _Read(number, width, sign, 0, None, "", rest)


def _depths(read: Sequence[_Read]) -> tuple[list[int], tuple[str, ...]]:
    """Return how deep each line is, and what says so."""
    widths = [line.width for line in read]
    outermost = min(widths, default=0)
    steps = sorted({width - outermost for width in widths})
    if len(steps) > 1:
        step = steps[1]
        if all(width % step == 0 for width in steps):
            return [(width - outermost) // step for width in widths], ("indent",)
        return _stacked(widths), ("indent",)
    if any(line.dotted > 1 for line in read):
        least = min(line.dotted for line in read if line.dotted)
        return [max(0, line.dotted - least) for line in read], ("#" if read[0].sign == "#" else "1.1",)
    if read and all(line.level for line in read):
        top = max(line.level.height for line in read if line.level)
        return [top - line.level.height for line in read if line.level], ("A1",)
    kinds = list(dict.fromkeys(line.sign for line in read))
    return [kinds.index(line.sign) for line in read], tuple(kind for kind in kinds if len(kinds) > 1)


def _stacked(widths: Sequence[int]) -> list[int]:
    """Return depths where no step is common: further in than the line before is one deeper."""
    open_: list[int] = []
    depths = []
    for width in widths:
        while open_ and open_[-1] >= width:
            open_.pop()
        depths.append(len(open_))
        open_.append(width)
    return depths


def _named(line: _Read, depth: int) -> Line:
    parts = [part.strip() for part in _PARTS.split(line.rest.strip())]
    fields = (Field.OTHER_NAME, Field.DEFINITION)
    said = {field: part for field, part in zip(fields, parts[1:], strict=False) if part}
    return Line(line.number, clean_name(parts[0]), depth, line.level, line.written_number, said=said)
