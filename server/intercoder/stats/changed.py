"""What is told of two reports side by side. Types only: whoever reads what is stored needs no numpy."""

from collections.abc import Mapping
from dataclasses import dataclass

from intercoder.stats.results import Plain


@dataclass(frozen=True, slots=True)
class Change(Plain):
    """How much a coefficient changed from one report to another: ``second - first``.

    ``low``, ``high``: the 95 % percentile interval of the change; ``rises``: the share of resamples in which the second
    is higher. All None, with the ``reason``, where there is none: ``no_value`` (one of the two is undefined), ``not_requested``,
    ``too_few_documents`` (fewer than 10 in the two reports together), ``too_many_undefined``, ``no_interval`` (it would
    take minutes).
    """

    first: float | None
    second: float | None
    change: float | None
    low: float | None = None
    high: float | None = None
    rises: float | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Changes(Plain):
    """The changes of the coefficients over everything and of alpha of the codes that both reports have.

    ``documents``: that can be drawn, of both reports together; ``shared``: those of them that both have; ``resamples``, ``seed``: of the intervals.
    """

    overall: Mapping[str, Change]
    by_code: Mapping[str, Change]
    documents: int
    shared: int
    resamples: int
    seed: int
