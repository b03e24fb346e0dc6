"""Notes at the foot of a column: they interrupt the text of the page, not its paragraph."""

from collections import Counter
from collections.abc import Sequence

from intercoder.text.readers.pdf.lines import Line
from intercoder.text.readers.pdf.marks import may_be_note

_SMALLER = 0.93


def lines_of_notes(pages: Sequence[Sequence[Line]]) -> set[int]:
    """Return the identities of the lines that are notes in smaller letters at the foot of a column of text."""
    sizes: Counter[float] = Counter()
    for line in (line for lines in pages for line in lines):
        sizes[round(line.size * 2) / 2] += len(line.text)
    if not sizes:
        return set()
    usual = sizes.most_common(1)[0][0]
    doubtful: set[int] = set()
    for lines in pages:
        start: int | None = None
        following: list[Line | None] = [*lines, None]
        for place, after in enumerate(following):
            if after is not None and after.size < _SMALLER * usual:
                start = place if start is None else start
                continue
            if start is not None and _at_foot(lines, start, after, usual):
                doubtful.update(id(note) for note in lines[start:place])
            start = None
    return doubtful


def _at_foot(lines: Sequence[Line], start: int, following: Line | None, usual: float) -> bool:
    first = lines[start]
    before = lines[start - 1] if start else None
    return (
        before is not None
        and before.size >= _SMALLER * usual
        and first.base < before.base
        and first.upright
        and may_be_note(first.text)
        and (following is None or following.base > before.base or following.group != first.group)
    )
