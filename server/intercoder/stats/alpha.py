"""Krippendorff's alpha for any number of coders, missing values, and values that are sets of codes."""

import warnings
from collections.abc import Callable, Hashable, Sequence
from dataclasses import replace
from typing import Any, Literal, TypeAlias, get_args

import krippendorff
import numpy as np
from scipy import sparse

from intercoder.errors import WrongArgument
from intercoder.stats.intervals import (
    FEWEST_DOCUMENTS,
    SEED,
    bootstrap,
    percentile_interval,
    refusal,
)
from intercoder.stats.patterns import Patterns, patterns
from intercoder.stats.reliability import Floats, Ints, Ratings
from intercoder.stats.results import Estimate

Level: TypeAlias = Literal["nominal", "ordinal", "interval", "ratio", "jaccard", "masi"]
LEVELS: tuple[str, ...] = get_args(Level)

#: Bytes the `krippendorff` package may use: it builds three arrays of units x values x values.
PACKAGE_BYTES = 16 * 2**20
#: Distances of sets are a table of values x values; beyond this many different sets there is none.
MOST_SETS = 2_000


def krippendorff_alpha(ratings: Ratings, level: Level = "nominal", *, resamples: int = 0, seed: int = SEED) -> Estimate:
    """Return Krippendorff's alpha, with a bootstrap interval when resamples are asked for.

    alpha = 1 - D_o / D_e over pairable units; units with fewer than two values change nothing.

    Parameters
    ----------
    ratings
        coders x units. For ``jaccard`` and ``masi`` the values are frozensets.
    level
        the distance of two values: ``nominal`` 1; ``ordinal`` by ranks, in the order of
        ``ratings.values``; ``interval`` (c-k)^2; ``ratio`` ((c-k)/(c+k))^2; ``jaccard`` and ``masi`` are
        used as they are. Never guessed: the package's own default is interval.
    resamples
        of whole documents when at least 10 documents have pairable units, of units otherwise; 0 for no
        interval.
    seed
        of the resamples.

    Returns
    -------
    Estimate : 1 perfect, 0 as by chance, negative below chance. Reasons: ``no_pairable_values``,
        ``no_variation`` (one category only, also when others occur in units of a single coder),
        ``no_expected_disagreement``, ``not_numeric``, ``mixed_signs``, ``too_many_values``.

    Notes
    -----
    Computed by the package `krippendorff` from counts where its memory allows, else from the patterns
    of units in O(patterns x coders x values); both agree to 1e-12.

    References
    ----------
    Krippendorff 2011, Computing Krippendorff's alpha-reliability. Passonneau 2006 (MASI).
    """
    if level not in LEVELS:
        raise WrongArgument(
            "unknown_level",
            "There is no level {given}; choose among: {choices}.",
            given=level,
            choices=", ".join(LEVELS),
        )
    data = patterns(ratings)
    values = [ratings.values[i] for i in data.used]
    reason = _refusal(data, values, level)
    value: float | None = None
    rows: Any = None
    statistic: Callable[[Floats], Floats] | None = None
    if reason is None:
        rows, statistic = _sums(data, values, level)
        value = _alpha(data, values, level, rows, statistic)
        if value is None:
            reason = "no_expected_disagreement"
    estimate = ratings.estimate("krippendorff_alpha", reason or value or 0.0, level=level)
    interval_reason = refusal(value, ratings.n_pairable, resamples)
    if interval_reason is not None or statistic is None:
        return replace(estimate, interval_reason=interval_reason)
    frequency, clustered_by = data.frequency, "unit"
    if data.documents is not None and len(np.unique(data.documents)) >= FEWEST_DOCUMENTS:
        by_document = data.by_document()
        rows = by_document @ rows
        frequency, clustered_by = np.ones(by_document.shape[0], dtype=np.int64), "document"
    samples = bootstrap(rows, frequency, statistic, resamples=resamples, seed=seed)
    interval, interval_reason = percentile_interval(samples, seed=seed, clustered_by=clustered_by)
    return replace(estimate, interval=interval, interval_reason=interval_reason)


def distance_table(values: Sequence[Hashable], level: Level) -> Floats:
    """Return the V x V table of distances of the given values (not for ``ordinal``, see ``_sums``)."""
    if level in ("jaccard", "masi"):
        return _set_distances(values, level)
    if level == "nominal":
        return np.asarray(1.0 - np.eye(len(values)))
    number = np.array(values, dtype=np.float64)
    difference = number[:, None] - number[None, :]
    if level == "interval":
        return np.asarray(difference**2)
    total = number[:, None] + number[None, :]
    return np.asarray(np.divide(difference, total, out=np.zeros_like(total), where=total != 0) ** 2)


def _set_distances(values: Sequence[Hashable], level: str) -> Floats:
    """Jaccard 1 - |A n B| / |A u B|; MASI 1 - J M, M = 1, 2/3 (proper subset), 1/3 (overlap), 0."""
    sets = [frozenset(value) if isinstance(value, frozenset) else frozenset((value,)) for value in values]
    codes = {code: i for i, code in enumerate(sorted(frozenset().union(*sets), key=repr))}
    member = np.zeros((len(sets), len(codes)))
    for i, one in enumerate(sets):
        member[i, [codes[code] for code in one]] = 1.0
    shared = member @ member.T
    size = member.sum(axis=1)
    union = size[:, None] + size[None, :] - shared
    similarity = np.divide(shared, union, out=np.ones_like(union), where=union > 0)  # two empty sets: 1
    if level == "masi":
        subset = shared == np.minimum(size[:, None], size[None, :])
        factor = np.where(subset, 2 / 3, np.where(shared > 0, 1 / 3, 0.0))
        similarity *= np.where(similarity == 1.0, 1.0, factor)
    return np.asarray(1.0 - similarity)


def _refusal(data: Patterns, values: Sequence[Hashable], level: str) -> str | None:
    if not len(data.frequency):
        return "no_pairable_values"
    if len(values) < 2:
        return "no_variation"
    if level in ("jaccard", "masi"):
        return "too_many_values" if len(values) > MOST_SETS else None
    if level in ("interval", "ratio"):
        numbers = [v for v in values if isinstance(v, (int, float)) and np.isfinite(v)]
        if len(numbers) < len(values):
            return "not_numeric"
        if level == "ratio" and min(numbers) < 0 < max(numbers):
            return "mixed_signs"
    return None


def _sums(data: Patterns, values: Sequence[Hashable], level: Level) -> tuple[Any, Callable[[Floats], Floats]]:
    """Return K x P rows (observed disagreement and counts) and alpha as a function of their sums."""
    counts, scale = data.counts, 1.0 / (data.size - 1.0)
    if level == "nominal":
        squares = np.asarray((counts * counts).sum(axis=1)).ravel()
        observed = (data.size**2 - squares) / 2.0 * scale
        return sparse.hstack([observed[:, None], counts], format="csr"), _nominal
    if level == "ordinal":
        # The ordinal distance depends on the totals of the resample: keep the coincidences.
        dense = counts.toarray()
        upper = np.triu_indices(len(values), 1)
        coincidences = dense[:, upper[0]] * dense[:, upper[1]] * scale[:, None]
        return np.hstack([coincidences, dense]), lambda sums: _ordinal(sums, upper)
    table = distance_table(values, level)
    observed = _row_disagreement(counts, table) * scale
    return sparse.hstack([observed[:, None], counts], format="csr"), lambda sums: _tabled(sums, table)


def _row_disagreement(counts: Any, table: Floats) -> Floats:
    """Sum over c < k of n_c n_k d_ck for every row; in slices, so that K x V never is whole in memory."""
    found = np.zeros(counts.shape[0])
    step = max(1, 1_048_576 // counts.shape[1])
    for start in range(0, len(found), step):
        part = counts[start : start + step]
        found[start : start + step] = np.asarray(part.multiply(part @ table).sum(axis=1)).ravel() / 2.0
    return found


def _ratio(observed: Floats, total: Floats, expected: Floats) -> Floats:
    """1 - (n - 1) observed / expected, NaN where nothing is expected."""
    quotient = np.divide((total - 1.0) * observed, expected, out=np.full(len(expected), np.nan), where=expected > 0)
    return np.asarray(1.0 - quotient)


def _nominal(sums: Floats) -> Floats:
    n = sums[:, 1:]
    total = n.sum(axis=1)
    return _ratio(sums[:, 0], total, (total**2 - (n**2).sum(axis=1)) / 2.0)


def _tabled(sums: Floats, table: Floats) -> Floats:
    n = sums[:, 1:]
    return _ratio(sums[:, 0], n.sum(axis=1), ((n @ table) * n).sum(axis=1) / 2.0)


def _ordinal(sums: Floats, upper: tuple[Ints, Ints]) -> Floats:
    pairs = len(upper[0])
    n = sums[:, pairs:]
    middle = np.cumsum(n, axis=1) - n / 2.0
    squared = (middle[:, upper[0]] - middle[:, upper[1]]) ** 2
    expected = (n[:, upper[0]] * n[:, upper[1]] * squared).sum(axis=1)
    return _ratio((sums[:, :pairs] * squared).sum(axis=1), n.sum(axis=1), expected)


def _alpha(
    data: Patterns,
    values: Sequence[Hashable],
    level: Level,
    rows: Any,
    statistic: Callable[[Floats], Floats],
) -> float | None:
    n_units, n_values = len(data.unit), len(values)
    if 3 * 8 * n_units * n_values**2 <= PACKAGE_BYTES:
        value = _by_package(data, values, level)
    else:
        sums = rows.T @ data.frequency.astype(np.float64)
        value = float(statistic(np.asarray(sums, dtype=np.float64)[None, :])[0])
    return None if np.isnan(value) else value


def _by_package(data: Patterns, values: Sequence[Hashable], level: Level) -> float:
    counts = data.counts.toarray()[data.unit]
    given: dict[str, Any] = {"level_of_measurement": level}
    if level in ("interval", "ratio"):
        given["value_domain"] = np.array(values, dtype=np.float64)
    if level in ("ratio", "jaccard", "masi"):
        table = distance_table(values, level)

        def by_table(*_values: Any, i1: Any, i2: Any, dtype: Any, **_counts: Any) -> Any:
            return table[i1, i2].astype(dtype)

        given["level_of_measurement"] = by_table
    with warnings.catch_warnings():
        # Values that differ under no distance: 0 / 0, which the caller reports as a reason.
        warnings.simplefilter("ignore", RuntimeWarning)
        return float(krippendorff.alpha(value_counts=counts, **given))
