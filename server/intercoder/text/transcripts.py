"""The turns of a transcript: who speaks from where to where, and when.

Spans are half-open, in code points of a canonical text, sorted and disjoint.
"""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple

from intercoder.text.units import paragraphs

NOBODY: Mapping[str, str] = MappingProxyType({})


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


class SpeakerSeen(NamedTuple):
    """A name as it stands before turns, as whom it counts (empty: as nobody), and how many turns it opens."""

    name: str
    speaker: str
    turns: int


@dataclass(frozen=True, slots=True)
class Transcript:
    """The turns of a text, none when it is no transcript, and the names that were found."""

    turns: list[Turn]
    speakers: list[SpeakerSeen]


def turns(text: str) -> list[Turn]:
    """Return the turns of a text as ``transcribed`` finds them."""
    return transcribed(text).turns


def transcribed(text: str, said: Mapping[str, str] = NOBODY) -> Transcript:
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
    said : mapping of str to str
        What a person said of names: as whom one counts; empty when it is no speaker.

    Returns
    -------
    Transcript
        Its turns are sorted and disjoint. What stands before the first speaker belongs to no turn.

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
        return Transcript([], [])
    opens = {start: (said.get(name, name), time) for start, name, time in marks if said.get(name, name)}
    turns_so_far: list[Turn] = []
    for start, end in lines:
        if start in opens:
            turns_so_far.append(Turn(start, end, *opens[start]))
        elif turns_so_far:
            last = turns_so_far[-1]
            turns_so_far[-1] = Turn(last.start, end, last.speaker, last.time_ms)
    names = Counter(name for _start, name, _time in marks)
    return Transcript(turns_so_far, [SpeakerSeen(name, said.get(name, name), n) for name, n in names.items()])


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
