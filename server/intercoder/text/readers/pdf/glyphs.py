"""What a page shows: its glyphs with their places, turned so that its lines run to the right and follow downwards."""

import ctypes
import math
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import pypdfium2.raw as pdfium

_DRAWN = 0.01
# Signs of Chinese and Japanese that are drawn at the left of their square, and how much of it they take.
_IN_A_CORNER = frozenset("。，、；：？！）》」』】〉")
_TIGHT = 0.75
_HYPHEN, _SPACE = 2, 32
# The blocks of scripts written from right to left.
_RIGHT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]")
_BLANK = frozenset(" \t\u00a0\u3000\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f")


@dataclass(slots=True)
class Glyph:
    """A character, or a word whose characters are level and go to the right; lengths in points, ``left`` and ``right`` along its line, ``base`` across it.

    ``origin`` is where its drawing begins along the line, ``spaced`` is 2 when a blank is drawn before
    it, 1 when pdfium only takes the gap for one, else 0.
    """

    text: str
    left: float
    right: float
    base: float
    origin: float
    size: float
    spaced: int


@dataclass(frozen=True, slots=True)
class Run:
    """Glyphs in the order of the file that are written in one direction.

    ``upright`` is False for what stands across the page's own direction (a stamp at the margin), ``vertical`` True
    where lines run down the page and follow from right to left.
    """

    glyphs: list[Glyph]
    width: float
    height: float
    upright: bool = True
    vertical: bool = False


@dataclass(slots=True)
class _Mark:
    text: str
    x: float
    y: float
    box: tuple[float, float, float, float]
    size: float
    angle: int
    spaced: int


def runs(textpage: object, width: float, height: float) -> list[Run]:
    """Return the glyphs of a page, those in its main direction first."""
    marks = _marks(textpage)
    if not marks:
        return []
    angles = Counter(mark.angle for mark in marks)
    main = angles.most_common(1)[0][0]
    lines: list[Run] = []
    for angle in sorted(angles, key=lambda angle: (angle != main, -angles[angle])):
        of_angle = [mark for mark in marks if mark.angle == angle]
        if angle == main and _is_vertical(of_angle):
            # Latin words among vertical lines are turned by a quarter and go on down the same line.
            of_angle = [mark for mark in marks if mark.angle in (main, (main - 90) % 360)]
            return [*_vertical(of_angle, width, height), *lines]
        lines.append(Run(*_turned(of_angle, angle, width, height), upright=angle == main))
    return lines


def _marks(textpage: object) -> list[_Mark]:
    count = max(0, pdfium.FPDFText_CountChars(textpage))
    unicode_of = pdfium.FPDFText_GetUnicode
    places = _Places(textpage)
    marks: list[_Mark] = []
    word: list[str] = []
    start = 0
    spaced = 1
    for index in range(count + 1):
        code = unicode_of(textpage, index) if index < count else _SPACE
        text = chr(code) if 0 < code < 0x110000 else "\ufffd"
        if code < _SPACE and text not in "\r\n\t" and not _is_hyphen(textpage, index, code):
            # A glyph that its font gives no meaning: some writers number their strokes between Arabic letters so.
            text = "\x01"
        blank = 1 if text in "\r\n\t" else (2 if text in _BLANK else 0)
        if not blank and code:
            if not word:
                start = index
            word.append(text)
            continue
        if word:
            marks += places.marks(word, start, spaced)
            word = []
            spaced = 0
        if blank == 2 and index < count and not places.is_drawn(index):
            blank = 1
        spaced = max(spaced, blank)
    return marks


def _is_hyphen(textpage: object, index: int, code: int) -> bool:
    return code == _HYPHEN and pdfium.FPDFText_IsHyphen(textpage, index) == 1


class _Places:
    """Asks pdfium where characters are: the first and the last of a word, and all only where these don't tell.

    Asking for every character takes five times as long.
    """

    def __init__(self, textpage: object) -> None:
        self._textpage = textpage
        self._scales = _Scales(textpage)
        self._x, self._y, self._box = ctypes.c_double(), ctypes.c_double(), pdfium.FS_RECTF()
        self._at = ctypes.byref(self._x), ctypes.byref(self._y), ctypes.byref(self._box)

    def is_drawn(self, index: int) -> bool:
        """Return whether a blank has a width of its own."""
        pdfium.FPDFText_GetLooseCharBox(self._textpage, index, self._at[2])
        return bool(self._box.right - self._box.left > _DRAWN)

    def marks(self, word: list[str], start: int, spaced: int) -> list[_Mark]:
        """Return a word as one mark, or as one for each character where they are not level or not left to right."""
        first = self._mark(word[0], start, spaced)
        if len(word) == 1:
            return [first]
        last = self._mark(word[-1], start + len(word) - 1, 0)
        width = last.box[2] - first.box[0]
        if (
            first.angle == last.angle == 0
            and abs(first.y - last.y) < 0.02 * first.size
            and abs(first.size - last.size) < 0.02 * first.size
            and last.x - first.x > 0
            and width < 1.2 * first.size * (len(word) + 1)
            and not _RIGHT.search(whole := "".join(word))
        ):
            box = (first.box[0], min(first.box[1], last.box[1]), last.box[2], max(first.box[3], last.box[3]))
            return [_Mark(whole, first.x, first.y, box, first.size, 0, spaced)]
        between = [self._mark(sign, start + place, 0) for place, sign in enumerate(word[1:-1], 1)]
        return [first, *between, last]

    def _mark(self, text: str, index: int, spaced: int) -> _Mark:
        pdfium.FPDFText_GetCharOrigin(self._textpage, index, self._at[0], self._at[1])
        pdfium.FPDFText_GetLooseCharBox(self._textpage, index, self._at[2])
        box = self._box
        scale, angle = self._scales.of(index)
        size = pdfium.FPDFText_GetFontSize(self._textpage, index) * scale
        if size < _DRAWN:
            size = max(box.top - box.bottom, 1.0)
        right = box.right
        if text in _IN_A_CORNER and angle == 0 and 0 < right - self._x.value < _TIGHT * size:
            # Where the box is that of the drawing, a stop would seem to leave room behind it.
            right = self._x.value + 0.95 * size
        return _Mark(text, self._x.value, self._y.value, (box.left, box.bottom, right, box.top), size, angle, spaced)


class _Scales:
    """How large and in which direction the text objects of a page are drawn: asked once for each."""

    def __init__(self, textpage: object) -> None:
        self._textpage = textpage
        self._matrix = pdfium.FS_MATRIX()
        self._known: dict[int | None, tuple[float, int]] = {}

    def of(self, index: int) -> tuple[float, int]:
        """Return the factor to the font's size, and the angle in degrees from 0 to 359."""
        drawn = pdfium.FPDFText_GetTextObject(self._textpage, index)
        key = ctypes.cast(drawn, ctypes.c_void_p).value
        if key not in self._known:
            self._known[key] = self._ask(index)
        return self._known[key]

    def _ask(self, index: int) -> tuple[float, int]:
        matrix = self._matrix
        if not pdfium.FPDFText_GetMatrix(self._textpage, index, ctypes.byref(matrix)):
            return 1.0, 0
        scale = math.sqrt(abs(matrix.a * matrix.d - matrix.b * matrix.c))
        angle = round(math.degrees(math.atan2(matrix.b, matrix.a))) % 360
        near = round(angle / 90) * 90
        return scale, near % 360 if abs(angle - near) <= 3 else angle


def _is_vertical(marks: list[_Mark]) -> bool:
    down = along = 0
    for before, mark in pairwise(marks):
        dx, dy, size = mark.x - before.x, mark.y - before.y, mark.size
        along += len(mark.text) - 1
        if abs(dx) < 0.1 * size and 0.3 * size < abs(dy) < 1.8 * size:
            down += 1
        elif abs(dy) < 0.3 * size and 0 < abs(dx) < 3 * size:
            along += 1
    return down > along


def _turned(marks: list[_Mark], angle: int, width: float, height: float) -> tuple[list[Glyph], float, float]:
    turn, extent = _turn(angle, width, height)
    return [_glyph(mark, turn) for mark in marks], *extent


def _glyph(mark: _Mark, turn: Callable[[float, float], tuple[float, float]]) -> Glyph:
    left, bottom, right, top = mark.box
    ends = sorted((turn(left, bottom)[0], turn(right, top)[0]))
    origin, base = turn(mark.x, mark.y)
    return Glyph(mark.text, ends[0], ends[1], base, origin, mark.size, mark.spaced)


def _turn(
    angle: int, width: float, height: float
) -> tuple[Callable[[float, float], tuple[float, float]], tuple[float, float]]:
    if angle == 0:
        return (lambda x, y: (x, y)), (width, height)
    if angle == 90:
        return (lambda x, y: (y, width - x)), (height, width)
    if angle == 180:
        return (lambda x, y: (width - x, height - y)), (width, height)
    if angle == 270:
        return (lambda x, y: (height - y, x)), (height, width)
    cosine, sine = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    return (lambda x, y: (x * cosine + y * sine, y * cosine - x * sine)), (width, height)


def _vertical(marks: list[_Mark], width: float, height: float) -> list[Run]:
    """Return the vertical lines of a page, and what is written across at its edges (titles, page numbers)."""
    down: list[Glyph] = []
    across: list[Glyph] = []
    for place in range(1, len(marks) - 2):
        # Two signs at the top of neighbouring lines: pdfium takes them for a line across and gives the left one first.
        columns = [round(mark.x) for mark in marks[place - 1 : place + 3]]
        if columns[0] == columns[2] != columns[1] == columns[3]:
            marks[place], marks[place + 1] = marks[place + 1], marks[place]
    turn, extent = _turn(270, width, height)
    level, _extent = _turn(0, width, height)
    for index, mark in enumerate(marks):
        near = marks[max(0, index - 1) : index] + marks[index + 1 : index + 2]
        in_line = any(abs(other.x - mark.x) < 0.6 * mark.size for other in near)
        if mark.angle == 0 and not in_line and _goes_along(marks, index):
            across.append(_glyph(mark, level))
        else:
            glyph = _glyph(mark, turn)
            if mark.angle == 0:
                # Signs fill a square, of which quotation marks and stops are drawn in one corner.
                glyph.left, glyph.right = glyph.origin - 0.88 * mark.size, glyph.origin + 0.12 * mark.size
            down.append(glyph)
    lines = [Run(down, *extent, vertical=True)]
    if across:
        lines.append(Run(across, width, height))
    return lines


def _goes_along(marks: list[_Mark], index: int) -> bool:
    """Return whether a neighbour in the file stands beside, on the side where text written across has it."""
    mark = marks[index]
    before, after = marks[index - 1] if index else None, marks[index + 1] if index + 1 < len(marks) else None
    return (
        before is not None and 0 < mark.x - before.x < 3 * mark.size and abs(mark.y - before.y) < 0.1 * mark.size
    ) or (after is not None and 0 < after.x - mark.x < 3 * mark.size and abs(mark.y - after.y) < 0.1 * mark.size)
