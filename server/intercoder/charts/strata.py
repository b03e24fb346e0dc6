"""Groups of documents of different sizes on one curve: codes over coverage, where they can be compared."""

from collections.abc import Sequence
from dataclasses import dataclass

from intercoder.charts.saturation import ticks
from intercoder.charts.svg import element, figure, label, points

LEFT, RIGHT, TOP, BOTTOM = 56.0, 190.0, 34.0, 52.0
#: names at the ends of lines stand at least so far from one another
APART = 15.0


@dataclass(frozen=True, slots=True)
class Line:
    """One group: (coverage, codes) of fewer documents than it has, of those it has, and of up to twice as many."""

    name: str
    found: Sequence[tuple[float, float]]
    ahead: Sequence[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class StrataWords:
    """What is written: title and description, below the axis, above the other, and beside the line at the common coverage."""

    title: str
    description: str
    coverage: str
    codes: str
    common: str


def strata_curves(
    lines: Sequence[Line], common: float, words: StrataWords, *, width: float = 860, height: float = 340
) -> str:
    """Return an SVG of the curves of groups over coverage; see ``strata_parts``."""
    parts = strata_parts(lines, common, words, width=width, height=height)
    return figure(width, height, words.title, words.description, parts)


def strata_parts(
    lines: Sequence[Line], common: float, words: StrataWords, *, width: float = 860, height: float = 340
) -> list[str]:
    """Return what is drawn of groups over coverage, solid as far as they have documents, dashed up to twice as many.

    A point: all its documents. The dashed line from top to bottom: the coverage at which they are compared.
    """
    most = max([1.0, *(codes for line in lines for _, codes in (*line.found, *line.ahead))]) * 1.05
    floor, end = height - BOTTOM, width - RIGHT

    def x(coverage: float) -> float:
        return LEFT + coverage * (end - LEFT)

    def y(codes: float) -> float:
        return floor - codes / most * (floor - TOP)

    parts = []
    for codes in ticks(most):
        parts.append(element("line", "grid-line" if codes else "axis", x1=LEFT, x2=end, y1=y(codes), y2=y(codes)))
        parts.append(label(LEFT - 8, y(codes) + 4, str(codes), anchor="end"))
    parts += [label(x(share / 100), floor + 18, f"{share} %", anchor="middle") for share in range(0, 101, 20)]
    parts.append(label(LEFT - 8, TOP - 16, words.codes))
    parts.append(label(end, floor + 38, words.coverage, anchor="end"))
    parts.append(element("line", "threshold-good", x1=x(common), x2=x(common), y1=TOP, y2=floor))
    parts.append(label(x(common), TOP - 4, words.common, "strong", "end" if common > 0.5 else "start"))
    ends = []
    for line in lines:
        drawn = [(x(c), y(k)) for c, k in line.found]
        further = [(x(c), y(k)) for c, k in line.ahead]
        if len(drawn) > 1:
            parts.append(element("polyline", "interval-line", points=points(drawn)))
        if drawn and further:
            parts.append(element("polyline", "ahead", points=points([drawn[-1], *further])))
        if drawn:
            parts.append(element("circle", "point", cx=drawn[-1][0], cy=drawn[-1][1], r=4.0))
            last = (further or drawn)[-1]
            ends.append((last[1], last[0], line.name))
    return [*parts, *_names(sorted(ends), end + 10, TOP, floor)]


def _names(ends: Sequence[tuple[float, float, str]], x: float, top: float, floor: float) -> list[str]:
    """Return the names of the lines beside their ends, none on another, each led to its own."""
    parts = []
    lowest = top - APART
    for place, (height, from_x, name) in enumerate(ends):
        below = len(ends) - 1 - place
        lowest = max(lowest + APART, min(height, floor - below * APART))
        parts.append(element("line", "mark-line", x1=from_x + 4, x2=x - 3, y1=height, y2=lowest))
        parts.append(label(x, lowest + 4, name))
    return parts
