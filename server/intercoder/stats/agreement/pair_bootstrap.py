"""Krippendorff's own bootstrap of alpha, for comparison with other programs: not the default, and why."""

from dataclasses import replace

import numpy as np
from scipy import sparse

from intercoder.stats.agreement.alpha import krippendorff_alpha
from intercoder.stats.agreement.distances import Measurement, Metric, metric
from intercoder.stats.arrays import Floats, Sparse
from intercoder.stats.intervals import SEED, percentile_interval
from intercoder.stats.patterns import patterns
from intercoder.stats.reliability import Ratings
from intercoder.stats.results import Interval
from intercoder.stats.tree import CodeTree

METHOD = "Krippendorff's algorithm"
#: Draws in one block: pairs of values x resamples.
_CHUNK = 2_097_152


def krippendorff_algorithm(
    ratings: Ratings,
    level: Measurement = "nominal",
    *,
    resamples: int = 10_000,
    seed: int = SEED,
    tree: CodeTree[str] | None = None,
) -> tuple[Interval | None, str | None]:
    """Return the 95 % interval of alpha by Krippendorff's algorithm, or None and the reason.

    It draws a distance from the observed pairs of values, all equally likely, for every pair of every
    unit, and holds the expected disagreement fixed. Pairs of one unit count as independent; with more
    than two coders the interval is therefore too narrow (.4 to .7 of the width of resampling
    units in the reference cases). Show it only labelled, beside the bootstrap of units or documents
    that ``krippendorff_alpha`` gives.

    Parameters
    ----------
    ratings, level, tree
        as in ``krippendorff_alpha``.
    resamples, seed
        number of resamples B and seed of numpy's PCG64.

    Returns
    -------
    (Interval, None), with ``clustered_by`` "pair", or (None, reason): the reason of alpha, or
    ``not_requested``; few units are not refused here. So many of the resamples that equal 1 are set to 0 as would
    hold one value only: B sum_c (o_cc / n)^pairs.

    Raises
    ------
    WrongArgument : as ``krippendorff_alpha``.

    Notes
    -----
    O(B x different distances x different numbers of values in a unit), and once alpha, O(V^2) and the pairs of
    values within patterns. Krippendorff 2016, Bootstrapping distributions for Krippendorff's alpha; the equal chance
    of all pairs is that of the R package icr 0.6.6.
    """
    alpha = krippendorff_alpha(ratings, level, tree=tree)
    if alpha.value is None:
        return None, alpha.reason
    if resamples <= 0:
        return None, "not_requested"
    data = patterns(ratings)
    given = metric([ratings.values[i] for i in data.used], level, tree)
    assert not isinstance(given, str)
    f, size = data.frequency.astype(np.float64), data.size
    counts = data.counts
    # Unordered pairs of values within units: n_c n_k, and n_c (n_c - 1) / 2 of the same value.
    together = sparse.coo_array(sparse.triu(counts.T @ counts.multiply(f[:, None])))
    times = together.data.copy()
    same = together.row == together.col
    times[same] = (times[same] - data.totals[together.row[same]]) / 2.0
    distance = given.between(together.row, together.col, data.totals)
    apart, place = np.unique(distance, return_inverse=True)
    chance = np.bincount(place.reshape(-1), weights=times, minlength=len(apart))
    n = float(data.totals.sum())
    mean = _expected(given, data.totals, n)
    pairs = float(times.sum())
    samples = np.ones(resamples)
    generator = np.random.Generator(np.random.PCG64(seed))
    for m in np.unique(size).tolist():
        drawn = round(float(f[size == m].sum()) * m * (m - 1) / 2)
        step = max(1, _CHUNK // len(apart))
        for start in range(0, resamples, step):
            part = generator.multinomial(drawn, chance / pairs, size=min(step, resamples - start))
            samples[start : start + step] -= part @ apart * (2.0 / (n * mean * (m - 1.0)))
    if chance[apart > 0].sum():  # perfect agreement stays [1, 1], flagged as degenerate
        _without_variation(samples, counts, size, f, n, pairs)
    interval, reason = percentile_interval(samples, seed=seed, clustered_by="pair")
    if interval is None:
        return None, reason
    return replace(interval, method=METHOD), None


def _expected(given: Metric, totals: Floats, n: float) -> float:
    """Return D_e: the mean distance of two values drawn without replacement from all pairable ones."""
    values = np.arange(len(totals))
    by_row = [totals[c] * float(totals @ given.between(np.full(len(totals), c), values, totals)) for c in values]
    return float(sum(by_row)) / (n * (n - 1.0))


def _without_variation(samples: Floats, counts: Sparse, size: Floats, f: Floats, n: float, pairs: float) -> None:
    """Set to 0 as many resamples of 1 as are expected to hold pairs of one value only: they prove nothing."""
    scale = f / (size - 1.0)
    agreeing = np.asarray((counts.multiply(counts) - counts).T @ scale)
    share = float(((agreeing / n) ** pairs).sum())
    perfect = np.flatnonzero(samples >= 1.0 - 1e-12)
    samples[perfect[: round(len(samples) * share)]] = 0.0
