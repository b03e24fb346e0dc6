"""How far the extrapolated curve and the coverage may be off: the bootstrap of Chao et al. 2014, appendix G.

An imagined universe of codes is built from the data: seen codes with their chance of being in a document,
made smaller by what the coverage says is missing, and as many unseen codes as Chao2 adds, sharing the rest.
Studies of n documents are drawn from it, and every figure is computed anew in each.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

from intercoder.stats.arrays import Floats, Ints
from intercoder.stats.normal import around
from intercoder.stats.saturation.accumulation import missed_shares
from intercoder.stats.saturation.coverage import Prospect
from intercoder.stats.saturation.incidence import Frequencies


@dataclass(frozen=True, slots=True)
class Bands:
    """Standard errors of the expected codes and of the coverage at each number of documents.

    From ``resamples`` imagined studies, of which ``undefined`` held no code and were left out; all 0 when fewer
    than two are left.
    """

    documents: tuple[float, ...]
    codes: tuple[float, ...]
    coverage: tuple[float, ...]
    resamples: int
    undefined: int
    seed: int

    def codes_interval(self, i: int, value: float) -> tuple[float, float]:
        """Return the 95 % interval round a number of codes: value -+ 1.96 s.e., not below 0."""
        return around(value, self.codes[i], least=0.0)

    def coverage_interval(self, i: int, value: float) -> tuple[float, float]:
        """Return the 95 % interval round a coverage: value -+ 1.96 s.e., within 0..1."""
        return around(value, self.coverage[i], least=0.0, most=1.0)


def bands(prospect: Prospect, documents: Sequence[float], *, resamples: int = 200, seed: int = 0) -> Bands:
    """Return the standard errors at these numbers of documents, fewer or more than n.

    Parameters
    ----------
    prospect
        of the data; ``richness.refusal`` is None for them.
    documents
        numbers of documents; whole ones below n.
    resamples
        imagined studies to draw (200 in the paper's software).
    seed
        of the generator (PCG64).

    Notes
    -----
    O(resamples x (codes + n)) for the draws, and a product O(numbers of documents x frequencies x resamples).

    References
    ----------
    Chao et al. 2014, Ecol. Monogr. 84: 45-67, appendix G.
    """
    n = prospect.f.documents
    ks, counts = _resample(prospect, resamples, seed)
    left = len(counts)
    if left < 2:
        zero = (0.0,) * len(documents)
        return Bands(tuple(documents), zero, zero, resamples, resamples - left, seed)
    t = np.array(documents, dtype=float)
    below = t < n
    codes, coverage = np.empty((len(t), left)), np.empty((len(t), left))
    seen, incidences = counts.sum(axis=1), counts @ ks
    q1, q2 = (counts[:, ks == k].sum(axis=1) for k in (1, 2))
    r = (n - 1) / n
    unseen = np.where(q2 > 0, r * q1**2 / (2 * np.maximum(q2, 1)), r * q1 * (q1 - 1) / 2)
    again = np.where(q1 > 0, n * unseen / np.maximum(n * unseen + q1, 1e-300), 1.0)
    ahead = t[~below, None] - n
    codes[~below] = seen + unseen * (1 - again**ahead)
    coverage[~below] = 1 - q1 / incidences * again ** (ahead + 1)
    if below.any():
        h = [int(x) for x in t[below]]
        codes[below] = seen - missed_shares(n, h, ks.tolist()) @ counts.T
        weight = counts * ks / incidences[:, None]
        coverage[below] = 1 - missed_shares(n - 1, h, (ks - 1).tolist()) @ weight.T
    return Bands(
        documents=tuple(float(x) for x in documents),
        codes=tuple(float(x) for x in codes.std(axis=1, ddof=1)),
        coverage=tuple(float(x) for x in coverage.std(axis=1, ddof=1)),
        resamples=resamples,
        undefined=resamples - left,
        seed=seed,
    )


def spread_at_coverage(prospect: Prospect, coverage: float, *, resamples: int = 200, seed: int = 0) -> float | None:
    """Return the standard error of the expected number of codes at one coverage; None: cannot be had.

    In every imagined study the number of documents that have this coverage is looked for anew. Arguments
    and source as for ``bands``; a study in which no number of documents has it is left out, and with fewer
    than two others there is none. O(resamples x (codes + n + log n x different frequencies)).
    """
    ks, counts = _resample(prospect, resamples, seed)
    codes = []
    for drawn in counts:
        q = {int(k): int(c) for k, c in zip(ks, drawn, strict=True) if c}
        other = Prospect.of(Frequencies(prospect.f.documents, q))
        needed = other.documents_at(coverage)
        if needed is not None:
            codes.append(other.codes(needed))
    return float(np.std(codes, ddof=1)) if len(codes) > 1 else None


def _resample(prospect: Prospect, resamples: int, seed: int) -> tuple[Ints, Ints]:
    """Return the frequencies k that occur, and Q_k of every imagined study that holds a code (studies x k)."""
    f, n = prospect.f, prospect.f.documents
    generator = np.random.Generator(np.random.PCG64(seed))
    drawn = np.zeros((resamples, n + 1), dtype=np.int64)
    seen, unseen, hidden = universe(prospect)
    p = np.repeat(seen, list(f.q.values()))
    for b in range(resamples):
        drawn[b] = np.bincount(generator.binomial(n, p), minlength=n + 1)
    if unseen:
        # All unseen codes have one small chance, so how many are met k times is multinomial.
        most = min(int(stats.binom.isf(1e-15, n, hidden)) + 1, n)
        chances = stats.binom.pmf(np.arange(most + 1), n, hidden)
        drawn[:, : most + 1] += generator.multinomial(unseen, chances / chances.sum(), size=resamples)
    drawn[:, 0] = 0
    ks = np.flatnonzero(drawn.any(axis=0))
    drawn = drawn[:, ks]
    return ks, drawn[drawn.any(axis=1)]


def universe(prospect: Prospect) -> tuple[Floats, int, float]:
    """Return the chance of a seen code for every frequency, how many unseen codes there are, and their chance.

    The chances add up to what the data say a document holds: those of the seen codes to its covered part,
    those of the unseen ones to Q1 / n * A. O(different frequencies).
    """
    f, n = prospect.f, prospect.f.documents
    share = np.array(list(f.q), dtype=float) / n
    count = np.array(list(f.q.values()), dtype=float)
    missing = f.of(1) / n * prospect.again if f.of(1) else 0.0
    spread = float(count @ (share * (1 - share) ** n))
    weight = missing / spread if spread > 0 else 0.0
    chances = np.clip(share * (1 - weight * (1 - share) ** n), 0.0, 1.0)
    unseen = math.ceil(prospect.unseen)
    return chances, unseen, min(missing / unseen, 1.0) if unseen else 0.0
