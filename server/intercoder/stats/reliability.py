"""Reliability data: who gave which value to which unit, with the missing ones."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from intercoder.errors import WrongArgument
from intercoder.stats.arrays import Ints, Picked, SmallInts
from intercoder.stats.results import Estimate, Parameter

MISSING = -1


def _order(value: Hashable) -> tuple[str, str | float]:
    """Return a sort key that any mixture of values has, independent of who used them first."""
    if isinstance(value, frozenset):
        return ("frozenset", repr(sorted(value, key=repr)))
    if isinstance(value, (int, float)):
        return ("", float(value))
    return (type(value).__name__, repr(value))


@dataclass(frozen=True)
class Ratings:
    """Coders x units; every cell is one of ``values`` or missing.

    ``index[i, u]`` is the position in ``values`` of what coder i gave unit u, or -1 for nothing: not
    assigned, not finished or skipped. "Finished and no code" is a value (the empty set), never missing.
    ``values`` are the declared categories in their order, or the used ones, sorted. ``documents[u]``
    numbers the document of unit u, in the order of the study; None when units stand alone.
    """

    coders: tuple[str, ...]
    values: tuple[Hashable, ...]
    index: SmallInts
    documents: Ints | None = None

    @classmethod
    def from_rows(
        cls,
        rows: Sequence[Sequence[Hashable | None]],
        *,
        coders: Sequence[str] | None = None,
        categories: Iterable[Hashable] | None = None,
        documents: Sequence[Hashable] | None = None,
    ) -> "Ratings":
        """Return the data of a coders x units table in which None is missing, and so is the number NaN.

        Parameters
        ----------
        rows
            one row per coder, all of the same length; any hashable values.
        coders
            their names; "0", "1", ... when not given.
        categories
            the declared values in their order (the codebook's list); needed for an ordinal
            scale of labels. Values outside the list are an error.
        documents
            the document of each unit.

        Raises
        ------
        WrongArgument : rows of different lengths, a value that is not declared, wrong numbers of names.

        Notes
        -----
        O(coders x units + values log values).
        """
        names = tuple(coders) if coders is not None else tuple(str(i) for i in range(len(rows)))
        if len(names) != len(rows) or len(set(names)) != len(names):
            raise WrongArgument("bad_coders", "Every coder needs one row and a name of their own.")
        width = len(rows[0]) if rows else len(documents or ())
        if any(len(row) != width for row in rows):
            raise WrongArgument("ragged_rows", "Every coder needs one cell per unit.")
        rows = [[None if cell != cell else cell for cell in row] for row in rows]  # noqa: PLR0124 - only NaN is not itself
        used = {value for row in rows for value in row if value is not None}
        if categories is None:
            values = tuple(sorted(used, key=_order))
        else:
            values = tuple(dict.fromkeys(categories))
            if not used <= set(values):
                raise WrongArgument(
                    "undeclared_value",
                    "Not among the declared categories: {values}.",
                    values=", ".join(sorted(map(str, used - set(values)))),
                )
        place: dict[Hashable, int] = {value: i for i, value in enumerate(values)}
        flat = [MISSING if value is None else place[value] for row in rows for value in row]
        numbered: Ints | None = None
        if documents is not None:
            if len(documents) != width:
                raise WrongArgument("bad_documents", "Every unit needs a document.")
            number = {name: i for i, name in enumerate(dict.fromkeys(documents))}
            numbered = np.array([number[name] for name in documents], dtype=np.int64)
        index = np.array(flat, dtype=np.int32).reshape(len(names), width)
        return cls(names, values, index, numbered)

    @classmethod
    def from_sets(
        cls,
        rows: Sequence[Sequence[Iterable[Hashable] | None]],
        *,
        coders: Sequence[str] | None = None,
        documents: Sequence[Hashable] | None = None,
    ) -> "Ratings":
        """Return data whose values are sets of codes; None is missing, the empty set is a value.

        Arguments and errors as in ``from_rows``. O(coders x units + codes in all cells).
        """
        sets = [[None if cell is None else frozenset(cell) for cell in row] for row in rows]
        return cls.from_rows(sets, coders=coders, documents=documents)

    def binary(self, code: Hashable) -> "Ratings":
        """Return the same data as 1 (the code is in the set) and 0; missing stays missing.

        O(coders x units + values).
        """
        has = [isinstance(value, frozenset) and code in value for value in self.values]
        table = np.array([*has, False], dtype=np.int32)
        index = np.where(self.index == MISSING, np.int32(MISSING), table[self.index])
        return Ratings(self.coders, (0, 1), index, self.documents)

    def lift(self, places: Mapping[str, str | None]) -> tuple["Ratings", int]:
        """Return the same data at a level of the code tree, and how much found no place there.

        ``places``: code -> its ancestor at the level or None (``CodeTree.lift``); a code that is not
        listed has none. A set keeps the places of its codes, so it may shrink, down to the empty set;
        a single value without a place becomes missing. The number counts values, and of sets the codes
        in them, as often as coders gave them. O(coders x units + codes in all different values).

        Examples
        --------
        >>> labels = Ratings.from_sets([["a", "b"], ["a", "c"]])
        >>> lifted, without = labels.lift({"a": "A", "b": "B", "c": "B"})
        >>> sorted(map(sorted, lifted.values)), without
        ([['A'], ['B']], 0)
        """
        lifted: list[Hashable | None] = []
        lost = []
        for value in self.values:
            if isinstance(value, frozenset):
                above = [places.get(str(code)) for code in value]
                lifted.append(frozenset(code for code in above if code is not None))
                lost.append(sum(code is None for code in above))
            else:
                lifted.append(places.get(str(value)))
                lost.append(int(lifted[-1] is None))
        values = tuple(sorted({value for value in lifted if value is not None}, key=_order))
        place = {value: i for i, value in enumerate(values)}
        table = np.array([*(MISSING if value is None else place[value] for value in lifted), MISSING], dtype=np.int32)
        times = np.bincount(self.index[self.index != MISSING], minlength=len(self.values))
        index = table[self.index]  # -1 is the last entry
        return Ratings(self.coders, values, index, self.documents), int(times @ np.array(lost, dtype=np.int64))

    def select(self, *, coders: Sequence[int] | None = None, units: Picked | None = None) -> "Ratings":
        """Return the data of some coders (positions) and units (positions or mask); values stay.

        O(coders kept x all units).
        """
        rows = list(range(len(self.coders))) if coders is None else list(coders)
        documents = self.documents
        if units is None:
            index = self.index[rows]
        else:
            index = self.index[np.ix_(np.array(rows, dtype=np.int64), units)]  # never whole rows for a few units
            documents = None if documents is None else documents[units]
        return Ratings(tuple(self.coders[i] for i in rows), self.values, index, documents)

    @cached_property
    def made(self) -> dict[tuple[str, int], object]:
        """What was made of these data before, for whoever makes it again: see ``patterns``."""
        return {}

    @property
    def units(self) -> int:
        """The number of units, also of those without any value."""
        return int(self.index.shape[1])

    @cached_property
    def per_unit(self) -> Ints:
        """How many coders gave each unit a value. O(coders x units), once."""
        return np.asarray((self.index != MISSING).sum(axis=0), dtype=np.int64)

    @cached_property
    def n_values(self) -> int:
        """The number of values, also in units with one value."""
        return int(self.per_unit.sum())

    @property
    def n_missing(self) -> int:
        """The number of empty cells."""
        return int(self.index.size) - self.n_values

    @cached_property
    def n_pairable(self) -> int:
        """The number of units with values of at least two coders."""
        return int((self.per_unit >= 2).sum())

    @property
    def largest_share(self) -> float | None:
        """The share of the most frequent value among all values, 0..1; None without values. O(coders x units)."""
        given = self.index[self.index != MISSING]
        return float(np.bincount(given).max() / len(given)) if len(given) else None

    @cached_property
    def counts(self) -> Ints:
        """Units x values: how many coders gave unit u the value v.

        O(units x (coders + values)): for few values only.
        """
        total = self.units * len(self.values)
        where = np.arange(self.units, dtype=np.int64) * len(self.values)
        cells = (self.index + where[None, :])[self.index != MISSING]
        return np.bincount(cells, minlength=total).reshape(self.units, len(self.values)).astype(np.int64)

    def estimate(self, method: str, result: float | str, **parameters: Parameter) -> Estimate:
        """Return an estimate on these data: a number is the value, a text is the reason for none."""
        return Estimate(
            value=None if isinstance(result, str) else float(result),
            reason=result if isinstance(result, str) else None,
            n_units=self.units,
            n_pairable=self.n_pairable,
            n_values=self.n_values,
            n_missing=self.n_missing,
            coders=len(self.coders),
            method=method,
            parameters=parameters,
        )
