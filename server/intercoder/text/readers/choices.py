"""What a person decides about the reading of a file, and what a reader found that there is to decide on."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any


@dataclass(frozen=True, slots=True)
class SpeakerChoice:
    """What a name before a turn stands for: ``name`` as in the text, ``speaker`` as it counts, empty when it is none."""

    name: str
    speaker: str


@dataclass(frozen=True, slots=True)
class Choices:
    """How a file is to be read: kept with the file, used by its preview and by its import, recorded with its text.

    Attributes
    ----------
    encoding : str or None
        For text formats, a name of ``intercoder.text.encodings.ENCODINGS``; None: found by the reader.
    replace_bad_bytes : bool
        Whether bytes that the encoding does not have become U+FFFD, instead of a refusal.
    numbering : bool
        Whether numbers that a word processor makes itself (lists, headings) are written into the text.
    without_running_lines : bool
        Whether running titles and page numbers are left out.
    speakers : tuple of SpeakerChoice
        What is said of names: other names, several names that are one, names that are none, names that were
        not found. The reader decides on all others.
    """

    encoding: str | None = None
    replace_bad_bytes: bool = False
    numbering: bool = True
    without_running_lines: bool = False
    speakers: tuple[SpeakerChoice, ...] = ()

    @classmethod
    def of(cls, plain: Mapping[str, Any]) -> "Choices":
        """Return the choices that ``plain``, from JSON, says; those that it does not name are as usual."""
        known = {field.name: plain[field.name] for field in fields(cls) if field.name in plain}
        known["speakers"] = tuple(SpeakerChoice(**said) for said in plain.get("speakers", ()))
        return cls(**known)

    def plain(self) -> dict[str, object]:
        """Return the choices as JSON has them."""
        return asdict(self)


#: nothing was chosen
USUAL = Choices()


@dataclass(frozen=True, slots=True)
class SpeakerFound:
    """A name before turns: as it stands in the text, as whom it counts (empty: as nobody), and how many turns."""

    name: str
    speaker: str
    turns: int


@dataclass(frozen=True, slots=True)
class RunningLine:
    """A line that stands at the edge of many pages: its words where it stands first, and on how many pages."""

    text: str
    pages: int


@dataclass(frozen=True, slots=True)
class Found:
    """What a file has that ``Choices`` decide on, whatever was chosen.

    Attributes
    ----------
    bad_bytes : int
        Places where bytes were replaced by U+FFFD.
    numbered : int
        Paragraphs with a number that the word processor makes itself.
    running_lines : tuple of RunningLine
        What goes with ``without_running_lines``.
    speakers : tuple of SpeakerFound
        In the order of the text, those that were said to be none included.
    """

    bad_bytes: int = 0
    numbered: int = 0
    running_lines: tuple[RunningLine, ...] = ()
    speakers: tuple[SpeakerFound, ...] = ()

    @classmethod
    def of(cls, plain: Mapping[str, Any]) -> "Found":
        """Return what ``plain``, from JSON, says."""
        return cls(
            plain["bad_bytes"],
            plain["numbered"],
            tuple(RunningLine(**line) for line in plain["running_lines"]),
            tuple(SpeakerFound(**speaker) for speaker in plain["speakers"]),
        )
