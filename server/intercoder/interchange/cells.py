"""From the cells of a table to values: what is missing, which spellings are one, what is a number."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from intercoder.errors import InvalidInput
from intercoder.interchange.missing import Missing
from intercoder.interchange.reading import Names, Spelling, TableReading
from intercoder.interchange.spellings import as_number, commas, key, lists, one_spelling
from intercoder.interchange.tables import Table, shorten

#: What one coder gave one unit: a category, a number, or a set of codes.
Cell: TypeAlias = str | float | frozenset[str]

_SEPARATORS = str.maketrans("；", ";")


@dataclass(frozen=True, slots=True)
class Reading:
    """How cells become values.

    ``multi``: a cell holds any number of codes with ``;`` between them, hence a set; ``numeric``: values
    are numbers; ``declared``: the only values there may be (None: any), and ``numbers``: which number a
    declared value stands for; ``missing``: the spellings that are missing besides the empty cell (None: those
    that programs write).
    """

    multi: bool = False
    numeric: bool = False
    declared: frozenset[str] | None = None
    numbers: Mapping[str, float] = field(default_factory=dict)
    missing: tuple[str, ...] | None = None


class Cells:
    """The cells of some columns of one table."""

    def __init__(self, table: Table, reading: Reading, columns: Sequence[int]) -> None:
        self.table, self.reading = table, reading
        declared = reading.declared or frozenset()
        self.missing = Missing.of(reading.missing, declared)
        self._known: dict[str, Cell | None] = {}
        parts = {text: self._parts(text) for text in {row[i] for row in table.rows for i in columns}}
        given = [[part for row in table.rows for part in parts[row[i]]] for i in columns]
        self.comma, self.commas = commas(text for texts in given for text in texts)
        self.empty = sum(not row[i] for row in table.rows for i in columns)
        absent = {text for text in parts if text and self.missing(text)}
        self.absent = Counter(row[i] for row in table.rows for i in columns if row[i] in absent)
        self.values = Counter(text for texts in given for text in texts)
        self.missing.check(self.absent, self.values, table.name)
        self.spelled = one_spelling(given, declared=declared, comma=self.comma, numbers=not reading.numeric)
        self.declared = {key(code) for code in declared}

    def _parts(self, text: str) -> list[str]:
        if not text or self.missing(text):
            return []
        if self.reading.multi:
            return [code for part in text.translate(_SEPARATORS).split(";") if (code := part.strip())]
        return [text]

    def read(self, text: str, line: int, column: str) -> Cell | None:
        """Return what a cell says: None for missing; with several codes, their set."""
        if text not in self._known:
            self._known[text] = self._read(text, line, column)
        return self._known[text]

    def _read(self, text: str, line: int, column: str) -> Cell | None:
        if text and self.missing(text):
            return None
        codes = [self.spelled(part) for part in self._parts(text)]
        for code in sorted(codes):
            self._check(code, line, column)
        if self.reading.multi:
            return frozenset(codes)
        if not codes:
            return None
        (code,) = codes
        if code in self.reading.numbers:
            return self.reading.numbers[code]
        return self._number(text, line, column) if self.reading.numeric else code

    def told(self, reading: TableReading, *names: Names) -> TableReading:
        """Return a reading with what these cells add to it."""
        empty = () if not self.empty or self.reading.multi else (Spelling("", self.empty),)
        return replace(
            reading,
            missing=(*empty, *(Spelling(text, times) for text, times in self.absent.most_common())),
            doubtful=self.missing.doubtful(self.values),
            names=(self.spelled.names, *names),
            comma=self.comma,
            lists=lists(self.values),
            commas=self.commas,
        )

    def _number(self, text: str, line: int, column: str) -> float:
        parsed = as_number(text, self.comma)
        if parsed is not None:
            return parsed
        raise InvalidInput(
            "not_a_number",
            "{file}, line {line}, column {column}: “{text}” is not a number. Write numbers with a decimal point, "
            "without a unit.",
            file=self.table.name,
            line=line,
            column=column,
            text=text[:60],
        )

    def _check(self, code: str, line: int, column: str) -> None:
        if self.reading.declared is not None and key(code) not in self.declared:
            raise InvalidInput(
                "not_declared",
                "{file}, line {line}, column {column}: “{value}” is not among the declared codes ({declared}). Correct "
                "it, or add it to the file of --codes.",
                file=self.table.name,
                line=line,
                column=column,
                value=code[:60],
                declared=shorten(sorted(self.reading.declared)),
            )


def with_separator(matrix: Sequence[Sequence[Cell | None]]) -> int:
    """Return how many values hold a ``;`` although they were not read as sets."""
    return sum(isinstance(cell, str) and (";" in cell or "；" in cell) for row in matrix for cell in row)
