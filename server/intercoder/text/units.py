"""The units a text is cut into: paragraphs, sentences, speaker turns.

All spans are half-open, in code points of a canonical text, sorted and disjoint, and begin and end
with a character that is not a blank. The same text always gives the same units.
"""

import enum
import re
from collections import Counter
from dataclasses import dataclass

_LINE = re.compile(r"\S(?:[^\n]*\S)?")

_RUN = re.compile("[。！？｡!?…．.]+")
_RUN_OR_SEMICOLON = re.compile("[。！？｡!?…．.；]+")
_ALWAYS_ENDS = frozenset("。！？｡…；")
_CLOSING = frozenset("”’」』﹂﹄）)】》〉〕］]｝}»›")
_OPENING = "“‘「『﹁﹃（(【《〈〔［[｛{«‹\"'"
# A clause goes on after these, so what stands before them was no end: “为什么？”，他问。
_GOES_ON = frozenset("，、,；;：:")
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


def units_of(text: str, unit: Unit) -> list[tuple[int, int]]:
    """Return the units of a text as half-open spans; empty for free spans, which a coder makes."""
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


def sentences(text: str, *, semicolon: bool = False) -> list[tuple[int, int]]:
    """Return the sentences of a text in Chinese, a European language, or both.

    A sentence ends with its line, and after a run of 。！？!?…, together with the quotation marks and
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

    Returns
    -------
    list of (int, int)
        Half-open spans in code points, sorted, disjoint. Together they hold every character that is
        not a blank.
    """
    run = _RUN_OR_SEMICOLON if semicolon else _RUN
    spans: list[tuple[int, int]] = []
    for start, end in paragraphs(text):
        spans += _sentences_of_line(text, start, end, run)
    return spans


def _sentences_of_line(text: str, start: int, end: int, run: re.Pattern[str]) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    position = start
    quotes = _Quotes(text, start)
    while match := run.search(text, position, end):
        signs = match.group()
        position = quotes.skip_closing(match.end(), end)
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


@dataclass(frozen=True, slots=True)
class Turn:
    """What one speaker says until the next one speaks; the mark of the speaker is part of the span."""

    start: int
    end: int
    speaker: str
    time_ms: int | None


_TIME = r"[\[(（【]?(?:(\d{1,2})[:：])?(\d{1,2})[:：](\d\d)(?:[.,]\d{1,3})?[\])）】]?"
_MARK = re.compile(
    rf"(?:{_TIME}\s*)?"
    r"(?P<name>[^\s:：。！？!?；;，,、…\d][^\n:：。！？!?；;，,、…\t]{0,19}?)"
    rf"(?:\s*{_TIME})?\s*[：:](?!//)"
)
# Words that open a line like a speaker and are none.
_NO_SPEAKER = frozenset(
    [
        "注",
        "备注",
        "注释",
        "例如",
        "比如",
        "譬如",
        "例",
        "即",
        "附",
        "附件",
        "来源",
        "资料来源",
        "数据来源",
        "单位",
        "日期",
        "时间",
        "地点",
        "摘要",
        "关键词",
        "图",
        "表",
        "电话",
        "邮箱",
        "网址",
        "http",
        "https",
        "note",
        "notes",
        "source",
        "sources",
        "date",
        "time",
        "place",
        "e.g",
        "i.e",
        "abstract",
        "keywords",
        "figure",
        "table",
    ]
)
_ROLE = re.compile(
    r"(?:.*(?:者|人|员|总|经理|老师|教授|先生|女士|主任|长)|问|答|q|a|i|r|p|(?:"
    r"interviewer|interviewee|respondent|moderator|researcher|participant|speaker|question|answer))"
    r"\s*[\da-z]{0,2}",
    re.IGNORECASE,
)


def turns(text: str) -> list[Turn]:
    """Return the speaker turns of a transcript, or nothing when the text is no transcript.

    A line opens a turn when it begins with a name of up to 20 characters and a colon, with an
    optional time (``[00:12]``, ``1:02:33``) before or after the name. A text counts as a transcript
    when at least three lines, and at least one in ten of its lines, open a turn. A name that stands
    only once is taken for a speaker when it carries a time, is numbered like another speaker, or
    names a role (受访者, Interviewer, Q); otherwise it is taken for a heading such as "第二点：".

    Parameters
    ----------
    text : str
        Canonical text.

    Returns
    -------
    list of Turn
        Sorted, disjoint. What stands before the first speaker belongs to no turn.

    Notes
    -----
    This is a proposal for a person to accept; the text itself is never changed by it.
    """
    lines = paragraphs(text)
    marks = [(start, *mark) for start, end in lines if (mark := _mark(text, start, end)) is not None]
    counts = Counter(_stem(name) for _start, name, _time in marks)
    again = {stem for stem, count in counts.items() if count > 1}
    marks = [
        (start, name, time)
        for start, name, time in marks
        if time is not None or _stem(name) in again or _ROLE.fullmatch(name)
    ]
    if len(marks) < 3 or len(marks) * 10 < len(lines):
        return []
    opens = {start: (name, time) for start, name, time in marks}
    turns_so_far: list[Turn] = []
    for start, end in lines:
        if start in opens:
            turns_so_far.append(Turn(start, end, *opens[start]))
        elif turns_so_far:
            last = turns_so_far[-1]
            turns_so_far[-1] = Turn(last.start, end, last.speaker, last.time_ms)
    return turns_so_far


def _mark(text: str, start: int, end: int) -> tuple[str, int | None] | None:
    match = _MARK.match(text, start, end)
    if match is None:
        return None
    name = match["name"].strip().strip("[]【】（）()").strip()
    if not any(sign.isalpha() for sign in name) or name.lower() in _NO_SPEAKER:
        return None
    time: int | None = None
    for hours, minutes, seconds in (match.group(1, 2, 3), match.group(5, 6, 7)):
        if minutes is not None:
            time = (int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds)) * 1000
            break
    return name, time


def _stem(name: str) -> str:
    """Return a name without its number, so that 受访者1 and 受访者2 are known as of one kind."""
    return re.sub(r"[\s\d]+$", "", name).lower()
