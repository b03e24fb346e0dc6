"""Which lines belong to one paragraph."""

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from intercoder.text.readers.lines import is_cjk
from intercoder.text.readers.pdf.frames import Region, is_full, same_size
from intercoder.text.readers.pdf.hyphens import DIVIDING
from intercoder.text.readers.pdf.lines import Line
from intercoder.text.readers.pdf.marks import Speakers, ended, goes_on, is_bullet, number

# Parts of a size.
_INDENT = 0.7
_NO_INDENT = 0.3
_INSET = 1.5
# Parts of the usual distance of lines.
_WIDER = 1.12
_MUCH_WIDER = 1.5


class Paragraphs:
    """Decides line by line whether the paragraph goes on; knows the whole document."""

    def __init__(self, regions: Sequence[Region], lines: Sequence[Line]) -> None:
        self._of = {id(line): region for region in regions for line in region.lines}
        self._after = {id(a): b for region in regions for a, b in pairwise(region.lines)}
        self._speakers = Speakers([line.text for line in lines])
        self._indents = _indents(regions)
        self._seen: list[tuple[float, str]] = []
        self._first: Line | None = None
        self._last: Line | None = None
        #: Pages on which lines were taken apart, or put together, against what their words say, with the count.
        self.doubts: Counter[int] = Counter()

    def goes_on(self, line: Line) -> bool:
        """Return whether a line continues the paragraph of the one given before."""
        before = self._last
        result = before is not None and self._first is not None and self._continues(self._first, before, line)
        if not result:
            self._first = line
            if (mark := number(line.text)) is not None:
                self._seen.append((line.start, mark))
            if before is not None and goes_on(line.text) and not ended(before.text) and before.text[-1].isalpha():
                self.doubts[line.page] += before.page == line.page and same_size(before.size, line.size)
        self._last = line
        return result

    def _continues(self, first: Line, before: Line, line: Line) -> bool:
        if not same_size(before.size, line.size) or before.upright != line.upright:
            return False
        if before.text[-1] in DIVIDING and (before.page != line.page or before.base > line.base):
            return True
        if any(abs(cell - other) < 0.1 * line.size for cell in line.cells for other in before.cells):
            return False  # two rows of a table
        over = ended(before.text)
        region = self._of[id(before)]
        if self._begins_by_words(line, over=over):
            return False
        if before.page != line.page or self._of[id(line)] is not region:
            return self._continues_elsewhere(before, line, region, over=over)
        if not _is_full(before, line, region, over=over):
            return False
        return not self._gap_between(before, line, region, over=over) and not self._indented(
            first, before, line, over=over
        )

    def _begins_by_words(self, line: Line, *, over: bool) -> bool:
        if is_bullet(line.text) and (over or line.text[0] not in "-–—·*"):
            return True
        if self._speakers.begins_turn(line.text, after_end=over):
            return True
        mark = number(line.text)
        if mark is None:
            return False
        if over:
            return True
        return any(_follows(mark, other) and abs(start - line.start) < line.size for start, other in self._seen[-8:])

    def _continues_elsewhere(self, before: Line, line: Line, region: Region, *, over: bool) -> bool:
        """Return whether the paragraph goes on in the next column or on the next page."""
        if region.edge is None or not _is_full(before, line, region, over=over):
            return False
        if before.page == line.page and before.base - line.base > 0 and _overlap(before, line):
            # Below on the same page another width begins: an abstract ends, a column starts.
            return not over and goes_on(line.text)
        if not over:
            return True
        # A sentence ended with the page: only an indent that is missing says that the paragraph did not.
        there = self._of[id(line)]
        step = self._indents.get(round(line.size * 2))
        return step is not None and len(there.lines) >= 2 and line.start - there.start < _NO_INDENT * line.size

    def _gap_between(self, before: Line, line: Line, region: Region, *, over: bool) -> bool:
        wider = (before.base - line.base) / region.leading
        if wider > _MUCH_WIDER:
            return over or not goes_on(line.text) or wider > 2.2
        if wider <= _WIDER:
            return False
        return over or (not is_cjk(line.text[0]) and line.text[0].isupper() and wider > 1.25)

    def _indented(self, first: Line, before: Line, line: Line, *, over: bool) -> bool:
        """Return whether the place where a line starts says that a paragraph begins."""
        size = line.size
        step = line.start - before.start
        usual = self._indents.get(round(size * 2))
        following = self._after.get(id(line))
        if over and usual is not None and abs(line.start - self._of[id(line)].start - usual) < 0.4 * size:
            return True
        if before is not first:
            if step > _INDENT * size:
                by_habit = usual is not None and abs(step - usual) < 0.4 * size
                return over or (by_habit and not goes_on(line.text))
            # Back from the deeper lines of an item to the margin.
            return over and step < -_INDENT * size
        if step <= _INDENT * size or not over:
            return False
        return following is not None and following.start < line.start - _INDENT * size


def _is_full(before: Line, line: Line, region: Region, *, over: bool) -> bool:
    edge = region.edge
    if edge is None:
        return False
    if not over and _is_inset(before, line, region, edge):
        return True
    if region.exact < 0.9 or before.end >= edge - (0.75 if is_cjk(before.text[-1]) else 0.35) * before.size:
        return is_full(before, line, edge) or _centred(before, line, region)
    # All other lines reach the edge: this one does only if a word could not be divided.
    return not over and is_full(before, line, edge)


def _centred(before: Line, line: Line, region: Region) -> bool:
    """Return whether both lines stand in the middle of the column and fill it together."""
    if region.edge is None:
        return False
    sides = before.start - region.start, region.edge - before.end
    if min(sides) < before.size or abs(sides[0] - sides[1]) > before.size:
        return False
    return before.end + sides[1] < before.start + line.word + (before.end - before.start)


def _is_inset(before: Line, line: Line, region: Region, edge: float) -> bool:
    """Return whether both lines are part of a block that is as far from the one edge of the column as from the other."""
    inset = min(before.start, line.start) - region.outermost
    if inset < _INSET * before.size or abs(line.start - before.start) > _NO_INDENT * line.size:
        return False
    inner = edge - inset
    wide = inner - before.start > 0.6 * (edge - region.outermost)
    return wide and before.end <= inner + before.size and is_full(before, line, inner)


def _overlap(before: Line, line: Line) -> bool:
    return line.start < before.end and line.end > before.start


def _follows(mark: str, other: str) -> bool:
    if mark.isdecimal() and other.isdecimal():
        return int(mark) == int(other) + 1
    han = "一二三四五六七八九十"
    if mark in han and other in han:
        return han.index(mark) == han.index(other) + 1
    return len(mark) == len(other) == 1 and ord(mark) == ord(other) + 1


def _indents(regions: Sequence[Region]) -> dict[int, float]:
    """Return for each size (in half points) how far the document indents first lines, where it does."""
    steps: dict[int, Counter[int]] = {}
    for region in regions:
        lines = region.lines
        for place in range(1, len(lines) - 1):
            before, line, following = lines[place - 1 : place + 2]
            step = line.start - region.start
            open_before = region.edge is not None and not is_full(before, line, region.edge)
            if (
                _INDENT * line.size < step < 6 * line.size
                and abs(following.start - region.start) < _NO_INDENT * line.size
                and (open_before or ended(before.text))
            ):
                steps.setdefault(round(line.size * 2), Counter())[round(step)] += 1
    starts = {}
    for size, counted in steps.items():
        step, count = counted.most_common(1)[0]
        if count >= 2:
            starts[size] = float(step)
    return starts
