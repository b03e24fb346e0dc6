"""What every reader returns, the limits they keep, and the builder that counts while they write."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from intercoder.errors import InvalidInput, TooLarge, marked
from intercoder.text.anchors import Anchor, AnchorKind, Data
from intercoder.text.canonical import canonical
from intercoder.text.encodings import Decoded, written
from intercoder.text.readers.choices import USUAL, Choices, Found, RunningLine

if TYPE_CHECKING:  # loaded with the reader
    from intercoder.text.transcripts import Transcript

MAX_BYTES = 50 * 1024 * 1024
MAX_CHARACTERS = 5_000_000
MAX_PAGES = 3_000


@dataclass(frozen=True, slots=True)
class Remark:
    """What a person should look at before a text is kept: a gettext message, and what fills its places."""

    sentence: str
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Unread:
    """A file as it is to be read: its name, of which only the extension counts, its bytes, and what a person decided."""

    name: str
    data: bytes
    choices: Choices = USUAL


@dataclass(frozen=True, slots=True)
class ReadDocument:
    """The canonical text of a file, its anchors, and how it was read.

    Attributes
    ----------
    text : str
        Canonical.
    anchors : list of Anchor
        Sorted by start; those of the format (page, heading, row, note) and the default ones
        (paragraph, turn). Offsets refer to ``text``.
    format : str
        ``txt``, ``md``, ``docx``, ``pdf``, ``html``, ``srt`` or ``vtt``.
    reader : str
        Name and version of the reader, for the provenance of the text: ``docx 1``.
    encoding : str or None
        The encoding that was read, for txt, md and html.
    warnings : list of Remark
        What the person should look at before the text is kept.
    choices : Choices
        With which choices it was read.
    found : Found
        What there is to choose.
    """

    text: str
    anchors: list[Anchor]
    format: str
    reader: str
    encoding: str | None
    warnings: list[Remark]
    choices: Choices = USUAL
    found: Found = field(default_factory=Found)


@dataclass(slots=True)
class Raw:
    """What one format's module hands back: canonical text with the anchors only it can know."""

    text: str
    anchors: list[Anchor] = field(default_factory=list)
    encoding: str | None = None
    warnings: list[Remark] = field(default_factory=list)
    bad_bytes: int = 0
    numbered: int = 0
    running_lines: tuple[RunningLine, ...] = ()
    #: where the format itself says who speaks
    transcript: "Transcript | None" = None


def check_characters(count: int) -> None:
    """Refuse a text that is longer than a document may be."""
    if count > MAX_CHARACTERS:
        raise TooLarge(
            "too_many_characters",
            "The text has more than {limit} characters. Split the file and import the parts.",
            limit=MAX_CHARACTERS,
        )


def remarks_on(decoded: Decoded) -> list[Remark]:
    """Return what is to be said of a decoded text."""
    remarks = []
    if not decoded.sure:
        remarks.append(
            Remark(
                marked("The encoding of this file was guessed. Look at the text, and choose another if it is wrong.")
            )
        )
    if decoded.bad:
        first = decoded.bad[0]
        remarks.append(
            Remark(
                marked(
                    "Bytes that are not {encoding} were replaced by � (places: {count}). The first one is in line {line}, "
                    "column {column} (byte {position} of the file, hexadecimal {byte})."
                ),
                {"encoding": written(decoded.encoding), "count": str(len(decoded.bad)), **first.values()},
            )
        )
    return remarks


def broken(because: str, **values: object) -> InvalidInput:
    """Return the refusal of a file that its own format's rules do not allow to read; ``because`` is ``marked``."""
    return InvalidInput(
        "broken_file",
        "This file is damaged or not what its name says ({because}). Open it in the program it comes from, "
        "save it again, and import that.",
        because=because,
        **{name: str(value)[:100] for name, value in values.items()},
    )


class Builder:
    """Collects canonical text piece by piece and knows the offset of every place in it."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self.position = 0
        self.last = ""
        self.anchors: list[Anchor] = []

    def add(self, text: str) -> None:
        """Append text, canonicalised."""
        text = canonical(text)
        if text:
            self._parts.append(text)
            self.position += len(text)
            self.last = text[-1]
            check_characters(self.position)

    def anchor(self, kind: AnchorKind, start: int, label: str, data: Data) -> None:
        """Add an anchor from ``start`` to the current end."""
        self.anchors.append(Anchor(kind, start, self.position, label, data))

    def text(self) -> str:
        """Return everything so far as one string."""
        if len(self._parts) > 1:
            self._parts = ["".join(self._parts)]
        return "".join(self._parts)


def within(anchors: Iterable[Anchor], text: str) -> list[Anchor]:
    """Return the anchors that hold something to read, from their first to their last visible character."""
    narrowed = []
    for anchor in anchors:
        piece = text[anchor.start : anchor.end]
        seen = piece.strip()
        if seen:
            start = anchor.start + len(piece) - len(piece.lstrip())
            # A heading comes without a label: without the words it says a citation would show nothing.
            label = anchor.label or " ".join(seen.split())
            narrowed.append(Anchor(anchor.kind, start, start + len(seen), label, anchor.data))
    return narrowed
