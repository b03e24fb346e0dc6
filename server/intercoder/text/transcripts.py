"""The turns of a transcript: who speaks from where to where, and when.

Spans are half-open, in code points of a canonical text, sorted and disjoint.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from types import MappingProxyType
from typing import NamedTuple

from intercoder.text.speaker_names import is_none, names_part, names_role, stem, tells
from intercoder.text.units import paragraphs

NOBODY: Mapping[str, str] = MappingProxyType({})
#: a name that stands once is one when so many lines of a text, in ten, are opened by names that are sure
_DENSE = 6


@dataclass(frozen=True, slots=True)
class Turn:
    """What one speaker says until the next one speaks; the mark of the speaker is part of the span."""

    start: int
    end: int
    speaker: str
    time_ms: int | None


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


class _Mark(NamedTuple):
    start: int
    name: str
    time: int | None


# A clock of a recording, 0:05, 00:00:05, 125:30, 1:02:33.500, also in brackets, also from … to ….
_CLOCK = r"(?<![\d:：])(?:\d{1,3}[:：])?\d{1,3}[:：]\d{1,2}(?:[.,]\d{1,3})?(?!\d|[:：]\d)"
_OPENS, _CLOSES = r"[\[(（【<]?\s*", r"\s*[\])）】>]?"
_UNTIL = rf"(?:\s*(?:-->|->|[-–—~～至])\s*{_CLOCK})?"
_BEFORE = rf"{_OPENS}(?P<before>{_CLOCK}){_UNTIL}{_CLOSES}"
_AFTER = rf"{_OPENS}(?P<after>{_CLOCK}){_UNTIL}{_CLOSES}"
# A name: brackets and blanks may be in it, and in brackets also what else parts sentences.
_SIGN = r"[^\s:：。！？!?；;，,、…\t()（）\[\]【】]"
_BRACKETS = r"[(（\[【][^\n:：()（）\[\]【】]{1,40}[)）\]】]"
_NAME = rf"(?:{_SIGN}|{_BRACKETS})(?:[ \u3000]{{0,2}}(?:{_SIGN}|{_BRACKETS})){{0,29}}"
_COLON = re.compile(
    rf"(?:{_BEFORE}\s*[-–—]?\s*)?(?P<name>(?!\d){_NAME})(?:\s*{_AFTER})?\s*[：:](?!//)(?<!\d:(?=\d))(?<!\d：(?=\d))"
)
# Beside a time a name may hold a comma too: Wu, Ying (HR)   0:05
_FULL_NAME = _NAME.replace(_BRACKETS, rf"{_BRACKETS}|[,，、](?=\s*\w)")
_HEADER = re.compile(
    rf"(?:(?P<name>(?!\d){_FULL_NAME})[\s·|,，]*{_AFTER}|{_BEFORE}\s*[-–—|]?\s*(?P<other>(?!\d){_FULL_NAME}))\s*[：:]?"
)
#: what every clock has; in a text without it no name stands beside one
_CLOCKED = re.compile(r"\d[:：]\d")
# A line that is a time and no more: the name stands on the line after it, or on the one before.
_CLOCK_LINE = re.compile(_BEFORE.replace("<before>", "<time>"))
_NAME_LINE = re.compile(rf"(?!\d)(?:{_FULL_NAME})\s*[：:]?")
_PARTS = re.compile(r"(?:(\d+)[:：])?(\d+)[:：](\d+)(?:[.,](\d{1,3}))?")
# What is told begins with one: 他说：“…”, Ms. Wu added: "…".
_QUOTE = re.compile(r"\s*[“\"「『«„‹]")


def turn_units(
    text: str, turns: Iterable[tuple[int, int]], lines: list[tuple[int, int]] | None = None
) -> list[tuple[int, int]]:
    """Return the units of a transcript by turn: what each speaker says, without the name that opens it.

    Parameters
    ----------
    text : str
        Canonical text.
    turns : iterable of (int, int)
        The turns, half-open, in order, disjoint, with the name.
    lines : list of (int, int), optional
        The paragraphs of the text, where they are known.

    Returns
    -------
    list of (int, int)
        Half-open spans, sorted and disjoint, without blanks at their ends. A paragraph that lies in no turn (a heading, a
        text without speakers) is a unit of its own; a turn in which nothing is said is none.
    """
    found = []
    reached = 0
    rest = iter(paragraphs(text) if lines is None else lines)
    line = next(rest, None)
    for start, end in turns:
        while line is not None and line[0] < start:
            if line[0] >= reached:
                found.append(line)
            line = next(rest, None)
        first, _, _ = text[start:end].partition("\n")
        said = text[start + mark_length(first) : end]
        begin = end - len(said.lstrip())
        if said.strip():
            found.append((begin, begin + len(said.strip())))
        reached = end
    while line is not None:
        if line[0] >= reached:
            found.append(line)
        line = next(rest, None)
    return found


def mark_length(line: str) -> int:
    """Return how much of a line that opens a turn says who speaks and when, in code points, with the blanks behind it.

    Parameters
    ----------
    line : str
        The first line of a turn as ``transcribed`` finds it; of any other line the answer means nothing.

    Returns
    -------
    int
        From 0 to the length of the line: all of it where it is a name, a time, or both, and nothing else.

    Examples
    --------
    >>> mark_length("陈总：订单掉了六成。"), mark_length("[00:12] Ms. Wu: They wrote first."), mark_length("吴颖 00:05")
    (3, 16, 8)
    """
    said = line.lstrip()
    whole = said.rstrip()
    if _CLOCKED.search(whole) and (_HEADER.fullmatch(whole) or _CLOCK_LINE.fullmatch(whole)):
        return len(line)
    match = _COLON.match(said)
    if match is None:
        return len(line) if _NAME_LINE.fullmatch(whole) else 0
    return len(line) - len(said[match.end() :].lstrip())


def turns(text: str) -> list[Turn]:
    """Return the turns of a text as ``transcribed`` finds them."""
    return transcribed(text).turns


def transcribed(text: str, said: Mapping[str, str] = NOBODY, lines: list[tuple[int, int]] | None = None) -> Transcript:
    """Return the speaker turns of a transcript, or nothing when the text is no transcript.

    A line opens a turn when it begins with a name and a colon, with an optional time (``[00:12]``,
    ``1:02:33``) before or after the name, or when it is a name and a time and nothing else, as the
    programs of meetings write it; the time may also have a line of its own, above or below the name.
    A verb of saying before a colon and a quotation mark (他说：“…”) tells of somebody and opens no turn. A text counts as a transcript when at least three lines, and at least
    one in ten of its lines, open a turn. A name that stands only once is taken for a speaker when it
    carries a time, is numbered like one that stands again, names a role (受访者, Interviewer, Q), or
    when most lines are opened by names that are sure; otherwise it is taken for a heading such as
    "第二点：". Numbered parts of a text (段落22, Section 4) are no speakers.

    Parameters
    ----------
    text : str
        Canonical text.
    said : mapping of str to str
        What a person said of names: as whom one counts; empty when it is no speaker. A name that is a
        speaker by that may also stand on a line of its own.
    lines : list of (int, int), optional
        The paragraphs of the text, where they are known.

    Returns
    -------
    Transcript
        Its turns are sorted and disjoint. What stands before the first speaker belongs to no turn.

    Notes
    -----
    This is a proposal for a person to accept; the text itself is never changed by it.
    """
    lines = paragraphs(text) if lines is None else lines
    own = _own_names([name for name, speaker in said.items() if speaker])
    clocked = _CLOCKED.search(text) is not None
    candidates = [mark for start, end in lines if (mark := _mark(text, start, end, own, clocked=clocked)) is not None]
    marks = _speaking(candidates, len(lines), said)
    if clocked:
        opened = _with_clocks_above(text, lines, marks)
        marks = max(opened, _beside_clocks(text, lines, said), key=len)
    if not any(mark.name in said for mark in marks) and (len(marks) < 3 or len(marks) * 10 < len(lines)):
        return Transcript([], [])
    return Transcript(_turns(lines, marks, said), speakers_of([mark.name for mark in marks], said))


def _with_clocks_above(text: str, lines: list[tuple[int, int]], marks: list[_Mark]) -> list[_Mark]:
    """Give marks without a time the one that has the line above them for itself; that line is part of the turn."""
    above = {after[0]: before for before, after in pairwise(lines)}

    def with_clock(mark: _Mark) -> _Mark:
        start, end = above.get(mark.start, (0, 0))
        time = _CLOCK_LINE.fullmatch(text[start:end].strip()) if mark.time is None else None
        return mark if time is None else _Mark(start, mark.name, milliseconds(time["time"]))

    return [with_clock(mark) for mark in marks]


def _beside_clocks(text: str, lines: list[tuple[int, int]], said: Mapping[str, str]) -> list[_Mark]:
    """Return the marks of a text that has names and times on lines of their own: in the order that has more of them."""
    written = [text[start : min(end, start + 160)].strip() for start, end in lines]
    clocks = [place for place, line in enumerate(written) if _CLOCK_LINE.fullmatch(line)]
    ways: list[list[_Mark]] = []
    for step in (1, -1):  # the name below its time (Teams before 2022), or above it (iFlytek)
        marks = []
        for place in clocks:
            if not 0 <= place + step < len(lines) or _NAME_LINE.fullmatch(written[place + step]) is None:
                continue
            time = _CLOCK_LINE.fullmatch(written[place])
            assert time is not None
            name = named(written[place + step].rstrip("：: "))
            marks.append(_Mark(lines[min(place, place + step)][0], name, milliseconds(time["time"])))
        # A clock says nothing about the line beside it, so here a name has to come again, or to name a role.
        often = Counter(mark.name for mark in marks)
        kinds = Counter(stem(name) for name in often)
        marks = [m for m in marks if often[m.name] > 1 or kinds[stem(m.name)] > 1 or names_role(m.name)]
        ways.append([mark for mark in marks if mark.name in said or not names_part(mark.name)])
    return max(ways, key=len)


def speakers_of(names: Sequence[str], said: Mapping[str, str]) -> list[SpeakerSeen]:
    """Return the names that open turns, in their order, each with what was said of it."""
    return [SpeakerSeen(name, said.get(name, name), n) for name, n in Counter(names).items()]


def _speaking(candidates: list[_Mark], lines: int, said: Mapping[str, str]) -> list[_Mark]:
    """Return the marks whose names are those of speakers."""
    names = Counter(mark.name for mark in candidates)
    stems = Counter(stem(name) for name in names)
    again = {stem(name) for name, count in names.items() if count > 1}
    sure = {
        mark.name
        for mark in candidates
        if mark.name in said
        or mark.time is not None
        or names_role(mark.name)
        or names[mark.name] > 1
        or (stem(mark.name) in again and stems[stem(mark.name)] > 1)
    }
    if sum(mark.name in sure for mark in candidates) * 10 >= _DENSE * lines:
        sure |= {mark.name for mark in candidates if len(mark.name) > 1}
    return [mark for mark in candidates if mark.name in sure and (mark.name in said or not names_part(mark.name))]


def _turns(lines: list[tuple[int, int]], marks: list[_Mark], said: Mapping[str, str]) -> list[Turn]:
    opens = {mark.start: (said.get(mark.name, mark.name), mark.time) for mark in marks}
    made: list[Turn] = []
    for start, end in lines:
        speaker, time = opens.get(start, ("", None))
        if speaker:
            made.append(Turn(start, end, speaker, time))
        elif made:
            last = made[-1]
            made[-1] = Turn(last.start, end, last.speaker, last.time_ms)
    return made


def _own_names(names: list[str]) -> re.Pattern[str] | None:
    if not names:
        return None
    written = "|".join(r"\s+".join(map(re.escape, name.split())) for name in sorted(names, key=len, reverse=True))
    return re.compile(rf"(?:{_BEFORE}\s*)?(?P<name>{written})(?:\s*{_AFTER})?\s*(?:[：:]|$)")


def _mark(text: str, start: int, end: int, own: re.Pattern[str] | None, *, clocked: bool) -> _Mark | None:
    line = text[start : min(end, start + 160)]
    match = own.match(line) if own else None
    if match is None:
        match = (_HEADER.fullmatch(line) if clocked else None) or _COLON.match(line)
    if match is None:
        return None
    groups = match.groupdict()
    name = named(groups.get("name") or groups.get("other") or "")
    if is_none(name):
        return None
    if tells(name) and _QUOTE.match(text, start + match.end()) and not (own and own.match(line)):
        return None
    clock = groups.get("before") or groups.get("after")
    return _Mark(start, name, milliseconds(clock) if clock else None)


def named(written: str) -> str:
    """Return a name without the brackets around all of it and with single blanks; brackets within it stay."""
    name = " ".join(written.split())
    if name[:1] in "[【（(<" and name[-1:] in "]】）)>" and not any(sign in "[【（(<" for sign in name[1:]):
        name = name[1:-1].strip()
    return name


def milliseconds(clock: str) -> int:
    """Return the time of a clock, ``1:02:33``, ``125:30`` or ``00:05.310``, in milliseconds."""
    match = _PARTS.fullmatch(clock)
    assert match is not None
    hours, minutes, seconds, fraction = match.groups()
    return (int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds)) * 1000 + int((fraction or "0").ljust(3, "0"))
