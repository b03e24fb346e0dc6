"""mv-alpha: Krippendorff and Craggs' alpha for units that carry several codes."""

import math
from collections import Counter
from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from intercoder.stats.arrays import Floats, Ints, Rows, Sparse, Statistic
from intercoder.stats.intervals import (
    FEWEST_DOCUMENTS,
    SEED,
    Method,
    interval_of,
    perfect,
    refusal,
)
from intercoder.stats.patterns import Patterns, patterns
from intercoder.stats.quotients import beyond_chance, quotient
from intercoder.stats.reliability import Ratings
from intercoder.stats.results import Estimate

#: The array of the pairs of sets is cubic in the largest set; beyond, ``too_many_values``.
LARGEST_SET = 40
#: Powers of ten between the weights of pairs of sets, at most.
FLOAT_RANGE = 200
#: Resamples x codes x cubed sizes of an interval, at most: some ten seconds.
MOST_WORK = 1_000_000_000
#: Entries of the largest array made at once (doubles: 16 MiB).
_CHUNK = 2_097_152


def mv_alpha(ratings: Ratings, *, resamples: int = 0, seed: int = SEED, method: Method = "percentile") -> Estimate:
    """Return mv-alpha of sets of codes, with a bootstrap interval when resamples are asked for.

    mv-alpha = 1 - D_o / D_e with the distance 1 - 2 |C n K| / (|C| + |K|) of two sets, 0 between two empty ones. D_e
    draws codes and not sets: for every pair of sizes that occur it is the mean distance of all pairs of sets of these
    sizes, each as probable as the draws of its codes from all codes given, without replacement.

    Parameters
    ----------
    ratings
        coders x units whose values are sets (a single value is a set of one).
    resamples
        of whole documents when at least 10 documents have pairable units, of units otherwise; 0 for no interval.
    seed, method
        of the interval, as in ``krippendorff_alpha``.

    Returns
    -------
    Estimate : 1 perfect, 0 as by chance. Reasons: ``no_pairable_values``; ``no_variation`` (one set only);
        ``no_expected_disagreement``; ``too_many_values`` (a set of more than 40 codes); of the interval those of
        ``krippendorff_alpha``, and ``no_interval`` where it would take minutes.

    Notes
    -----
    Exact: O(L A^3) for L codes and sets of A codes at most, and the pairs of values within units; every resample O(L
    A^3) again. Of single codes it is not exactly nominal alpha: the codes of a set are drawn without replacement.

    References
    ----------
    Krippendorff & Craggs 2016, Communication Methods and Measures 10: 181-198, doi 10.1080/19312458.2016.1228863.

    Examples
    --------
    >>> ratings = Ratings.from_sets([[["trust"], ["trust"], ["risk"]], [["trust", "power"], ["trust"], ["risk"]]])
    >>> round(mv_alpha(ratings).value, 3)
    0.823
    """
    data = patterns(ratings)
    sets = [_set(ratings.values[i]) for i in data.used]
    undefined = _refused(data, sets)
    if undefined:
        return replace(ratings.estimate("mv_alpha", undefined), interval_reason="no_value")
    sums = _Sums.of(data, sets)
    value = float(sums.statistic(np.asarray(sums.rows.T @ data.frequency.astype(np.float64))[None, :])[0])
    estimate = ratings.estimate("mv_alpha", "no_expected_disagreement" if np.isnan(value) else value)
    reason = refusal(estimate.value, ratings.n_pairable, resamples)
    if reason is not None or estimate.value is None:
        interval, reason = perfect(estimate.value, None, reason, resamples=resamples, seed=seed)
        return replace(estimate, interval=interval, interval_reason=reason)
    if _work(sums, resamples) > MOST_WORK:
        return replace(estimate, interval_reason="no_interval")
    rows, frequency, clustered_by = sums.rows, data.frequency, "unit"
    if data.documents is not None and len(np.unique(data.documents)) >= FEWEST_DOCUMENTS:
        rows, clustered_by = data.by_document() @ rows, "document"
        frequency = np.ones(rows.shape[0], dtype=np.int64)
    interval, reason = interval_of(
        estimate.value,
        rows,
        frequency,
        sums.statistic,
        resamples=resamples,
        seed=seed,
        method=method,
        clustered_by=clustered_by,
    )
    interval, reason = perfect(estimate.value, interval, reason, resamples=resamples, seed=seed)
    return replace(estimate, interval=interval, interval_reason=reason)


def mv_sums_of_documents(ratings: Ratings, data: Patterns, resamples: int) -> tuple[Rows, Statistic] | str:
    """Return documents x sums and mv-alpha of such sums, or the reason why so many resamples of them are not drawn.

    Reasons: those of ``mv_alpha``, and ``no_interval`` where it would take minutes.
    """
    sets = [_set(ratings.values[i]) for i in data.used]
    if undefined := _refused(data, sets):
        return undefined
    sums = _Sums.of(data, sets)
    if _work(sums, resamples) > MOST_WORK:
        return "no_interval"
    return data.by_document() @ sums.rows, sums.statistic


def _work(sums: "_Sums", resamples: int) -> int:
    return int(resamples * (sums.rows.shape[1] - 1) * (int(sums.sizes.max()) + 1) ** 3)


def _set(value: object) -> frozenset[object]:
    return value if isinstance(value, frozenset) else frozenset((value,))


def _refused(data: Patterns, sets: list[frozenset[object]]) -> str:
    if not len(data.frequency):
        return "no_pairable_values"
    if len(sets) < 2:
        return "no_variation"
    uses: Counter[object] = Counter()
    for codes, times in zip(sets, data.totals.tolist(), strict=True):
        uses.update(dict.fromkeys(codes, int(times)))
    spread = math.log10(max(uses.values()) / min(uses.values()))
    largest = max(map(len, sets))
    # Beyond, pairs of large sets of rare codes weigh less than the smallest double beside pairs of frequent ones.
    return "too_many_values" if largest > LARGEST_SET or 2 * largest * spread > FLOAT_RANGE else ""


@dataclass(frozen=True)
class _Sums:
    """mv-alpha as sums over units: observed disagreement, values of each size, uses of each code.

    ``rows``: K x (1 + sizes + codes); ``sizes``: the sizes of sets that occur.
    """

    rows: Sparse
    sizes: Ints

    @classmethod
    def of(cls, data: Patterns, sets: list[frozenset[object]]) -> "_Sums":
        codes = sorted(frozenset[object]().union(*sets), key=repr)
        place = {code: i for i, code in enumerate(codes)}
        size = np.array([len(codes_of_set) for codes_of_set in sets], dtype=np.int64)
        entries = [(v, place[code]) for v, codes_of_set in enumerate(sets) for code in codes_of_set]
        at = np.array(entries, dtype=np.int64).reshape(-1, 2)
        member: Sparse = sparse.csr_array((np.ones(len(at)), (at[:, 0], at[:, 1])), shape=(len(sets), len(codes)))
        sizes, of_size = np.unique(size, return_inverse=True)
        sized = sparse.csr_array((np.ones(len(sets)), (np.arange(len(sets)), of_size)), shape=(len(sets), len(sizes)))
        observed = _disagreement(data, member, size) / (data.size - 1.0)
        rows: Sparse = sparse.hstack([observed[:, None], data.counts @ sized, data.counts @ member], format="csr")
        return cls(rows, sizes)

    def statistic(self, sums: Floats) -> Floats:
        """Return mv-alpha of b rows of sums; NaN where nothing is expected to differ."""
        width = 1 + len(self.sizes)
        expected = expected_distances(self.sizes, sums[:, 1:width], sums[:, width:])
        total = sums[:, 1:width].sum(axis=1)
        return beyond_chance(sums[:, 0], expected * total, least=1e-12)


def _disagreement(data: Patterns, member: Sparse, size: Ints) -> Floats:
    """Return for every pattern the sum of the distances of its ordered pairs of values."""
    counts = data.counts
    by_pattern: dict[int, list[tuple[int, float]]] = {}
    for p, v, t in _entries(counts):
        by_pattern.setdefault(p, []).append((v, t))
    pairs = [
        (p, v, w, 2.0 * t * u)
        for p, given in by_pattern.items()
        for i, (v, t) in enumerate(given)
        for w, u in given[i + 1 :]
    ]
    sums = np.zeros(counts.shape[0])
    if not pairs:
        return sums
    pattern, first, second, times = (np.array(column) for column in zip(*pairs, strict=True))
    shared = np.asarray(member[first].multiply(member[second]).sum(axis=1)).reshape(-1)
    apart = 1.0 - 2.0 * shared / (size[first] + size[second])  # two sets differ, so one is not empty
    np.add.at(sums, pattern, times * apart)
    return sums


def _entries(counts: Sparse) -> list[tuple[int, int, float]]:
    given = counts.tocoo()
    return list(zip(given.row.tolist(), given.col.tolist(), given.data.tolist(), strict=True))


def expected_distances(sizes: Ints, times: Floats, uses: Floats) -> Floats:
    """Return D_e of b resamples: the mean distance of two sets of sizes that occur, whose codes are drawn.

    ``times`` (b x sizes): how many values have each of ``sizes``; ``uses`` (b x codes): how often each code was given.
    The pairs of sets of sizes a and b with i codes in common weigh as the coefficient of x^a y^b z^i in the product
    over codes of 1 + n x + n y + n (n - 1) x y z. NaN where a resample has no value. O(b codes x largest size^3).
    """
    most = int(sizes.max(initial=0))
    step = max(1, _CHUNK // (most + 1) ** 3)
    parts = [_expected(sizes, times[i : i + step], uses[i : i + step]) for i in range(0, len(times), step)]
    return np.concatenate(parts)


def _expected(sizes: Ints, times: Floats, uses: Floats) -> Floats:
    most = int(sizes.max(initial=0))
    scale = np.maximum(uses.max(axis=1, initial=0.0), 1.0)  # sets of one pair of sizes lose the same power of it
    ways = np.zeros((most + 1, most + 1, most + 1, len(times)))
    ways[0, 0, 0] = 1.0
    for n in uses.T:
        once, twice = n / scale, n * np.maximum(n - 1.0, 0.0) / scale**2
        more = ways.copy()
        more[1:] += once * ways[:-1]
        more[:, 1:] += once * ways[:, :-1]
        more[1:, 1:, 1:] += twice * ways[:-1, :-1, :-1]
        ways = more / np.maximum(more.max(axis=(0, 1, 2)), 1.0)
    share = quotient(times, times.sum(axis=1, keepdims=True)).T
    common = np.arange(most + 1.0)
    expected = np.zeros(len(times))
    for i, a in enumerate(sizes.tolist()):
        for j, b in enumerate(sizes.tolist()):
            if a + b:
                mean = quotient((1.0 - 2.0 * common / (a + b)) @ ways[a, b], ways[a, b].sum(axis=0))
                both = share[i] * share[j]
                expected += np.where(both > 0, both * mean, 0.0)
    return expected
