"""A coefficient on a bench of three bands: where it may not be relied on, where tentatively, where it may."""

from collections.abc import Sequence

from intercoder.charts.svg import element, figure, label

WIDTH, HEIGHT, MARGIN = 400.0, 66.0, 10.0
#: where the second and the third band begin
BOUNDS = (0.667, 0.8)
_TOP, _THICK = 20.0, 20.0


def _x(value: float) -> float:
    """Return the x of a value; what lies outside of 0 to 1 sits at its end."""
    return MARGIN + min(max(value, 0.0), 1.0) * (WIDTH - 2 * MARGIN)


def bench(
    value: float | None, low: float | None, high: float | None, bands: Sequence[str], title: str, description: str
) -> str:
    """Return an SVG: three bands with their ``bands`` in words, the interval as a bar, the value as a point."""
    edges, middle = (0.0, *BOUNDS, 1.0), _TOP + _THICK / 2
    parts = []
    for place, (start, end, word) in enumerate(zip(edges[:-1], edges[1:], bands, strict=True)):
        x, width = _x(start), _x(end) - _x(start)
        parts.append(element("rect", f"bench-{place}", x=x, y=_TOP, width=width, height=_THICK))
        parts.append(label(x + width / 2, _TOP + _THICK + 16, word, anchor="middle"))
    marks = zip(edges, ("0", ".667", ".80", "1"), strict=True)
    parts += [label(_x(at), _TOP - 6, shown, anchor="middle") for at, shown in marks]
    if low is not None and high is not None:
        parts.append(element("line", "bench-interval", x1=_x(low), x2=_x(high), y1=middle, y2=middle))
        ends = {_x(low), _x(high)}
        parts += [element("line", "bench-interval", x1=x, x2=x, y1=middle - 6, y2=middle + 6) for x in sorted(ends)]
    if value is not None:
        parts.append(element("circle", "point", cx=_x(value), cy=middle, r=6.0))
    return figure(WIDTH, HEIGHT, title, description, parts)
