"""The figures of results, drawn once for pages, files and exports: what is drawn, and what is written on it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from intercoder.charts.saturation import Curve, CurveWords, discovery_curve
from intercoder.charts.svg import figure, label
from intercoder.charts.whiskers import position, whisker
from intercoder.errors import marked
from intercoder.language import gettext, grouped, inline, translate
from intercoder.models import Level
from intercoder.reports import Measured
from intercoder.reports.names import codes_of
from intercoder.reports.numbers import DASH, ends, number, why

if TYPE_CHECKING:
    from intercoder.stats.saturation.report import Saturation
    from intercoder.stats.saturation.study.events import Kind

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


def discovery_figure(
    result: "Saturation",
    level: "Level | Kind",
    names: Sequence[str],
    *,
    cases: bool = False,
    order: str = "",
    marks: Sequence[int] = (),
) -> str:
    """Return the discovery curve of a level as an SVG; ``names`` of the documents, or of ``cases``, in order of arrival.

    ``order``: in which they are taken to arrive, in words; as they were finished where nothing is said. ``marks``: after how
    many of them something happened, numbered from 1.
    """
    return discovery_curve(
        curve_of(result), curve_words(result, level, cases=cases, order=order), names=names, marks=marks
    )


def curve_words(result: "Saturation", level: "Level | Kind", *, cases: bool = False, order: str = "") -> CurveWords:
    """Return what is written on the discovery curve of a level."""
    what, total = codes_of(level), result.chao2
    documents, observed = result.frequencies.documents, result.frequencies.observed
    title = gettext("New {what} over cases", what=what) if cases else gettext("New {what} over documents", what=what)
    description = (
        marked(
            "{n} cases in order of arrival brought {known} {what}; case {last} was the last with something new. The table "
            "beside the figure holds the same numbers."
        )
        if cases
        else marked(
            "{n} finished documents in order of arrival brought {known} {what}; document {last} was the last with "
            "something new. The table beside the figure holds the same numbers."
        )
    )
    last = result.discovery.last_document_with_new_code or DASH
    axis = inline(gettext("Cases")) if cases else gettext("finished documents")
    return CurveWords(
        title=title,
        description=translate(description, {"n": documents, "known": observed, "what": what, "last": last}),
        documents=gettext(
            "{units}, {order}", units=axis, order=order or gettext("in the order in which they were finished")
        ),
        codes=what,
        new=gettext("new in it"),
        arrival=gettext("so far, as they arrived"),
        mean=gettext("mean of all orders ± 2 s.d."),
        extrapolated=gettext("extrapolated"),
        observed=gettext("{n} {what} known", n=grouped(observed), what=what),
        least="" if total is None else gettext("at least about {n}", n=grouped(total.estimate)),
    )
