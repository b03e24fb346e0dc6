"""What the text of a line says about paragraphs: ends of sentences, marks of lists, names of speakers."""

import re
from collections import Counter
from collections.abc import Sequence

from intercoder.text.readers.lines import is_cjk

_TERMINALS = frozenset("。！？!?.…：:；;؟۔؛।॥។။።")
# The opening ones too: right to left, they are put right only when the paragraph is whole; German ends with them.
_CLOSERS = "”’」』》〉）)]】»›«‹([\"'"
_QUOTES = frozenset("”」』")
_BULLET = re.compile(r"[•●○◦▪■□▫‣⁃➢➤✓✔❖◆◇※·–—*\-]\s+\S")
_NUMBERED = re.compile(
    r"[(（\[]?(?P<number>\d{1,3}|[a-zA-Z]|[ivxIVX]{1,5}|[一二三四五六七八九十百]{1,4}|[א-ת]|[۰-۹٠-٩]{1,3})[.)．）、\]]"
    r"(?=\s|\D|$)|[①-⑳]|第[一二三四五六七八九十百\d]{1,4}[章节条款部]"
)
_SPEAKER = re.compile(
    r"(?:[\[(（]?\d{1,2}:\d\d(?::\d\d)?(?:\.\d+)?[\])）]?\s*)?(?P<name>(?:(?:Dr|Mrs?|Ms|Prof|[A-Z])\.\s?)*[^\s:：,，.。;；!！?？“”\"][^:：,，.。;；!！?？“”\"\n]{0,30}?)\s*[:：]"
)
_TIMED = re.compile(r"[\[(（]?\d{1,2}:\d\d(?::\d\d)?(?:\.\d+)?[\])）]?\s")
_NOTE = re.compile(r"[*†‡§]|[\[(（]?\d{1,3}[\])）]?[\s.]?\s*\D|[①-⑳]")


def ended(text: str) -> bool:
    """Return whether a line ends where a sentence, or what introduces another one, may end."""
    bare = text.rstrip("0123456789[]¹²³⁰⁴⁵⁶⁷⁸⁹") or text
    kept = bare.rstrip(_CLOSERS)
    return bool(kept) and (kept[-1] in _TERMINALS or (bare[-1] in _QUOTES and kept != bare))


def goes_on(text: str) -> bool:
    """Return whether a line begins with what begins no sentence: a small letter, or a sign that follows something."""
    return text[0].islower() or text[0] in "，。、；：？！”’」』）》,.;:)"


def begins_item(text: str) -> bool:
    """Return whether a line begins with the mark of an item of a list."""
    return is_bullet(text) or number(text) is not None


def is_bullet(text: str) -> bool:
    """Return whether a line begins with a sign that marks items."""
    return _BULLET.match(text) is not None


def number(text: str) -> str | None:
    """Return the number or letter that counts an item at the start of a line, or None."""
    number = _NUMBERED.match(text)
    if number is None:
        return None
    return number["number"] or number[0]


def may_be_note(text: str) -> bool:
    """Return whether a line begins like a note at the foot of a page."""
    return _NOTE.match(text) is not None


class Speakers:
    """The names that begin turns in a document: those that stand, with a colon, again and again at a line's start."""

    def __init__(self, lines: Sequence[str]) -> None:
        starts: Counter[str] = Counter()
        for line in lines:
            if (speaker := _SPEAKER.match(line)) is not None:
                starts[speaker["name"]] += 1
        whole = "\n".join(lines) if starts else ""
        self._names = set()
        for name, count in starts.most_common(200):
            if count < 2:
                break
            everywhere = whole.count(f"{name}:") + whole.count(f"{name}：") + whole.count(f"{name} :")
            if count >= 0.7 * everywhere:
                self._names.add(name)
        self._times = sum(_TIMED.match(line) is not None for line in lines) >= 3
        self._turns = sum(starts[name] for name in self._names)

    def begins_turn(self, line: str, *, after_end: bool) -> bool:
        """Return whether a line begins a turn: with a known name, or, in a transcript, after an end with any name."""
        if self._times and _TIMED.match(line):
            return True
        speaker = _SPEAKER.match(line)
        if speaker is None:
            return False
        return speaker["name"] in self._names or (after_end and self._turns >= 4 and not speaker["name"].islower())


def blank_between(before: str, after: str) -> bool:
    """Return whether two neighbours on one line would have a blank between them."""
    return not (is_cjk(before) or is_cjk(after))
