"""Tables of counts (units x categories) and cross tables of two coders: how they are told from ratings, and read."""

import functools
from collections import Counter
from itertools import combinations, permutations
from statistics import pvariance

from intercoder.errors import InvalidInput
from intercoder.interchange.columns import why_not
from intercoder.interchange.edges import beyond_chance
from intercoder.interchange.headings import CODERS, SUMS, Role, beside_coders, heading_key
from intercoder.interchange.reading import LeftOut, Shape, TableReading, Why, Wishes
from intercoder.interchange.spellings import as_number, key
from intercoder.interchange.tables import Table

#: So many rows with one and the same sum are no accident.
_ROWS = 5


def shape_of_counts(table: Table) -> Shape | None:
    """Return whether a table of whole numbers holds counts, None when it does not.

    Raises
    ------
    InvalidInput : ``maybe_counts``, ``maybe_crosstab``, when it may hold counts or ratings; ``maybe_shares``, ``maybe_marks``.
    """
    cross = _square(table)
    if cross is not None:
        total = sum(map(sum, cross[1]))
        if sum(cross[1][i][i] for i in range(len(cross[0]))) * 2 >= total >= 10:
            return Shape.CROSSTAB
        raise InvalidInput(
            "maybe_crosstab",
            "{file}: its rows and columns have the same names ({names}), so it may be a cross table of two coders, or a table "
            "of ratings. Say --crosstab for the first, --format wide for the second.",
            file=table.name,
            names=", ".join(cross[0][:6]),
        )
    places = _categories(table, Wishes())
    if len(places) > 1:
        _check_shares(table, places)
    numbers = [_counts(row, places) for row in table.rows if any(row[i] for i in places)]
    if len(places) < 2 or any(row is None for row in numbers) or len({tuple(row or ()) for row in numbers}) < 2:
        return None
    rows = [row for row in numbers if row]
    most = max(map(sum, rows))
    full = sum(sum(row) == most for row in rows)
    alone = sum(max(row) == most for row in rows)
    marks = max(map(max, rows)) == 1 and len(rows) > 3 and not any(CODERS.fullmatch(table.columns[i]) for i in places)
    one_each = full == len(rows) and most == 1 and len(places) > 2
    if marks and (one_each or (len(places) > 5 and beyond_chance(rows) < 0)):
        raise InvalidInput(
            "maybe_marks",
            "{file}: its rows have a 1 here and there, as where columns are codes and one coder marked them; columns that are coders "
            "would agree. Agreement needs what each coder gave: how many coders chose each category (--counts), or a column for "
            "each coder. If each column is a coder, say --format wide.",
            file=table.name,
        )
    if most < 2:
        return None
    even, zeros = full == len(rows), any(0 in row for row in rows)
    common, often = Counter(map(sum, rows)).most_common(1)[0]
    named = any(CODERS.fullmatch(table.columns[i]) for i in places)
    if even and zeros and alone and len(rows) >= _ROWS and not named:
        return Shape.COUNTS
    blanks = any(not row[i] for row in table.rows for i in places if any(row[j] for j in places))
    some = not named and len(rows) >= 4 and zeros and max(map(max, rows)) >= 2
    shared = some and (_shared(rows) < 0.25 if blanks else beyond_chance(rows) < 0.2 + 1 / len(rows))
    if (even and len(rows) >= 3 and (zeros or len(rows) >= _ROWS)) or shared:
        raise InvalidInput(
            "maybe_counts",
            "{file}: {full} of its {rows} rows add up to {sum}, so they may say how many of {sum} coders chose each category. "
            "Say --counts if they do; if each column is a coder, --format wide.",
            file=table.name,
            full=often,
            rows=len(rows),
            sum=common,
        )
    return None


def read_counts(table: Table, wishes: Wishes) -> tuple[list[list[str | None]], list[str], TableReading]:
    """Return coders x units from counts, the names of the units, and how the table was read.

    The coders of a unit are whoever gave it: nobody knows which of them is which, so only what does not ask who is who
    may be computed.

    Raises
    ------
    InvalidInput : ``not_counts``, ``missing_column``, ``no_coders``.
    """
    places = _categories(table, wishes)
    unit = _unit(table, wishes, places)
    units: list[str] = []
    rows: list[list[str]] = []
    for line, row in table:
        counts = _counts(row, places)
        if counts is None:
            wrong = next(i for i in places if _count(row[i]) is None)
            raise InvalidInput(
                "not_counts",
                "{file}, line {line}, column {column}: “{text}” is no number of coders, a whole number from 0 on. If this "
                "column is no category, name those that are: --counts --columns.",
                file=table.name,
                line=line,
                column=table.columns[wrong],
                text=row[wrong][:60],
            )
        units.append(row[unit] if unit is not None else str(len(units) + 1))
        rows.append([table.columns[i] for i, n in zip(places, counts, strict=True) for _ in range(n)])
    most = max(map(len, rows), default=0)
    if most < 2:
        raise InvalidInput(
            "no_counts",
            "{file}: no unit was coded by two coders or more. Give each category a column that says how many coders chose it.",
            file=table.name,
        )
    cells = [[row[i] if i < len(row) else None for row in rows] for i in range(most)]
    left = [
        LeftOut(column, Why.NOT_CHOSEN if wishes.columns else Why.MARGIN if _margin(column) else why_not(column))
        for i, column in enumerate(table.columns)
        if i not in (*places, unit)
    ]
    reading = TableReading(
        Shape.COUNTS,
        coders=tuple(table.columns[i] for i in places),
        unit=None if unit is None else table.columns[unit],
        left_out=tuple(left),
        coders_counted=most,
        chosen=wishes.shape is Shape.COUNTS,
    )
    return cells, units, reading


def read_crosstab(table: Table, wishes: Wishes) -> tuple[list[list[str | None]], TableReading]:
    """Return two coders x units from a cross table: its rows are the first coder's categories, its columns the second's.

    Raises
    ------
    InvalidInput : ``no_crosstab``.
    """
    square = _square(table)
    if square is None:
        raise InvalidInput(
            "no_crosstab",
            "{file} is no cross table: its first column needs the same names as the first row, and every other cell a whole "
            "number from 0 on.",
            file=table.name,
        )
    names, counts = square
    pairs = [(names[i], names[j]) for i, row in enumerate(counts) for j, n in enumerate(row) for _ in range(n)]
    margins = [LeftOut(column, Why.MARGIN) for column in table.columns[1:] if _margin(column)]
    reading = TableReading(Shape.CROSSTAB, left_out=tuple(margins), chosen=wishes.shape is Shape.CROSSTAB)
    return [[first for first, _ in pairs], [second for _, second in pairs]], reading


def looks_like_triples(table: Table) -> bool:
    """Return whether three columns may be coder, unit and value in some order: pairs of two occur once, and none share values."""
    rows = len(table.rows)
    if len(table.columns) != 3 or rows < 4:
        return False
    columns = [set(table.column(i)) for i in range(3)]
    apart = not any(columns[i] & columns[j] for i, j in combinations(range(3), 2))
    for i, j in permutations(range(3), 2):
        once = len({(row[i], row[j]) for row in table.rows}) == rows
        if once and 1 < len(columns[i]) <= rows / 2 and 1 < len(columns[j]) < rows and (apart or not table.header):
            return True
    return False


def _square(table: Table) -> tuple[list[str], list[list[int]]] | None:
    """Return the categories and counts of a table whose rows are called like its columns, without its margins."""
    if len(table.rows) > 2 * len(table.columns) + 6:
        return None
    across = {key(column): i for i, column in enumerate(table.columns) if i and not _margin(column)}
    down = {key(row[0]): row for row in table.rows if not _margin(row[0])}
    if len(across) < 2 or len(down) < 2 or len(down) < sum(not _margin(row[0]) for row in table.rows):
        return None
    if across.keys() != down.keys() and not _nearly(set(across), set(down)):
        return None
    every = [*down, *(name for name in across if name not in down)]
    counts = [_counts(row, [*across.values()]) for row in down.values()]
    if any(row is None for row in counts):
        return None
    cells = {(a, b): int(as_number(row[i]) or 0) for a, row in down.items() for b, i in across.items()}
    shown = {**{name: table.columns[i] for name, i in across.items()}, **{name: row[0] for name, row in down.items()}}
    return [shown[name] for name in every], [[cells.get((a, b), 0) for b in every] for a in every]


def _nearly(across: set[str], down: set[str]) -> bool:
    """Return whether one coder used all categories of the other and a few more: words, since units and coders have numbers."""
    few = len(across ^ down) <= max(1, len(across | down) // 3)
    return few and len(across & down) > 1 and not any(as_number(name) is not None for name in across | down)


def _check_shares(table: Table, places: list[int]) -> None:
    """Refuse rows that add up to 1 or 100: shares say nothing of how many coders there were."""
    rows = [
        [as_number(row[i].rstrip("%％")) or 0.0 for i in places] for row in table.rows if any(row[i] for i in places)
    ]
    whole = all(number.is_integer() for row in rows for number in row)
    for total, near in ((1, 0.021), (100, 1.1)):
        if len(rows) > 2 and all(abs(sum(row) - total) < near for row in rows) and (total == 100 or not whole):
            raise InvalidInput(
                "maybe_shares",
                "{file}: every row adds up to {total}, so its numbers seem to be shares of coders, which do not say how many there "
                "were. Give how many coders chose each category (--counts); if each column is a coder, say --format wide.",
                file=table.name,
                total=total,
            )


def _shared(rows: list[list[int]]) -> float:
    """Return the variance of the sums of the rows over the sum of the columns' variances.

    It is 1 for columns that know nothing of one another, more for coders who agree, and small for categories that share
    the coders of a unit among them.
    """
    apart = sum(pvariance(column) for column in zip(*rows, strict=True))
    return pvariance([sum(row) for row in rows]) / apart if apart else 1.0


def _margin(name: str) -> bool:
    return heading_key(name) in SUMS


def _categories(table: Table, wishes: Wishes) -> list[int]:
    """Return the columns that may be categories: those that no heading speaks against, with others if these complete sums."""
    if wishes.columns:
        return [table.called(name) for name in wishes.columns]
    unit = table.called(wishes.unit_column) if wishes.unit_column else None
    names = len(table.rows) > 2 and len(set(table.column(0))) == len(table.rows) and _count(table.rows[0][0]) is None
    places = [i for i, column in enumerate(table.columns) if column and i != unit and not (i == 0 and names)]
    places = [i for i in places if not _margin(table.columns[i])]
    usual = (None, Role.VALUE, Role.MARGIN) if wishes.shape is Shape.COUNTS else (None, Role.VALUE)
    plain = [i for i in places if beside_coders(table.columns[i]) in usual]
    counts = [i for i in places if i in plain or (i and all(_count(text) is not None for text in table.column(i)))]
    completed = len(plain) < 2 or (_even(table, counts) and not _even(table, plain))
    return counts if completed else plain


def _even(table: Table, places: list[int]) -> bool:
    sums = {None if (counts := _counts(row, places)) is None else sum(counts) for row in table.rows}
    return len(sums) == 1 and None not in sums


def _unit(table: Table, wishes: Wishes, places: list[int]) -> int | None:
    if wishes.unit_column:
        return table.called(wishes.unit_column)
    for i, column in enumerate(table.columns):
        if (
            i not in places
            and beside_coders(column) in (Role.UNIT, Role.SERIAL, None)
            and len(set(table.column(i))) == len(table.rows)
        ):
            return i
    return None


def _counts(row: tuple[str, ...], places: list[int]) -> list[int] | None:
    counts = [_count(row[i]) for i in places]
    return None if any(n is None for n in counts) else [n for n in counts if n is not None]


@functools.lru_cache(1024)
def _count(text: str) -> int | None:
    if not text:
        return 0
    number = as_number(text)
    return int(number) if number is not None and number >= 0 and number.is_integer() and number < 1e6 else None
