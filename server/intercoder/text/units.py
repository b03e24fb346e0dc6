"""The units a text is cut into: paragraphs and sentences.

All spans are half-open, in code points of a canonical text, sorted and disjoint, and begin and end
with a character that is not a blank. The same text always gives the same units.
"""

import enum
import re
import sys
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Literal, get_args, overload

from intercoder.text.unicode_tables import SENTENCE_TERMINALS

_LINE = re.compile(r"\S(?:[^\n]*\S)?")

# Of what ends a sentence in some script, these also stand within one: what follows decides.
_SOMETIMES = "!?.．․﹒"
_TERMINALS = "".join(map(chr, sorted(SENTENCE_TERMINALS))) + "…"
# Python's regular expressions try signs beyond the first plane one after the other at each character, which costs four
# times the rest: of texts that have none of them, nearly all, they are not asked.
_BEYOND = "".join(sign for sign in _TERMINALS if sign > "\uffff")
_HAS_BEYOND = re.compile(f"[{min(_BEYOND)}-{max(_BEYOND)}]")
_USUAL = "".join(sign for sign in _TERMINALS if sign <= "\uffff")
#: whether a semicolon is one of them, and whether signs beyond the first plane are looked for -> a run of what ends a sentence
_RUNS = {
    (semicolon, beyond): re.compile(f"[{re.escape(_TERMINALS if beyond else _USUAL)}{'；' * semicolon}]+")
    for semicolon in (False, True)
    for beyond in (False, True)
}
_ALWAYS_ENDS = frozenset(_TERMINALS + "；") - frozenset(_SOMETIMES)
_CLOSING = frozenset("”’」』﹂﹄）)】》〉〕］]｝}»›")
_MAY_CLOSE = _CLOSING | {'"', "'"}
_OPENING = "“‘「『﹁﹃（(【《〈〔［[｛{«‹\"'"
# A clause goes on after these, so what stands before them was no end: “为什么？”，他问。
_GOES_ON = frozenset("，、,；;：:،؛")
_ABBREVIATIONS = frozenset(
    [
        "dr",
        "mr",
        "mrs",
        "ms",
        "prof",
        "fig",
        "figs",
        "eq",
        "eqs",
        "vol",
        "vols",
        "pp",
        "ch",
        "cf",
        "vs",
        "co",
        "et.al",
        "al",
        "e.g",
        "i.e",
        "approx",
        "dept",
        "univ",
    ]
)


class Unit(enum.StrEnum):
    """What a coder codes, and what agreement compares."""

    SPAN = "span"  #: any stretch of text
    SENTENCE = "sentence"
    PARAGRAPH = "paragraph"
    TURN = "turn"  #: what one speaker says until another does, see ``transcripts.turn_units``
    ROW = "row"  #: of a table; only reports compare by it
    DOCUMENT = "document"  #: the whole text; only reports compare by it


#: what a round can be coded by
CodedBy = Literal[Unit.SPAN, Unit.SENTENCE, Unit.PARAGRAPH, Unit.TURN]
CODED_BY: tuple[Unit, ...] = get_args(CodedBy)


@dataclass(frozen=True, slots=True)
class Units(Sequence[tuple[int, int]]):
    """The units of one text: half-open spans in code points, sorted and disjoint, eight bytes each."""

    starts: "array[int]"
    ends: "array[int]"

    @classmethod
    def of(cls, text: str, unit: Unit) -> "Units":
        """Return the units of a text; as long as it takes to cut it."""
        return cls.at(units_of(text, unit))

    @classmethod
    def at(cls, places: Sequence[tuple[int, int]]) -> "Units":
        """Return the units that stand at these places."""
        spans = array("I", chain.from_iterable(places))
        return cls(spans[::2], spans[1::2])

    @classmethod
    def unpacked(cls, packed: bytes) -> "Units":
        """Return the units that ``packed`` was made of."""
        both = array("I")
        both.frombytes(packed)
        if sys.byteorder == "big":
            both.byteswap()
        return cls(both[: len(both) // 2], both[len(both) // 2 :])

    def packed(self) -> bytes:
        """Return all starts and then all ends, each as four bytes, the lowest first."""
        both = self.starts + self.ends
        if sys.byteorder == "big":
            both.byteswap()
        return both.tobytes()

    def whole(self, start: int, end: int) -> bool:
        """Return whether a span begins where a unit begins and ends where one ends; O(log units)."""
        return _holds(self.starts, start) and _holds(self.ends, end)

    def end_of(self, start: int) -> int | None:
        """Return where the unit ends that begins here; None where none does. O(log units)."""
        place = bisect_left(self.starts, start)
        return self.ends[place] if place < len(self.starts) and self.starts[place] == start else None

    def __len__(self) -> int:
        return len(self.starts)

    def __iter__(self) -> Iterator[tuple[int, int]]:
        return zip(self.starts, self.ends, strict=True)

    @overload
    def __getitem__(self, place: int) -> tuple[int, int]: ...
    @overload
    def __getitem__(self, place: slice) -> "Units": ...
    def __getitem__(self, place: int | slice) -> "tuple[int, int] | Units":
        if isinstance(place, slice):
            return Units(self.starts[place], self.ends[place])
        return self.starts[place], self.ends[place]


def _holds(ordered: "array[int]", wanted: int) -> bool:
    place = bisect_left(ordered, wanted)
    return place < len(ordered) and ordered[place] == wanted


def units_of(text: str, unit: Unit) -> list[tuple[int, int]]:
    """Return the units of a text as half-open spans; empty for free spans, which a coder makes.

    ``ValueError`` for turns and rows: they are not told by the text alone.
    """
    if unit in {Unit.TURN, Unit.ROW}:
        raise ValueError(unit)
    if unit is Unit.DOCUMENT:
        return [(0, len(text))] if text else []
    if unit is Unit.SENTENCE:
        return sentences(text)
    return paragraphs(text) if unit is Unit.PARAGRAPH else []


def paragraphs(text: str) -> list[tuple[int, int]]:
    """Return the paragraphs: every line that has something to read, without the blanks around it.

    Parameters
    ----------
    text : str
        Canonical text.

    Returns
    -------
    list of (int, int)
        Half-open spans in code points, sorted, disjoint.
    """
    return [match.span() for match in _LINE.finditer(text)]


def row_units(text: str, rows: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the units of a text by row: its rows, given in order, and every paragraph that lies in none.

    Of a table within a row of another only the outer row is a unit.
    """
    found, reached, rest = [], 0, iter(paragraphs(text))
    line = next(rest, None)
    for start, end in rows:
        if start < reached or start == end:
            continue
        while line is not None and line[0] < end:
            if reached <= line[0] < start:
                found.append(line)
            line = next(rest, None)
        found.append((start, end))
        reached = end
    return [*found, *(() if line is None else (line, *rest))]


def sentences(
    text: str, *, semicolon: bool = False, lines: Sequence[tuple[int, int]] | None = None
) -> list[tuple[int, int]]:
    """Return the sentences of a text in any script that Unicode knows sentence ends of.

    A sentence ends with its line, and after a run of characters that are Sentence_Terminal in Unicode (UAX 29: 。！？؟ ۔ । ။ ። ...)
    or …, together with the quotation marks and
    brackets that close there. An ASCII ! or ? counts only before a blank or a non-ASCII character
    (not inside an address), and a full stop only before a blank and a capital or a letter without
    case (Han, kana, ...), not after an initial, an abbreviation or the number of a list item.
    Nothing ends before a comma or a colon.

    Parameters
    ----------
    text : str
        Canonical text.
    semicolon : bool
        Whether the Chinese semicolon ；ends a sentence too.
    lines : sequence of (int, int), optional
        The paragraphs of the text, where they are known.

    Returns
    -------
    list of (int, int)
        Half-open spans in code points, sorted, disjoint. Together they hold every character that is
        not a blank.
    """
    run = _RUNS[semicolon, _HAS_BEYOND.search(text) is not None]
    spans: list[tuple[int, int]] = []
    for start, end in paragraphs(text) if lines is None else lines:
        spans += _sentences_of_line(text, start, end, run)
    return spans


def _sentences_of_line(text: str, line: int, end: int, run: re.Pattern[str]) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    start = line
    position = start
    quotes: _Quotes | None = None  # most lines have none
    while position < end and (match := run.search(text, position, end)):
        signs, position = match.group(), match.end()
        if position < end and text[position] in _MAY_CLOSE:
            quotes = quotes or _Quotes(text, line)
            position = quotes.skip_closing(position, end)
            while more := run.match(text, position, end):
                signs += more.group()
                position = quotes.skip_closing(more.end(), end)
        if position < end and _is_end(text, start, match, signs, position, end):
            spans.append((start, position))
            while text[position].isspace():
                position += 1
            start = position
    spans.append((start, end))
    return spans


class _Quotes:
    """Knows, going forward through one line, whether a straight quotation mark opens or closes."""

    def __init__(self, text: str, start: int) -> None:
        self._text = text
        self._counted_to = start
        self._open = False

    def skip_closing(self, position: int, end: int) -> int:
        """Return the position after all closing quotation marks and brackets from here on."""
        while position < end:
            sign = self._text[position]
            if sign == '"':
                closes = self._is_open(position)
            elif sign == "'":
                after = self._text[position + 1 : position + 2]
                closes = not (after.isascii() and after.isalnum())
            else:
                closes = sign in _CLOSING
            if not closes:
                break
            position += 1
        return position

    def _is_open(self, position: int) -> bool:
        if self._text.count('"', self._counted_to, position) % 2:
            self._open = not self._open
        self._counted_to = position
        return self._open


def _is_end(text: str, start: int, run: re.Match[str], signs: str, position: int, end: int) -> bool:
    following = text[position]
    if following in _GOES_ON:
        return False
    if not _ALWAYS_ENDS.isdisjoint(signs):
        return True
    if "!" in signs or "?" in signs:
        return following.isspace() or not following.isascii()
    return _full_stop_ends(text, start, run, position, end)


def _full_stop_ends(text: str, start: int, run: re.Match[str], position: int, end: int) -> bool:
    wide = run.group()[-1] == "．"
    if not (text[position].isspace() or wide):
        return False
    while position < end and (text[position].isspace() or text[position] in _OPENING):
        position += 1
    first = text[position : position + 1]
    if not first.isalpha() or first.islower():
        return False
    if len(run.group()) > 1:
        return True
    stop = run.start()
    before = stop
    # The longest abbreviation is short: looking further back could only cost time.
    while before > max(start, stop - 12) and text[before - 1].isascii() and _in_word(text[before - 1]):
        before -= 1
    word = text[before:stop].lower()
    if word.isdigit() and before == start:
        return False
    last = word.rsplit(".", 1)[-1]
    return not (word in _ABBREVIATIONS or (len(last) == 1 and last.isalpha()))


def _in_word(sign: str) -> bool:
    return sign.isalnum() or sign == "."
