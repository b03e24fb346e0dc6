"""Simulated studies of coders under a simple model, and where the interval of alpha ends in each.

The model: with probability alpha all coders give a unit one and the same draw from the categories, otherwise
each draws alone. A study is kept as its numbers of units by pattern (a row of counts: coders into categories),
so that a study of a thousand units costs no more than one of ten.
"""

import math
from collections.abc import Callable, Sequence
from itertools import combinations

import numpy as np
from scipy import stats

from intercoder.stats.arrays import Floats, Ints


def lower_ends(counts: Ints, patterns: Ints, *, level: float = 0.95, design_effect: float = 1.0) -> Floats:
    """Return the lower end of the interval of nominal alpha in many studies without missing values.

    Parameters
    ----------
    counts
        studies x patterns: how many units of the study have the pattern; equal sums.
    patterns
        patterns x categories: how many coders gave each category; equal sums.
    level
        of the two-sided interval.
    design_effect
        so many times the variance that independent units have.

    Returns
    -------
    Floats, one per study: alpha - z SE, with the standard error of ``gwet.alpha_standard_error``; without any
    disagreement from the exact upper limit of the share of units with disagreement (Clopper & Pearson 1934), which
    counts as the most disagreement that there can be; -inf without variation, as there is no
    interval then. O(studies x patterns x categories).
    """
    n, m = float(counts[0].sum()), float(patterns[0].sum())
    f = counts.astype(np.float64)
    share = patterns / m
    agreement = ((patterns**2).sum(axis=1) - m) / (m * (m - 1.0))
    pa = f @ agreement / n
    pi = f @ share / n
    rest = 1.0 - (pi**2).sum(axis=1)
    varied = rest > 1e-12
    rest = np.where(varied, rest, 1.0)
    plain = 1.0 - (1.0 - pa) / rest
    value = 1.0 - (1.0 - 1.0 / (n * m)) * (1.0 - pa) / rest
    # What each pattern adds to the linearised value (Gwet), less the value itself.
    linear = (agreement[None, :] - 1.0) / rest[:, None] + 1.0
    linear -= (2.0 * (1.0 - plain) / rest)[:, None] * (pi @ share.T - 1.0 + rest[:, None])
    squares = (f * (linear - plain[:, None]) ** 2).sum(axis=1)
    ends = value - float(stats.norm.ppf((1.0 + level) / 2.0)) * np.sqrt(design_effect * squares / (n * (n - 1.0)))
    limit = 1.0 - ((1.0 - level) / 2.0) ** (design_effect / n)
    most = 1.0 - float(agreement.min())
    ends = np.where(pa > 1.0 - 1e-12, 1.0 - limit * most / rest, ends)
    return np.asarray(np.where(varied, ends, -np.inf))


def pattern_number(coders: int, categories: int) -> int:
    """Return how many different rows of counts there are: C(coders + categories - 1, categories - 1). O(categories)."""
    return math.comb(coders + categories - 1, categories - 1)


def pattern_probabilities(shares: Sequence[float], coders: int, alpha: float) -> tuple[Ints, Floats]:
    """Return all patterns and how probable each is under the model. O(patterns x categories)."""
    q = len(shares)
    bars = combinations(range(coders + q - 1), q - 1)
    edges = np.array([(-1, *bar, coders + q - 1) for bar in bars])
    patterns: Ints = np.diff(edges, axis=1) - 1
    independent = stats.multinomial.pmf(patterns, coders, shares)
    clear = (patterns == coders) @ np.asarray(shares)
    probability = alpha * clear + (1.0 - alpha) * independent
    return patterns, probability / probability.sum()


def smallest(reaches: Callable[[int], bool], fewest: int, most: int) -> int | None:
    """Return the smallest n from ``fewest`` on with ``reaches(n)``, by doubling and halving; None above ``most``."""
    low, high = fewest - 1, fewest
    while not reaches(high):
        if high >= most:
            return None
        low, high = high, min(2 * high, most)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if reaches(middle) else (middle, high)
    return high


def without_replacement(generator: np.random.Generator, pool: Ints, draws: Ints) -> Ints:
    """Return for each row of the pool how many of each column are among so many draws. O(rows x columns)."""
    drawn = np.zeros_like(pool)
    rest, left = pool.sum(axis=1), draws.copy()
    for k in range(pool.shape[1]):
        rest = rest - pool[:, k]
        drawn[:, k] = generator.hypergeometric(pool[:, k], rest, left)
        left = left - drawn[:, k]
    return drawn


class GrowingStudies:
    """Simulated studies that grow: for every number of units, how many of them have each pattern.

    Each study is one sequence of units. A size beyond the greatest one asked for so far goes on drawing; a size
    in between is filled by drawing without replacement, so all sizes are looked at in the same studies.

    Parameters
    ----------
    shares
        of the categories.
    coders, alpha
        of the model.
    simulations, seed
        how many studies; numpy's PCG64. The same questions in the same order give the same studies.

    Notes
    -----
    Made in O(patterns x categories + simulations x patterns); every size asked for is kept.
    """

    def __init__(self, shares: Sequence[float], coders: int, alpha: float, simulations: int, seed: int) -> None:
        self.patterns, self.probability = pattern_probabilities(shares, coders, alpha)
        self.simulations = simulations
        self._generator = np.random.Generator(np.random.PCG64(seed))
        self._counts: dict[int, Ints] = {0: np.zeros((simulations, len(self.patterns)), dtype=np.int64)}

    def at(self, units: int) -> Ints:
        """Return simulations x patterns, every row summing to ``units``. O(simulations x patterns)."""
        if units not in self._counts:
            low = max(n for n in self._counts if n < units)
            high = min((n for n in self._counts if n > units), default=None)
            more = units - low
            if high is None:
                added = self._generator.multinomial(more, self.probability, size=self.simulations)
            else:
                added = without_replacement(
                    self._generator, self._counts[high] - self._counts[low], np.full(self.simulations, more)
                )
            self._counts[units] = self._counts[low] + added
        return self._counts[units]
