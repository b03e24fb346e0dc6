"""What is to be read on paper: titles, sentences, facts, tables and figures in one order, written as Word, PDF data or a workbook."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from intercoder.interchange.sheets import Value

#: letters across an upright page in a table, and in one of smaller letters; letters between two columns
ROOM, DENSE_ROOM, BETWEEN = 104, 130, 2
#: what is not broken: words, and in Chinese two signs of a heading, four of what stands below it, so that names stay whole
_OF_HEADING = re.compile("[^\\s\u2e80-\uffff]+|[\u2e80-\uffff]{1,2}")
_OF_CELL = re.compile("[^\\s\u2e80-\uffff]+|[\u2e80-\uffff]{1,4}")


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

    @cached_property
    def floors(self) -> list[int]:
        """How wide each column is at least, in letters, so that no word of it runs into the next one."""
        longest = [_longest(_OF_HEADING, heading) for heading in self.headings]
        for row in self.cells:
            longest = [max(known, _longest(_OF_CELL, cell)) for known, cell in zip(longest, row, strict=True)]
        return [min(one + BETWEEN, 34) for one in longest]

    @property
    def dense(self) -> bool:
        """Whether its words are too wide for the usual letters: it is set in smaller ones."""
        return sum(self.floors) > ROOM

    @property
    def widths(self) -> list[float]:
        """How wide the columns are to one another: room for their longest words, and the rest by how much they hold, within limits."""
        columns = zip(self.headings, *self.cells, strict=True)
        wanted = [
            max(min(max(*map(_room, column), 6), 34), low) for column, low in zip(columns, self.floors, strict=True)
        ]
        more = [want - low for want, low in zip(wanted, self.floors, strict=True)]
        spare = (DENSE_ROOM if self.dense else ROOM) - sum(self.floors)
        if sum(more) <= max(spare, 0):
            return [float(want) for want in wanted]
        return [low + max(spare, 0) * extra / sum(more) for low, extra in zip(self.floors, more, strict=True)]


#: how wide a figure can be on an upright page, in points
UPRIGHT = 468.0


@dataclass(frozen=True)
class Figure:
    """A figure as papers have them. ``title``: its number; ``svg``: how it is drawn, ``description``: what it shows, in words.

    ``dots``: the same as PNG, for what holds no vectors; ``width`` and ``height``: its size in points.
    """

    title: str
    svg: str
    description: str
    width: float
    height: float
    dots: bytes = b""

    @property
    def lies(self) -> bool:
        """Whether it is so wide that an upright page would make it small: it stands on a page of its own that lies."""
        return self.width > 1.3 * UPRIGHT and self.width > 1.1 * self.height

    def fitted(self, *, wide: bool) -> tuple[float, float]:
        """Return its size in points on an upright page or one that lies: as it is, or as large as there is room below its number."""
        across, down = (715.0, 400.0) if wide else (UPRIGHT, 640.0)
        share = min(1.0, across / self.width, down / self.height)
        return self.width * share, self.height * share


def _longest(whole: re.Pattern[str], text: str) -> int:
    """Return how much room the longest part of a text takes that is not broken."""
    return max((_room(part) for part in whole.findall(text)), default=0)


def _room(text: str) -> int:
    """Return how much room a text takes: a Chinese sign is as wide as two letters."""
    return sum(2 if ord(sign) > 0x2E7F else 1 for sign in text)


Part = Sentences | Facts | Table | Figure


@dataclass(frozen=True)
class Paper:
    """A document. ``language``: en or zh, which decides fonts; ``footer``: what stands below each page."""

    title: str
    subtitle: str
    language: str
    parts: Sequence[Part]
    footer: str = ""
    #: tables and figures have captions (above and below), their first line what they are numbered by; else titles as headings
    captions: bool = False
    #: columns of the widest table from which on pages lie
    widest: int = field(default=7)

    @property
    def wide(self) -> bool:
        """Whether its pages lie: a table has too many columns for upright ones."""
        return any(isinstance(part, Table) and len(part.headings) > self.widest for part in self.parts)
