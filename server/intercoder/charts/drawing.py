"""A figure of boxes, words and lines on pages of one size, kept apart from how it is written: as SVG here, as slides in ``interchange``.

Widths of words are measured: of each sign the wider one of Liberation Serif (as wide as Times) and Noto Serif SC, so that neither is cut.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import quoteattr

from intercoder.charts.svg import number, text

SERIF = "'Times New Roman', 'Liberation Serif', 'Songti SC', SimSun, 'Noto Serif CJK SC', 'Noto Serif SC', serif"
#: thousandths of the size of the letters, from the blank to the tilde
_PLAIN = (
    *(
        318,
        401,
        460,
        838,
        637,
        951,
        780,
        275,
        391,
        391,
        500,
        838,
        327,
        361,
        327,
        352,
        637,
        637,
        637,
        637,
        637,
        637,
        637,
        637,
    ),
    *(
        637,
        637,
        337,
        337,
        838,
        838,
        838,
        531,
        1000,
        718,
        687,
        699,
        771,
        652,
        629,
        775,
        853,
        405,
        402,
        731,
        625,
        975,
        796,
        788,
    ),
    *(
        641,
        788,
        715,
        635,
        659,
        797,
        714,
        1053,
        700,
        687,
        686,
        391,
        352,
        391,
        838,
        563,
        500,
        613,
        638,
        550,
        635,
        616,
        388,
        635,
    ),
    *(
        663,
        332,
        311,
        607,
        334,
        975,
        661,
        612,
        638,
        635,
        462,
        521,
        393,
        653,
        592,
        838,
        592,
        592,
        525,
        637,
        337,
        637,
        838,
    ),
)
#: bold letters are so much wider
_BOLD = 1.12
_PIECES = re.compile(
    "[\u2e80-\uffff\U00020000-\U0003ffff][，。；：、！？）》”’…]*|[^\\s\u2e80-\uffff\U00020000-\U0003ffff]+\\s*|\\s+"
)


@dataclass(frozen=True)
class Box:
    """Words in lines, in a frame or without one. Positions and sizes in units of 1/96 inch; ``align``: start or middle."""

    x: float
    y: float
    width: float
    height: float
    lines: Sequence[str]
    size: float = 12.0
    bold: bool = False
    framed: bool = True
    align: str = "middle"
    thick: float = 1.0

    @property
    def lead(self) -> float:
        """From one line to the next."""
        return self.size * 1.33


@dataclass(frozen=True)
class Stroke:
    """A line through points; ``arrow``: it ends in a head."""

    points: Sequence[tuple[float, float]]
    arrow: bool = False
    thick: float = 1.0


@dataclass(frozen=True)
class Leaf:
    """One page of a figure."""

    width: float
    height: float
    title: str
    description: str
    boxes: Sequence[Box]
    strokes: Sequence[Stroke]


def measured(words: str, size: float, *, bold: bool = False) -> float:
    """Return how wide words are at most."""
    thousandths = sum(_PLAIN[ord(c) - 32] if " " <= c <= "~" else 1000 if ord(c) > 0x2E7F else 700 for c in words)
    return thousandths * size / 1000 * (_BOLD if bold else 1.0)


def wrapped(words: str, width: float, size: float, *, bold: bool = False) -> list[str]:
    """Return words in as few lines of a width as they need, lines about as long as one another; a word longer than a line is parted."""
    few = _lines(words, width, size, bold=bold)
    if len(few) < 2:
        return few
    widest = max(measured(piece.rstrip(), size, bold=bold) for piece in _PIECES.findall(words))
    low, high = max(width / len(few) / 2, min(widest, width)), width
    if len(_lines(words, low, size, bold=bold)) == len(few):
        return _lines(words, low, size, bold=bold)
    while high - low > 1:
        middle = (low + high) / 2
        if len(_lines(words, middle, size, bold=bold)) > len(few):
            low = middle
        else:
            high = middle
    return _lines(words, high, size, bold=bold)


def _lines(words: str, width: float, size: float, *, bold: bool) -> list[str]:
    lines: list[str] = []
    line = ""
    for piece in _PIECES.findall(words):
        if line and measured((line + piece).rstrip(), size, bold=bold) > width:
            lines.append(line.rstrip())
            line = ""
        line += piece
        while measured(line.rstrip(), size, bold=bold) > width and len(line.rstrip()) > 1:
            fits = len(line) - 1
            while fits > 1 and measured(line[:fits], size, bold=bold) > width:
                fits -= 1
            lines.append(line[:fits])
            line = line[fits:]
    return [*lines, line.rstrip()] if line.strip() else lines or [""]


def leaf_svg(leaf: Leaf) -> str:
    """Return a page as an SVG that stands alone: black on white, with its title and what it shows in words."""
    parts = [f'<rect x="0" y="0" width="{number(leaf.width)}" height="{number(leaf.height)}" fill="#FFFFFF"/>']
    for stroke in leaf.strokes:
        way = " ".join(f"{number(x)},{number(y)}" for x, y in stroke.points)
        parts.append(f'<polyline points="{way}" fill="none" stroke="#111111" stroke-width="{number(stroke.thick)}"/>')
        if stroke.arrow:
            x, y = stroke.points[-1]
            head = f"{number(x)},{number(y)} {number(x - 7)},{number(y - 3.5)} {number(x - 7)},{number(y + 3.5)}"
            parts.append(f'<polygon points="{head}" fill="#111111"/>')
    for box in leaf.boxes:
        if box.framed:
            parts.append(
                f'<rect x="{number(box.x)}" y="{number(box.y)}" width="{number(box.width)}" height="{number(box.height)}" '
                f'fill="#FFFFFF" stroke="#111111" stroke-width="{number(box.thick)}"/>'
            )
        left = box.x if box.align == "start" else box.x + box.width / 2
        top = box.y + (box.height - box.lead * len(box.lines)) / 2 + box.lead / 2 + box.size * 0.35
        weight = ' font-weight="700"' if box.bold else ""
        parts += [
            f'<text x="{number(left)}" y="{number(top + n * box.lead)}" font-size="{number(box.size)}"{weight} '
            f'text-anchor="{box.align}" fill="#111111">{text(line)}</text>'
            for n, line in enumerate(box.lines)
        ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {number(leaf.width)} {number(leaf.height)}" '
        f'width="{number(leaf.width)}" height="{number(leaf.height)}" role="img" font-family={quoteattr(SERIF)}>'
        f"<title>{text(leaf.title)}</title><desc>{text(leaf.description)}</desc>{''.join(parts)}</svg>"
    )
