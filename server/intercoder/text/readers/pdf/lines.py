"""From the glyphs of a page to its lines, in the order of the file."""

import re
import unicodedata
from bisect import bisect
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from intercoder.text.canonical import canonical
from intercoder.text.readers.lines import is_cjk
from intercoder.text.readers.pdf.bidi import is_right, logical, strengths
from intercoder.text.readers.pdf.glyphs import Glyph, Run
from intercoder.text.readers.pdf.hyphens import DIVIDING

# Part of a size: what two lines of one paragraph are apart at least, superscripts being nearer than that.
_NEXT_LINE = 0.6
# Sizes: what is further apart on one line are cells of a table or columns.
_WIDE = 0.9
_ALEFS = "اأإآٱ"
# What can't be divided at the start of a line with Han characters: one of them, or a word, and the signs that cling to it.
_UNDIVIDED = re.compile(
    "[“‘「『《〈（(\\[【〔]*(?:[A-Za-z0-9\u00c0-\u024f]+(?=[^A-Za-z0-9\u00c0-\u024f])|.)[，。、；：？！”’」』》〉）)\\]】〕,.;:?!…—％%]*"
)
# What symbol fonts of word processors draw for the marks of lists.
_SYMBOLS = {0xF0B7: "•", 0xF0A7: "▪", 0xF0D8: "➢", 0xF0FC: "✓", 0xF0A8: "□", 0xF076: "❖", 0xF02D: "-"}


@dataclass(slots=True)
class Line:
    """One line of a page; lengths in points in the direction of reading, so that a line always grows from start to end.

    ``left`` and ``right`` are where it is on the page (turned, where it is written across), ``base`` its height from
    the bottom, ``size`` the median of its glyphs' sizes, ``word`` the width of what can't be divided at its start,
    ``cells`` where what follows wide gaps in it begins.
    """

    text: str
    page: int
    left: float
    right: float
    base: float
    size: float
    word: float
    start: float
    end: float
    rtl: bool = False
    upright: bool = True
    vertical: bool = False
    group: int = 0
    cells: tuple[float, ...] = ()


def lines_of(runs: list[Run], page: int) -> list[Line]:
    """Return the lines of a page in the order of the file."""
    right = left = 0
    for run in runs:
        for glyph in run.glyphs:
            if len(glyph.text) == 1 and is_right(glyph.text):
                right += 1
            elif glyph.text[0].isalpha():
                left += len(glyph.text)
    lines = []
    for group, run in enumerate(runs):
        for glyphs in _rows(run.glyphs):
            lines += [line for line in _pieces(glyphs, run, page, group, right > left) if line.text]
    return lines


def _rows(glyphs: list[Glyph]) -> Iterator[list[Glyph]]:
    row: list[Glyph] = []
    low = base = 0.0
    for glyph in glyphs:
        size = max(glyph.size, row[-1].size if row else 0.0)
        if row and (abs(glyph.base - base) > _NEXT_LINE * size or _goes_back(row, glyph, low)):
            yield row
            row = []
        if not row:
            low = glyph.left
        if not row or glyph.size >= 0.8 * row[0].size:
            base = glyph.base
        low = min(low, glyph.left)
        row.append(glyph)
    if row:
        yield row


def _goes_back(row: list[Glyph], glyph: Glyph, low: float) -> bool:
    """Return whether a glyph on the same height stands so far before the row that it begins another one."""
    if glyph.right < low - _WIDE * glyph.size:
        return not (is_right(glyph.text[0]) or is_right(row[-1].text[0])) or glyph.right < low - 4 * glyph.size
    # Right to left a gap on either side is one of words; left to right the row went on and comes back.
    return False


def _pieces(row: list[Glyph], run: Run, page: int, group: int, page_is_right: bool) -> Iterator[Line]:
    right, left = strengths("".join(glyph.text for glyph in row))
    if right and (right >= left or page_is_right):
        yield _line(_read_right_to_left(row), row, run, page, group, rtl=True)
        return
    start = 0
    for index in range(1, len(row) + 1):
        if index < len(row) and row[index].left - row[index - 1].right <= _WIDE * max(row[index].size, 1):
            continue
        piece = row[start:index]
        text = piece[0].text + "".join(_blank(before, glyph) + glyph.text for before, glyph in pairwise(piece))
        yield _line(text, piece, run, page, group, rtl=False)
        start = index


def _blank(before: Glyph, glyph: Glyph) -> str:
    """Return the blank between two glyphs: a gap that typesetting puts beside Han characters is none."""
    if not glyph.spaced:
        return ""
    if (
        glyph.spaced == 1
        and (is_cjk(before.text) or is_cjk(glyph.text))
        and _has_no_blank(before.text[-1])
        and _has_no_blank(glyph.text[0])
    ):
        square = before.origin + 0.95 * before.size if len(before.text) == 1 and is_cjk(before.text) else before.right
        wide = 1.5 if is_cjk(glyph.text[0]) or glyph.text[0] in "“‘" else 1.0
        if glyph.left - max(before.right, square) < wide * glyph.size:
            return ""
    return " "


def _has_no_blank(sign: str) -> bool:
    return is_cjk(sign) or sign.isalnum() or sign in "%“”‘’"


def _line(text: str, glyphs: list[Glyph], run: Run, page: int, group: int, *, rtl: bool) -> Line:
    low, high = min(glyph.left for glyph in glyphs), max(glyph.right for glyph in glyphs)
    size = max(median(glyph.size for glyph in glyphs), 1.0)
    return Line(
        text=_plain(text),
        page=page,
        left=low,
        right=high,
        base=median(glyph.base for glyph in glyphs),
        size=size,
        word=_first_word(glyphs, rtl=rtl),
        start=-high if rtl else low,
        end=-low if rtl else high,
        rtl=rtl,
        upright=run.upright,
        vertical=run.vertical,
        group=group,
    )


def _plain(text: str) -> str:
    """Return canonical text that may end with a dividing hyphen."""
    ending = text[-1] if text[-1] in DIVIDING else ""
    text = (
        canonical(text[: len(text) - len(ending)].replace("\x02", "-").replace("\ufffe", "-")).replace("\n", " ")
        + ending
    )
    if text and ord(text[0]) in _SYMBOLS:
        rest = text[1:]
        return _SYMBOLS[ord(text[0])] + (rest if rest.startswith(" ") or not rest else f" {rest}")
    return text


def _first_word(glyphs: list[Glyph], *, rtl: bool) -> float:
    """Return the width of what can't be divided at the start of a line, in Chinese with the signs that cling to it."""
    if rtl:
        ordered = sorted(glyphs, key=lambda glyph: -glyph.origin)
        for before, glyph in pairwise(ordered):
            if before.left - glyph.right > 0.2 * glyph.size:
                return ordered[0].right - before.left
        return ordered[0].right - ordered[-1].left
    first = glyphs[:1]
    for glyph in glyphs[1:]:
        if glyph.spaced == 2 or (glyph.spaced and not is_cjk(glyph.text[0])):
            break
        first.append(glyph)
    text = "".join(glyph.text for glyph in first)
    width = first[-1].right - first[0].left
    undivided = _UNDIVIDED.match(text)
    if undivided is None or not any(is_cjk(sign) for sign in text):
        return width
    end = undivided.end()
    for glyph in first:
        if end <= len(glyph.text):
            width = glyph.left + (glyph.right - glyph.left) * end / len(glyph.text) - first[0].left
            break
        end -= len(glyph.text)
    # Han characters take their whole squares, however little of the first or last one is drawn.
    return max(width, 0.95 * first[0].size)


def _characters(row: list[Glyph]) -> Iterator[Glyph]:
    """Yield words character by character, each in its part of the word's width."""
    for glyph in row:
        if len(glyph.text) == 1:
            yield glyph
            continue
        step = (glyph.right - glyph.left) / len(glyph.text)
        for place, sign in enumerate(glyph.text):
            left = glyph.left + place * step
            yield Glyph(sign, left, left + step, glyph.base, left, glyph.size, 0 if place else glyph.spaced)


def _read_right_to_left(row: list[Glyph]) -> str:
    row = list(_characters(row))
    word = 0
    words = {}
    for glyph in row:
        word += bool(glyph.spaced)
        words[id(glyph)] = word
    bases = [glyph for glyph in row if not unicodedata.combining(glyph.text)] or row
    bases.sort(key=lambda glyph: (glyph.origin, glyph.left + glyph.right))
    clusters = [glyph.text for glyph in bases]
    if bases is not row:
        _put_marks(row, bases, clusters)
    seen: list[str] = []
    for index, glyph in enumerate(bases):
        if index:
            before = bases[index - 1]
            gap = glyph.left - before.right
            if gap > 0.3 * glyph.size or (words[id(glyph)] != words[id(before)] and gap > 0.15 * glyph.size):
                seen.append(" ")
            elif glyph.origin == before.origin and before.text == "ل" and glyph.text in _ALEFS:
                # One glyph for both letters: lam is read first, on whichever side its box was put.
                seen[-1:] = [clusters[index], seen[-1]]
                continue
        seen.append(clusters[index])
    return logical(seen)


def _put_marks(row: list[Glyph], bases: list[Glyph], clusters: list[str]) -> None:
    """Give each vowel sign to the letter that it stands over or under."""
    middles = [(glyph.left + glyph.right) / 2 for glyph in bases]
    for glyph in row:
        if unicodedata.combining(glyph.text):
            middle = (glyph.left + glyph.right) / 2
            at = bisect(middles, middle)
            near = range(max(0, at - 2), min(len(bases), at + 2))
            clusters[min(near, key=lambda place: abs(middles[place] - middle))] += glyph.text
