"""Named places in a text: what units of agreement and citations are made from."""

import enum
from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

if TYPE_CHECKING:  # its many expressions are compiled where a text is read
    from intercoder.text.transcripts import Turn


class AnchorKind(enum.StrEnum):
    """What a place is."""

    PAGE = "page"
    PARAGRAPH = "paragraph"
    HEADING = "heading"
    TURN = "turn"
    ROW = "row"
    NOTE = "note"


#: What programs need of an anchor, by name.
Data: TypeAlias = dict[str, str | int | None]


class Anchor(NamedTuple):
    """One named place: the half-open span ``[start, end)`` of code points in a canonical text.

    ``label`` is what a citation shows (a page number, a heading, a speaker). ``data`` holds what
    programs need and depends on the kind: ``number`` (from 1) for page, paragraph and turn;
    ``level`` (from 1) for heading; ``speaker`` and ``time_ms`` (or None) for turn; ``table`` and
    ``row`` (from 1) for row; ``number``, ``type`` and ``reference`` (the offset of its mark in the
    text) for note. Everything in it can be written as JSON.
    """

    kind: AnchorKind
    start: int
    end: int
    label: str
    data: Data


def paragraph_anchors(lines: Iterable[tuple[int, int]]) -> list[Anchor]:
    """Return the anchors of paragraphs, as ``units.paragraphs`` gives them."""
    return [
        Anchor(AnchorKind.PARAGRAPH, start, end, str(number), {"number": number})
        for number, (start, end) in enumerate(lines, 1)
    ]


def turn_anchors(turns: "Iterable[Turn]") -> list[Anchor]:
    """Return the turns of a transcript, in order."""
    return [
        Anchor(
            AnchorKind.TURN,
            turn.start,
            turn.end,
            turn.speaker,
            {"number": number, "speaker": turn.speaker, "time_ms": turn.time_ms},
        )
        for number, turn in enumerate(turns, 1)
    ]
