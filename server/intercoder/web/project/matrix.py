"""The matrix of a round, documents × coders, as its page shows it: what each cell says, in blocks that stand side by side."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import ceil
from unicodedata import category, east_asian_width
from uuid import UUID

from markupsafe import Markup
from pydantic import Field

from intercoder.clock import now
from intercoder.language import gettext, inline, ngettext
from intercoder.models import AssignmentState
from intercoder.reports.words import word
from intercoder.services.assigned import Cell, Column, Narrowed, Row, Standing, Table
from intercoder.web.project.materials import words_wanted
from intercoder.web.queries import PartQuery

#: documents of a round on one page, each with up to some thirty coders; those on one page that is a list of own documents
ROWS, OWN_ROWS = 100, 50
#: so many rows fit on a screen below one another; blocks of them stand side by side where there is room
BLOCK = 34
#: characters of an abbreviated name
SHORT = 3
#: marks, and the colours of emoji
_COMBINING = frozenset({"Mn", "Mc", "Me", "Sk"})
_JOINER = "\u200d"
_GLYPHS: Mapping[Standing, str] = {
    Standing.ASSIGNED: "○",
    Standing.IN_PROGRESS: "◐",
    Standing.HANDED_BACK: "↩",
    Standing.SUBMITTED: "●",
}


class MatrixQuery(PartQuery):
    """Which documents of a round are shown, and from where on."""

    standing: Standing | None = None
    coder: UUID | None = None
    words: str = ""
    fewer: int | None = Field(default=None, ge=1, le=1000)
    overdue: bool = False

    @property
    def narrows(self) -> bool:
        """Whether documents may be left out."""
        return bool(self.standing or self.coder or self.words.split() or self.fewer or self.overdue)

    def narrowed(self) -> Narrowed:
        """Return the same for the service."""
        today = now().date() if self.overdue else None
        return Narrowed(self.standing, self.coder, today, self.fewer, words_wanted(self.words))


@dataclass(frozen=True)
class Kind:
    """What a cell shows: a class, a sign, and the same in words."""

    name: str
    sign: str
    words: str

    @cached_property
    def begins(self) -> str:
        """The beginning of its cell, escaped."""
        return str(Markup('<td class="is-{}" aria-label="{}"').format(self.name, self.words))


@dataclass(frozen=True)
class Line:
    """A document, a cell for each coder, and how many have it and have submitted it."""

    row: Row
    #: in one piece: thousands are not put together by a template in the time that a page may take
    cells: Markup
    given: int
    submitted: int


@dataclass(frozen=True)
class Head:
    """A coder at the head of a column."""

    coder: Column
    short: str


@dataclass(frozen=True)
class Matrix:
    """What the page shows of a table, and the legend of its signs."""

    heads: Sequence[Head]
    blocks: Sequence[Sequence[Line]]
    legend: Sequence[Kind]


def matrix_of(table: Table, *, compared: bool, codings: Mapping[str, int]) -> Matrix:
    """Return a table as the page shows it; where the round is compared with the codings of each layer instead of states."""
    kinds = _kinds()
    today = now().date()
    none = Kind("none", "", gettext("not assigned"))
    free = f"{none.begins}></td>"
    layers: dict[int | None, Kind] = {}
    lines = []
    coders = [str(coder.id) for coder in table.coders]
    for row in table.documents.rows:
        held = table.cells.get(str(row.id), {})
        cells = [held.get(coder) for coder in coders]
        shown = [
            free
            if cell is None
            else _cell(cell, _layer(cell, codings, layers) if compared else kinds[cell.standing, cell.overdue(today)])
            for cell in cells
        ]
        there = [cell for cell in cells if cell is not None]
        done = sum(cell.state is AssignmentState.SUBMITTED for cell in there)
        lines.append(Line(row, Markup("".join(shown)), len(there), done))  # noqa: S704
    size = max(ceil(len(lines) / max(1, round(len(lines) / BLOCK))), 1)
    shorts = abbreviated([coder.name for coder in table.coders])
    return Matrix(
        [Head(coder, short) for coder, short in zip(table.coders, shorts, strict=True)],
        [lines[first : first + size] for first in range(0, len(lines), size)],
        [] if compared else [*(kind for (_, late), kind in kinds.items() if not late), _late(), none],
    )


def _cell(cell: Cell, kind: Kind) -> str:
    """Return a cell as it is sent: a kind is escaped, an identifier and a day have nothing to escape."""
    due = f' data-due="{cell.due_on}"' if cell.due_on else ""
    return f'{kind.begins} data-id="{cell.id}"{due}>{kind.sign}</td>'


def _kinds() -> dict[tuple[Standing, bool], Kind]:
    made = {(s, False): Kind(s.value, sign, word("standing", s)) for s, sign in _GLYPHS.items()}
    late = _late()
    return made | {
        (s, True): Kind(f"{kind.name} is-late", kind.sign, f"{kind.words}, {late.words}")
        for (s, _), kind in made.items()
    }


def _late() -> Kind:
    return Kind("late", "!", inline(gettext("Overdue")))


def _layer(cell: Cell, codings: Mapping[str, int], made: dict[int | None, Kind]) -> Kind:
    """Return what a compared round says of a layer: how many codings it has, or that it is in no figure."""
    count = codings.get(cell.id, 0) if cell.state is AssignmentState.SUBMITTED else None
    if count not in made:
        out = Kind("out", "–", gettext("left out"))
        made[count] = out if count is None else Kind("submitted", str(count), _codings(count))
    return made[count]


def _codings(count: int) -> str:
    return ngettext("{n} coding", "{n} codings", count)


def abbreviated(names: Sequence[str]) -> list[str]:
    """Return short forms, no two the same: initials of several words, the beginning of one, the end of one in wide letters.

    What tells Chinese and Japanese names apart stands at their end.
    """
    made: list[str] = []
    for name in names:
        parts = [_letters(part) for part in name.split()] or [[""]]
        wide = east_asian_width(parts[0][0][:1] or " ") in "WF"
        first = [part[0] for part in parts[:SHORT]] if len(parts) > 1 else parts[0][-2:] if wide else parts[0][:SHORT]
        short, number = "".join(first), 2
        while short in made:
            short, number = f"{''.join(first[: SHORT - len(str(number))])}{number}", number + 1
        made.append(short)
    return made


def _letters(text: str) -> list[str]:
    """Return what is read as one letter each: what combines stays with what it stands on."""
    letters: list[str] = []
    for character in text:
        combines = category(character) in _COMBINING or character == _JOINER
        if letters and (combines or letters[-1].endswith(_JOINER)):
            letters[-1] += character
        else:
            letters.append(character)
    return letters
