"""Units that received the same values are one pattern: the sufficient form for alpha and its bootstrap."""

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from intercoder.errors import WrongArgument
from intercoder.stats.arrays import Floats, Ints, Sparse, Whole
from intercoder.stats.reliability import MISSING, Ratings


@dataclass(frozen=True)
class Patterns:
    """The pairable units (values of two coders at least, unless asked for others), grouped.

    ``counts`` is sparse, K patterns x V used values: how many coders gave the value. ``size`` is the
    number of values of a pattern's unit (K), ``frequency`` the number of units with it (K), ``unit``
    the pattern of each pairable unit, ``used`` the positions of the V values in ``Ratings.values``.
    """

    counts: Sparse
    size: Floats
    frequency: Ints
    unit: Ints
    used: Ints
    documents: Ints | None

    @property
    def totals(self) -> Floats:
        """How often each used value occurs in pairable units (V). O(entries of ``counts``)."""
        return np.asarray(self.counts.T @ self.frequency.astype(np.float64), dtype=np.float64)

    def by_document(self) -> Sparse:
        """Return documents x patterns (sparse): how many units of the document have the pattern.

        ``WrongArgument`` when the units do not know their documents. O(units log units).
        """
        if self.documents is None:
            raise WrongArgument("no_documents_given", "These units do not know their documents.")
        names, document = np.unique(self.documents, return_inverse=True)
        ones = np.ones(len(self.unit))
        shape = (len(names), len(self.frequency))
        table: Sparse = sparse.csr_array((ones, (document, self.unit)), shape=shape)
        return table


def patterns(ratings: Ratings, least: int = 2) -> Patterns:
    """Return the patterns of the units with ``least`` values, in an order that no coder or unit moves.

    O(units x coders log coders + units log units), once; memory O(coders x units): no units x values array is made.
    """
    before = ratings.made.get(("patterns", least))
    if isinstance(before, Patterns):
        return before
    ratings.made["patterns", least] = found = _patterns(ratings, least)
    return found


def _patterns(ratings: Ratings, least: int) -> Patterns:
    pairable = ratings.per_unit >= least
    # A column sorted by value says the same as its row of counts, whoever gave the values.
    columns = np.sort(ratings.index[:, pairable], axis=0).T
    if columns.size:
        rows, unit, frequency = distinct_rows(columns, len(ratings.values))
    else:
        rows = columns.reshape(0, len(ratings.coders))
        unit = frequency = np.zeros(0, dtype=np.int64)
    pattern, coder = np.nonzero(rows != MISSING)
    used, place = np.unique(rows[pattern, coder], return_inverse=True)
    shape = (len(rows), len(used))
    counts = sparse.csr_array((np.ones(len(place)), (pattern, place)), shape=shape)  # sums what repeats
    documents = None if ratings.documents is None else ratings.documents[pairable]
    return Patterns(
        counts=counts,
        size=(rows != MISSING).sum(axis=1).astype(np.float64),
        frequency=frequency.astype(np.int64),
        unit=unit.reshape(-1).astype(np.int64),
        used=used.astype(np.int64),
        documents=documents,
    )


def distinct_rows(rows: Whole, most: int) -> tuple[Whole, Ints, Ints]:
    """Return the distinct rows in order, which of them each row is, and how often each occurs.

    Entries are whole numbers from -1 to ``most``. Where a row fits into one whole number, that number
    is sorted: many times sooner than rows. O(rows x columns + rows log rows).
    """
    base, width = most + 2, rows.shape[1]
    if base**width >= 2**63:
        distinct, which, times = np.unique(rows, axis=0, return_inverse=True, return_counts=True)
        return distinct, which.reshape(-1), times
    key = np.zeros(len(rows), dtype=np.int64)
    for column in range(width):
        key *= base
        key += rows[:, column]
    _, first, which, times = np.unique(key, return_index=True, return_inverse=True, return_counts=True)
    return rows[first], which, times
