"""Subtitles (SubRip and WebVTT): what is said, one line per cue, with its speaker and the time it begins.

WebVTT: https://www.w3.org/TR/webvtt1/ ; SubRip has no standard, only its habits.
"""

import html
import re
from collections.abc import Iterator
from typing import NamedTuple

from intercoder.errors import marked
from intercoder.text.canonical import canonical
from intercoder.text.encodings import decode
from intercoder.text.readers.choices import Choices
from intercoder.text.readers.document import Builder, Raw, broken, remarks_on
from intercoder.text.readers.lines import separator
from intercoder.text.transcripts import SpeakerSeen, Transcript, Turn, milliseconds, speakers_of

READER = "subtitles 1"

_CLOCK = r"(?:\d+:)?\d{1,2}:\d{1,2}[.,]\d{1,3}"
_TIMES = re.compile(rf"\s*({_CLOCK})\s*-->\s*({_CLOCK})(?:\s.*)?")
_VOICE = re.compile(r"<v(?:\.[^\s>]*)?\s+([^>]*)>", re.IGNORECASE)
_TAG = re.compile(r"</?[a-zA-Z][^>]*>|<\d[^>]*>|\{\\[^}]*\}")
_NAMED = re.compile(
    r"(?:-\s*)?([^\s:：。！？!?；;，,…\d][^\n:：。！？!?；;…]{0,39}?)\s*[:：](?!//)(?=\s|[^\x00-\x7f]|\S)"
)
START = re.compile(rf"\ufeff?\s*\d+[ \t]*\r?\n{_CLOCK}\s*-->")


class _Said(NamedTuple):
    """What one voice says in one cue."""

    speaker: str
    time: int
    text: str


def read_subtitles(data: bytes, choices: Choices) -> Raw:
    """Return the words of a .srt or .vtt file, one line per cue and voice, in the order of their times.

    A speaker is a voice (``<v Name>``) or a name with a colon that more than one cue begins with.

    Raises
    ------
    InvalidInput
        ``broken_file`` when no cue is in it; all that ``decode`` raises.
    """
    decoded = decode(data, choices.encoding, replace=choices.replace_bad_bytes)
    said = _with_names(list(_cues(canonical(decoded.text))))
    if not said:
        raise broken(marked("it has no line with times such as 00:00:01,000 --> 00:00:02,000"))
    said.sort(key=lambda line: line.time)
    called = {choice.name: choice.speaker for choice in choices.speakers}
    builder = Builder()
    turns: list[Turn] = []
    for number, line in enumerate(said):
        if number:
            builder.add("\n")
        start = builder.position
        builder.add(line.text)
        speaker = called.get(line.speaker, line.speaker)
        if speaker:
            turns.append(Turn(start, builder.position, speaker, line.time))
        elif turns:
            last = turns[-1]
            turns[-1] = Turn(last.start, builder.position, last.speaker, last.time_ms)
    speakers: list[SpeakerSeen] = speakers_of([line.speaker for line in said if line.speaker], called)
    return Raw(
        builder.text(),
        encoding=decoded.encoding,
        warnings=remarks_on(decoded),
        bad_bytes=len(decoded.bad),
        transcript=Transcript(turns, speakers),
    )


def _cues(text: str) -> Iterator[_Said]:
    """Yield what is said, cue by cue; numbers, settings, notes and styles are left out."""
    lines = text.split("\n")
    at = 0
    while at < len(lines):
        times = _TIMES.fullmatch(lines[at])
        at += 1
        if times is None:
            continue
        words = []
        while at < len(lines) and lines[at].strip() and not _TIMES.fullmatch(lines[at]):
            words.append(lines[at].strip())
            at += 1
        if at < len(lines) and _TIMES.fullmatch(lines[at]) and words and words[-1].isdigit():
            words.pop()  # the number of the next cue, where the blank line between them is missing
        yield from _voices(words, milliseconds(times[1]))


def _voices(words: list[str], time: int) -> Iterator[_Said]:
    """Yield what each voice of a cue says; a dash at the beginning of a line is another voice without a name."""
    speaker, said = "", ""
    for line in words:
        for number, piece in enumerate(_VOICE.split(line)):
            if number % 2:
                if said:
                    yield _Said(speaker, time, said)
                speaker, said = " ".join(html.unescape(piece).split()), ""
                continue
            seen = " ".join(html.unescape(_TAG.sub("", piece)).split())
            if seen and said and _NAMED.match(seen):
                yield _Said(speaker, time, said)
                said = seen
            elif seen:
                said += (separator(said[-1], seen[0]) if said else "") + seen
    if said:
        yield _Said(speaker, time, said)


def _with_names(said: list[_Said]) -> list[_Said]:
    """Return the lines with the speakers that are named before a colon, where no voice is marked."""
    if any(line.speaker for line in said):
        return said
    names = [(match[1].strip() if (match := _NAMED.match(line.text)) else "") for line in said]
    again = sum(bool(name) for name in names) * 3 >= len(said)
    return [
        line._replace(speaker=name) if name and (again or names.count(name) > 1) else line
        for line, name in zip(said, names, strict=True)
    ]
