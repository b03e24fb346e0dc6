"""The interval of alpha where two codings never differ: resamples of them have no width, however few units there are."""

import math
from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from typing import Literal

import numpy as np

from intercoder.stats.agreement.distances import distance_table
from intercoder.stats.arrays import Floats
from intercoder.stats.intervals import FEWEST_UNITS, SLACK
from intercoder.stats.results import Estimate, Interval

METHOD = "Clopper-Pearson"


def sure_end(units: int, expected: float) -> float:
    """Return what alpha reaches at least, at 95 %, of two codings without a disagreement in so many units; below 1, without limit below. O(1).

    ``expected``: D_e, the disagreement by chance, above 0. From the exact upper limit of the share of units with a
    disagreement, each of which counts as the most that there can be: 1 - (1 - 0.025^(1/n)) / D_e. Units count as
    independent. Clopper & Pearson 1934, Biometrika 26:404-413.
    """
    most = 1.0 - math.pow(0.025, 1.0 / units)
    return 1.0 - most / expected


def expected_disagreement(
    sets: Iterable[frozenset[str] | Hashable], level: Literal["nominal", "masi"] = "nominal"
) -> float:
    """Return D_e of the values that two codings gave, 0..1: the mean distance of two that are drawn by chance.

    O(values), for masi O(V^2) for V different sets.
    """
    counts = Counter(sets)
    total = counts.total()
    if not total:
        return 0.0
    shares: Floats = np.array([*counts.values()], dtype=np.float64) / total
    if level == "nominal":
        return float(1.0 - (shares**2).sum())
    values: Sequence[Hashable] = [*counts]
    return float(shares @ distance_table(values, level) @ shares)


def with_width(estimate: Estimate, expected: float) -> Estimate:
    """Return an estimate of two codings, without any disagreement with the interval that is sure; others as they are. O(1).

    With fewer than 10 units there is none (``too_few_units``). An end below -1 is -1, the least that alpha of two can be.
    """
    if estimate.value is None or estimate.value < 1.0 - SLACK or estimate.interval_reason == "not_requested":
        return estimate
    if estimate.n_pairable < FEWEST_UNITS or expected <= 0.0:
        return estimate.with_interval(None, "too_few_units")
    return estimate.with_interval(Interval(max(sure_end(estimate.n_pairable, expected), -1.0), 1.0, METHOD), None)
