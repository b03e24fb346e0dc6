"""Matrices in words: as a table of a paper, and as the page shows them."""

import enum
from collections.abc import Sequence
from dataclasses import dataclass

from intercoder.interchange.papers import Table
from intercoder.interchange.sheets import Value
from intercoder.language import gettext, grouped, inline
from intercoder.models import Level, Succession
from intercoder.reports.numbers import percent
from intercoder.reports.theory.citing import kind_word
from intercoder.reports.theory.tables import PaperTable, basis_word
from intercoder.reports.words import word
from intercoder.services.matrices import Across, Cell, Column, Matrix, Nothing, Row, Together
from intercoder.services.study_tallies import StudyPassages, Tally


class Counts(enum.StrEnum):
    """What the cells of a matrix count."""

    PASSAGES = "passages"
    DOCUMENTS = "documents"
    CASES = "cases"
    SHARE = "share"  #: of the passages of the row


#: bands of the heat
BANDS = 5


def value_of(cell: Cell, row: Row, counts: Counts) -> int | float | None:
    """Return the number of a cell; None where it is empty."""
    if cell.nothing is not None:
        return None
    return amount(cell.tally, counts, row.total)


def amount(tally: Tally, counts: Counts, whole: Tally) -> int | float:
    """Return what is counted of a tally; a share is of the passages of ``whole``, 0 to 1."""
    match counts:
        case Counts.PASSAGES:
            return tally.passages
        case Counts.DOCUMENTS:
            return tally.documents
        case Counts.CASES:
            return tally.cases
        case Counts.SHARE:
            return tally.passages / whole.passages if whole.passages else 0.0


def said(value: float, counts: Counts) -> str:
    """Return a number of a cell as it is read."""
    return percent(value, 0) if counts is Counts.SHARE else grouped(value)


def nothing_said(nothing: Nothing) -> str:
    """Return why a cell is empty, in words."""
    match nothing:
        case Nothing.NOT_CODED:
            return inline(gettext("Not coded yet"))
        case Nothing.CLAIMED:
            return gettext("claimed, no evidence here")
        case Nothing.NONE:
            return "–"
        case Nothing.SELF:
            return ""


def column_name(column: Column) -> str:
    """Return what a column is called."""
    return kind_word(column.kind) if column.kind else column.name


@dataclass(frozen=True)
class Heat:
    """Which band of the heat a number lies in: 1 to ``BANDS``, by fifths of the cells that hold something."""

    bounds: Sequence[float]

    def band(self, value: float) -> int:
        """Return the band of a number."""
        return 1 + sum(value > bound for bound in self.bounds)


def heat(matrix: Matrix, counts: Counts) -> Heat:
    """Return the bands of a matrix."""
    held = sorted(
        value
        for row in matrix.rows
        for column in matrix.columns
        if (value := value_of(matrix.cells[row.code.id, column.id], row, counts)) is not None
    )
    return Heat([held[len(held) * fifth // BANDS] for fifth in range(1, BANDS)] if held else [])


def legend(found: Heat, counts: Counts) -> list[tuple[int, str]]:
    """Return the bands that there are with the numbers that they stand for."""
    made = []
    low: float | None = None
    for bound in [*found.bounds, None]:
        if low is not None and bound is not None and bound <= low:
            continue
        band = found.band(bound) if bound is not None else found.band(found.bounds[-1] + 1) if found.bounds else 1
        if bound is None:
            made.append((band, gettext("above {bound}", bound=said(low, counts)) if low is not None else ""))
        else:
            made.append((band, gettext("up to {bound}", bound=said(bound, counts))))
        low = bound
    return made if found.bounds else []


def title(matrix: Matrix) -> str:
    """Return what a matrix is called."""
    level = word("level", matrix.level)
    match matrix.across:
        case Across.CASE:
            return gettext("{level} by case", level=level)
        case Across.SOURCE:
            return gettext("{level} by source type", level=level)
        case Across.CODE:
            return _title_of_codes(level, matrix.together)


def _title_of_codes(level: str, together: Together) -> str:
    near = grouped(together.near or 0)
    if together.near is None:
        return gettext("{level} by {level}: at the same words", level=level)
    match together.sequence:
        case Succession.BEFORE:
            return gettext("{level} by {level}: followed within {n} characters", level=level, n=near)
        case Succession.AFTER:
            return gettext("{level} by {level}: at most {n} characters after", level=level, n=near)
        case None:
            return gettext("{level} by {level}: at most {n} characters apart", level=level, n=near)


def code_cells(together: Together) -> str:
    """Return what the cells of codes by one another hold, in a sentence."""
    if together.near is None:
        return gettext("A cell holds the passages of its row that overlap one of its column.")
    match together.sequence:
        case Succession.BEFORE:
            return gettext("A cell holds the passages of its row after which one of its column comes.")
        case Succession.AFTER:
            return gettext("A cell holds the passages of its row before which one of its column comes.")
        case None:
            return gettext("A cell holds the passages of its row that are near one of its column.")


def matrix_table(study: StudyPassages, matrix: Matrix, counts: Counts = Counts.PASSAGES) -> PaperTable:
    """Return a matrix as a table of a paper, with what each row holds in all."""
    headings = [word("level", matrix.level), *(column_name(column) for column in matrix.columns)]
    headings += [gettext("Passages"), gettext("Documents"), gettext("Cases")]
    by_source = matrix.across is Across.SOURCE
    if by_source:
        headings.append(gettext("Primary / secondary"))
    cells: list[list[str]] = []
    values: list[list[Value]] = []
    for row in matrix.rows:
        shown: list[str] = [f"{'  ' * row.depth}{row.code.name}"]
        plain: list[Value] = [row.code.name]
        for column in matrix.columns:
            cell = matrix.cells[row.code.id, column.id]
            value = value_of(cell, row, counts)
            shown.append(nothing_said(cell.nothing) if cell.nothing else said(value or 0, counts))
            told = nothing_said(cell.nothing) if cell.nothing in {Nothing.CLAIMED, Nothing.NOT_CODED} else 0
            plain.append(None if cell.nothing is Nothing.SELF else told if value is None else value)
        total = row.total
        shown += [grouped(total.passages), grouped(total.documents), grouped(total.cases)]
        plain += [total.passages, total.documents, total.cases]
        if by_source:
            shown.append(f"{grouped(total.primary)} / {grouped(total.secondary)}")
            plain.append(f"{total.primary} / {total.secondary}")
        cells.append(shown)
        values.append(plain)
    notes = [gettext("Passages in {basis}. A passage of two codes counts for each of them.", basis=basis_word(study))]
    if matrix.across is Across.CASE and matrix.level is Level.CONSTRUCT:
        notes.append(gettext("A construct is claimed of every case: where none of its passages is, the cell says so."))
    if matrix.across is Across.CODE:
        notes.append(code_cells(matrix.together))
    right = frozenset(range(1, len(headings)))
    opens = {(n, 0): row.code.id for n, row in enumerate(matrix.rows)}
    name = f"{matrix.level}-by-{matrix.across}"
    return PaperTable(name, Table(title(matrix), headings, cells, right, headings, values, notes), opens)
