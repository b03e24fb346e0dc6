"""A figure of boxes, words and lines on pages of one size, kept apart from how it is written: as SVG here, as slides in ``interchange``.

Widths of words are measured: of each sign the wider one of Liberation Serif (as wide as Times) and Noto Serif SC, so that neither is cut.
"""

import enum
import re
from collections.abc import Iterator, Sequence
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
#: from one line to the next, in sizes of its letters
LEAD = 1.33
#: lines above and below the others are so much smaller
SMALL = 12 / 14
#: bold letters are so much wider
_BOLD = 1.12
_PIECES = re.compile(
    "[\u2e80-\uffff\U00020000-\U0003ffff][，。；：、！？）》”’…]*|[^\\s\u2e80-\uffff\U00020000-\U0003ffff]+\\s*|\\s+"
)


BLACK, WHITE = "#111111", "#FFFFFF"


class Dash(enum.StrEnum):
    """How a line is drawn."""

    SOLID = "solid"
    DASHED = "dashed"
    DOTTED = "dotted"


class Ends(enum.StrEnum):
    """How a stroke ends: in nothing, in the head of an arrow, in one at both ends, in a dot."""

    NONE = "none"
    ARROW = "arrow"
    ARROWS = "arrows"
    DOT = "dot"


@dataclass(frozen=True)
class Box:
    """Words in lines, in a frame or without one. Positions and sizes in units of 1/96 inch; ``align``: start or middle.

    ``above`` and ``below`` are smaller lines; ``corner``: how round; what is not ``filled`` shows what lies under it;
    ``ink`` and ``tint``: the colours of frame and ground.
    """

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
    corner: float = 0.0
    dash: Dash = Dash.SOLID
    filled: bool = True
    above: str = ""
    below: Sequence[str] = ()
    ink: str = BLACK
    tint: str = WHITE

    def written(self) -> Iterator[tuple[str, float, bool]]:
        """Yield each line with the size of its letters and whether they are bold."""
        small = self.size * SMALL
        yield from ((line, small, False) for line in [self.above] if line)
        yield from ((line, self.size, self.bold) for line in self.lines)
        yield from ((line, small, False) for line in self.below)


@dataclass(frozen=True)
class Stroke:
    """A line through points."""

    points: Sequence[tuple[float, float]]
    ends: Ends = Ends.NONE
    thick: float = 1.0
    dash: Dash = Dash.SOLID


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
    parts = [f'<rect x="0" y="0" width="{number(leaf.width)}" height="{number(leaf.height)}" fill="{WHITE}"/>']
    parts += [part for stroke in leaf.strokes for part in _stroke(stroke)]
    parts += [part for box in leaf.boxes for part in _box(box)]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {number(leaf.width)} {number(leaf.height)}" '
        f'width="{number(leaf.width)}" height="{number(leaf.height)}" role="img" font-family={quoteattr(SERIF)}>'
        f"<title>{text(leaf.title)}</title><desc>{text(leaf.description)}</desc>{''.join(parts)}</svg>"
    )


def _line(thick: float, dash: Dash, ink: str = BLACK) -> str:
    gaps = {Dash.SOLID: "", Dash.DASHED: ' stroke-dasharray="6 4"', Dash.DOTTED: ' stroke-dasharray="1.5 3"'}[dash]
    return f'stroke="{ink}" stroke-width="{number(thick)}"{gaps}'


def _stroke(stroke: Stroke) -> Iterator[str]:
    ways = list(stroke.points)
    way = " ".join(f"{number(x)},{number(y)}" for x, y in ways)
    yield f'<polyline points="{way}" fill="none" {_line(stroke.thick, stroke.dash)}/>'
    if stroke.ends is Ends.DOT:
        x, y = ways[-1]
        yield f'<circle cx="{number(x)}" cy="{number(y)}" r="3.5" fill="{BLACK}"/>'
    if stroke.ends in {Ends.ARROW, Ends.ARROWS}:
        yield _head(ways[-2], ways[-1])
    if stroke.ends is Ends.ARROWS:
        yield _head(ways[1], ways[0])


def _head(before: tuple[float, float], tip: tuple[float, float]) -> str:
    (x, y), (dx, dy) = tip, (tip[0] - before[0], tip[1] - before[1])
    length = max((dx * dx + dy * dy) ** 0.5, 1e-6)
    ux, uy = dx / length, dy / length
    wings = [(x - 7 * ux - side * 3.5 * uy, y - 7 * uy + side * 3.5 * ux) for side in (-1, 1)]
    corners = " ".join(f"{number(a)},{number(b)}" for a, b in [tip, *wings])
    return f'<polygon points="{corners}" fill="{BLACK}"/>'


def _box(box: Box) -> Iterator[str]:
    if box.framed:
        round_ = f' rx="{number(box.corner)}"' if box.corner else ""
        fill = box.tint if box.filled else "none"
        yield (
            f'<rect x="{number(box.x)}" y="{number(box.y)}" width="{number(box.width)}" height="{number(box.height)}"{round_} '
            f'fill="{fill}" {_line(box.thick, box.dash, box.ink)}/>'
        )
    left = box.x if box.align == "start" else box.x + box.width / 2
    lines = list(box.written())
    y = box.y + (box.height - sum(size * LEAD for _, size, _ in lines)) / 2
    for line, size, bold in lines:
        weight = ' font-weight="700"' if bold else ""
        yield (
            f'<text x="{number(left)}" y="{number(y + size * LEAD / 2 + size * 0.35)}" font-size="{number(size)}"{weight} '
            f'text-anchor="{box.align}" fill="{BLACK}">{text(line)}</text>'
        )
        y += size * LEAD
