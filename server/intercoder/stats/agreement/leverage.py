"""Which disagreement costs most: how much alpha would rise if one unit were resolved."""

from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np

from intercoder.stats.agreement.alpha import alpha_form
from intercoder.stats.agreement.distances import Measurement, Metric, ranks
from intercoder.stats.arrays import Floats, Ints, Sparse
from intercoder.stats.patterns import Patterns, patterns
from intercoder.stats.quotients import beyond_chance
from intercoder.stats.reliability import Ratings
from intercoder.stats.results import Plain, check
from intercoder.stats.tree import CodeTree

#: Entries (candidates x values) of the largest array made at once (doubles: 8 MiB). With hundreds of different sets of
#: codes all candidates together would take gigabytes.
_CHUNK = 1_048_576


@dataclass(frozen=True, slots=True)
class Leverage(Plain):
    """One unit on which coders differ.

    ``unit``: its position in the ratings; ``to``: the value it would be resolved to; ``alpha``: what
    alpha would then be; ``gain``: by how much more that is than now (below zero where the value is so
    rare that agreeing on it lowers what is expected). None with ``reason`` ``no_variation`` when the
    resolution would leave one category only.
    """

    unit: int
    to: Hashable
    alpha: float | None
    gain: float | None
    reason: str | None

    def __post_init__(self) -> None:
        check("leverage", self.gain, self.reason)


def leverage(
    ratings: Ratings, level: Measurement = "nominal", *, tree: CodeTree[str] | None = None
) -> tuple[Leverage, ...]:
    """Return every disagreement with what its resolution would do to alpha, greatest gain first.

    To resolve a unit is to give all its values the most frequent one among them; of several equally
    frequent ones that which raises alpha least, so that no gain is promised that a ruling the other
    way would not bring. Each unit is resolved alone; gains do not add up exactly.

    Parameters
    ----------
    ratings
        coders x units; for one code of many use ``ratings.binary(code)``.
    level, tree
        as in ``krippendorff_alpha``.

    Returns
    -------
    tuple of Leverage, by gain and then by unit; units without a gain last; empty when all agree or
    alpha has no value.

    Raises
    ------
    WrongArgument : as ``krippendorff_alpha``.

    Notes
    -----
    One update of the sums for each pattern of values and candidate: O(units log units + candidates x coders) for
    ``nominal``, O(candidates x V) for ``interval`` and ``ratio``, O(candidates x V^2) for ``ordinal`` and levels with a table; for each block of 2^20 / V candidates (2^20 / V^2
    for ``ordinal``) the sums of all K patterns once more, O(K V) or O(K V^2).

    Own definition, from alpha = 1 - (n - 1) O / E with one unit's part of O removed and its values moved in E.

    Examples
    --------
    >>> ratings = Ratings.from_rows([["a", "a", "b", "b", "a"], ["a", "b", "b", "b", "a"]])
    >>> [(row.unit, row.to, round(row.gain, 3)) for row in leverage(ratings)]
    [(1, 'a', 0.36)]
    """
    data = patterns(ratings)
    form = alpha_form(ratings, data, level, tree)
    if isinstance(form, str):
        return ()
    whole = np.asarray(form.rows.T @ data.frequency.astype(np.float64))
    now = float(form.statistic(whole[None, :])[0])
    if np.isnan(now):
        return ()
    counts = data.counts.tocsr()
    pattern, value = _candidates(counts)
    if not len(pattern):
        return ()
    resolved = _resolved(data, form.metric, counts, pattern, value)
    # Of the candidates of one pattern the least; NaN (no variation left) counts as the least.
    order = np.lexsort((value, np.where(np.isnan(resolved), -np.inf, resolved), pattern))
    first = order[np.unique(pattern[order], return_index=True)[1]]
    outcome = {int(pattern[k]): (float(resolved[k]), ratings.values[data.used[value[k]]]) for k in first}
    units = np.flatnonzero(ratings.per_unit >= 2)
    gains = []
    for unit, kind in zip(units.tolist(), data.unit.tolist(), strict=True):
        if kind in outcome:
            then, to = outcome[kind]
            gone = bool(np.isnan(then))
            reason = "no_variation" if gone else None
            gains.append(Leverage(unit, to, None if gone else then, None if gone else then - now, reason))
    return tuple(sorted(gains, key=lambda row: (row.gain is None, -(row.gain or 0.0), row.unit)))


def _candidates(counts: Sparse) -> tuple[Ints, Ints]:
    """Return (pattern, value) for the most frequent values of every pattern in which values differ."""
    largest = counts.max(axis=1).toarray().reshape(-1)
    kinds = np.diff(counts.indptr)
    entries = counts.tocoo()
    keep = (entries.data == largest[entries.row]) & (kinds[entries.row] > 1)
    return entries.row[keep].astype(np.int64), entries.col[keep].astype(np.int64)


def _resolved(data: Patterns, given: Metric, counts: Sparse, pattern: Ints, value: Ints) -> Floats:
    """Return alpha with one unit of each pattern resolved to the value; NaN where nothing varies any more."""
    if given.level == "nominal":
        return _nominal(data, counts, pattern, value)
    alphas = []
    step = max(1, _CHUNK // counts.shape[1] ** (2 if given.level == "ordinal" else 1))
    for start in range(0, len(pattern), step):
        rows, to = pattern[start : start + step], value[start : start + step]
        before = counts[rows].toarray()
        moved = -before
        moved[np.arange(len(rows)), to] += data.size[rows]
        alphas.append(_after(data, given, before, moved, data.size[rows]))
    return np.concatenate(alphas)


def _nominal(data: Patterns, counts: Sparse, pattern: Ints, value: Ints) -> Floats:
    """Return what ``_resolved`` says of values that are alike or not, from the few values that each pattern has."""
    size, n = data.size, data.totals
    total = float(n.sum())
    squares = np.asarray(counts.multiply(counts).sum(axis=1)).reshape(-1)
    held = np.asarray(counts @ n)
    apart = (size**2 - squares) / 2.0 / (size - 1.0)
    observed = float(data.frequency @ apart) - apart[pattern]
    of_value = counts.max(axis=1).toarray().reshape(-1)[pattern]  # a candidate is a most frequent value
    without = float((n**2).sum()) - 2.0 * held[pattern] + squares[pattern]
    then = n[value] - of_value + size[pattern]
    expected = (total**2 - (without + then**2 - (n[value] - of_value) ** 2)) / 2.0
    return beyond_chance((total - 1.0) * observed, np.where(then < total, expected, 0.0))


def _after(data: Patterns, given: Metric, before: Floats, moved: Floats, size: Floats) -> Floats:
    counts, f = data.counts, data.frequency.astype(np.float64)
    weight = f / (data.size - 1.0)
    n = data.totals + moved
    total = float(data.totals.sum())
    scale = 1.0 / (size - 1.0)
    if given.level == "ordinal":
        position = ranks(n)
        upper = np.triu_indices(n.shape[1], 1)
        table = (position[:, upper[0]] - position[:, upper[1]]) ** 2
        all_pairs = np.asarray((counts.multiply(weight[:, None]).T @ counts).toarray())[upper]
        observed = ((all_pairs - before[:, upper[0]] * before[:, upper[1]] * scale[:, None]) * table).sum(axis=1)
        expected = total * (n * position**2).sum(axis=1)
    else:
        observed = _part(given, before) * scale
        whole = float(weight @ _sum_of_parts(given, counts))
        observed = whole - observed
        expected = _part(given, n)
    varies = (n > 0).sum(axis=1) > 1
    return beyond_chance((total - 1.0) * observed, np.where(varies, expected, 0.0))


def _part(given: Metric, n: Floats) -> Floats:
    """Sum over c < k of n_c n_k d_ck for every row of counts."""
    if given.table is not None:
        return np.asarray(((n @ given.table) * n).sum(axis=1) / 2.0)
    if given.position is not None:
        first, second = n @ given.position, n @ given.position**2
        return np.asarray(n.sum(axis=1) * second - first**2)
    return np.asarray((n.sum(axis=1) ** 2 - (n**2).sum(axis=1)) / 2.0)


def _sum_of_parts(given: Metric, counts: Sparse) -> Floats:
    step = max(1, _CHUNK // counts.shape[1])
    parts = [_part(given, counts[at : at + step].toarray()) for at in range(0, counts.shape[0], step)]
    return np.concatenate(parts)
