"""Fleiss' kappa, Gwet's AC1 and AC2, Brennan-Prediger, Conger's kappa: one frame for any number of coders.

All are (pa - pe) / (1 - pe) with the same observed agreement pa and different chance agreement pe;
standard errors are Gwet's, linearised over units with the coders fixed ("for these coders").

``weights``: None, ``linear``, ``quadratic`` or ``ordinal``, see ``coefficients.weight_table``. At most 1, 0 as by
chance. Reasons of all: ``no_pairable_values``, ``no_variation`` (fewer than two declared categories, or chance
alone agrees fully), ``too_many_values`` (weights are a table).

M values in the patterns of units, V declared categories: O(values + units log units), with weights O(V^2 + M V)
more; Conger's O(coders x V) more, with weights O(coders x V^2). Standard errors O(units) more, Conger's
O(coders x (units + V)), with weights O(coders x (units + V^2)).

References
----------
Gwet 2014, Handbook of Inter-Rater Reliability, 4th ed. (missing values, weights, standard errors).
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias, overload

import numpy as np

from intercoder.stats.agreement.coefficients import Weights, weight_table
from intercoder.stats.agreement.distances import MOST_VALUES, numbers_of
from intercoder.stats.arrays import Floats, Rows, Sparse
from intercoder.stats.patterns import Patterns, patterns
from intercoder.stats.reliability import MISSING, Ratings
from intercoder.stats.results import Estimate

Chance: TypeAlias = Literal["gwet_ac", "fleiss_kappa", "brennan_prediger", "conger_kappa"]


def gwet_ac(ratings: Ratings, weights: Weights | None = None) -> Estimate:
    """Return Gwet's AC1, or AC2 with weights. Little touched by one category being very frequent.

    ``ratings.values`` are the DECLARED categories: with two of them and only one used AC1 is 1; with
    one it is undefined (``no_variation``). Cost and reasons: see the module. Gwet 2008, British Journal of
    Mathematical and Statistical Psychology 61:29-48, doi 10.1348/000711006X126600.
    """
    return _coefficient(ratings, "gwet_ac", weights)


def fleiss_kappa(ratings: Ratings, weights: Weights | None = None) -> Estimate:
    """Return Fleiss' kappa in Gwet's form for missing values: chance from the pooled shares of the categories.

    Cost and reasons: see the module. Fleiss 1971, doi 10.1037/h0031619.
    """
    return _coefficient(ratings, "fleiss_kappa", weights)


def brennan_prediger(ratings: Ratings, weights: Weights | None = None) -> Estimate:
    """Return Brennan and Prediger's coefficient: chance from the number of declared categories.

    Cost and reasons: see the module. Brennan & Prediger 1981, doi 10.1177/001316448104100307.
    """
    return _coefficient(ratings, "brennan_prediger", weights)


def conger_kappa(ratings: Ratings, weights: Weights | None = None) -> Estimate:
    """Return Conger's kappa: Cohen's for more coders. ``coder_without_values`` when one has none.

    Cost and other reasons: see the module. Conger 1980, doi 10.1037/0033-2909.88.2.322.
    """
    return _coefficient(ratings, "conger_kappa", weights)


def standard_error(ratings: Ratings, chance: Chance, weights: Weights | None = None) -> Estimate:
    """Return Gwet's standard error of one of the four coefficients, 0 or above; it holds for these coders.

    Reasons: those of the coefficient, and ``too_few_units`` (one unit with a value). Cost: see the module.
    """
    parts = _parts(ratings, chance, weights)
    method = f"{chance}_se"
    parameters = {"weights": weights or "identity", "categories": len(ratings.values)}
    if isinstance(parts, str):
        return ratings.estimate(method, parts, **parameters)
    unit = parts.data.unit
    n = len(unit)
    if n < 2:
        return ratings.estimate(method, "too_few_units", **parameters)
    x = parts.value
    pairable = parts.data.size[unit] >= 2
    rest = 1.0 - parts.pe
    linear = (n / pairable.sum()) * (parts.agreement[unit] - parts.pe * pairable) / rest
    linear = linear - 2.0 * (1.0 - x) * (_chance_by_unit(ratings, chance, parts) - parts.pe) / rest
    return ratings.estimate(method, float(np.sqrt(((linear - x) ** 2).sum() / (n * (n - 1)))), **parameters)


def alpha_standard_error(ratings: Ratings, level: Literal["nominal", "interval"] = "nominal") -> Estimate:
    """Return Gwet's standard error of alpha over pairable units, for these coders.

    Exists for ``nominal`` (identity weights) and ``interval`` (quadratic weights). Reasons:
    ``no_pairable_values``, ``no_variation``, ``too_few_units`` (one unit), ``not_numeric``,
    ``too_many_values`` (the weights of ``interval`` are a table). Cost: see the module.
    Gwet 2014; the formula was read in irrCAC (R 1.0), whose numbers it gives.
    """
    method = "krippendorff_alpha_se"
    data = patterns(ratings)
    if not len(data.frequency):
        return ratings.estimate(method, "no_pairable_values", level=level)
    if len(data.used) < 2:
        return ratings.estimate(method, "no_variation", level=level)
    n = len(data.unit)
    if n < 2:
        return ratings.estimate(method, "too_few_units", level=level)
    table = None
    if level == "interval":
        if len(ratings.values) > MOST_VALUES:
            return ratings.estimate(method, "too_many_values", level=level)
        if numbers_of(ratings.values) is None:
            return ratings.estimate(method, "not_numeric", level=level)
        table = weight_table(ratings, "quadratic")[np.ix_(data.used, data.used)]
    mean = float(data.size @ data.frequency) / n
    excess = (data.size - mean) / mean
    agreeing = np.asarray(data.counts.multiply(_weigh(data.counts, table)).sum(axis=1)).ravel()
    agreement = (agreeing - data.size) / (mean * (data.size - 1.0))
    pa = float(agreement @ data.frequency) / n
    pi = data.totals / (n * mean)
    weighted = np.asarray(_weigh(pi, table))
    pe = float(pi @ weighted)
    prime = (pa - pe) / (1.0 - pe)
    corrected = pa + (1.0 - pa) / float(data.size @ data.frequency)  # alpha's own small-sample form
    linear = (agreement - corrected * excess - pe) / (1.0 - pe)
    chance = np.asarray(data.counts @ weighted).ravel() / mean - pe * excess
    linear = linear - 2.0 * (1.0 - prime) * (chance - pe) / (1.0 - pe)
    variance = float(((linear - prime) ** 2) @ data.frequency) / (n * (n - 1))
    return ratings.estimate(method, float(np.sqrt(variance)), level=level)


@dataclass(frozen=True)
class _Parts:
    """Units with a value, as patterns; their agreement; shares and weights of the used categories."""

    data: Patterns
    agreement: Floats
    pi: Floats
    table: Floats | None  # None: identity
    total_weight: float  # over all declared categories
    pe: float
    value: float


def _coefficient(ratings: Ratings, chance: Chance, weights: Weights | None) -> Estimate:
    parts = _parts(ratings, chance, weights)
    method: str = chance
    if chance == "gwet_ac":
        method = "gwet_ac1" if weights is None else "gwet_ac2"
    result = parts if isinstance(parts, str) else parts.value
    return ratings.estimate(method, result, weights=weights or "identity", categories=len(ratings.values))


def _parts(ratings: Ratings, chance: Chance, weights: Weights | None) -> _Parts | str:
    """Return what a coefficient and its variance are made of, or the reason why there is none."""
    q = len(ratings.values)
    if not ratings.n_pairable:
        return "no_pairable_values"
    if q < 2:
        return "no_variation"
    if chance == "conger_kappa" and ((ratings.index != MISSING).sum(axis=1) == 0).any():
        return "coder_without_values"
    if weights is not None and q > MOST_VALUES:
        return "too_many_values"
    data = patterns(ratings, least=1)
    table, total_weight = None, float(q)
    if weights is not None:
        declared = weight_table(ratings, weights)
        table, total_weight = declared[np.ix_(data.used, data.used)], float(declared.sum())
    f, size = data.frequency.astype(np.float64), data.size
    agreeing = np.asarray(data.counts.multiply(_weigh(data.counts, table)).sum(axis=1)).ravel() - size
    agreement = np.divide(agreeing, size * (size - 1.0), out=np.zeros_like(size), where=size >= 2)
    pi = np.asarray(data.counts.T @ (f / size)).ravel() / f.sum()
    if chance == "gwet_ac":
        pe = total_weight / (q * (q - 1.0)) * float((pi * (1.0 - pi)).sum())
    elif chance == "fleiss_kappa":
        pe = float(pi @ _weigh(pi, table))
    elif chance == "brennan_prediger":
        pe = total_weight / q**2
    else:
        shares = _shares_by_coder(ratings)[:, data.used]
        coders, total = len(shares), shares.sum(axis=0)
        own = float((_weigh(shares, table) * shares).sum())
        pe = (float(total @ _weigh(total, table)) - own) / (coders * (coders - 1.0))
    if 1.0 - pe < 1e-12:
        return "no_variation"
    pa = float(agreement @ f / f[size >= 2].sum())
    return _Parts(data, agreement, pi, table, total_weight, pe, (pa - pe) / (1.0 - pe))


@overload
def _weigh(shares: Floats, table: Floats | None) -> Floats: ...
@overload
def _weigh(shares: Sparse, table: Floats | None) -> Rows: ...
def _weigh(shares: Rows, table: Floats | None) -> Rows:
    """Return shares times the (symmetric) weights: the shares themselves for the identity."""
    return shares if table is None else shares @ table


def _shares_by_coder(ratings: Ratings) -> Floats:
    """Return coders x categories: the shares of the categories in all values of the coder."""
    q = len(ratings.values)
    counts = np.array([np.bincount(row[row != MISSING], minlength=q) for row in ratings.index], dtype=float)
    return np.asarray(counts / counts.sum(axis=1, keepdims=True))


def _chance_by_unit(ratings: Ratings, chance: Chance, parts: _Parts) -> Floats:
    """Return how much each unit contributes to the chance agreement (its linear part)."""
    data, q = parts.data, len(ratings.values)
    if chance == "brennan_prediger":
        return np.full(len(data.unit), parts.pe)
    if chance == "gwet_ac":
        other = np.asarray(data.counts @ (1.0 - parts.pi)).ravel() / data.size
        return np.asarray(parts.total_weight / (q * (q - 1.0)) * other[data.unit])
    if chance == "fleiss_kappa":
        mine = np.asarray(data.counts @ _weigh(parts.pi, parts.table)).ravel() / data.size
        return np.asarray(mine[data.unit])
    index = ratings.index[:, ratings.per_unit > 0]
    shares = _shares_by_coder(ratings)[:, data.used]
    place = np.full(q, MISSING)
    place[data.used] = np.arange(len(data.used))
    coders, n = index.shape
    total = shares.sum(axis=0)
    by_unit: Floats = np.zeros(n)
    for g in range(coders):
        # What the other coders' shares make of a value of coder g, against what they make of g's shares.
        against = np.asarray(_weigh(total - shares[g], parts.table))
        given = index[g] != MISSING
        rated = float(given.sum())
        mine = np.where(given, against[place[index[g]]], 0.0)
        by_unit += n / rated * (mine - (given - rated / n) * float(against @ shares[g]))
    return np.asarray(by_unit / (coders * (coders - 1.0)))
