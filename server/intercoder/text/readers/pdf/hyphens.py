"""Words that the end of a line divides, and hyphens that only happen to stand there."""

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

# What pdfium gives for a hyphen at the end of a line, and what fonts give that only divides a word there.
DIVIDING = ("\x02", "\ufffe", "\xad", "\u2010")
_WORD = re.compile(r"[^\W\d_]+(?:[-\u2010][^\W\d_]+)*")
_LAST = re.compile(r"(?:[^\W\d_]+[-\u2010])*[^\W\d_]+$")
_KEEPS = frozenset(
    {"self", "well", "half", "ex", "all", "quasi"}
    | {"twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"}
)


def bare(text: str) -> str:
    """Return a line without the hyphen that divides its last word."""
    stripped = text.rstrip("".join(DIVIDING))
    if stripped != text:
        return stripped
    return text[:-1] if _is_divided(text) else text


def _is_divided(text: str) -> bool:
    return text.endswith(DIVIDING) or (text.endswith("-") and text[-2:-1].isalpha())


class Hyphens:
    """Decides what becomes of hyphens at the ends of lines by the words of the whole document."""

    def __init__(self, lines: Sequence[str]) -> None:
        ends = [(a, b) for a, b in pairwise(lines) if _is_divided(a)]
        self._words: Counter[str] = Counter()
        if ends:
            inner = "\n".join(line for line in lines)
            self._words.update(word.lower().replace("\u2010", "-") for word in _WORD.findall(inner))
            for first, second in ends:
                # The halves of a divided word are no words of their own.
                self._words[_last(first)] -= 1
                self._words[_first(second)] -= 1
        self._divides = any(self._is_divided_word(_last(first), _first(second)) for first, second in ends)

    def between(self, before: str, after: str) -> str | None:
        """Return what stands between two lines of a paragraph after ``bare``, or None where no hyphen ends the first."""
        if not _is_divided(before):
            return None
        whole = _LAST.search(bare(before))
        if whole is None or not after[0].islower() or "-" in whole[0].replace("\u2010", "-"):
            return "-"
        first, second = _last(before), _first(after)
        if self._words[f"{first}-{second}"] > 0:
            return "-"
        if self._words[first + second] > 0:
            return ""
        return "-" if first in _KEEPS or not self._divides else ""

    def _is_divided_word(self, first: str, second: str) -> bool:
        return self._words[first + second] > 0 or (first not in _KEEPS and self._words[first] <= 0)


def _last(line: str) -> str:
    last = _LAST.search(bare(line))
    return last[0].lower() if last else ""


def _first(line: str) -> str:
    word = _WORD.match(line)
    return word[0].lower() if word else ""
