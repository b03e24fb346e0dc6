"""Where a result becomes words, tables and figures: once, for pages, terminal, files and API.

The middle form is a ``Report``: facts, grids and notes in the language spoken now, and the figures behind them. A page
adds colour, bars and links to a grid, the terminal prints it, a file writes it; none of them words anything anew.
"""

import enum
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from platform import python_version
from typing import TYPE_CHECKING, Protocol, TypeAlias

from intercoder.stats.tree import Level

if TYPE_CHECKING:  # what only words a result needs no numpy
    from pydantic import JsonValue

    from intercoder.models import SamplingUnit
    from intercoder.stats.agreement.coefficients import Weights
    from intercoder.stats.agreement.distances import Measurement
    from intercoder.stats.intervals import Method

Json: TypeAlias = "Mapping[str, JsonValue]"


class Ends(Protocol):
    """An interval."""

    @property
    def low(self) -> float:
        """Where it begins."""

    @property
    def high(self) -> float:
        """Where it ends."""


class Measured(Protocol):
    """A number with what a reader needs beside it: an ``Estimate``, the headline of a report, a ``Plain``."""

    @property
    def value(self) -> float | None:
        """The number, or None."""

    @property
    def reason(self) -> str | None:
        """Why there is no number, a key of ``REASONS``."""

    @property
    def interval(self) -> Ends | None:
        """The interval, or None."""

    @property
    def interval_reason(self) -> str | None:
        """Why there is no interval; None too where none is ever given."""


@dataclass(frozen=True, slots=True)
class Limits:
    """An interval and how it was made; ``resamples`` and ``seed`` where it was by resampling."""

    low: float
    high: float
    method: str
    resamples: int | None = None
    seed: int | None = None

    def to_json(self) -> Json:
        """Return a plain dictionary of what there is."""
        every: Json = {
            "low": self.low,
            "high": self.high,
            "method": self.method,
            "resamples": self.resamples,
            "seed": self.seed,
        }
        return {name: value for name, value in every.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Plain:
    """A number that is no estimate of agreement."""

    value: float | None
    reason: str | None = None
    interval: Limits | None = None
    interval_reason: str | None = None
    se: float | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """One number and what it is of: the row of a csv, an entry of the json.

    ``scope`` is ``overall``, ``code``, ``pair``, …; ``name`` which of them, empty when there is one;
    ``coefficient`` a stable name. ``entry`` is all that the json says of it besides.
    """

    scope: str
    name: str
    coefficient: str
    number: Measured
    entry: Json

    def to_json(self) -> Json:
        """Return a plain dictionary."""
        return {"scope": self.scope, "name": self.name, "coefficient": self.coefficient, **self.entry}


@dataclass(frozen=True, slots=True)
class Facts:
    """Label and text, one below the other."""

    title: str
    pairs: Sequence[tuple[str, str]]


class ColumnKind(enum.StrEnum):
    """What the cells of a column hold."""

    TEXT = "text"
    NUMBER = "number"  #: stands to the right
    INTERVAL = "interval"  #: of the number of its row; a page draws it too


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a grid."""

    heading: str
    kind: ColumnKind = ColumnKind.TEXT


@dataclass(frozen=True, slots=True)
class Cell:
    """A text of a grid, and the number that it prints, which a page colours and links."""

    text: str
    number: Measured | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """What a grid says of one thing. ``key`` identifies it; ``remark`` is a sentence to it, empty when there is none."""

    cells: Sequence[Cell]
    key: tuple[str, ...] = ()
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Grid:
    """A table for people; equal remarks are printed once."""

    title: str
    columns: Sequence[Column]
    rows: Sequence[Row]

    def beside(self, row: Row) -> Iterable[tuple[ColumnKind, Cell]]:
        """Return the cells of a row after its first, which names it, each with the kind of its column."""
        return zip([column.kind for column in self.columns[1:]], row.cells[1:], strict=True)


@dataclass(frozen=True, slots=True)
class Note:
    """A sentence to read beside the numbers, with its code."""

    code: str
    sentence: str


@dataclass(frozen=True, slots=True)
class ReadingNote:
    """A sentence about how a file was read, with its code, and the plain values that it names."""

    code: str
    sentence: str
    values: Json = field(default_factory=dict)

    def to_json(self) -> Json:
        """Return a plain dictionary."""
        return {"code": self.code, "sentence": self.sentence, **self.values}


@dataclass(frozen=True, slots=True)
class Report:
    """Everything about one file.

    ``title`` says what the file was taken for; ``reading`` how it was read; ``more`` is what only the json holds.
    """

    command: str
    title: str
    provenance: "dict[str, JsonValue]"
    data: Json
    figures: Sequence[Figure]
    notes: Sequence[Note]
    sections: Sequence[Facts | Grid]
    more: Json = field(default_factory=dict)
    reading: Sequence[ReadingNote] = ()

    def to_json(self) -> Json:
        """Return one plain dictionary: finite numbers, texts, lists, None."""
        return {
            "command": self.command,
            "provenance": dict(self.provenance),
            "data": dict(self.data),
            "reading": [dict(note.to_json()) for note in self.reading],
            "notes": [{"code": note.code, "sentence": note.sentence} for note in self.notes],
            "estimates": [dict(figure.to_json()) for figure in self.figures],
            **self.more,
        }


def grid(
    title: str,
    columns: Sequence[str | Column],
    rows: Sequence[Sequence[str | Cell]],
    remarks: Sequence[str] = (),
) -> Grid:
    """Return a grid of texts; a remark for each row, or none at all."""
    said = remarks or [""] * len(rows)
    return Grid(
        title,
        [Column(column) if isinstance(column, str) else column for column in columns],
        [
            Row([Cell(cell) if isinstance(cell, str) else cell for cell in cells], remark=remark)
            for cells, remark in zip(rows, said, strict=True)
        ],
    )


def right(heading: str) -> Column:
    """Return a column whose cells stand to the right."""
    return Column(heading, ColumnKind.NUMBER)


def software() -> "dict[str, JsonValue]":
    """Return what computed the numbers, with versions."""
    parts: dict[str, JsonValue] = {name: version(name) for name in ("intercoder", "krippendorff", "numpy", "scipy")}
    return {**parts, "python": python_version()}


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for about agreement.

    ``level``: the metric; ``lift``: the level of the code tree at which codes are compared, None for the
    codes as they are; ``weights``: of the kappas; ``by``: the tables that were asked for.
    """

    level: "Measurement"
    lift: Level | None
    multi: bool
    weights: "Weights | None"
    resamples: int
    seed: int
    method: "Method"
    by: tuple[str, ...]
    unit: str
    threshold: float


@dataclass(frozen=True, slots=True)
class Counting:
    """What was asked for about saturation: levels, strata, and the parameters of the rules."""

    levels: tuple[Level, ...]
    by: tuple[str, ...]
    reserved: tuple[str, ...]
    base: int
    run: int
    threshold: float
    initial: int
    stop: int
    orders: int
    resamples: int
    seed: int
    coverage: float | None
    #: what arrives: documents, or their cases
    unit: "SamplingUnit"
    #: after which of them something was declared; empty: nowhere
    declared: str
