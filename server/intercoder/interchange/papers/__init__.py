"""What is to be read on paper: titles, sentences, facts and tables in one order, written as Word, PDF data or a workbook."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from intercoder.interchange.sheets import Value


@dataclass(frozen=True)
class Sentences:
    """Paragraphs below a title."""

    title: str
    paragraphs: Sequence[str]


@dataclass(frozen=True)
class Facts:
    """Names with what they are, one below the other."""

    title: str
    pairs: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Table:
    """A table as papers set them: a line above, one below the headings, one at the end, none between columns (三线表).

    ``cells``: what is read; ``values``: the same for a spreadsheet, numbers as numbers, with ``value_headings`` of its own.
    ``right``: columns whose cells stand to the right; ``notes``: sentences below it.
    """

    title: str
    headings: Sequence[str]
    cells: Sequence[Sequence[str]]
    right: frozenset[int] = frozenset()
    value_headings: Sequence[str] = ()
    values: Sequence[Sequence[Value]] = ()
    notes: Sequence[str] = ()

    @property
    def widths(self) -> list[int]:
        """How wide the columns are to one another: by their longest words, within limits."""
        columns = zip(self.headings, *self.cells, strict=True)
        return [min(max(*map(_room, column), 6), 34) for column in columns]


def _room(text: str) -> int:
    """Return how much room a text takes: a Chinese sign is as wide as two letters."""
    return sum(2 if ord(sign) > 0x2E7F else 1 for sign in text)


@dataclass(frozen=True)
class Paper:
    """A document. ``language``: en or zh, which decides fonts; ``footer``: what stands below each page."""

    title: str
    subtitle: str
    language: str
    parts: Sequence[Sentences | Facts | Table]
    footer: str = ""
    #: columns of the widest table from which on pages lie
    widest: int = field(default=7)

    @property
    def wide(self) -> bool:
        """Whether its pages lie: a table has too many columns for upright ones."""
        return any(isinstance(part, Table) and len(part.headings) > self.widest for part in self.parts)
