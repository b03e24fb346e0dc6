"""How codes accumulate over documents, free of any order: the exact mean over all orders, and its spreads."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from intercoder.errors import WrongArgument
from intercoder.stats.arrays import Floats
from intercoder.stats.saturation.incidence import Frequencies, Incidence

#: Entries of the largest array made at once (doubles: 16 MiB).
_CHUNK = 2_097_152


@dataclass(frozen=True, slots=True)
class Accumulation:
    """The order-free curve at ``h`` documents: expected codes (0..S) and two different spreads (codes).

    ``coleman``: as ``mean``, had each occurrence of a code been placed in any document by itself.

    ``sd_permutation``: over the orders in which these documents could have come (0 at n).
    ``sd_unconditional``: over samples of h documents from the universe, which needs an estimate of its
    size; empty when there is none.
    """

    h: tuple[int, ...]
    mean: tuple[float, ...]
    coleman: tuple[float, ...]
    sd_unconditional: tuple[float, ...]
    sd_permutation: tuple[float, ...]


def accumulation(
    frequencies: Frequencies,
    h: Sequence[int],
    *,
    total: float | None = None,
    unions: Mapping[int, int] | None = None,
) -> Accumulation:
    """Return the exact mean over all n! orders of the number of codes after h documents, and its spread.

    Parameters
    ----------
    frequencies
        n and Q.
    h
        numbers of documents, 1..n; whole numbers in any order.
    total
        estimated number of all codes (Chao2), for ``sd_unconditional``.
    unions
        from ``union_sizes``, for ``sd_permutation``.

    Raises
    ------
    WrongArgument : a number of documents beyond those there are (``beyond_the_documents``); nothing is computed.

    Notes
    -----
    O(len(h) x n), in blocks of 16 MiB.

    References
    ----------
    Colwell, Mao & Chang 2004, Ecology 85: 2717; Colwell et al. 2012, J. Plant Ecol. 5: 3. ``sd_unconditional`` is the
    one of the universe, ``sd_permutation`` follows from the chance that two codes are both missed.
    """
    n = frequencies.documents
    beyond = [point for point in h if not 0 < point <= n]
    if beyond:
        raise WrongArgument(
            "beyond_the_documents",
            "The curve of {n} documents has no point at {given}: it runs from 1 to {n}.",
            n=n,
            given=", ".join(map(str, beyond)),
        )
    missed, q = missed_shares(n, h, list(frequencies.q)), np.array(list(frequencies.q.values()), dtype=float)
    absent = missed @ q
    mean = frequencies.observed - absent
    k = np.array(list(frequencies.q), dtype=float)
    share = np.array(h, dtype=float)[:, None] / max(n, 1)
    coleman = (1.0 - (1.0 - share) ** k[None, :]) @ q
    unconditional: Floats = np.zeros(0)
    if total is not None and total > 0:
        unconditional = _root((1.0 - missed) ** 2 @ q, mean**2 / total)
    permutation: Floats = np.zeros(0)
    if unions is not None:
        permutation = _over_orders(frequencies, missed, q, missed_shares(n, h, list(unions)), unions)
    return Accumulation(
        h=tuple(int(point) for point in h),
        mean=_tuple(mean),
        coleman=_tuple(coleman),
        sd_unconditional=_tuple(unconditional),
        sd_permutation=_tuple(permutation),
    )


def union_sizes(incidence: Incidence) -> dict[int, int]:
    """Return how many pairs of codes have documents whose union counts u documents, for every u.

    Pairs that share a document come from one sparse product, O(sum of squared codes per document); the
    others from the frequencies alone, O(Y^2) for the greatest number of documents Y of a code.
    """
    if not incidence.codes:
        return {}
    size, codes = incidence.sizes, len(incidence.codes)
    q = np.bincount(size).astype(float)
    apart = np.convolve(q, q)  # ordered pairs by the sum of their sizes, each code with itself too
    apart[2 * np.arange(len(q))] -= q
    pairs = np.rint(apart / 2.0).astype(np.int64)
    ones = np.ones(len(incidence.rows), dtype=np.int32)
    shape = (incidence.documents, codes)
    by_code = sparse.csc_array((ones, incidence.rows, incidence.starts), shape=shape)
    shared = sparse.triu(by_code.T @ by_code, k=1).tocoo()
    together = size[shared.row] + size[shared.col]
    pairs -= np.bincount(together, minlength=len(pairs))
    pairs += np.bincount(together - shared.data, minlength=len(pairs))
    return {int(u): int(pairs[u]) for u in np.flatnonzero(pairs)}


def knots(n: int, most: int = 200) -> list[int]:
    """Return 1..n, or at most ``most`` numbers spread over it with both ends."""
    if n <= most:
        return list(range(1, n + 1))
    return sorted({round(1 + i * (n - 1) / (most - 1)) for i in range(most)})


def _over_orders(
    frequencies: Frequencies, missed: Floats, q: Floats, pairs_missed: Floats, unions: Mapping[int, int]
) -> Floats:
    """Return the spread over orders: the variance of the codes missed, which is that of the codes seen.

    Of few documents nearly all codes are missed: the squares of two large numbers would leave few digits of their
    difference. There the codes seen are counted, elsewhere the codes missed: whatever is fewer.
    """
    pairs = np.array(list(unions.values()), dtype=float)
    absent, present = missed @ q, (1.0 - missed) @ q
    more = absent + 2.0 * (pairs_missed @ pairs), (2 * frequencies.observed - 1) * present
    less = absent**2, 2.0 * ((1.0 - pairs_missed) @ pairs) + present**2
    few = more[0] <= more[1]
    return _root(np.where(few, more[0], more[1]), np.where(few, less[0], less[1]))


def missed_share(n: int, k: int, h: int) -> float:
    """Return C(n-k, h) / C(n, h): the chance that h of n documents miss a code that occurs in k. O(1)."""
    rest = n - k - h
    if rest < 0:
        return 0.0
    log = math.lgamma
    return min(math.exp(log(n - k + 1) - log(rest + 1) - log(n + 1) + log(n - h + 1)), 1.0)


def missed_shares(n: int, h: Sequence[int], k: Sequence[int]) -> Floats:
    """Return ``missed_share`` for all h (rows) and k (columns), 0..n; right to the last digits. O(len(h) x n).

    A product of k factors and no difference of logarithms of factorials, whose rounding the variances feel.
    """
    columns = np.array(k, dtype=np.int64)
    shares = np.empty((len(h), len(columns)))
    most = int(columns.max(initial=0))
    step = max(1, _CHUNK // max(most, 1))
    drawn = np.arange(most, dtype=np.float64)
    for start in range(0, len(h), step):
        part = np.array(h[start : start + step], dtype=np.float64)[:, None]
        products = np.ones((len(part), most + 1))
        np.divide(np.maximum(n - part - drawn, 0.0), n - drawn, out=products[:, 1:])
        shares[start : start + step] = np.cumprod(products, axis=1, out=products)[:, columns]
    return shares


def _root(more: Floats, less: Floats) -> Floats:
    """Return the root of more - less; what is left below the rounding of the two is zero."""
    left = more - less
    return np.asarray(np.sqrt(np.where(left > 1e-12 * (more + less), left, 0.0)))


def _tuple(values: Floats) -> tuple[float, ...]:
    return tuple(float(value) for value in values)
