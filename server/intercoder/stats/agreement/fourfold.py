"""Two coders and one code, yes or no by unit: the coefficients as functions of the four counts, for arrays of tables.

Every function takes n units, coded by both, only the first, only the second, as numbers or as arrays that go
together, and returns one value a table: -1..1, percent 0..1. NaN where it is undefined: n is 0 or, but for
percent and AC1, both used one and the same of the two values only. O(tables). Sources: the functions of the
same names in ``alpha``, ``coefficients`` and ``gwet``, of which these are the two-by-two case.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from intercoder.stats.arrays import Floats
from intercoder.stats.quotients import Numbers, beyond_chance, quotient

#: Divisors are products of whole numbers: below this share they are what rounding left of a 0.
_NOTHING = 1e-12


def percent(n: Numbers, both: Numbers, first: Numbers, second: Numbers) -> Floats:
    """Return the share of units in which the two agree."""
    return quotient(n - (first + second), n + 0.0 * both, least=_NOTHING)


def alpha_of_sums(observed: Numbers, yes: Numbers, total: Numbers) -> Floats:
    """Return alpha of yes/no values of any number of coders from sums over units with m values each.

    ``observed``: of n1 n0 / (m - 1) with n1 and n0 values yes and no of the unit; ``yes``: of n1; ``total``: of m.
    """
    # Sums of whole numbers in doubles: below a half is none.
    return beyond_chance((total - 1.0) * observed, yes * (total - yes), least=0.5)


def alpha(n: Numbers, both: Numbers, first: Numbers, second: Numbers) -> Floats:
    """Return Krippendorff's alpha: 1 - (2n - 1) d / (n1 n0) with d units that differ, n1 and n0 values yes and no."""
    differ = first + second
    return alpha_of_sums(differ, 2.0 * both + differ, 2.0 * n)


def scott_pi(n: Numbers, both: Numbers, first: Numbers, second: Numbers) -> Floats:
    """Return Scott's pi: 1 - 2n d / (n1 n0)."""
    differ = first + second
    yes = 2.0 * both + differ
    return beyond_chance(2.0 * n * differ, yes * (2.0 * n - yes), least=_NOTHING)


def kappa(n: Numbers, both: Numbers, first: Numbers, second: Numbers) -> Floats:
    """Return Cohen's kappa: 1 - n d / (a (n - b) + b (n - a)) with a and b units that each of the two coded."""
    a, b = both + first, both + second
    return beyond_chance(n * 1.0 * (first + second), a * (n - b) + b * (n - a), least=_NOTHING)


def ac1(n: Numbers, both: Numbers, first: Numbers, second: Numbers) -> Floats:
    """Return Gwet's AC1 with the two categories used and not used, over units that both coded."""
    differ = first + second
    share = quotient(2.0 * both + differ, 2.0 * n + 0.0 * differ, least=_NOTHING)
    by_chance = 2.0 * share * (1.0 - share)
    return beyond_chance(differ, n * (1.0 - by_chance), least=_NOTHING)


COEFFICIENTS: Mapping[str, Callable[[Numbers, Numbers, Numbers, Numbers], Floats]] = MappingProxyType(
    {"alpha": alpha, "percent": percent, "kappa": kappa, "pi": scott_pi, "ac1": ac1}
)
