"""Simulated studies whose units come in documents and resemble one another there.

The model: each document has a unit of its own, drawn as in ``growing_studies``; every unit of the document is that one over
again with probability root rho, and otherwise drawn alone. Any number that is computed unit by unit then has the
correlation rho between two units of one document, so a sum over documents of m units has 1 + (m - 1) rho times the variance
of independent units (Kish's design effect), while shares and alpha are what they are without documents.
"""

import math
from collections.abc import Sequence
from typing import TypeAlias

import numpy as np

from intercoder.stats.arrays import Ints
from intercoder.stats.planning.growing_studies import pattern_probabilities, without_replacement

#: Of each study: documents by the pattern of their own unit, units that are that one over again, and the other units.
State: TypeAlias = tuple[Ints, Ints, Ints]


class GrowingDocuments:
    """Simulated studies that grow by documents; see ``GrowingStudies``.

    Parameters
    ----------
    shares, coders, alpha
        as for ``GrowingStudies``.
    units
        m of each document.
    intra
        rho, the correlation within documents, 0..1.
    simulations, seed
        how many studies; numpy's PCG64. The same questions in the same order give the same studies.

    Notes
    -----
    Only sums are drawn: which patterns the documents have (multinomial), how many of their units are the document's own
    (binomial, for all documents of a pattern at once), and the rest (multinomial); a size in between takes documents,
    then their units, without replacement. O(simulations x patterns) for each size that is asked for.
    """

    def __init__(
        self, shares: Sequence[float], coders: int, alpha: float, units: int, intra: float, simulations: int, seed: int
    ) -> None:
        self.patterns, self.probability = pattern_probabilities(shares, coders, alpha)
        self.units, self.simulations = units, simulations
        self._root = math.sqrt(intra)
        self._generator = np.random.Generator(np.random.PCG64(seed))
        nothing = np.zeros((simulations, len(self.patterns)), dtype=np.int64)
        self._states: dict[int, State] = {0: (nothing, nothing, nothing)}

    def at(self, documents: int) -> Ints:
        """Return simulations x patterns, every row summing to the units of so many documents. O(simulations x patterns)."""
        if documents not in self._states:
            low = max(n for n in self._states if n < documents)
            high = min((n for n in self._states if n > documents), default=None)
            more = documents - low
            added = self._drawn(more) if high is None else self._between(self._states[low], self._states[high], more)
            before, own, others = self._states[low]
            self._states[documents] = (before + added[0], own + added[1], others + added[2])
        _, own, others = self._states[documents]
        return own + others

    def _drawn(self, more: int) -> State:
        documents = self._generator.multinomial(more, self.probability, size=self.simulations)
        own = self._generator.binomial(documents * self.units, self._root)
        return documents, own, self._generator.multinomial(more * self.units - own.sum(axis=1), self.probability)

    def _between(self, low: State, high: State, more: int) -> State:
        pool, pool_own, pool_others = (after - before for before, after in zip(low, high, strict=True))
        documents = without_replacement(self._generator, pool, np.full(self.simulations, more))
        own = self._generator.hypergeometric(pool_own, pool * self.units - pool_own, documents * self.units)
        left = more * self.units - own.sum(axis=1)
        return documents, own, without_replacement(self._generator, pool_others, left)
