"""Gwet's benchmark: the highest range of a scale of words that a coefficient reaches with 95 % probability."""

import enum
import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from intercoder.errors import marked
from intercoder.stats.results import Plain

#: The probability that a range and those above it must have together.
THRESHOLD = 0.95


class Scale(enum.StrEnum):
    """Who named the ranges."""

    LANDIS_KOCH = "landis_koch"
    ALTMAN = "altman"
    FLEISS = "fleiss"


@dataclass(frozen=True, slots=True)
class Range(Plain):
    """A range of a scale: from ``low`` up to ``high``, and the word that the scale has for it, in English."""

    low: float
    high: float
    word: str


#: The ranges of each scale, highest first. They end at -1, so that every coefficient lies in one.
SCALES: Mapping[Scale, tuple[Range, ...]] = MappingProxyType(
    {
        Scale.LANDIS_KOCH: (
            Range(0.8, 1.0, marked("almost perfect")),
            Range(0.6, 0.8, marked("substantial")),
            Range(0.4, 0.6, marked("moderate")),
            Range(0.2, 0.4, marked("fair")),
            Range(0.0, 0.2, marked("slight")),
            Range(-1.0, 0.0, marked("poor")),
        ),
        Scale.ALTMAN: (
            Range(0.8, 1.0, marked("very good")),
            Range(0.6, 0.8, marked("good")),
            Range(0.4, 0.6, marked("moderate")),
            Range(0.2, 0.4, marked("fair")),
            Range(-1.0, 0.2, marked("poor")),
        ),
        Scale.FLEISS: (
            Range(0.75, 1.0, marked("excellent")),
            Range(0.4, 0.75, marked("fair to good")),
            Range(-1.0, 0.4, marked("poor")),
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Benchmark(Plain):
    """The range of ``scale`` that a coefficient reaches, and the probability (0.95..1) that it lies there or above."""

    scale: Scale
    reached: Range
    probability: float


def cumulative(value: float, se: float, scale: Scale) -> tuple[float, ...]:
    """Return for each range of a scale, highest first, the probability that the coefficient lies there or above.

    Normal round ``value`` (-1..1) with standard error ``se`` > 0, cut at -1 and 1; each 0..1, the last 1. O(ranges).
    Gwet 2014, Handbook of Inter-Rater Reliability, 4th ed., ch. 6.
    """
    whole = _below(1.0, value, se) - _below(-1.0, value, se)
    return tuple((_below(1.0, value, se) - _below(part.low, value, se)) / whole for part in SCALES[scale])


def benchmark(value: float, se: float, scale: Scale = Scale.LANDIS_KOCH) -> Benchmark | None:
    """Return the highest range whose cumulative probability reaches .95, counted from the top of the scale.

    Parameters
    ----------
    value
        of a coefficient that is corrected for chance.
    se
        its standard error.
    scale
        Landis & Koch 1977, Altman 1991 or Fleiss 1981.

    Returns
    -------
    Benchmark, or None where there is no spread to judge by (``se`` 0) or the value is below -1. Cost and source: see
    ``cumulative``.

    Examples
    --------
    >>> reached = benchmark(0.775, 0.143)
    >>> reached.reached.word, round(reached.probability, 3)
    ('moderate', 0.995)
    """
    if se <= 0.0 or not -1.0 <= value <= 1.0:
        return None
    for part, probability in zip(SCALES[scale], cumulative(value, se, scale), strict=True):
        if probability >= THRESHOLD:
            return Benchmark(scale, part, probability)
    return None  # pragma: no cover - the last probability is 1


def _below(limit: float, value: float, se: float) -> float:
    return math.erfc((value - limit) / se / math.sqrt(2.0)) / 2.0
