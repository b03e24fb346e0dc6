"""Bootstrap intervals: resample units, or documents when there are enough of them.

Everything that is resampled here is a function of sums over units. So units with equal contributions
are one row with a frequency, one resample is one multinomial draw over the rows, and all resamples are
one matrix product; the result is that of resampling the units themselves.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import sparse

from intercoder.stats.reliability import Floats, Ints
from intercoder.stats.results import Interval

SEED = 20201013
#: Below this number of pairable units no interval is shown.
FEWEST_UNITS = 10
#: From this number of documents on, whole documents are drawn: units of one document are not independent.
FEWEST_DOCUMENTS = 10
MOST_UNDEFINED = 0.05

#: Entries of the largest array made at once (doubles: 16 MiB).
_CHUNK = 2_097_152


def bootstrap(
    rows: Any,
    frequency: Ints,
    statistic: Callable[[Floats], Floats],
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
    Weights ~ Multinomial(N, frequency / N), N = sum of the frequencies: exactly the law of drawing N
    units with replacement. CPU O(B K + B x entries of rows).
    """
    total = int(frequency.sum())
    generator = np.random.Generator(np.random.PCG64(seed))
    step = max(1, _CHUNK // max(1, *rows.shape))
    found = []
    for start in range(0, resamples, step):
        size = min(step, resamples - start)
        weights = generator.multinomial(total, frequency / total, size=size).astype(np.float64)
        sums = (rows.T @ weights.T).T if sparse.issparse(rows) else weights @ rows
        found.append(statistic(np.asarray(sums, dtype=np.float64)))
    return np.concatenate(found)


def refusal(value: float | None, pairable: int, resamples: int) -> str | None:
    """Return the reason why no resample needs to be drawn, or None."""
    if value is None:
        return "no_value"
    if resamples <= 0:
        return "not_requested"
    return "too_few_units" if pairable < FEWEST_UNITS else None


def percentile_interval(samples: Floats, *, seed: int, clustered_by: str) -> tuple[Interval | None, str | None]:
    """Return the 95 % percentile interval of a bootstrap, or None and the reason.

    Resamples in which the statistic is undefined (NaN) are counted and left out; with more than 5 % of
    them there is no interval.
    """
    valid = np.sort(samples)  # NaN goes to the end
    valid = valid[: len(valid) - int(np.isnan(valid).sum())]
    undefined = len(samples) - len(valid)
    if undefined > MOST_UNDEFINED * len(samples):
        return None, "too_many_undefined"
    low, high = _quantile(valid, 0.025), _quantile(valid, 0.975)
    interval = Interval(
        low=low,
        high=high,
        method="percentile bootstrap",
        resamples=len(samples),
        seed=seed,
        undefined=undefined,
        clustered_by=clustered_by,
        below_667=float(np.searchsorted(valid, 0.667)) / len(valid),
        below_800=float(np.searchsorted(valid, 0.8)) / len(valid),
        degenerate=bool(valid[-1] - valid[0] < 1e-12),
    )
    return interval, None


def _quantile(ordered: Floats, share: float) -> float:
    """Return numpy's default (linear) quantile of sorted values: thousands are needed, its call is slow."""
    at = share * (len(ordered) - 1)
    left = int(at)
    right = min(left + 1, len(ordered) - 1)
    return float(ordered[left] + (at - left) * (ordered[right] - ordered[left]))
