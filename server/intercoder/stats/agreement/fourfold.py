"""Two coders and one code, yes or no by unit: the coefficients as functions of the four counts, for arrays of tables.

Every function takes n units, coded by both, only the first, only the second, as numbers or as arrays that go
together, and returns one value a table: -1..1, percent 0..1. NaN where it is undefined: n is 0 or, but for
percent and AC1, both used one and the same of the two values only. O(tables). Sources: the functions of the
same names in ``alpha``, ``coefficients`` and ``gwet``, of which these are the two-by-two case.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from intercoder.stats.arrays import Floats

#: Counts of units of one table, or of many.
Counts: TypeAlias = NDArray[np.floating] | NDArray[np.integer] | float

#: What is below this share of the scale is rounding.
_NOTHING = 1e-12


def _ratio(above: Counts, below: Counts) -> Floats:
    ratio: Floats = np.full(np.broadcast(above, below).shape, np.nan)
    np.divide(above, below, out=ratio, where=below > _NOTHING)
    return ratio


def percent(n: Counts, both: Counts, first: Counts, second: Counts) -> Floats:
    """Return the share of units in which the two agree."""
    return _ratio(n - (first + second), n + 0.0 * both)


def alpha(n: Counts, both: Counts, first: Counts, second: Counts) -> Floats:
    """Return Krippendorff's alpha: 1 - (2n - 1) d / (n1 n0) with d units that differ, n1 and n0 values yes and no."""
    differ = first + second
    yes = 2.0 * both + differ
    return np.asarray(1.0 - _ratio((2.0 * n - 1.0) * differ, yes * (2.0 * n - yes)))


def scott_pi(n: Counts, both: Counts, first: Counts, second: Counts) -> Floats:
    """Return Scott's pi: 1 - 2n d / (n1 n0)."""
    differ = first + second
    yes = 2.0 * both + differ
    return np.asarray(1.0 - _ratio(2.0 * n * differ, yes * (2.0 * n - yes)))


def kappa(n: Counts, both: Counts, first: Counts, second: Counts) -> Floats:
    """Return Cohen's kappa: 1 - n d / (a (n - b) + b (n - a)) with a and b units that each of the two coded."""
    a, b = both + first, both + second
    return np.asarray(1.0 - _ratio(n * 1.0 * (first + second), a * (n - b) + b * (n - a)))


def ac1(n: Counts, both: Counts, first: Counts, second: Counts) -> Floats:
    """Return Gwet's AC1 with the two categories used and not used, over units that both coded."""
    differ = first + second
    share = _ratio(2.0 * both + differ, 2.0 * n + 0.0 * differ)
    by_chance = 2.0 * share * (1.0 - share)
    return np.asarray(1.0 - _ratio(differ, n * (1.0 - by_chance)))


COEFFICIENTS: Mapping[str, Callable[[Counts, Counts, Counts, Counts], Floats]] = MappingProxyType(
    {"alpha": alpha, "percent": percent, "kappa": kappa, "pi": scott_pi, "ac1": ac1}
)
