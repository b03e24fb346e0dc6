"""The levels side by side: each is read for itself, and none of them is the number."""

from dataclasses import dataclass

from markupsafe import Markup

from intercoder.charts.sparkline import sparkline
from intercoder.language import gettext, grouped
from intercoder.models import Level, SamplingUnit
from intercoder.reports.names import codes_of
from intercoder.reports.numbers import DASH, NARROW, number, percent, whole_percent, why
from intercoder.reports.saturation import FAR, grade
from intercoder.services.saturation import Figures, Picture
from intercoder.stats.saturation.study.events import Kind

#: a small curve has no more points than it is wide
POINTS = 96


@dataclass(frozen=True, slots=True)
class LevelRow:
    """What is known at one level, in words; ``reason`` says why there is no more than the number of codes."""

    level: Level | Kind
    name: str
    known: str
    curve: Markup
    #: codes that only one document or case holds, and their share
    once: str
    once_share: str
    coverage: str
    coverage_interval: str
    news: str
    least: str
    last: str
    last_title: str
    grade: str
    kind: str
    reason: str = ""


def level_rows(picture: Picture) -> list[LevelRow]:
    """Return a row for each level, from labels up."""
    return [_row(picture, level, figures) for level, figures in picture.levels.items()]


def _row(picture: Picture, level: Level | Kind, figures: Figures) -> LevelRow:
    result, reading = figures.brief, picture.readings[level]
    f, last = result.frequencies, result.discovery.last_document_with_new_code
    once, coverage, news = (
        f.q.get(1, 0),
        result.estimates["coverage"].value,
        result.estimates["expected_new_next"].value,
    )
    name = codes_of(level)
    curve = result.discovery.cumulative
    drawn = sparkline(
        curve[:: 1 + len(curve) // POINTS],
        {"title": name, "desc": gettext("{n} known", n=f.observed)},
    )
    total = result.chao2
    far = total is not None and total.estimate > FAR * f.observed
    return LevelRow(
        level=level,
        name=name,
        known=grouped(f.observed),
        curve=Markup(drawn),  # noqa: S704 - own SVG, texts escaped
        once=grouped(once),
        once_share=percent(once / f.observed, 0) if f.observed else "",
        coverage=whole_percent(coverage),
        coverage_interval=_between(result.coverage_ci95),
        news=DASH if news is None else f"+{number(news, 1)}",
        least=DASH if total is None else f"> {FAR}×" if far else f"≥ {grouped(total.estimate)}",
        last=grouped(last) if last else DASH,
        last_title=picture.arrivals[last - 1].title if last else "",
        grade=grade(reading),
        kind=reading.grade,
        reason=_reason(level, result.reason, cases=picture.provenance.unit is SamplingUnit.CASE),
    )


def _reason(level: Level | Kind, reason: str | None, *, cases: bool) -> str:
    if reason == "no_codes" and isinstance(level, Kind):
        return gettext("Nothing of it is recorded yet.")
    return why(reason, cases=cases)


def _between(interval: tuple[float, float] | None) -> str:
    """Return an interval of shares in whole percent."""
    if interval is None:
        return ""
    low, high = (whole_percent(end).removesuffix(f"{NARROW}%") for end in interval)
    return f"[{low}, {high}]"
