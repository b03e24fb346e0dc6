"""A matrix as a picture: named rows, columns with short heads, squares that print what they hold and are not read by colour alone."""

from collections.abc import Sequence
from dataclasses import dataclass

from intercoder.charts.svg import element, fitted, label, plate, width_of

SIDE, HIGH, TOP, MARGIN, LONGEST = 52.0, 28.0, 62.0, 16.0, 260.0
#: shades on which words are light
_DARK = frozenset({"shade-0", "shade-3", "times-4", "times-5"})


@dataclass(frozen=True, slots=True)
class Square:
    """One square: its words and its shade (``shade-0`` … ``shade-3``, ``times-1`` … ``times-5``, ``shade-none``)."""

    words: str
    shade: str = "shade-none"


@dataclass(frozen=True, slots=True)
class Line:
    """A row: its name, and a square for each column; None is left blank."""

    name: str
    squares: Sequence[Square | None]


@dataclass(frozen=True, slots=True)
class GridWords:
    """What is written: title and description; sentences below; the shades with what they mean."""

    title: str
    description: str
    notes: Sequence[str] = ()
    legend: Sequence[tuple[str, str]] = ()


def grid(heads: Sequence[str], lines: Sequence[Line], words: GridWords) -> str:
    """Return an SVG of a matrix; ``heads`` of its columns are short."""
    named = min(max([width_of(line.name) for line in lines] + [60.0]), LONGEST)
    begin = MARGIN + named + 12
    parts = [label(begin + SIDE * (i + 0.5), TOP - 8, head, anchor="middle") for i, head in enumerate(heads)]
    for place, line in enumerate(lines):
        y = TOP + HIGH * place
        parts.append(label(begin - 12, y + HIGH / 2 + 4, fitted(line.name, LONGEST), anchor="end"))
        for column, square in enumerate(line.squares):
            if square is None:
                continue
            x = begin + SIDE * column
            parts.append(element("rect", square.shade, x=x + 1, y=y + 1, width=SIDE - 2, height=HIGH - 2))
            look = "words-light" if square.shade in _DARK else "strong"
            parts.append(label(x + SIDE / 2, y + HIGH / 2 + 4, square.words, look, "middle"))
    floor = TOP + HIGH * len(lines) + 8
    x = MARGIN
    for shade, meant in words.legend:
        parts.append(element("rect", shade, x=x, y=floor + 4, width=22.0, height=12.0))
        parts.append(label(x + 28, floor + 14, meant))
        x += 28 + width_of(meant) + 18
    width = max(begin + SIDE * len(heads) + MARGIN, x)
    return plate(width, floor + (22 if words.legend else 0), words.title, words.description, words.notes, parts)
