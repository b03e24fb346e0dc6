"""Krippendorff's alpha for any number of coders, missing values, and values that are sets of codes."""

import warnings
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast

import krippendorff
import numpy as np
from numpy.typing import DTypeLike
from scipy import sparse

from intercoder.errors import WrongArgument
from intercoder.stats.agreement.distances import MEASUREMENTS, Measurement, Metric, metric, ranks
from intercoder.stats.arrays import Floats, Ints, Rows, Sparse, Statistic
from intercoder.stats.intervals import FEWEST_DOCUMENTS, METHODS, SEED, Method, interval_of, perfect, refusal
from intercoder.stats.patterns import Patterns, patterns
from intercoder.stats.quotients import beyond_chance
from intercoder.stats.reliability import Ratings
from intercoder.stats.results import Estimate, Interval
from intercoder.stats.tree import CodeTree

if TYPE_CHECKING:
    from krippendorff.krippendorff import DistanceMetric, LevelOfMeasurement

__all__ = ["MEASUREMENTS", "Measurement", "Method", "krippendorff_alpha"]

#: Bytes the `krippendorff` package may use: it builds three arrays of units x values x values.
PACKAGE_BYTES = 16 * 2**20
#: Entries of the largest array made at once.
_CHUNK = 1_048_576


def krippendorff_alpha(
    ratings: Ratings,
    level: Measurement = "nominal",
    *,
    resamples: int = 0,
    seed: int = SEED,
    method: Method = "percentile",
    tree: CodeTree[str] | None = None,
) -> Estimate:
    """Return Krippendorff's alpha, with a bootstrap interval when resamples are asked for.

    alpha = 1 - D_o / D_e over pairable units; units with fewer than two values change nothing.

    Parameters
    ----------
    ratings
        coders x units. For ``jaccard`` and ``masi`` the values are frozensets.
    level
        the metric, see ``distances.distance_table``: ``nominal``; ``ordinal`` by ranks, in the order of
        ``ratings.values``; ``interval``; ``ratio``; ``jaccard`` and ``masi`` for sets; ``tree`` along
        the code tree. Never guessed: the package's own default is interval.
    resamples
        of whole documents when at least 10 documents have pairable units, of units otherwise; 0 for no
        interval.
    seed
        of the resamples.
    method
        of the interval: ``percentile``, or ``bca`` (bias-corrected and accelerated).
    tree
        the code tree, for the level ``tree``.

    Returns
    -------
    Estimate : 1 perfect, 0 as by chance, negative below chance. Reasons: ``no_pairable_values``,
        ``no_variation`` (one category only, also when others occur in units of a single coder),
        ``no_expected_disagreement``, ``not_numeric``, ``mixed_signs``, ``too_many_values``; of the
        interval ``no_value``, ``not_requested``, ``too_few_units``, ``too_many_undefined``, ``no_bca``.

    Raises
    ------
    WrongArgument : an unknown level or method; ``tree`` without a tree.

    Notes
    -----
    Computed by the package `krippendorff` from counts where its memory allows, else from the patterns
    of units; both agree to 1e-12. N units (or documents) drawn, K patterns, M values in them, V different
    values: value O(units x coders + units log units + M), sets, ratio and tree O(M V) and their table more;
    interval O(B (N + M)) more for B resamples (nominal, ordinal, interval) or O(B (N + M + V^2)), and for
    ``bca`` one more statistic for each of the K rows. Memory O(units x coders), a V x V table for those
    levels that have one, and blocks of 16 MiB; no units x values array.

    References
    ----------
    Krippendorff 2011, Computing Krippendorff's alpha-reliability,
    https://repository.upenn.edu/asc_papers/43. Passonneau 2006 (MASI), LREC, p. 831-836.

    Examples
    --------
    >>> two = Ratings.from_rows([[1, 1, 2, 2, 1, None], [1, 2, 2, 2, 1, 1]])
    >>> krippendorff_alpha(two).value
    0.64
    >>> krippendorff_alpha(Ratings.from_rows([[1, 1], [1, 1]])).reason
    'no_variation'
    """
    if method not in METHODS:
        raise WrongArgument(
            "unknown_method",
            "There is no method {given}; choose among: {choices}.",
            given=method,
            choices=", ".join(METHODS),
        )
    data = patterns(ratings)
    form = alpha_form(ratings, data, level, tree)
    value = form if isinstance(form, str) else _value(data, ratings, form)
    estimate = ratings.estimate("krippendorff_alpha", value, level=level)
    interval_reason = refusal(estimate.value, ratings.n_pairable, resamples)
    interval = None
    if interval_reason is None and not isinstance(form, str) and estimate.value is not None:
        interval, interval_reason = _interval(data, form, estimate.value, resamples, seed, method)
    interval, interval_reason = perfect(estimate.value, interval, interval_reason, resamples=resamples, seed=seed)
    return replace(estimate, interval=interval, interval_reason=interval_reason)


@dataclass(frozen=True)
class Form:
    """Alpha as a function of sums over units: K x P ``rows``, and ``statistic`` of b x P sums -> b values."""

    metric: Metric
    rows: Rows
    statistic: Statistic


def alpha_form(ratings: Ratings, data: Patterns, level: Measurement, tree: CodeTree[str] | None = None) -> Form | str:
    """Return alpha of these patterns as a function of sums, or the reason why there is none.

    Reasons and errors as in ``krippendorff_alpha``, but ``no_expected_disagreement``, which only the sums
    tell: the statistic is NaN then. O(M) for M values in the patterns, with a table O(M V) and the table.
    """
    values = [ratings.values[i] for i in data.used]
    given = metric(values, level, tree)
    if not len(data.frequency):
        return "no_pairable_values"
    if len(values) < 2:
        return "no_variation"
    if isinstance(given, str):
        return given
    counts, scale = data.counts, 1.0 / (data.size - 1.0)
    if level == "ordinal":
        # The metric depends on the totals of the resample, so the statistic needs the weights themselves.
        return Form(given, sparse.eye_array(len(data.size), format="csr"), lambda w: _ordinal(w, counts, data.size))
    if given.position is not None:
        first, second = counts @ given.position, counts @ given.position**2
        observed = (data.size * second - first**2) * scale
        return Form(given, np.stack([observed, data.size, first, second], axis=1), _on_a_line)
    if given.table is not None:
        table = given.table
        observed = _row_disagreement(counts, table) * scale
        return Form(given, _with_counts(observed, counts), lambda sums: _tabled(sums, table))
    squares = np.asarray((counts * counts).sum(axis=1)).ravel()
    observed = (data.size**2 - squares) / 2.0 * scale
    return Form(given, _with_counts(observed, counts), _nominal)


def _with_counts(observed: Floats, counts: "Sparse") -> "Sparse":
    rows: Sparse = sparse.hstack([observed[:, None], counts], format="csr")
    return rows


def _row_disagreement(counts: Sparse, table: Floats) -> Floats:
    """Sum over c < k of n_c n_k d_ck for every row; in slices, so that K x V never is whole in memory."""
    disagreements = np.zeros(counts.shape[0])
    step = max(1, _CHUNK // counts.shape[1])
    for start in range(0, len(disagreements), step):
        part = counts[start : start + step]
        disagreements[start : start + step] = np.asarray(part.multiply(part @ table).sum(axis=1)).ravel() / 2.0
    return disagreements


def _ratio(observed: Floats, total: Floats, expected: Floats) -> Floats:
    """1 - (n - 1) observed / expected, NaN where nothing is expected."""
    return beyond_chance((total - 1.0) * observed, expected)


def _nominal(sums: Floats) -> Floats:
    n = sums[:, 1:]
    total = n.sum(axis=1)
    return _ratio(sums[:, 0], total, (total**2 - (n**2).sum(axis=1)) / 2.0)


def _tabled(sums: Floats, table: Floats) -> Floats:
    n = sums[:, 1:]
    return _ratio(sums[:, 0], n.sum(axis=1), ((n @ table) * n).sum(axis=1) / 2.0)


def _on_a_line(sums: Floats) -> Floats:
    """Sum over c < k of n_c n_k (x_c - x_k)^2 = n sum n_c x_c^2 - (sum n_c x_c)^2."""
    observed, total, first, second = sums.T
    expected = total * second - first**2
    # What rounding leaves of two equal terms is nothing.
    return _ratio(observed, total, np.where(expected > 1e-12 * total * second, expected, 0.0))


def _ordinal(weights: Floats, counts: Sparse, size: Floats) -> Floats:
    n = (counts.T @ weights.T).T
    position = ranks(n)
    first, second = counts @ position.T, counts @ (position**2).T
    observed = (weights.T * (size[:, None] * second - first**2) / (size[:, None] - 1.0)).sum(axis=0)
    total = n.sum(axis=1)
    # Two values at least: without them every rank is the mean.
    varies = (n > 0).sum(axis=1) > 1
    return _ratio(observed, total, np.where(varies, total * (n * position**2).sum(axis=1), 0.0))


def _value(data: Patterns, ratings: Ratings, form: Form) -> float | str:
    values = [ratings.values[i] for i in data.used]
    if 3 * 8 * len(data.unit) * len(values) ** 2 <= PACKAGE_BYTES:
        value = _by_package(data, form.metric)
    else:
        sums = np.asarray(form.rows.T @ data.frequency.astype(np.float64))
        value = float(form.statistic(sums[None, :])[0])
    return "no_expected_disagreement" if np.isnan(value) else value


def _by_package(data: Patterns, given: Metric) -> float:
    counts = data.counts.toarray()[data.unit]
    level = cast("LevelOfMeasurement", given.level) if given.table is None else _distances_of(given.table)
    domain = given.position if given.level == "interval" else None
    with warnings.catch_warnings():
        # Values that differ under no distance: 0 / 0, which the caller reports as a reason.
        warnings.simplefilter("ignore", RuntimeWarning)
        return krippendorff.alpha(value_counts=counts, value_domain=domain, level_of_measurement=level)


def _distances_of(table: Floats) -> "DistanceMetric":
    def between(*_values: object, i1: Ints, i2: Ints, dtype: DTypeLike, **_counts: object) -> Floats:
        return table[i1, i2].astype(dtype)

    return cast("DistanceMetric", between)


def _interval(
    data: Patterns, form: Form, value: float, resamples: int, seed: int, method: Method
) -> tuple[Interval | None, str | None]:
    rows, frequency, statistic, clustered_by = form.rows, data.frequency, form.statistic, "unit"
    if data.documents is not None and len(np.unique(data.documents)) >= FEWEST_DOCUMENTS:
        rows, statistic = sums_of_documents(data, form)
        frequency, clustered_by = np.ones(rows.shape[0], dtype=np.int64), "document"
    return interval_of(
        value,
        rows,
        frequency,
        statistic,
        resamples=resamples,
        seed=seed,
        method=method,
        clustered_by=clustered_by,
    )


def sums_of_documents(data: Patterns, form: Form) -> tuple[Rows, Statistic]:
    """Return documents x sums and alpha of such sums.

    The expected disagreement is n' D n over values, n the sum of the documents drawn: where there are more
    values than documents it is taken as w' (N D N') w over documents, N their counts, w how often each was
    drawn, so that a resample costs documents^2 and not values^2.
    """
    rows = data.by_document() @ form.rows
    documents, values = rows.shape[0], rows.shape[1] - 1
    if form.metric.level == "ordinal" or form.metric.position is not None or values <= documents:
        return rows, form.statistic
    assert not isinstance(rows, np.ndarray)  # see ``alpha_form``: only numbers on a line have dense rows
    counts = rows[:, 1:]
    size = np.asarray(counts.sum(axis=1)).reshape(-1)
    if form.metric.table is None:
        apart = np.outer(size, size) - (counts @ counts.T).toarray()
    else:
        apart = (counts @ form.metric.table) @ counts.T

    def statistic(sums: Floats) -> Floats:
        drawn = sums[:, 2:]
        return _ratio(sums[:, 0], sums[:, 1], ((drawn @ apart) * drawn).sum(axis=1) / 2.0)

    observed = rows[:, :1].toarray()
    return np.hstack([observed, size[:, None], np.eye(documents)]), statistic
