"""Where the columns of a document end, how far its lines are apart, and how it indents."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from intercoder.text.readers.lines import is_cjk
from intercoder.text.readers.pdf.lines import Line
from intercoder.text.readers.pdf.marks import blank_between, ended

#: Sizes that differ by less are one: subscripts and words in another font make no new size.
SAME_SIZE = 0.12


@dataclass(slots=True)
class Region:
    """Lines of one size that follow one another down a column; lengths in the direction of reading.

    ``start`` is where most of them begin, ``outermost`` where the first of them does, ``edge`` where the column ends or None when they don't show it, ``exact`` the
    part of the full lines that end there exactly, ``leading`` the distance of two lines.
    """

    lines: list[Line] = field(default_factory=list)
    start: float = 0.0
    outermost: float = 0.0
    longest: float = 0.0
    edge: float | None = None
    exact: float = 0.0
    leading: float = float("inf")


def same_size(first: float, second: float) -> bool:
    """Return whether two lines are set in letters of one size."""
    return abs(first - second) <= SAME_SIZE * max(first, second)


def regions(lines: Sequence[Line], widths: Sequence[float]) -> list[Region]:
    """Return the regions of a document in the order of reading; each line is in one.

    Parameters
    ----------
    lines : sequence of Line
        Of all pages, in the order of reading.
    widths : sequence of float
        Of all pages, in points.
    """
    regions = _cut(lines)
    leadings = _leadings(regions)
    for region in regions:
        _measure(region, widths)
        region.leading = _leading(region, leadings)
    _borrow(regions)
    return regions


def _cut(lines: Sequence[Line]) -> list[Region]:
    regions: list[Region] = []
    for line in lines:
        before = regions[-1].lines[-1] if regions else None
        if before is not None and _follows(before, line):
            regions[-1].lines.append(line)
        else:
            regions.append(Region([line]))
    return [part for region in regions for part in _parted(region)]


def _follows(before: Line, line: Line) -> bool:
    return (
        before.page == line.page
        and before.group == line.group
        and before.rtl == line.rtl
        and same_size(before.size, line.size)
        and 0 < before.base - line.base < 6 * line.size
        and line.start < before.end
        and line.end > before.start
    )


def _parted(region: Region) -> list[Region]:
    """Return a region cut at gaps where lines of another width begin: an abstract above two columns."""
    lines = region.lines
    steps = sorted(a.base - b.base for a, b in pairwise(lines))
    if len(lines) < 4:
        return [region]
    usual = steps[len(steps) // 4]
    parts = [[lines[0]]]
    for before, line in pairwise(lines):
        if before.base - line.base > 1.3 * usual:
            parts.append([])
        parts[-1].append(line)
    merged = [parts[0]]
    for part in parts[1:]:
        if _widths_differ(merged[-1][-8:], part):
            merged.append(part)
        else:
            merged[-1] += part
    return [Region(part) for part in merged]


def _widths_differ(first: list[Line], second: list[Line]) -> bool:
    if len(first) < 2 or len(second) < 3:
        return False
    size = first[0].size
    ends = abs(max(line.end for line in first) - max(line.end for line in second))
    starts = abs(min(line.start for line in first) - min(line.start for line in second))
    return ends > 4 * size or (starts > 2 * size and ends > size)


def _leadings(regions: list[Region]) -> dict[int, float]:
    """Return for each size (in half points) the distance of lines that is usual in the document."""
    steps: dict[int, list[float]] = defaultdict(list)
    for region in regions:
        steps[round(region.lines[0].size * 2)] += [a.base - b.base for a, b in pairwise(region.lines)]
    return {size: value for size, all_steps in steps.items() if (value := _smallest_usual(all_steps, 0.15)) is not None}


def _smallest_usual(steps: list[float], part: float) -> float | None:
    """Return the smallest distance that enough others are like (within 4 %)."""
    ordered = sorted(steps)
    need = max(2, part * len(ordered))
    high = 0
    for low, step in enumerate(ordered):
        while high < len(ordered) and ordered[high] <= step * 1.04:
            high += 1
        if high - low >= need:
            return ordered[(low + high - 1) // 2]
    return None


def _leading(region: Region, leadings: dict[int, float]) -> float:
    steps = [a.base - b.base for a, b in pairwise(region.lines)]
    own = _smallest_usual(steps, 0.3) if len(steps) >= 4 else None
    usual = leadings.get(round(region.lines[0].size * 2))
    if own is not None and (usual is None or own < 1.2 * usual or len(steps) >= 8):
        return own
    if usual is not None:
        return usual
    return min(steps) if steps else float("inf")


def _measure(region: Region, widths: Sequence[float]) -> None:
    lines = region.lines
    size = lines[0].size
    region.start = _column_start([line.start for line in lines], 0.3 * size)
    region.outermost = min(line.start for line in lines)
    region.longest = max(line.end for line in lines)
    ends = [line.end for line in lines]
    usual = _most_common(ends, 0.2 * size)
    alike = sum(abs(end - usual) <= 0.35 * size for end in ends)
    if alike >= max(3, 0.3 * len(ends)) and usual > region.longest - 1.5 * size:
        region.edge = usual
        full = sum(end > usual - 4 * size for end in ends)
        region.exact = sum(abs(end - usual) <= _tolerance(line) for end, line in zip(ends, lines, strict=True)) / full
        return
    pairs = list(pairwise(lines))
    full = sum(is_full(before, line, region.longest) for before, line in pairs)
    open_ends = sum(is_full(before, line, region.longest) and not ended(before.text) for before, line in pairs)
    if len(pairs) >= 2 and full >= 0.6 * len(pairs) and open_ends * 2 >= full:
        region.edge = region.longest
        return
    # With margins alike on both sides, even a single long line shows where the column ends.
    near = widths[lines[0].page] + region.start if lines[0].rtl else region.start
    margin = -near if lines[0].rtl else widths[lines[0].page] - near
    if region.longest > margin - 4 * size:
        region.edge = max(margin, region.longest)


def _tolerance(line: Line) -> float:
    return (0.6 if is_cjk(line.text[-1]) else 0.3) * line.size


def is_full(before: Line, line: Line, edge: float) -> bool:
    """Return whether the first word of ``line`` had no room in the line before it."""
    blank = 0.25 * line.size if blank_between(before.text[-1], line.text[0]) else 0.0
    return before.end + blank + line.word > edge - 0.1 * line.size


def _column_start(values: list[float], tolerance: float) -> float:
    """Return where lines begin: where most do, or before that where half as many (and two) do and the others are indented."""
    usual = _most_common(values, tolerance)
    count = sum(abs(value - usual) <= tolerance for value in values)
    before = [value for value in values if value < usual - tolerance]
    if before:
        other = _most_common(before, tolerance)
        if sum(abs(value - other) <= tolerance for value in before) >= max(2, count / 2):
            return other
    return usual


def _most_common(values: list[float], tolerance: float) -> float:
    """Return the middle of the densest stretch of values; of equally dense ones the largest."""
    ordered = sorted(values)
    best = (0, ordered[-1])
    high = 0
    for low, value in enumerate(ordered):
        while high < len(ordered) and ordered[high] <= value + tolerance:
            high += 1
        if high - low >= best[0]:
            best = (high - low, ordered[(low + high - 1) // 2])
    return best[1]


def _borrow(regions: list[Region]) -> None:
    """Give regions of few lines the edge of a column they stand in: on their page, else on one before."""
    known: dict[int, list[Region]] = defaultdict(list)
    for region in regions:
        if region.edge is not None and len(region.lines) >= 4:
            known[region.lines[0].page].append(region)
    pages = sorted(known)
    for region in regions:
        if region.edge is not None and len(region.lines) >= 4:
            continue
        page = region.lines[0].page
        nearest = (
            sorted(pages, key=lambda other: (abs(other - page), other))[:3]
            if len(pages) < 50
            else [other for other in (page, page - 1, page + 1) if other in known]
        )
        for other in nearest:
            around = [frame for frame in known[other] if _holds(frame, region)]
            if around:
                frame = min(around, key=lambda frame: (frame.edge or 0.0) - frame.start)
                region.edge, region.exact, region.start = frame.edge, frame.exact, frame.start
                region.outermost = min(region.outermost, frame.outermost)
                break


def _holds(frame: Region, region: Region) -> bool:
    size = region.lines[0].size
    return (
        frame.edge is not None
        and same_size(frame.lines[0].size, size)
        and frame.lines[0].rtl == region.lines[0].rtl
        and frame.start - 1.5 * size <= min(line.start for line in region.lines)
        and region.longest <= frame.edge + size
    )
