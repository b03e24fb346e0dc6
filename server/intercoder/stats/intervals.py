"""Bootstrap intervals: resample units, or documents when there are enough of them.

Everything that is resampled here is a function of sums over units. So units with equal contributions
are one row with a frequency, one resample is one weight for each row (how often its units were drawn), and
all resamples are one matrix product; the result is that of resampling the units themselves.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Literal, TypeAlias, get_args

import numpy as np
from scipy import special

from intercoder.stats.arrays import Floats, Ints, Rows, Statistic
from intercoder.stats.normal import Z
from intercoder.stats.results import Interval

Method: TypeAlias = Literal["percentile", "bca"]
METHODS: tuple[str, ...] = get_args(Method)

SEED = 20201013
#: Below this number of pairable units no interval is shown.
FEWEST_UNITS = 10
#: From this number of documents on, whole documents are drawn: units of one document are not independent.
FEWEST_DOCUMENTS = 10
MOST_UNDEFINED = 0.05
#: A value so near to the end of its interval lies in it.
SLACK = 1e-9
#: Up to so many units the units themselves are drawn; beyond, the numbers of units of each kind.
MOST_DRAWN = 32_768

#: Entries of the largest array made at once (doubles: 16 MiB).
_CHUNK = 2_097_152
#: Entries of the weights of resamples that are kept for the next coefficient (doubles: 2 MiB).
_KEPT = 262_144


def bootstrap(
    rows: Rows,
    frequency: Ints,
    statistic: Statistic,
    *,
    resamples: int,
    seed: int,
) -> Floats:
    """Return the statistic in every resample; NaN where it is undefined.

    Parameters
    ----------
    rows
        K x P array (numpy or sparse): what one unit, or one document, of row k adds to the P sums.
    frequency
        K, how many units have row k (ones for documents).
    statistic
        sums of b resamples (b x P) -> b values, or b x Q for Q statistics at once.
    resamples
        number of resamples B.
    seed
        of numpy's PCG64.

    Returns
    -------
    B, or B x Q.

    Notes
    -----
    Exactly the law of drawing N units with replacement, see ``resample``. CPU O(B x entries of rows) more.
    """
    width = max(1, *rows.shape)
    samples = []
    for weights in resample(frequency, resamples=resamples, seed=seed, width=width):
        sums = weights @ rows if isinstance(rows, np.ndarray) else (rows.T @ weights.T).T
        samples.append(statistic(np.asarray(sums, dtype=np.float64)))
    return np.concatenate(samples)


def resample(frequency: Ints, *, resamples: int, seed: int, width: int) -> Iterator[Floats]:
    """Yield the weights of B resamples, b x K at a time: how often units of row k were drawn.

    N = sum of the frequencies. Up to ``MOST_DRAWN`` units, N places are drawn and the rows lie on them
    one after the other: the same seed draws the same places for every table of N units, however it is
    divided into rows. Beyond, the weights are drawn as Multinomial(N, frequency / N), the same law.
    ``width`` is the size of the widest row that the caller makes of one resample; like N it only sets
    b, so that no array outgrows the memory: no number depends on it. CPU O(B N) or O(B K).
    """
    total = int(frequency.sum())
    few = total <= MOST_DRAWN
    step = max(1, _CHUNK // max(1, width, total if few else 1))
    if resamples * total <= _KEPT and bool((frequency == 1).all()):
        weights = _weights_of_ones(total, resamples, seed)
        for start in range(0, resamples, step):
            yield weights[start : start + step]
        return
    generator = np.random.Generator(np.random.PCG64(seed))
    row_at = np.repeat(np.arange(len(frequency)), frequency) if few else np.zeros(0, dtype=np.int64)
    for start in range(0, resamples, step):
        size = min(step, resamples - start)
        if few:
            drawn = row_at[generator.integers(0, total, size=(size, total), dtype=np.int32)]
            drawn += np.arange(size)[:, None] * len(frequency)
            times = np.bincount(drawn.ravel(), minlength=size * len(frequency)).reshape(size, -1)
        else:
            times = generator.multinomial(total, frequency / total, size=size)
        yield times.astype(np.float64)


@lru_cache(maxsize=2)
def _weights_of_ones(total: int, resamples: int, seed: int) -> Floats:
    """Return what ``resample`` draws of rows that are one unit each, as documents are: a report asks it for every coefficient."""
    generator = np.random.Generator(np.random.PCG64(seed))
    drawn = generator.integers(0, total, size=(resamples, total), dtype=np.int32)
    drawn += (np.arange(resamples) * total)[:, None]
    weights = np.bincount(drawn.ravel(), minlength=resamples * total).reshape(resamples, total).astype(np.float64)
    weights.flags.writeable = False
    return weights


def refusal(value: float | None, pairable: int, resamples: int) -> str | None:
    """Return the reason why no resample of units needs to be drawn, or None. O(1).

    ``no_value``, ``not_requested`` (no resamples), ``too_few_units`` (fewer than 10 ``pairable`` units).
    """
    return _refusal(value, resamples, "too_few_units" if pairable < FEWEST_UNITS else None)


def refusal_of_documents(value: float | None, documents: int, resamples: int) -> str | None:
    """Return the reason why no resample of documents needs to be drawn, or None. O(1).

    ``no_value``, ``not_requested``, ``too_few_documents`` (fewer than 10).
    """
    return _refusal(value, resamples, "too_few_documents" if documents < FEWEST_DOCUMENTS else None)


def _refusal(value: float | None, resamples: int, too_few: str | None) -> str | None:
    if value is None:
        return "no_value"
    return "not_requested" if resamples <= 0 else too_few


def percentile_interval(samples: Floats, *, seed: int, clustered_by: str) -> tuple[Interval | None, str | None]:
    """Return the 95 % percentile interval of a bootstrap, or None and the reason.

    Resamples in which the statistic is undefined (NaN) are counted and left out; with more than 5 % of
    them there is no interval (``too_many_undefined``). ``samples``: B, in any order. O(B log B).
    Efron & Tibshirani 1993, An Introduction to the Bootstrap, ch. 13.
    """
    return _interval(np.sort(samples), (0.025, 0.975), "percentile bootstrap", seed, clustered_by)


def bca_interval(
    samples: Floats, value: float, left_out: Floats, frequency: Ints, *, seed: int, clustered_by: str
) -> tuple[Interval | None, str | None]:
    """Return the 95 % bias-corrected and accelerated interval of a bootstrap, or None and the reason.

    Parameters
    ----------
    samples
        the statistic in every resample; NaN where undefined.
    value
        the statistic of the data.
    left_out
        K, the statistic without one unit (or document) of row k.
    frequency
        K, how many units have row k.
    seed, clustered_by
        of the resamples, to be named in the interval.

    Notes
    -----
    ``no_bca`` when the value lies outside all resamples or leaving a unit out leaves no variation: the
    correction is then infinite or undefined; ``too_many_undefined`` as in ``percentile_interval``, whose
    interval this is when all valid resamples have one value. O(B log B + K). Efron 1987, JASA 82: 171–185, doi
    10.1080/01621459.1987.10478410.
    """
    valid = samples[~np.isnan(samples)]
    times = frequency.astype(np.float64)
    if len(valid) and np.ptp(valid) < 1e-12:
        return percentile_interval(samples, seed=seed, clustered_by=clustered_by)
    below = (np.sum(valid < value) + np.sum(valid <= value)) / 2.0 / max(len(valid), 1)
    if not 0.0 < below < 1.0 or np.isnan(left_out[times > 0]).any():
        return None, "no_bca"
    apart = float(times @ left_out / times.sum()) - left_out
    spread = float(times @ apart**2)
    acceleration = float(times @ apart**3) / (6.0 * spread**1.5) if spread > 0 else 0.0
    bias = float(special.ndtri(below))
    ends = []
    for z in (-Z, Z):
        shifted = bias + z
        ends.append(float(special.ndtr(bias + shifted / (1.0 - acceleration * shifted))))
    return _interval(np.sort(samples), (ends[0], ends[1]), "bca bootstrap", seed, clustered_by)


def beside(value: float, interval: Interval | None, reason: str | None) -> tuple[Interval | None, str | None]:
    """Return an interval that can stand beside its value, or None and the reason: ``leaves_value_out`` where it cannot.

    Percentiles of resamples lie below a value that nearly every resample lowers, the pairs of Krippendorff's algorithm
    weigh otherwise than alpha does where units have unequal numbers of values. O(1).
    """
    if interval is not None and not interval.low - SLACK <= value <= interval.high + SLACK:
        return None, "leaves_value_out"
    return interval, reason


def perfect(
    value: float | None, interval: Interval | None, reason: str | None, *, resamples: int, seed: int
) -> tuple[Interval | None, str | None]:
    """Return an interval and its reason, but [1, 1] (``degenerate``) under perfect agreement, in however few units.

    A resample of units without a disagreement has none: there is nothing to wait for more units for, and the flag says
    that the interval has no width. O(1).
    """
    if interval is None and resamples > 0 and value is not None and value >= 1.0 - SLACK:
        low_shares = {"below_667": 0.0, "below_800": 0.0}
        whole = Interval(1.0, 1.0, "percentile bootstrap", resamples, seed, 0, "unit", **low_shares, degenerate=True)
        return whole, None
    return interval, reason


def normal_interval(value: float, se: float, method: str, *, freedom: int | None = None) -> Interval:
    """Return value +- z se (or t with ``freedom``), the upper end not above 1, as for a coefficient of agreement.

    95 %; the lower end may lie below -1. O(1).
    """
    quantile = Z if freedom is None else float(special.stdtrit(freedom, 0.975))
    return Interval(low=value - quantile * se, high=min(1.0, value + quantile * se), method=method)


def intervals_of_rows(samples: Floats) -> tuple[Floats, Floats, Ints]:
    """Return the low ends, the high ends (NaN: too many undefined) and the undefined resamples of many statistics.

    ``samples`` is Q x B, one statistic a row; this is ``percentile_interval`` for thousands of them.
    O(Q B).
    """
    count = samples.shape[1]
    undefined = np.isnan(samples).sum(axis=1)
    low, high = np.full(len(samples), np.nan), np.full(len(samples), np.nan)
    for missing in np.unique(undefined[undefined <= MOST_UNDEFINED * count]).tolist():
        rows = np.flatnonzero(undefined == missing)
        valid = count - missing  # NaN goes to the end, also in a partition
        places, kept = {}, set()
        for share in (0.025, 0.975):
            at = share * (valid - 1)
            places[share] = (int(at), min(int(at) + 1, valid - 1), at - int(at))
            kept |= {places[share][0], places[share][1]}
        ordered = np.partition(samples[rows], sorted(kept), axis=1)
        for share, into in ((0.025, low), (0.975, high)):
            left, right, part = places[share]
            into[rows] = ordered[:, left] + part * (ordered[:, right] - ordered[:, left])
    return low, high, undefined


def interval_of(
    value: float,
    rows: Rows,
    frequency: Ints,
    statistic: Statistic,
    *,
    resamples: int,
    seed: int,
    method: Method = "percentile",
    clustered_by: str,
) -> tuple[Interval | None, str | None]:
    """Return the interval of one statistic by either method, or None and the reason (see ``beside``); rows as for ``bootstrap``.

    ``value``: the statistic of the data. O(B x entries of rows), for ``bca`` and K rows of P sums O(K P) more.
    """
    samples = bootstrap(rows, frequency, statistic, resamples=resamples, seed=seed)
    if method == "percentile":
        return beside(value, *percentile_interval(samples, seed=seed, clustered_by=clustered_by))
    left = left_out(rows, frequency, statistic)
    return beside(value, *bca_interval(samples, value, left, frequency, seed=seed, clustered_by=clustered_by))


def intervals_of(
    values: Sequence[float | None],
    rows: Rows,
    frequency: Ints,
    statistic: Statistic,
    *,
    resamples: int,
    seed: int,
    method: Method = "percentile",
    clustered_by: str,
) -> list[tuple[Interval | None, str | None]]:
    """Return ``interval_of`` for Q statistics of the same resamples; ``statistic``: b x P sums -> b x Q.

    ``no_value`` where ``values`` has None.
    """
    samples = bootstrap(rows, frequency, statistic, resamples=resamples, seed=seed).T
    if method == "percentile":
        intervals = percentile_intervals(samples, seed=seed, clustered_by=clustered_by)
    else:
        left = left_out(rows, frequency, statistic)
        intervals = [
            (None, "no_value")
            if value is None
            else bca_interval(row, value, left[:, q], frequency, seed=seed, clustered_by=clustered_by)
            for q, (value, row) in enumerate(zip(values, samples, strict=True))
        ]
    return [
        (None, "no_value") if value is None else beside(value, *interval)
        for value, interval in zip(values, intervals, strict=True)
    ]


def left_out(rows: Rows, frequency: Ints, statistic: Statistic) -> Floats:
    """Return the statistic without one unit (or document) of each row: K, or K x Q.

    O(K P) for K rows of P sums, in blocks.
    """
    whole = np.asarray(rows.T @ frequency.astype(np.float64))
    step = max(1, _CHUNK // max(1, rows.shape[1]))
    without = []
    for start in range(0, rows.shape[0], step):
        part = rows[start : start + step]
        without.append(statistic(whole - (part if isinstance(part, np.ndarray) else part.toarray())))
    return np.concatenate(without)


def percentile_intervals(samples: Floats, *, seed: int, clustered_by: str) -> list[tuple[Interval | None, str | None]]:
    """Return ``percentile_interval`` of Q statistics at once, samples Q x B. O(Q B): thousands are needed."""
    low, high, undefined = intervals_of_rows(samples)
    width = np.fmax.reduce(samples, axis=1) - np.fmin.reduce(samples, axis=1)
    return _told(samples, low, high, undefined, width, "percentile bootstrap", seed, clustered_by)


def _interval(
    samples: Floats, shares: tuple[float, float], method: str, seed: int, clustered_by: str
) -> tuple[Interval | None, str | None]:
    """Return the interval of sorted samples; NaN is at their end."""
    ordered = samples[None]
    undefined = np.isnan(ordered).sum(axis=1)
    valid = np.maximum(ordered.shape[1] - undefined, 1)
    low, high = (_quantiles(ordered, valid, share) for share in shares)
    width = ordered[np.arange(len(ordered)), valid - 1] - ordered[:, 0]
    (interval,) = _told(ordered, low, high, undefined, width, method, seed, clustered_by)
    return interval


def _told(
    samples: Floats,
    low: Floats,
    high: Floats,
    undefined: Ints,
    width: Floats,
    method: str,
    seed: int,
    clustered_by: str,
) -> list[tuple[Interval | None, str | None]]:
    """Return intervals with what is said of their Q rows of samples, Q x B; None and the reason where too many are undefined."""
    drawn = samples.shape[1]
    valid = np.maximum(drawn - undefined, 1)
    below = [(samples < bound).sum(axis=1) / valid for bound in (0.667, 0.8)]
    columns = (low, high, undefined, *below, width < 1e-12)
    return [
        (None, "too_many_undefined")
        if left_out > MOST_UNDEFINED * drawn
        else (Interval(start, end, method, drawn, seed, left_out, clustered_by, below_667, below_800, degenerate), None)
        for start, end, left_out, below_667, below_800, degenerate in zip(*(c.tolist() for c in columns), strict=True)
    ]


def _quantiles(ordered: Floats, valid: Ints, share: float) -> Floats:
    """Return numpy's default (linear) quantile of the first ``valid`` values of each sorted row."""
    at = share * (valid - 1)
    left = at.astype(np.int64)
    right = np.minimum(left + 1, valid - 1)
    rows = np.arange(len(ordered))
    start = ordered[rows, left]
    return np.asarray(start + (at - left) * (ordered[rows, right] - start))
