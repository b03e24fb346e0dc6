"""Raw agreement and the coefficients for two coders. None of them is alpha: see ``alpha`` and ``gwet``.

Units that only one coder has coded do not count (but see ``holsti``); ``no_pairable_values`` where no others
are left. Two coders cost O(units + V), V values; whatever looks at pairs of coders, that for each pair.
"""

from collections.abc import Iterator
from itertools import combinations
from typing import Literal, TypeAlias, get_args

import numpy as np

from intercoder.errors import WrongArgument
from intercoder.stats.agreement.distances import MOST_VALUES, numbers_of
from intercoder.stats.agreement.views import per_pair
from intercoder.stats.arrays import Floats, Ints
from intercoder.stats.patterns import patterns
from intercoder.stats.reliability import MISSING, Ratings
from intercoder.stats.results import Estimate

Variant: TypeAlias = Literal["units", "values", "pairs", "coderpairs"]
VARIANTS: tuple[str, ...] = get_args(Variant)
Weights: TypeAlias = Literal["linear", "quadratic", "ordinal"]


def percent_agreement(ratings: Ratings, variant: Variant = "units") -> Estimate:
    """Return the share of agreement, not corrected for chance: context, never alone.

    Parameters
    ----------
    ratings
        coders x units.
    variant
        ``units`` mean over pairable units of the agreeing share of their pairs of values;
        ``values`` the same with units weighted by their number of values (1 - D_o of nominal alpha);
        ``pairs`` agreeing pairs of values over all pairs; ``coderpairs`` mean over the pairs of coders
        with a common unit. They are equal when nothing is missing.

    Returns
    -------
    Estimate in 0..1, or ``no_pairable_values``.

    Raises
    ------
    WrongArgument : an unknown variant.

    Notes
    -----
    O(values + units log units); ``coderpairs`` O(pairs of coders x units). Gwet 2014, Handbook of Inter-Rater
    Reliability, 4th ed. (``units``); Krippendorff 2011 (``values``); Artstein & Poesio 2008, doi
    10.1162/coli.07-034-R2 (``coderpairs``).
    """
    if variant not in VARIANTS:
        raise WrongArgument(
            "unknown_variant",
            "There is no variant {given}; choose among: {choices}.",
            given=variant,
            choices=", ".join(VARIANTS),
        )
    method = "percent_agreement"
    if not ratings.n_pairable:
        return ratings.estimate(method, "no_pairable_values", variant=variant)
    if variant == "coderpairs":
        shares = [_agreeing(a, b) / len(a) for a, b in _shared(ratings) if len(a)]
        return ratings.estimate(method, float(np.mean(shares)), variant=variant)
    data = patterns(ratings)
    possible = data.size * (data.size - 1.0)
    agreeing = np.asarray((data.counts * data.counts).sum(axis=1)).ravel() - data.size
    weight = {"units": np.ones_like(possible), "values": data.size, "pairs": possible}[variant]
    weight = weight * data.frequency
    return ratings.estimate(method, float(weight @ (agreeing / possible) / weight.sum()), variant=variant)


def holsti(ratings: Ratings) -> Estimate:
    """Return Holsti's (1969) 2A / (N1 + N2), for more coders its mean over the pairs with a common unit.

    N1 and N2 are all decisions of the two coders, also those on units that the other one skipped; A those
    that agree. 0..1, or ``no_pairable_values``. O(pairs of coders x units). Holsti 1969, Content Analysis for
    the Social Sciences and Humanities, p. 140.
    """
    if not ratings.n_pairable:
        return ratings.estimate("holsti", "no_pairable_values")
    decided = (ratings.index != MISSING).sum(axis=1)
    pairs = zip(combinations(range(len(ratings.coders)), 2), _shared(ratings), strict=True)
    agreements = [2.0 * _agreeing(a, b) / (decided[i] + decided[j]) for (i, j), (a, b) in pairs if len(a)]
    return ratings.estimate("holsti", float(np.mean(agreements)))


def holsti_reliability(ratings: Ratings, mean: Estimate | None = None) -> Estimate:
    """Return Holsti's composite reliability R = m K / (1 + (m - 1) K), K his coefficient and m the coders with values.

    R is the figure of the coders' work taken together (the Spearman-Brown form) and rises with m by construction: at
    K = .80 it is .89 for two coders and .95 for five. 0..1, never below K, or ``no_pairable_values``. Cost of
    ``holsti``. Holsti 1969, p. 137.

    ``mean``: K, where it is known already or was taken over other units; ``holsti`` of the ratings otherwise.
    """
    mean = holsti(ratings) if mean is None else mean
    coders = int((ratings.index != MISSING).any(axis=1).sum())
    if mean.value is None:
        return ratings.estimate("holsti_reliability", mean.reason or "no_pairable_values", coders=coders)
    composite = coders * mean.value / (1.0 + (coders - 1.0) * mean.value)
    return ratings.estimate("holsti_reliability", composite, coders=coders)


def cohen_kappa(ratings: Ratings, weights: Weights | None = None) -> Estimate:
    """Return Cohen's kappa of two coders over the units both coded.

    Parameters
    ----------
    ratings
        exactly two coders.
    weights
        None, or agreement weights of ``weight_table``.

    Returns
    -------
    Estimate in -1..1. Reasons: ``needs_two_coders``, ``no_pairable_values``, ``no_variation`` (both
    used one and the same category only), ``too_many_values`` (weights are a table). One constant coder
    beside a varying one gives exactly 0.

    Notes
    -----
    O(units + V), with weights O(units + V^2). Cohen 1960, doi 10.1177/001316446002000104; weighted 1968, doi
    10.1037/h0026256.
    """
    parameters = {"weights": weights or "identity"}
    if len(ratings.coders) != 2:
        return ratings.estimate("cohen_kappa", "needs_two_coders", **parameters)
    (first, second) = next(_shared(ratings))
    if not len(first):
        return ratings.estimate("cohen_kappa", "no_pairable_values", **parameters)
    if weights is not None and len(ratings.values) > MOST_VALUES:
        return ratings.estimate("cohen_kappa", "too_many_values", **parameters)
    mine, theirs = _shares(first, ratings), _shares(second, ratings)
    if weights is None:
        # Sums of products, not @: for short vectors BLAS costs more in waking its threads than in the sum.
        observed, expected = _agreeing(first, second) / len(first), float((mine * theirs).sum())
    else:
        table = weight_table(ratings, weights)
        observed, expected = float(table[first, second].mean()), float(mine @ table @ theirs)
    result = "no_variation" if 1.0 - expected < 1e-12 else (observed - expected) / (1.0 - expected)
    return ratings.estimate("cohen_kappa", result, **parameters)


def cohen_kappa_se(ratings: Ratings) -> Estimate:
    """Return the large-sample standard error of unweighted kappa, 0 or above; reasons as ``cohen_kappa``.

    O(units log units): over the cells that occur. Fleiss, Cohen & Everitt 1969, doi 10.1037/h0028106.
    """
    kappa = cohen_kappa(ratings)
    if kappa.value is None:
        return ratings.estimate("cohen_kappa_se", kappa.reason or "no_variation")
    first, second = next(_shared(ratings))
    size, n = len(ratings.values), len(first)
    mine, theirs = _shares(first, ratings), _shares(second, ratings)
    cells, times = np.unique(first * size + second, return_counts=True)
    row, column, share = cells // size, cells % size, times / n
    rest, expected = 1.0 - kappa.value, float((mine * theirs).sum())
    same = row == column
    a = float((share * (1.0 - (mine[row] + theirs[column]) * rest) ** 2)[same].sum())
    b = rest**2 * float((share * (theirs[row] + mine[column]) ** 2)[~same].sum())
    c = (kappa.value - expected * rest) ** 2
    variance = (a + b - c) / (n * (1.0 - expected) ** 2)
    return ratings.estimate("cohen_kappa_se", float(np.sqrt(max(variance, 0.0))))


def mean_pairwise_cohen_kappa(ratings: Ratings) -> Estimate:
    """Return the mean of Cohen's kappa over the pairs of coders; the number of pairs is named.

    Pairs without a value (no common unit, no variation) are left out and counted. Reasons, when no pair has
    a value: ``no_pairable_values``, ``no_variation``. O(pairs of coders x (units + V)). Light 1971, doi
    10.1037/h0031643.
    """
    kappas = per_pair(ratings, cohen_kappa)
    values = [kappa.value for kappa in kappas.values() if kappa.value is not None]
    parameters = {"pairs": len(values), "undefined_pairs": len(kappas) - len(values)}
    if values:
        return ratings.estimate("mean_pairwise_cohen_kappa", float(np.mean(values)), **parameters)
    reason = "no_variation" if ratings.n_pairable else "no_pairable_values"
    return ratings.estimate("mean_pairwise_cohen_kappa", reason, **parameters)


def scott_pi(ratings: Ratings) -> Estimate:
    """Return Scott's pi of two coders: chance from the pooled shares of the categories.

    -1..1. Reasons: ``needs_two_coders``, ``no_pairable_values``, ``no_variation`` (one category only).
    O(units + V). Scott 1955, Public Opinion Quarterly 19:321-325, doi 10.1086/266577.
    """
    if len(ratings.coders) != 2:
        return ratings.estimate("scott_pi", "needs_two_coders")
    first, second = next(_shared(ratings))
    if not len(first):
        return ratings.estimate("scott_pi", "no_pairable_values")
    pooled = (_shares(first, ratings) + _shares(second, ratings)) / 2.0
    observed, expected = _agreeing(first, second) / len(first), float((pooled * pooled).sum())
    result = "no_variation" if 1.0 - expected < 1e-12 else (observed - expected) / (1.0 - expected)
    return ratings.estimate("scott_pi", result)


def bennett_s(ratings: Ratings) -> Estimate:
    """Return Bennett's S of two coders: chance is 1 / q, q the number of AVAILABLE categories.

    Give the codebook's list as ``Ratings.values``; without it q would be the used categories only.
    -1 / (q - 1)..1. Reasons: ``needs_two_coders``, ``no_pairable_values``, ``no_variation`` (q is 1). O(units).
    Bennett, Alpert & Goldstein 1954, doi 10.1086/266520.
    """
    q = len(ratings.values)
    if len(ratings.coders) != 2:
        return ratings.estimate("bennett_s", "needs_two_coders", categories=q)
    first, second = next(_shared(ratings))
    if not len(first):
        return ratings.estimate("bennett_s", "no_pairable_values", categories=q)
    if q < 2:
        return ratings.estimate("bennett_s", "no_variation", categories=q)
    observed = _agreeing(first, second) / len(first)
    return ratings.estimate("bennett_s", (observed - 1.0 / q) / (1.0 - 1.0 / q), categories=q)


def weight_table(ratings: Ratings, weights: Weights) -> Floats:
    """Return the V x V agreement weights (1 on the diagonal) of the categories, in their order.

    ``linear`` 1 - |i-j| / range and ``quadratic`` 1 - ((i-j) / range)^2, on the values when all are
    finite numbers, else on ranks; ``ordinal`` (Gwet 2014) 1 - C(|i-j|+1, 2) / C(q, 2) on ranks. 0..1. O(V^2).
    """
    numbers = numbers_of(ratings.values) if weights != "ordinal" else None
    q = len(ratings.values)
    scale = np.arange(q, dtype=np.float64) if numbers is None else numbers
    apart = np.abs(scale[:, None] - scale[None, :])
    if weights == "ordinal":
        return np.asarray(1.0 - (apart + 1.0) * apart / max(q * (q - 1.0), 1.0))
    apart = apart / max(float(np.ptp(scale)), np.finfo(float).tiny)
    return np.asarray(1.0 - (apart if weights == "linear" else apart**2))


def _shared(ratings: Ratings) -> Iterator[tuple[Ints, Ints]]:
    """Yield for every pair of coders their values on the units that both coded."""
    for i, j in combinations(range(len(ratings.coders)), 2):
        both = (ratings.index[i] != MISSING) & (ratings.index[j] != MISSING)
        yield ratings.index[i, both].astype(np.int64), ratings.index[j, both].astype(np.int64)


def _agreeing(first: Ints, second: Ints) -> int:
    return int((first == second).sum())


def _shares(values: Ints, ratings: Ratings) -> Floats:
    return np.bincount(values, minlength=len(ratings.values)) / len(values)
