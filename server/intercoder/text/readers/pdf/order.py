"""The order in which the lines of a page are read: that of the file, unless the places of the lines contradict it."""

from dataclasses import dataclass, replace
from itertools import groupby, pairwise

from intercoder.text.readers.pdf.lines import Line

# With more blocks than these a page is a form or a drawing: its file's order is kept.
_MOST_BLOCKS = 150
# Rows of text on both sides of a gap that make it the gap between two columns.
_ROWS_OF_COLUMNS = 4
# Sizes: a gap that no justified line has between words.
_CELL = 1.5


@dataclass(slots=True)
class _Block:
    """Lines that follow one another downwards; ``left`` and ``right`` are in the direction of reading."""

    lines: list[Line]
    left: float
    right: float
    top: float
    bottom: float

    def above(self, other: "_Block") -> bool:
        return self.bottom > other.top and self._shares(other.left, other.right, self.left, self.right)

    def beside(self, other: "_Block") -> bool:
        """Return whether this block stands wholly before the other on the same height."""
        return self.right <= other.left and self._shares(other.bottom, other.top, self.bottom, self.top)

    @staticmethod
    def _shares(low: float, high: float, other_low: float, other_high: float) -> bool:
        return min(high, other_high) - max(low, other_low) > 1.0


def in_reading_order(lines: list[Line]) -> tuple[list[Line], bool]:
    """Return the lines of one page as they are read, and whether that order is in doubt."""
    ordered: list[Line] = []
    doubt = False
    for _group, members in groupby(lines, key=lambda line: line.group):
        rows = _rows(list(members))
        joined = _columns(rows) or [_joined(row) for row in rows]
        if len(joined) > 1 and joined[0].upright:
            joined, doubtful = _sorted(joined)
            doubt = doubt or doubtful
        ordered += joined
    return ordered, doubt


def _rows(lines: list[Line]) -> list[list[Line]]:
    """Return the pieces that follow one another on one height together."""
    rows: list[list[Line]] = []
    for line in lines:
        before = rows[-1][-1] if rows else None
        if (
            before is not None
            and abs(before.base - line.base) < 0.3 * min(before.size, line.size)
            and line.start >= before.end
            and line.rtl == before.rtl
        ):
            rows[-1].append(line)
        else:
            rows.append([line])
    return rows


def _joined(row: list[Line]) -> Line:
    if len(row) == 1:
        return row[0]
    widest = max(row, key=lambda line: len(line.text))
    return replace(
        row[0],
        text=" ".join(line.text for line in row),
        left=min(line.left for line in row),
        right=max(line.right for line in row),
        base=widest.base,
        size=widest.size,
        end=row[-1].end,
        cells=tuple(b.start for a, b in pairwise(row) if b.start - a.end > _CELL * b.size),
    )


def _columns(rows: list[list[Line]]) -> list[Line] | None:
    """Return the lines of a page that the file gives across its columns, or None when it has no such columns.

    A gap is one between columns when it runs through at least four rows and what stands on both sides fills its
    side: cells of a table are shorter.
    """
    gap = _gap(rows)
    if gap is None:
        return None
    ordered: list[Line] = []
    band: list[list[Line]] = []
    for row in [*rows, []]:
        if row and not any(piece.left < gap < piece.right for piece in row):
            band.append(row)
            continue
        ordered += _read_band(band, gap)
        band = []
        if row:
            ordered.append(_joined(row))
    return ordered


def _gap(rows: list[list[Line]]) -> float | None:
    gaps = [(a.right, b.left) for row in rows for a, b in pairwise(row)]
    if len(gaps) < _ROWS_OF_COLUMNS:
        return None
    best = max(((low + high) / 2 for low, high in gaps[:200]), key=lambda at: sum(a < at < b for a, b in gaps))
    sides: list[list[list[Line]]] = [[], []]
    for row in rows:
        before = [piece for piece in row if piece.right < best]
        after = [piece for piece in row if piece.left > best]
        if before and after and len(before) + len(after) == len(row):
            sides[0].append(before)
            sides[1].append(after)
    if len(sides[0]) < _ROWS_OF_COLUMNS:
        return None
    for side in sides:
        widths = [pieces[-1].right - pieces[0].left for pieces in side]
        empty = sum(b.left - a.right for pieces in side for a, b in pairwise(pieces))
        size = side[0][0].size
        full = sum(width > 0.75 * max(widths) for width in widths)
        if max(widths) < 10 * size or full < 0.6 * len(widths) or empty > 0.2 * sum(widths):
            return None
    return best


def _read_band(band: list[list[Line]], gap: float) -> list[Line]:
    before = [[piece for piece in row if piece.right <= gap] for row in band]
    after = [[piece for piece in row if piece.left >= gap] for row in band]
    return [_joined(pieces) for pieces in (*before, *after) if pieces]


def _sorted(lines: list[Line]) -> tuple[list[Line], bool]:
    blocks = _blocks(lines)
    if not 1 < len(blocks) <= _MOST_BLOCKS:
        return lines, False
    wrong = [
        (first, second)
        for place, first in enumerate(blocks)
        for second in blocks[place + 1 :]
        if second.above(first) or (second.beside(first) and not _tier_between(second, first, blocks))
    ]
    if not wrong:
        return lines, False
    # A title or a page number that the file gives last is put in its place without a word.
    doubt = any(len(first.lines) > 1 and len(second.lines) > 1 for first, second in wrong)
    ordered: list[Line] = []
    left = list(blocks)
    while left:
        following = next((block for block in left if not any(_before(other, block, blocks) for other in left)), left[0])
        left.remove(following)
        ordered += following.lines
    return ordered, doubt


def _before(first: _Block, second: _Block, blocks: list[_Block]) -> bool:
    if first is second:
        return False
    return first.above(second) or (first.beside(second) and not _tier_between(first, second, blocks))


def _tier_between(first: _Block, second: _Block, blocks: list[_Block]) -> bool:
    """Return whether something stretches over both blocks at a height between them: then they are no columns."""
    top, bottom = max(first.top, second.top), min(first.bottom, second.bottom)
    return any(
        block not in (first, second)
        and bottom < block.bottom
        and block.top < top
        and block.left < first.right
        and block.right > second.left
        for block in blocks
    )


def _blocks(lines: list[Line]) -> list[_Block]:
    blocks: list[_Block] = []
    side = -1.0 if sum(line.rtl for line in lines) * 2 > len(lines) else 1.0
    for line in lines:
        left, right = sorted((side * line.left, side * line.right))
        top, bottom = line.base + 0.7 * line.size, line.base - 0.1 * line.size
        block = blocks[-1] if blocks else None
        if (
            block is not None
            and 0 < block.lines[-1].base - line.base < 4 * line.size
            and left < block.right
            and right > block.left
        ):
            block.lines.append(line)
            block.left, block.right = min(block.left, left), max(block.right, right)
            block.bottom = bottom
        else:
            blocks.append(_Block([line], left, right, top, bottom))
    return blocks
