"""From a file of ratings to coders x units: levels of the code tree, the order of a scale, numbers."""

from collections.abc import Hashable
from dataclasses import dataclass, replace
from typing import Any

from intercoder.errors import InvalidInput
from intercoder.interchange.cells import Cell, Reading
from intercoder.interchange.codes import CodeList
from intercoder.interchange.ratings import RatingTable, read_shaped
from intercoder.interchange.reading import Wishes
from intercoder.interchange.shapes import Shaped
from intercoder.interchange.spellings import as_number
from intercoder.interchange.tables import shorten
from intercoder.language import gettext
from intercoder.reports import Asked, Note
from intercoder.reports.saturation import without_ancestor
from intercoder.stats.reliability import Ratings
from intercoder.stats.tree import CodeTree, Level


@dataclass(frozen=True)
class Matrix:
    """Ratings ready to be compared; ``document_names[d]`` is what document d of ``ratings`` is called."""

    ratings: Ratings
    document_names: tuple[str, ...]
    codes: tuple[str, ...]
    tree: CodeTree[str] | None
    notes: tuple[Note, ...]


def ratings_of(shaped: Shaped, asked: Asked, codes: CodeList | None, wishes: Wishes) -> RatingTable:
    """Return the ratings of a table, their cells read as the level needs them."""
    reading = Reading(multi=asked.multi, declared=frozenset(codes.codes) if codes else None, missing=wishes.missing)
    if asked.level in ("interval", "ratio"):
        reading = replace(reading, numeric=True, numbers=codes.numbers if codes else {})
    return read_shaped(shaped, reading, wishes)


def matrix(given: RatingTable, asked: Asked, codes: CodeList | None, name: str) -> Matrix:
    """Return coders x units at the level that was asked for.

    Raises
    ------
    InvalidInput : ``unordered_scale`` (an ordinal scale of words whose order nobody gave),
        ``no_code_at_level``.
    """
    notes: list[Note] = []
    if given.with_separator and not asked.multi:
        notes.append(
            Note(
                "separator_in_values",
                gettext(
                    "{n} values hold a “;”. If they are several codes of one unit, add --multi; now each is one "
                    "category.",
                    n=given.with_separator,
                ),
            )
        )
    cells: tuple[tuple[Cell | None, ...], ...] = given.cells
    tree = codes.tree if codes and (codes.parents or codes.levels) else None
    if asked.lift is not None:
        assert codes is not None
        cells, lost = _lifted(cells, asked.lift, codes)
        if lost:
            notes.append(without_ancestor(lost))
    documents = given.documents
    if asked.multi:
        ratings = Ratings.from_sets(cells, coders=given.coders, documents=documents)  # type: ignore[arg-type]
        used = sorted(frozenset[str]().union(*(v for v in ratings.values if isinstance(v, frozenset))))
        declared = _declared(codes, asked, used)
        names = tuple(declared) if declared else tuple(used)
    else:
        cells, categories = _scale(cells, asked, codes, given, name)
        ratings = Ratings.from_rows(cells, coders=given.coders, categories=categories, documents=documents)
        names = tuple(plain(value) for value in ratings.values)
    return Matrix(ratings, tuple(dict.fromkeys(documents or ())), names, tree, tuple(notes))


def plain(value: Hashable) -> str:
    """Return a category as it is printed: whole numbers without decimals, sets with their codes sorted."""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    return "; ".join(sorted(value)) if isinstance(value, frozenset) else str(value)


def _lifted(
    cells: tuple[tuple[Cell | None, ...], ...], level: Level, codes: CodeList
) -> tuple[tuple[tuple[Cell | None, ...], ...], int]:
    """Return the cells with every code replaced by its ancestor at the level, and how many used codes have none."""
    place = codes.places(level)
    lost: set[str] = set()

    def up(cell: Cell | None) -> Cell | None:
        if cell is None or isinstance(cell, float):
            return cell
        given = cell if isinstance(cell, frozenset) else (cell,)
        lost.update(code for code in given if place.get(code) is None)
        if isinstance(cell, frozenset):
            return frozenset(above for code in cell if (above := place.get(code)) is not None)
        return place.get(cell)

    return tuple(tuple(up(cell) for cell in row) for row in cells), len(lost)


def _declared(codes: CodeList | None, asked: Asked, used: list[str]) -> list[str] | None:
    """Return the codes that could have been used: those at the levels at which codes were used, in their order."""
    if codes is None:
        return None
    levels = {asked.lift} if asked.lift else {codes.levels[code] for code in used if code in codes.levels}
    if not codes.levels or not levels:
        return list(codes.codes)
    return [code for code in codes.codes if codes.levels.get(code) in levels or code in used]


def _scale(
    cells: tuple[tuple[Cell | None, ...], ...], asked: Asked, codes: CodeList | None, given: RatingTable, name: str
) -> tuple[tuple[tuple[Cell | None, ...], ...], list[Any] | None]:
    """Return the cells and the categories in the order of the scale; None when the order does not matter."""
    used = {cell for row in cells for cell in row if cell is not None}
    if asked.level in ("interval", "ratio"):
        declared = sorted(set(codes.numbers.values())) if codes and codes.numbers else None
        return cells, declared if declared and used <= set(declared) else None
    words = sorted(str(cell) for cell in used)
    if codes is not None:
        return cells, _declared(codes, asked, words)
    if asked.level != "ordinal" and asked.weights is None:
        return cells, None
    numbers = {word: parsed for word in words if (parsed := as_number(word, given.reading.comma)) is not None}
    if len(numbers) < len(words):
        raise InvalidInput(
            "unordered_scale",
            "{file}: its values ({values}) are words, and nobody has said in which order they stand. Give them in their "
            "order, one per line, lowest first, in a file: --codes FILE.",
            file=name,
            values=shorten(words),
        )
    return tuple(tuple(None if cell is None else numbers[str(cell)] for cell in row) for row in cells), None
