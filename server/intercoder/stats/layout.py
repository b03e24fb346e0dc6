"""One set of resamples for thousands of small tables.

A coefficient of a yes/no code depends on few kinds of units only (how many coders said yes, of how
many). Units of a kind are exchangeable, so every table may lay its units out kind after kind along the
same N places: then the places drawn in one resample serve all tables at once, and a table's resampled
counts are differences of the cumulated draws at its own boundaries. Each table's resamples have exactly
the law of drawing its units with replacement; equal tables get equal resamples, whatever stands beside them.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from intercoder.stats.arrays import Floats, Ints
from intercoder.stats.intervals import resample


@dataclass(frozen=True)
class Layout:
    """T tables of N units each, as sums over places.

    ``segments``: lengths of the stretches of places that no table divides (their sum is N); ``step``:
    T P x segments (sparse), what the draws up to the end of a segment add to the P sums of each table.
    """

    segments: Ints
    step: sparse.csr_array
    parts: int

    @classmethod
    def of(cls, table: Ints, frequency: Ints, adds: Floats, *, tables: int, units: int) -> "Layout":
        """Return the layout of R kinds of units, sorted by table and then in the order of their places.

        Parameters
        ----------
        table, frequency
            R, the table of each kind and how many units it has there; every table has ``units``.
        adds
            R x P, what one unit of the kind adds to the sums of its table.
        tables, units
            T and N.

        Notes
        -----
        O(R log R + R P); every table is there with at least one kind.
        """
        parts = adds.shape[1]
        ends = np.cumsum(frequency) - table * units
        cuts, place = np.unique(np.append(ends, units), return_inverse=True)
        # A table's sums are differences of the cumulated draws at the ends of its kinds. Written kind by kind, each
        # table would need a copy of those draws: for the thousands of tables of a grid they would not fit into memory.
        change = adds.copy()
        same = table[:-1] == table[1:]
        change[:-1][same] -= adds[1:][same]
        at, part = np.nonzero(change)
        where = (part * tables + table[at], place[:-1][at])
        step = sparse.csr_array((change[at, part], where), shape=(parts * tables, len(cuts)))
        return cls(np.diff(cuts, prepend=0), step, parts)

    def sums(self, *, resamples: int, seed: int) -> Iterator[Floats]:
        """Yield the sums of all tables in b resamples at a time: P x T x b.

        CPU O(B (N + entries of ``step``)) for up to ``intervals.MOST_DRAWN`` units.
        """
        for weights in resample(self.segments, resamples=resamples, seed=seed, width=max(self.step.shape)):
            yield (self.step @ np.cumsum(weights, axis=1).T).reshape(self.parts, -1, len(weights))
