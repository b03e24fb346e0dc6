"""The same coefficient on parts of the data: pairs, coders left out, documents, rounds, times; and matrices."""

from bisect import bisect_right
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import TypeVar

import numpy as np
from scipy import sparse

from intercoder.errors import WrongArgument
from intercoder.stats.arrays import Floats
from intercoder.stats.patterns import patterns
from intercoder.stats.reliability import MISSING, Ratings
from intercoder.stats.results import Estimate, Json, Plain, plain

Coefficient = Callable[[Ratings], Estimate]
Label = TypeVar("Label", bound=Hashable)


def per_pair(ratings: Ratings, coefficient: Coefficient) -> dict[tuple[str, str], Estimate]:
    """Return a coefficient for every pair of coders, in the order of the coders. O(pairs) times its cost."""
    return {
        (ratings.coders[i], ratings.coders[j]): coefficient(ratings.select(coders=(i, j)))
        for i, j in combinations(range(len(ratings.coders)), 2)
    }


def without_each_coder(ratings: Ratings, coefficient: Coefficient) -> dict[str, Estimate]:
    """Return the coefficient without each coder in turn: who is left out -> Estimate.

    A coder whose absence raises it most needs training most. With two coders nobody can be left out:
    an empty dictionary. O(coders) times its cost.
    """
    everyone = range(len(ratings.coders))
    if len(everyone) < 3:
        return {}
    return {
        ratings.coders[left]: coefficient(ratings.select(coders=[i for i in everyone if i != left]))
        for left in everyone
    }


def per_group(ratings: Ratings, labels: Sequence[Label | None], coefficient: Coefficient) -> dict[Label, Estimate]:
    """Return the coefficient of each group of units: documents, codebook versions, rounds, time windows.

    Parameters
    ----------
    ratings
        coders x units.
    labels
        one for each unit, the document, codebook version, round or window it belongs to; units
        labelled None are left out. Coders stay, so ``coders`` and ``n_missing`` of a group count all.
    coefficient
        a function of ratings, such as ``krippendorff_alpha``.

    Returns
    -------
    label -> Estimate, in the order in which the labels first occur.

    Raises
    ------
    WrongArgument : not one label per unit.

    Notes
    -----
    O(groups x coders x units), and the coefficient once for each group.

    Examples
    --------
    >>> from intercoder.stats.agreement.alpha import krippendorff_alpha
    >>> ratings = Ratings.from_rows([[1, 2, 1, 2], [1, 2, 2, 1]])
    >>> found = per_group(ratings, ["v1", "v1", "v2", "v2"], krippendorff_alpha)
    >>> {version: estimate.value for version, estimate in found.items()}
    {'v1': 1.0, 'v2': -0.5}
    """
    if len(labels) != ratings.units:
        raise WrongArgument("bad_labels", "Every unit needs a label, or none.")
    places: dict[Label, list[int]] = {}
    for unit, label in enumerate(labels):
        if label is not None:
            places.setdefault(label, []).append(unit)
    return {label: coefficient(ratings.select(units=np.array(units))) for label, units in places.items()}


def time_windows(times: Sequence[Sequence[float | None]], edges: Sequence[float]) -> list[int | None]:
    """Return the window of each unit, for ``per_group``: 0 before the first edge, 1 from it on, ...

    Parameters
    ----------
    times
        coders x units: when the value was given (any scale, such as seconds), None where missing. A
        unit belongs to the window in which the last of its values was given: it can be compared from
        then on. None for a unit without any.
    edges
        the times at which a new window begins, ascending.

    Raises
    ------
    WrongArgument : edges that do not ascend, or rows of different lengths.

    Notes
    -----
    O(coders x units + units log edges).
    """
    if any(b <= a for a, b in pairwise(edges)):
        raise WrongArgument("bad_windows", "The windows must begin one after the other.")
    if len({len(row) for row in times}) > 1:
        raise WrongArgument("ragged_rows", "Every coder needs one cell per unit.")
    window_of_unit: list[int | None] = []
    for column in zip(*times, strict=True):
        given = [time for time in column if time is not None]
        window_of_unit.append(bisect_right(edges, max(given)) if given else None)
    return window_of_unit


@dataclass(frozen=True)
class Matrix(Plain):
    """Which value meets which, in the order of ``values``: only the cells that occur, however many values there are.

    ``kind`` ``coincidence``: symmetric, o_ck, sums to the pairable values n. ``confusion``: rows the
    first coder, columns the second, units. ``cells``: V x V, sparse, no zeros.
    """

    kind: str
    values: tuple[Hashable, ...]
    cells: sparse.csr_array

    @property
    def table(self) -> Floats:
        """The same as an array, V x V."""
        table: Floats = self.cells.toarray()
        return table

    def to_json(self) -> dict[str, Json]:
        """Return a plain dictionary, cells as (row, column, number); a set of codes is a sorted list."""
        entries = self.cells.tocoo()
        cells = list(zip(entries.row.tolist(), entries.col.tolist(), entries.data.tolist(), strict=True))
        return {"kind": self.kind, "values": plain(self.values), "cells": plain(cells)}


def coincidences(ratings: Ratings) -> Matrix:
    """Return the coincidence matrix: o_ck = sum_u n_uc (n_uk - [c = k]) / (m_u - 1), over used values.

    The heart of alpha: off its diagonal stand the codes that coders take for one another. Empty when
    no unit is pairable. O(units log units + patterns x values in a unit^2). Krippendorff 2011, p. 4.
    """
    data = patterns(ratings)
    weight = data.frequency / (data.size - 1.0)
    with_itself = sparse.diags_array(data.counts.T @ weight)
    cells = sparse.csr_array(data.counts.T @ data.counts.multiply(weight[:, None]) - with_itself)
    cells.data[np.abs(cells.data) < 1e-12] = 0.0  # values that only ever met others
    cells.eliminate_zeros()
    return Matrix("coincidence", tuple(ratings.values[i] for i in data.used), cells)


def confusion(ratings: Ratings, pair: tuple[int, int] = (0, 1)) -> Matrix:
    """Return how often the second coder gave k where the first gave c, on units that both coded, over used values.

    ``pair``: positions of the two. Empty when they have no unit in common. O(units log units).
    """
    first, second = (ratings.index[i].astype(np.int64) for i in pair)
    both = (first != MISSING) & (second != MISSING)
    used, place = np.unique(np.concatenate([first[both], second[both]]), return_inverse=True)
    where = place.reshape(2, -1)
    ones = np.ones(where.shape[1])
    cells = sparse.csr_array((ones, (where[0], where[1])), shape=(len(used), len(used)))  # sums what repeats
    return Matrix("confusion", tuple(ratings.values[i] for i in used), cells)
