"""A small interval bar for one row of a table."""

from collections.abc import Mapping
from functools import lru_cache

from intercoder.charts.svg import element, figure

#: The axis runs a little below 0: agreement can be worse than chance.
LEFT, RIGHT = -0.1, 1.0
MARGIN = 8.0


def position(value: float, width: float) -> float:
    """Return the x of a value; what lies outside the axis sits at its end."""
    inside = min(max(value, LEFT), RIGHT)
    return MARGIN + (inside - LEFT) / (RIGHT - LEFT) * (width - 2 * MARGIN)


@lru_cache(maxsize=16)
def _lines(width: float, height: float) -> str:
    """Return the lines at 0, .667 and .80, which are the same in each row of a table."""
    lines = (("grid-line", 0.0), ("threshold", 0.667), ("threshold-good", 0.8))
    placed = [(look, position(at, width)) for look, at in lines]
    return "".join(element("line", look, x1=x, x2=x, y1=0.0, y2=height) for look, x in placed)


def whisker(
    estimate: float | None,
    low: float | None,
    high: float | None,
    labels: Mapping[str, str],
    *,
    width: float = 260,
    height: float = 26,
) -> str:
    """Return an SVG: the estimate as a point, its interval as a bar, lines at 0, .667 and .80.

    ``labels``: ``title`` and ``desc``, with the numbers in words (or the reason why there is none).
    Without an interval there is a point only, without an estimate the lines only. An interval that
    begins below the axis has no cap there.
    """
    middle = height / 2
    parts = [_lines(width, height)]
    if low is not None and high is not None:
        start, end = position(low, width), position(high, width)
        parts.append(element("line", "interval-line", x1=start, x2=end, y1=middle, y2=middle))
        for value, x in ((low, start), (high, end)):
            if LEFT <= value <= RIGHT:
                parts.append(element("line", "interval-line", x1=x, x2=x, y1=middle - 4, y2=middle + 4))
    if estimate is not None:
        parts.append(element("circle", "point", cx=position(estimate, width), cy=middle, r=5.0))
    return figure(width, height, labels["title"], labels["desc"], parts)
