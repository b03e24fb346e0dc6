"""The figures of results, drawn once for pages, files and exports: what is drawn, and what is written on it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from intercoder.charts.saturation import Curve, CurveWords, discovery_curve
from intercoder.charts.svg import figure, label
from intercoder.charts.whiskers import position, whisker
from intercoder.language import gettext, grouped
from intercoder.models import Level
from intercoder.reports import Measured
from intercoder.reports.names import codes_of
from intercoder.reports.numbers import DASH, ends, number, why

if TYPE_CHECKING:
    from intercoder.stats.saturation.report import Saturation

#: marks of the scale above a column of intervals
MARKS = ((0.0, "0"), (0.4, ".40"), (0.667, ".667"), (0.8, ".80"), (1.0, "1"))


def interval_figure(name: str, estimate: Measured, *, digits: int = 2, width: float = 260.0) -> str:
    """Return the interval of a number as a small SVG."""
    described = (
        f"{number(estimate.value, digits)} {ends(estimate.interval, digits)}".strip()
        if estimate.value is not None
        else why(estimate.reason)
    )
    low, high = (estimate.interval.low, estimate.interval.high) if estimate.interval else (None, None)
    return whisker(estimate.value, low, high, {"title": name, "desc": described}, width=width)


def scale_figure(width: float = 260.0) -> str:
    """Return the scale above a column of intervals as an SVG."""
    parts = [label(position(value, width) + _aside(shown, width), 20, shown, anchor="middle") for value, shown in MARKS]
    return figure(width, 24, gettext("Scale"), gettext("from 0 to 1, with marks at .667 and .80"), parts)


def _aside(mark: str, width: float) -> float:
    """Return how far a mark of a narrow scale steps aside, so that .667 and .80 stay two."""
    return {".667": -5.0, ".80": 3.0}.get(mark, 0.0) if width < 250 else 0.0


def curve_of(result: "Saturation") -> Curve:
    """Return what is drawn of a result."""
    accumulation, total = result.accumulation, result.chao2
    return Curve(
        new=result.discovery.new,
        cumulative=result.discovery.cumulative,
        at=accumulation.h,
        mean=accumulation.mean,
        spread=accumulation.sd_permutation or [0.0] * len(accumulation.mean),
        ahead=[] if total is None else [(point.documents, point.codes) for point in result.extrapolation],
        least=None if total is None else total.estimate,
    )


def discovery_figure(result: "Saturation", level: Level, names: Sequence[str]) -> str:
    """Return the discovery curve of a level as an SVG; ``names`` of the documents in order of arrival."""
    what, total = codes_of(level), result.chao2
    documents, observed = result.frequencies.documents, result.frequencies.observed
    words = CurveWords(
        title=gettext("New {what} over documents", what=what),
        description=gettext(
            "{n} finished documents in order of arrival brought {known} {what}; document {last} was the last with "
            "something new. The table beside the figure holds the same numbers.",
            n=documents,
            known=observed,
            what=what,
            last=result.discovery.last_document_with_new_code or DASH,
        ),
        documents=gettext("finished documents, in order"),
        codes=what,
        new=gettext("new in it"),
        arrival=gettext("so far, as they arrived"),
        mean=gettext("mean of all orders ± 2 s.d."),
        extrapolated=gettext("extrapolated"),
        observed=gettext("{n} {what} known", n=observed, what=what),
        least="" if total is None else gettext("at least about {n}", n=grouped(total.estimate)),
    )
    return discovery_curve(curve_of(result), words, names=names)
