"""Figures say the numbers they were given, in the right place, and stand on their own as files."""

from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from lxml import etree

from intercoder.charts.saturation import BOTTOM, LEFT, Curve, CurveWords, discovery_curve, ticks
from intercoder.charts.sparkline import sparkline
from intercoder.charts.svg import LOOKS
from intercoder.charts.whiskers import position, whisker
from intercoder.reports.figures import curve_of
from intercoder.stats.saturation.report import saturation

NS = "{http://www.w3.org/2000/svg}"
WORDS = CurveWords(
    title="title",
    description="desc",
    documents="documents",
    codes="codes",
    new="new",
    arrival="arrival",
    mean="mean",
    extrapolated="extrapolated",
    observed="observed",
    least="chao2",
)
LABELS = {"title": "title", "desc": "desc"}
DOCUMENTS = [frozenset(codes) for codes in ("abc", "ad", "bce", "a", "bf", "abd", "", "acg")]


def _curve(documents: list[frozenset[str]]) -> Curve:
    return curve_of(saturation(documents))


def _of(svg: str, tag: str, look: str) -> list[Any]:
    return [e for e in etree.fromstring(svg.encode()).iter(f"{NS}{tag}") if e.get("class") == look]


def _points(element: Any) -> list[tuple[float, float]]:
    pairs = [pair.split(",") for pair in element.get("points").split()]
    return [(float(x), float(y)) for x, y in pairs]


FIGURES = [
    discovery_curve(_curve(DOCUMENTS), WORDS),
    discovery_curve(_curve([]), WORDS),
    discovery_curve(_curve([frozenset("ab")]), WORDS),
    discovery_curve(_curve([frozenset(), frozenset()]), WORDS),
    whisker(0.5, 0.2, 0.7, LABELS),
    whisker(None, None, None, LABELS),
    sparkline([1, 2, 3], LABELS),
    sparkline([], LABELS),
]


@pytest.mark.parametrize("svg", FIGURES)
def test_a_figure_has_a_name_a_description_and_no_style_script_or_id(svg: str) -> None:
    root = etree.fromstring(svg.encode())
    assert root.get("role") == "img"
    assert (root[0].tag, root[0].text) == (f"{NS}title", "title")
    assert (root[1].tag, root[1].text) == (f"{NS}desc", "desc")
    for element in root.iter():
        assert element.tag not in (f"{NS}style", f"{NS}script")
        assert element.get("style") is None
        assert element.get("id") is None
        assert not any(str(name).startswith("on") for name in element.attrib)
        for key, value in LOOKS.get(element.get("class") or "", {}).items():
            assert element.get(key) == value
    assert "nan" not in svg.lower().replace("nano", "")
    assert "inf" not in svg


def test_text_is_escaped_and_freed_of_characters_that_xml_refuses() -> None:
    wild = replace(WORDS, title="<b>&\"'\x0b\x00\ud800", observed="</text><script>")
    root = etree.fromstring(discovery_curve(_curve(DOCUMENTS), wild, names=["<i>\x01"]).encode())
    assert root[0].text == "<b>&\"'"
    assert "</text><script>" in [t.text for t in root.iter(f"{NS}text")]
    assert next(root.iter(f"{NS}circle"))[0].text == "<i>: 3"


def test_steps_points_and_bars_are_the_documents() -> None:
    svg = discovery_curve(_curve(DOCUMENTS), WORDS, width=860, height=420)
    floor = 420 - BOTTOM
    dots = [(float(e.get("cx")), float(e.get("cy"))) for e in _of(svg, "circle", "point")]
    assert len(dots) == 8
    unit = (floor - dots[-1][1]) / 7  # the last point is 7 codes above the axis
    assert [(floor - y) / unit for _, y in dots] == pytest.approx([3, 4, 5, 5, 6, 6, 6, 7], abs=0.01)
    gaps = [b[0] - a[0] for a, b in pairwise(dots)]
    assert gaps == pytest.approx([gaps[0]] * 7, abs=0.02)
    assert dots[0][0] > LEFT
    steps = _points(_of(svg, "polyline", "arrival")[0])
    assert steps[::2] == dots
    assert all(a[0] == b[0] or a[1] == b[1] for a, b in pairwise(steps))
    bars = [e for e in _of(svg, "rect", "new-codes") if float(e.get("y")) < floor]
    assert [float(e.get("height")) / unit for e in bars] == pytest.approx([3, 1, 1, 1, 1], abs=0.01)
    centre = [float(e.get("x")) + float(e.get("width")) / 2 for e in bars]
    assert centre == pytest.approx([dots[i][0] for i in (0, 1, 2, 4, 7)], abs=0.02)


def test_mean_band_extrapolation_and_chao2_are_where_the_numbers_say() -> None:
    curve = _curve(DOCUMENTS)
    svg = discovery_curve(curve, WORDS)
    last = _of(svg, "circle", "point")[-1]
    floor = 420 - BOTTOM
    unit = (floor - float(last.get("cy"))) / 7

    def codes(y: float) -> float:
        return (floor - y) / unit

    mean, sd = curve.mean, curve.spread
    line = _points(_of(svg, "polyline", "interval-line")[0])
    assert [codes(y) for _, y in line] == pytest.approx(mean, abs=0.01)
    band = _points(_of(svg, "polygon", "band")[0])
    assert [codes(y) for _, y in band[:8]] == pytest.approx(
        [m + 2 * s for m, s in zip(mean, sd, strict=True)], abs=0.01
    )
    assert [codes(y) for _, y in band[:7:-1]] == pytest.approx(
        [max(m - 2 * s, 0) for m, s in zip(mean, sd, strict=True)], abs=0.01
    )
    dashed = _points(_of(svg, "polyline", "ahead")[0])
    assert [codes(y) for _, y in dashed] == pytest.approx([codes for _, codes in curve.ahead], abs=0.01)
    assert dashed[0] == (float(last.get("cx")), float(last.get("cy")))
    level = _of(svg, "line", "threshold-good")[0]
    assert codes(float(level.get("y1"))) == pytest.approx(curve.least, abs=0.01)


def test_with_four_documents_nothing_is_estimated_in_the_figure() -> None:
    svg = discovery_curve(_curve(DOCUMENTS[:4]), WORDS)
    assert not _of(svg, "polyline", "ahead")
    assert not _of(svg, "line", "threshold-good")
    assert "chao2" not in svg
    assert "extrapolated" not in svg


def test_a_chao2_far_above_the_curve_is_named_and_not_drawn() -> None:
    documents = [frozenset({f"{d}{i}" for i in range(4)}) for d in range(8)]
    svg = discovery_curve(_curve(documents), WORDS)
    assert not _of(svg, "line", "threshold-good")
    assert "\u2191 chao2" in svg


def test_many_documents_show_steps_without_points() -> None:
    svg = discovery_curve(_curve([frozenset({str(d)}) for d in range(200)]), WORDS)
    assert not _of(svg, "circle", "point")
    assert len(_points(_of(svg, "polyline", "arrival")[0])) == 399


def _signs(svg: str) -> list[tuple[float, float, str]]:
    """Return where each sign above the curve begins and ends, and what it says."""
    root = etree.fromstring(svg.encode())
    found = []
    for sign in root.iter(f"{NS}rect"):
        if sign.get("class") == "mark":
            left, named = float(sign.get("x", "")), sign.getnext()
            assert named is not None
            found.append((left, left + float(sign.get("width", "")), named.text or ""))
    return found


@pytest.mark.parametrize("marks", [[0, 0, 1, 1, 2, 3, 120, 1999, 1999], [5, 1, 1999, 2, 700], [0] * 12])
def test_marks_that_are_near_share_a_sign_which_stands_where_they_are(marks: list[int]) -> None:
    many = _curve([frozenset({str(d % 70)}) for d in range(2000)])
    svg = discovery_curve(many, WORDS, marks=marks)
    signs = _signs(svg)
    assert all(one[1] <= other[0] for one, other in pairwise(signs)), "none lies on another"
    assert all(left >= LEFT and right <= 860 for left, right, _ in signs)
    numbers = [number for *_, text in signs for part in text.split(", ") for number in _range(part)]
    assert sorted(numbers) == list(range(1, len(marks) + 1))
    lines = sorted({float(line.get("x1")) for line in _of(svg, "line", "mark-line")})
    assert len(lines) == len(set(marks))
    for left, right, text in signs:
        own = [
            LEFT + (marks[n - 1] + 0.5 - 0.5) / 4000 * (860 - LEFT - 24) for p in text.split(", ") for n in _range(p)
        ]
        assert min(own) - 16 <= right
        assert left <= max(own) + 16


def _range(part: str) -> range:
    first, _, last = part.partition("\u2013")
    return range(int(first), int(last or first) + 1)


@pytest.mark.parametrize(
    ("most", "expected"),
    [(7, [0, 2, 4, 6]), (1, [0, 1]), (130, [0, 50, 100]), (0.5, [0]), (5, [0, 1, 2, 3, 4, 5])],
)
def test_ticks_are_round_whole_numbers(most: float, expected: list[int]) -> None:
    assert ticks(most) == expected


def test_a_whisker_puts_value_interval_and_limits_on_one_scale() -> None:
    svg = whisker(0.5, 0.25, 0.75, LABELS, width=276)
    scale = (276 - 16) / 1.1
    (dot,) = _of(svg, "circle", "point")
    assert float(dot.get("cx")) == pytest.approx(8 + 0.6 * scale, abs=0.01)
    bar, *caps = _of(svg, "line", "interval-line")
    assert float(bar.get("x1")) == pytest.approx(8 + 0.35 * scale, abs=0.01)
    assert float(bar.get("x2")) == pytest.approx(8 + 0.85 * scale, abs=0.01)
    assert len(caps) == 2
    assert float(_of(svg, "line", "threshold")[0].get("x1")) == pytest.approx(8 + 0.767 * scale, abs=0.01)
    assert float(_of(svg, "line", "threshold-good")[0].get("x1")) == pytest.approx(8 + 0.9 * scale, abs=0.01)


def test_an_interval_that_leaves_the_axis_has_no_cap_there() -> None:
    svg = whisker(0.1, -0.8, 0.6, LABELS)
    bar, *caps = _of(svg, "line", "interval-line")
    assert len(caps) == 1
    assert float(bar.get("x1")) == position(-0.1, 260)


def test_no_value_leaves_the_limits_only() -> None:
    assert not _of(whisker(None, None, None, LABELS), "circle", "point")


def test_a_sparkline_rises_with_its_numbers() -> None:
    line = _points(_of(sparkline([0, 1, 4], LABELS), "polyline", "interval-line")[0])
    assert [y for _, y in line] == pytest.approx([20, 16, 4])
