"""Gwet's benchmark in words: which range of three scales of words a coefficient reaches, for pages, terminal and API."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from pydantic import JsonValue

from intercoder.language import gettext, translate
from intercoder.reports import Note
from intercoder.reports.numbers import number, percent
from intercoder.stats.agreement.benchmark import THRESHOLD, Benchmark, Scale, benchmark
from intercoder.stats.normal import Z
from intercoder.stats.results import Estimate

if TYPE_CHECKING:  # a page that words a result needs no numpy
    from intercoder.stats.spans.digest import SpanFigure
    from intercoder.stats.spans.results import SpanEstimate

#: what is not corrected for chance: the scales were not made for it
RAW = ("percent_agreement", "holsti", "holsti_reliability")


def standard_error(estimate: "Estimate | SpanEstimate | SpanFigure") -> float | None:
    """Return the standard error behind the interval that is printed, so that both tell one story; None without an interval.

    Of resamples half the width by 1.96: whole documents that are drawn have a larger standard error than a formula that
    takes their units as independent.
    """
    interval = estimate.interval
    if interval is None:
        return None
    if isinstance(estimate, Estimate) and estimate.se is not None and not interval.resamples:
        return estimate.se
    return (interval.high - interval.low) / (2.0 * Z)


def benchmarks(estimate: "Estimate | SpanEstimate | SpanFigure") -> list[Benchmark]:
    """Return the range that a number reaches on each scale; empty where it has no interval, no spread, or no such scale."""
    se = standard_error(estimate)
    if estimate.value is None or se is None or estimate.method in RAW:
        return []
    return [reached for scale in Scale if (reached := benchmark(estimate.value, se, scale)) is not None]


def benchmark_json(estimate: "Estimate | SpanEstimate | SpanFigure") -> dict[str, JsonValue]:
    """Return the ranges by scale: the word, where it begins and ends, and the probability of it or better."""
    return {
        str(given.scale): {
            "word": given.reached.word,
            "low": given.reached.low,
            "high": given.reached.high,
            "probability": given.probability,
        }
        for given in benchmarks(estimate)
    }


def benchmark_notes(name: str, estimate: "Estimate | SpanEstimate | SpanFigure") -> list[Note]:
    """Return the sentence that stands in place of an adjective; none where there is nothing to judge by.

    ``name`` of the coefficient as its table calls it.
    """
    by_scale: Mapping[Scale, str] = {given.scale: _range(given) for given in benchmarks(estimate)}
    if not by_scale:
        return []
    text = gettext(
        "Gwet’s benchmark ({name}): with a probability of {threshold} or more it lies in the range {landis} of Landis and Koch "
        "or above, {altman} of Altman or above, {fleiss} of Fleiss or above (standard error {se}). The words are conventions.",
        threshold=percent(THRESHOLD, 0),
        name=name,
        landis=by_scale[Scale.LANDIS_KOCH],
        altman=by_scale[Scale.ALTMAN],
        fleiss=by_scale[Scale.FLEISS],
        se=number(standard_error(estimate)),
    )
    return [Note("benchmark", text)]


def _range(given: Benchmark) -> str:
    return gettext(
        "“{word}” ({low} to {high})",
        word=translate(given.reached.word),
        low=number(given.reached.low, 2),
        high=number(given.reached.high, 2),
    )
