"""Large first letters that stand beside several lines of the paragraph they begin."""

from collections.abc import Sequence
from statistics import median

from intercoder.text.readers.pdf.lines import Line

# Sizes of the text: from where on a letter is one of these, how far from it the lines may begin, and on what height.
_LARGE = 1.7
_NEAR = 1.2
_HIGH = 0.5


def with_their_letters(lines: Sequence[Line]) -> list[Line]:
    """Return the lines of a page with each such letter at the start of the line that it begins.

    The lines beside it then begin where it does, so that nothing takes them for indented.
    """
    if not lines:
        return []
    usual = median(line.size for line in lines)
    taken: set[int] = set()
    for letter in lines:
        if len(letter.text) > 2 or letter.size < _LARGE * usual or letter.rtl or letter.vertical or not letter.upright:
            continue
        beside = sorted((line for line in lines if _is_beside(line, letter, usual)), key=lambda line: -line.base)
        if len(beside) < 2:
            continue  # a number of a chapter before its title
        first = beside[0]
        first.text, first.left, first.word = letter.text + first.text, letter.left, first.word + letter.word
        for line in beside:
            line.start = letter.start
        taken.add(id(letter))
    return [line for line in lines if id(line) not in taken]


def _is_beside(line: Line, letter: Line, usual: float) -> bool:
    return (
        line is not letter
        and line.size < letter.size / _LARGE
        and line.upright
        and not (line.rtl or line.vertical)
        and letter.end - 0.3 * usual < line.start < letter.end + _NEAR * usual
        and letter.base - _HIGH * usual < line.base < letter.base + letter.size
    )
