"""The number above a report: its bands, its sentences, and whether it rests on enough; in both languages."""

from dataclasses import replace
from uuid import uuid4

import pytest
from lxml import etree

from intercoder.language import speaking
from intercoder.models import ReportLevel, Unit
from intercoder.reports.headline import bench_figure, verdict
from intercoder.reports.report_enough import ticks
from intercoder.services.provenance import Provenance, RoundThen
from intercoder.services.results import Summary
from intercoder.stats.agreement.results import CodeBrief
from intercoder.stats.results import Estimate, Interval

SVG = "{http://www.w3.org/2000/svg}"
MADE = Provenance(
    RoundThen(uuid4(), 1, "R"), (), (), (), 1, Unit.SPAN, Unit.SENTENCE, ReportLevel.AS_CODED, 10, 1, 4, 4, 0, "", ""
)


def _estimate(value: float | None, low: float = 0.0, high: float = 1.0) -> Estimate:
    if value is None:
        return Estimate(None, "no_variation", 20, 20, 40, 0, 2, "krippendorff_alpha")
    within = Interval(low, high, "bootstrap", 1000, 1, 4, "document", 0.02, 0.25)
    return Estimate(value, None, 20, 20, 40, 0, 2, "krippendorff_alpha", interval=within)


@pytest.mark.parametrize(
    ("low", "said"),
    [(0.8, "can be relied on"), (0.667, "tentative conclusions"), (0.66, "no conclusions"), (-0.2, "no conclusions")],
)
def test_what_follows_depends_on_where_the_interval_begins(low: float, said: str) -> None:
    sentences = list(verdict(_estimate(0.9, low)))
    assert said in sentences[0]
    assert sentences[1] == "Of 996 resamples 2.0\u202f% lay below .667 and 25.0\u202f% below .80."
    assert "not validity" in sentences[2]
    with speaking("zh"):
        assert "不等于效度" in list(verdict(_estimate(0.9, low)))[2]


def test_without_an_interval_its_reason_stands_there_and_no_verdict() -> None:
    alone = replace(_estimate(0.9), interval=None, interval_reason="too_few_units")
    assert next(iter(verdict(alone))).startswith("Too few units for an interval")
    assert len(list(verdict(alone))) == 2


def test_a_number_that_is_not_corrected_for_chance_has_no_bands() -> None:
    raw = replace(_estimate(0.9), method="percent_agreement")
    assert bench_figure("percent", raw) == ""
    assert len(list(verdict(raw))) == 1


@pytest.mark.parametrize(("value", "low", "high"), [(0.9, 0.83, 0.95), (-0.4, -0.6, 0.1), (0.667, 0.5, 0.8)])
def test_the_bench_has_its_point_in_the_band_of_the_value(value: float, low: float, high: float) -> None:
    drawn = etree.fromstring(bench_figure("α < “β”", _estimate(value, low, high)).encode())
    (point,) = drawn.iter(f"{SVG}circle")
    x = float(point.get("cx", ""))
    starts = [float(band.get("x", "")) for band in drawn.iter(f"{SVG}rect")]
    assert len(starts) == 3
    # On the edge of two bands it lies in the upper one.
    assert sum(x >= start - 0.01 for start in starts) - 1 == sum(value >= bound for bound in (0.667, 0.8))
    bar = next(line for line in drawn.iter(f"{SVG}line") if line.get("y1") == line.get("y2"))
    assert 10 <= float(bar.get("x1", "")) <= float(bar.get("x2", "")) <= 390
    assert drawn.findtext(f"{SVG}title") == "α < “β”"


def test_each_thing_that_is_short_is_a_warning_of_its_own() -> None:
    whole = _estimate(0.9, 0.8)
    codes = (CodeBrief("a", 0.5, 3, True), CodeBrief("b", 0.5, 30, False), CodeBrief("c", None, 0, True))
    full = Summary(("x", "y"), ("d", "e"), ("a", "b", "c"), 2, 10, 1, {"alpha": whole}, False)
    assert [tick.enough for tick in ticks(MADE, full, codes[1:], whole)] == [True, True, True]
    short = replace(full, compared_documents=1)
    made = replace(MADE, assignments=6, units_skipped=2, units_unseen=1)
    few = replace(whole, n_pairable=9)
    told = [(tick.enough, tick.text) for tick in ticks(made, short, codes, few)]
    assert told == [
        (False, "1 of 2 documents finished by two coders or more"),
        (False, "2 assignments did not come back"),
        (True, "2 coders"),
        (False, "9 of 20 units coded by two coders or more"),
        (False, "3 units skipped or not looked at"),
        (False, "1 code applied fewer than 5 times"),
    ]
