"""A line of a few numbers, small enough for a sentence or a table."""

from collections.abc import Mapping, Sequence

from intercoder.charts.svg import element, figure, points


def sparkline(values: Sequence[float], labels: Mapping[str, str], *, width: float = 96, height: float = 24) -> str:
    """Return an SVG of the values from left to right, from 0 (or the least, when negative) to the greatest.

    ``labels``: ``title`` and ``desc``. The last value has a point. Without values the figure is empty.
    """
    low, high = min([0.0, *values]), max([0.0, *values])
    step = (width - 8) / max(len(values) - 1, 1)

    def at(i: int) -> tuple[float, float]:
        return 4 + i * step, height - 4 - (values[i] - low) / ((high - low) or 1.0) * (height - 8)

    parts = []
    if values:
        if len(values) > 1:
            parts.append(element("polyline", "interval-line", points=points([at(i) for i in range(len(values))])))
        x, y = at(len(values) - 1)
        parts.append(element("circle", "point", cx=x, cy=y, r=3.0))
    return figure(width, height, labels["title"], labels["desc"], parts)
