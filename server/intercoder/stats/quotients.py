"""Quotients of arrays that are not everywhere defined."""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from intercoder.stats.arrays import Floats

#: Numbers or arrays that go together.
Numbers: TypeAlias = NDArray[np.floating] | NDArray[np.integer] | float


def quotient(above: Numbers, below: Numbers, *, least: float = 0.0) -> Floats:
    """Return above / below; NaN where ``below`` is not above ``least``, since there is no coefficient then. O(entries).

    ``least``: where ``below`` comes from sums of resamples, which are doubles, what rounding leaves of a 0 must not
    become a divisor: the coefficient would be in the millions.
    """
    defined: Floats = np.full(np.broadcast(above, below).shape, np.nan)
    np.divide(above, below, out=defined, where=np.asarray(below) > least)
    return defined


def beyond_chance(observed: Numbers, expected: Numbers, *, least: float = 0.0) -> Floats:
    """Return 1 - observed / expected, the form of most coefficients of agreement; NaN as in ``quotient``."""
    share = quotient(observed, expected, least=least)
    return np.subtract(1.0, share, out=share)
