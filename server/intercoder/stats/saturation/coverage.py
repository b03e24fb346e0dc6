"""How much is covered, and what the next documents are expected to bring.

Coverage is the share of future code applications (document x code) that are codes we have. It is neither
the share of codes found nor the chance that the next document brings nothing. It lies in 0..1, numbers of
codes and of documents are 0 or above, and once there is a ``Prospect`` nothing here is undefined but the
documents that have a coverage which none ever has (None). A figure is a sum over the different frequencies of the
codes: O(different frequencies), where nothing else is said.

References
----------
Good 1953 (Biometrika 40: 237-264); Chao & Jost 2012 (Ecology 93: 2533-2547, doi 10.1890/11-1952.1); Chao et
al. 2014 (Ecol. Monogr. 84: 45-67, table 2, doi 10.1890/13-0133.1); Chao et al. 2009 (Ecology 90: 1125-1133)
for further documents.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from intercoder.stats.saturation.accumulation import missed_share
from intercoder.stats.saturation.incidence import Frequencies
from intercoder.stats.saturation.richness import chao2


@dataclass(frozen=True, slots=True)
class Prospect:
    """What these data say about documents to come; all from Q0 = Chao2 - S and the uniques.

    ``unseen`` Q0; ``again`` A, the factor by which the uncovered share shrinks per document.
    """

    f: Frequencies
    unseen: float
    again: float

    @classmethod
    def of(cls, f: Frequencies) -> "Prospect":
        """Return the prospect of data for which ``refusal`` is None. O(different frequencies)."""
        unseen, q1 = chao2(f).estimate - f.observed, f.of(1)
        scaled = f.documents * unseen
        return cls(f, unseen, scaled / (scaled + q1) if q1 else 1.0)

    def coverage(self, t: float | None = None) -> float:
        """Return the expected coverage of t documents (n when not given).

        Below n it is interpolated; between two whole numbers of documents on the straight line.
        """
        n, u = self.f.documents, self.f.incidences
        if t is None or t >= n:
            return 1 - self.f.of(1) / u * self.again ** ((n if t is None else t) - n + 1)
        return _between(t, self._coverage_below)

    def coverages(self, ts: Sequence[int]) -> list[float]:
        """Return the expected coverages of several numbers of documents, n or more. O(different frequencies + numbers)."""
        n, rare = self.f.documents, self.f.of(1) / self.f.incidences
        return [1 - rare * self.again ** (t - n + 1) for t in ts]

    def extrapolated(self, further: Sequence[int]) -> list[float]:
        """Return the expected numbers of codes after so many more documents. O(different frequencies + numbers)."""
        observed = self.f.observed
        return [float(observed + self.unseen * (1 - self.again**m)) for m in further]

    def _coverage_below(self, t: int) -> float:
        n, u = self.f.documents, self.f.incidences
        if t == n:
            return self.coverage()
        # n - 1: the documents other than the one in which the code is met; k - 1 of them hold it too.
        return max(1 - sum(k * c / u * missed_share(n - 1, k - 1, t) for k, c in self.f.q.items()), 0.0)

    def codes(self, t: float) -> float:
        """Return the expected number of codes in t documents: interpolated below n, extrapolated beyond."""
        n = self.f.documents
        if t >= n:
            return self.extrapolate(t - n)
        return _between(t, self._codes_below)

    def _codes_below(self, t: int) -> float:
        return self.f.observed - sum(c * missed_share(self.f.documents, k, t) for k, c in self.f.q.items())

    @property
    def turing_coverage(self) -> float:
        """Good's and Turing's 1 - Q1 / U."""
        return 1 - self.f.of(1) / self.f.incidences

    @property
    def expected_new_next(self) -> float:
        """How many new codes the next document is expected to bring."""
        return self.unseen * (1 - self.again)

    @property
    def p_new_next(self) -> float:
        """The chance that the next document brings a new code, under the model."""
        return float(1 - self.again**self.unseen)

    def extrapolate(self, further: float) -> float:
        """Return the expected number of codes after ``further`` more documents."""
        return float(self.f.observed + self.unseen * (1 - self.again**further))

    def further_documents(self, share: float) -> float:
        """Return how many more documents are needed for that share of Chao2 (1: less than half a code missing)."""
        if self.unseen <= 0:
            return 0.0
        total = self.f.observed + self.unseen
        missing = (1 - share) * total if share < 1 else 0.5
        return max(math.log(missing / self.unseen) / math.log(self.again), 0.0)

    def documents_for_coverage(self, level: float) -> float | None:
        """Return the number of documents at which this coverage is expected, beyond n.

        None when already there, or at 1, which no number of documents reaches.
        """
        if level <= self.coverage() or level >= 1 or self.again <= 0:
            return None
        share = self.f.incidences * (1 - level) / self.f.of(1)
        return self.f.documents + math.log(share) / math.log(self.again) - 1

    def documents_at(self, level: float) -> float | None:
        """Return how many documents have this expected coverage, fewer or more than n; None: none ever has.

        O(log n) coverages.
        """
        n, reached = self.f.documents, self.coverage()
        if level > reached:
            return self.documents_for_coverage(level)
        low, high = 0, n
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if self._coverage_below(middle) < level else (low, middle)
        under, over = self._coverage_below(low), self._coverage_below(high)
        return low + (level - under) / (over - under) if over > under else float(high)


def _between(t: float, at: Callable[[int], float]) -> float:
    """Return the value at t on the straight line between the whole numbers beside it."""
    below = math.floor(t)
    value = at(below)
    return value if t == below else value + (t - below) * (at(below + 1) - value)
