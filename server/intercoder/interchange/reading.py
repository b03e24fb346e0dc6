"""How a table was read: what each column was taken for, what was left out and why, what counts as missing.

Everything here is what a reader says of its reading; ``reports.files.reading`` puts it into words.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from intercoder.interchange.headings import Role


class Shape(StrEnum):
    """What the rows and columns of a table are."""

    LONG = "long"  #: one row for each decision, or for each document and code
    WIDE = "wide"  #: one column for each coder, or for each code
    SPANS = "spans"  #: one row for each coded passage
    COUNTS = "counts"  #: units x categories: how many coders gave each
    CROSSTAB = "crosstab"  #: categories x categories of two coders
    TURNED = "turned"  #: one row for each coder, one column for each unit


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a person said of a file. What is None or empty is found by looking.

    ``columns`` are the coders (or the codes, or the categories of counts); ``missing`` the spellings that are missing
    besides the empty cell, and no others; ``header`` whether the first row holds names.
    """

    shape: Shape | None = None
    columns: tuple[str, ...] = ()
    unit_column: str | None = None
    missing: tuple[str, ...] | None = None
    header: bool | None = None
    separator: str | None = None
    #: headings of columns that say something of the documents: no codes
    strata: tuple[str, ...] = ()


class Comma(StrEnum):
    """What a comma within a number is."""

    NONE = "none"
    DECIMAL = "decimal"
    THOUSANDS = "thousands"


class Why(StrEnum):
    """Why a column is not a coder's."""

    SERIAL = "serial"
    IDENTIFIER = "identifier"
    TEXT = "text"
    NOTE = "note"
    AGREED = "agreed"
    GROUP = "group"
    DATE = "date"
    PLACE = "place"
    DETAIL = "detail"
    MARGIN = "margin"
    NOT_CHOSEN = "not_chosen"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A column that was not used."""

    column: str
    why: Why


@dataclass(frozen=True, slots=True)
class Taken:
    """A column that was taken for something although it is called otherwise."""

    column: str
    role: Role


@dataclass(frozen=True, slots=True)
class Spelling:
    """What stands in cells, and in how many."""

    text: str
    times: int


@dataclass(frozen=True, slots=True)
class OneName:
    """Spellings that are one name; ``shown`` is the most frequent. ``role`` says what they name."""

    shown: str
    spellings: tuple[Spelling, ...]
    role: Role = Role.VALUE


@dataclass(frozen=True, slots=True)
class Names:
    """What became of the spellings of one kind of name.

    ``apart`` are numbers that are equal and were kept apart, because one column tells them apart (1.1 and 1.10); ``alike``
    names that are nearly the same (co-operation, co operation; 1, 1 (low)) and were kept apart as well.
    """

    one: tuple[OneName, ...] = ()
    apart: tuple[OneName, ...] = ()
    alike: tuple[OneName, ...] = ()


@dataclass(frozen=True, slots=True)
class TableReading:
    """How a table was read.

    ``unit``, ``document`` and ``value`` are the names of their columns, None where there is none; ``coders`` the columns of a wide
    table's coders, or the column that names them. ``missing`` counts the spellings taken for "no value", the empty cell
    among them; ``doubtful`` those that stayed values and may mean "no value". ``comma`` says what commas within
    numbers are and ``commas`` how many numbers have one, ``several`` cells that were cut into several codes, ``lists`` values that may be several and were not cut, ``counts`` cells above 1 that were read as present.
    ``strangers`` are coders who have no value in common with any other, ``apart`` those who agree with none
    beyond chance, where the others do; ``last_rows`` the names of rows of sums below the
    table that were left out; ``turned`` whether each row was a coder.
    """

    shape: Shape
    coders: tuple[str, ...] = ()
    unit: str | None = None
    document: str | None = None
    value: str | None = None
    left_out: tuple[LeftOut, ...] = ()
    taken: tuple[Taken, ...] = ()
    missing: tuple[Spelling, ...] = ()
    doubtful: tuple[Spelling, ...] = ()
    names: tuple[Names, ...] = field(default=())
    comma: Comma = Comma.NONE
    commas: int = 0
    several: int = 0
    lists: tuple[Spelling, ...] = ()
    counts: int = 0
    coders_counted: int = 0
    strangers: tuple[str, ...] = ()
    apart: tuple[str, ...] = ()
    chosen: bool = False
    last_rows: tuple[str, ...] = ()
    turned: bool = False

    @property
    def one_name(self) -> Sequence[OneName]:
        """All spellings that became one name."""
        return [one for names in self.names for one in names.one]

    @property
    def alike(self) -> Sequence[OneName]:
        """All names that are nearly the same."""
        return [one for names in self.names for one in names.alike]

    @property
    def kept_apart(self) -> Sequence[OneName]:
        """All equal numbers that were kept apart."""
        return [one for names in self.names for one in names.apart]
