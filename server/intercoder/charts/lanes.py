"""Lines over one scale: a number of each thing with its interval, or where it was and where it is now."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from intercoder.charts.svg import element, fitted, label, plate, width_of
from intercoder.charts.whiskers import LEFT, RIGHT

#: marks of the scale, and the lines that stand at the two bounds
MARKS = ((0.0, "0"), (0.2, ".20"), (0.4, ".40"), (0.667, ".667"), (0.8, ".80"), (1.0, "1"))
_LOOKS = {0.667: "threshold", 0.8: "threshold-good"}
ROW, TOP, MARGIN = 22.0, 80.0, 16.0
SCALE, LONGEST, SHORTEST = 400.0, 240.0, 90.0


@dataclass(frozen=True, slots=True)
class Lane:
    """One line: what it is of, its number in words, the number, from where to where it reaches; ``first``: where it was.

    A value outside of the scale sits at its end; without one the line has its words only.
    """

    name: str
    said: str
    value: float | None
    low: float | None = None
    high: float | None = None
    first: float | None = None
    strong: bool = False


@dataclass(frozen=True, slots=True)
class LaneWords:
    """What is written: title and description, sentences below; ``first`` and ``last``: what the two points of a line are."""

    title: str
    description: str
    notes: Sequence[str] = ()
    first: str = ""
    last: str = ""


def lanes(lines: Sequence[Lane], words: LaneWords) -> str:
    """Return an SVG of the lines from top to bottom, with the scale above them and lines at .667 and .80."""
    named = min(max([width_of(line.name) for line in lines] + [SHORTEST]), LONGEST)
    begin = MARGIN + named + 14
    beside = max([width_of(line.said) for line in lines] + [SHORTEST])
    width = begin + SCALE + 14 + beside + MARGIN
    floor = TOP + ROW * len(lines) + 6

    def x(value: float) -> float:
        return begin + (min(max(value, LEFT), RIGHT) - LEFT) / (RIGHT - LEFT) * SCALE

    parts = []
    for at, shown in MARKS:
        parts.append(element("line", _LOOKS.get(at, "grid-line"), x1=x(at), x2=x(at), y1=TOP - 8, y2=floor))
        aside = {0.667: -4.0, 0.8: 4.0}.get(at, 0.0)
        parts.append(label(x(at) + aside, TOP - 14, shown, anchor="middle"))
    for place, line in enumerate(lines):
        middle = TOP + ROW * place + ROW / 2
        look = "strong" if line.strong else "words"
        parts.append(label(begin - 14, middle + 4, fitted(line.name, LONGEST), look, "end"))
        parts.append(label(begin + SCALE + 14, middle + 4, line.said, look))
        parts += _drawn(line, middle, x(0.0) if line.value is None else x(line.value), x)
    if words.first:
        parts += _key(begin, words)
    return plate(width, floor, words.title, words.description, words.notes, parts)


def _drawn(line: Lane, middle: float, at: float, x: Callable[[float], float]) -> list[str]:
    parts = []
    if line.low is not None and line.high is not None:
        start, end = x(line.low), x(line.high)
        parts.append(element("line", "interval-line", x1=start, x2=end, y1=middle, y2=middle))
        parts += [
            element("line", "interval-line", x1=end_x, x2=end_x, y1=middle - 4, y2=middle + 4) for end_x in (start, end)
        ]
    if line.first is not None:
        then = x(line.first)
        if line.value is not None:
            parts.append(element("line", "interval-line", x1=then, x2=at, y1=middle, y2=middle))
        parts.append(element("circle", "hollow", cx=then, cy=middle, r=4.5))
    if line.value is not None:
        parts.append(element("circle", "point", cx=at, cy=middle, r=5.5 if line.strong else 4.5))
    return parts


def _key(begin: float, words: LaneWords) -> list[str]:
    beside = begin + 34 + width_of(words.first)
    return [
        element("circle", "hollow", cx=begin + 5, cy=42.0, r=4.5),
        label(begin + 15, 46, words.first),
        element("circle", "point", cx=beside + 5, cy=42.0, r=4.5),
        label(beside + 15, 46, words.last),
    ]
