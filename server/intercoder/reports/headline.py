"""The one number that stands above a report: on which of three bands it lies, and what follows from that."""

from collections.abc import Iterator

from intercoder.charts.bench import BOUNDS, bench
from intercoder.language import gettext, grouped
from intercoder.reports.benchmark import RAW
from intercoder.reports.numbers import ends, number, percent, remark
from intercoder.stats.results import Estimate
from intercoder.stats.spans.digest import SpanFigure


def bench_figure(name: str, estimate: Estimate | SpanFigure) -> str:
    """Return the bench of a number as an SVG; nothing for one that is not corrected for chance, which has no such bands."""
    if estimate.method in RAW:
        return ""
    within = estimate.interval
    low, high = (within.low, within.high) if within else (None, None)
    bands = (gettext("do not rely on it"), gettext("tentative"), gettext("reliable"))
    described = (
        f"{number(estimate.value, 2)} {ends(within, 2)}; {gettext('bands: below .667, .667 to .80, .80 and above')}"
    )
    return bench(estimate.value, low, high, bands, name, described)


def verdict(estimate: Estimate | SpanFigure) -> Iterator[str]:
    """Give the sentences below the number: where its interval lies, how many resamples lay below the bounds, and what it is not."""
    within = estimate.interval
    if estimate.value is None or within is None:
        if said := remark(estimate):
            yield said
    elif estimate.method not in RAW:
        yield _lies(within.low)
        if within.below_667 is not None and within.below_800 is not None:
            yield gettext(
                "Of {n} resamples {low} lay below .667 and {tentative} below .80.",
                n=grouped(within.resamples - within.undefined),
                low=percent(within.below_667),
                tentative=percent(within.below_800),
            )
    yield gettext("It holds for these coders and this codebook; agreement is not validity.")


def _lies(low: float) -> str:
    if low >= BOUNDS[1]:
        return gettext("The whole interval lies at .80 or above: these codings can be relied on.")
    if low >= BOUNDS[0]:
        return gettext("The whole interval lies at .667 or above: enough for tentative conclusions.")
    return gettext("The interval reaches below .667: draw no conclusions from these codings yet.")
