"""The normal distribution where only its 95 % are needed; without numpy."""

import math

#: 97.5 % of the normal distribution lie below.
Z = 1.959963984540054


def around(value: float, error: float, *, least: float = -math.inf, most: float = math.inf) -> tuple[float, float]:
    """Return the 95 % interval round a value with this standard error, cut where its scale ends. O(1)."""
    return max(value - Z * error, least), min(value + Z * error, most)
