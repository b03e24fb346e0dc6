"""What would raise agreement on free spans: each gain is that of the data it speaks of, made by hand."""

from collections.abc import Mapping, Sequence

import pytest

from intercoder.stats.agreement.results import Remedy, RemedyKind
from intercoder.stats.spans.binary import mean_binary_u_alpha
from intercoder.stats.spans.continuum import DocumentSpans, Span, Spans
from intercoder.stats.spans.remedies import span_remedies
from intercoder.stats.spans.report import headline_of, span_report
from intercoder.stats.spans.unitizing import u_alpha

Given = Mapping[str, Sequence[tuple[str, int, int]]]
#: alike at 0, another code at 20, left out at 40, other ends at 60; cy does as ai but at 20
GIVEN: Given = {
    "ai": (("a", 0, 10), ("a", 20, 30), ("b", 40, 50), ("b", 60, 70)),
    "bo": (("a", 0, 10), ("b", 20, 30), ("b", 62, 74)),
    "cy": (("a", 0, 10), ("b", 20, 30), ("b", 40, 50), ("b", 60, 70)),
}


def spans(given: Given, codes: Sequence[str] = ("a", "b")) -> Spans:
    marks = [Span(coder, *mark) for coder, marks in given.items() for mark in marks]
    return Spans.of([DocumentSpans("d", 100, list(given), marks)], codes)


def found(data: Spans) -> dict[tuple[RemedyKind, str | None], Remedy]:
    without = [(row.coder, row.estimate.value, row.delta) for row in span_report(data, resamples=0).left_out]
    return {(remedy.kind, remedy.coder): remedy for remedy in span_remedies(data, without)}


def test_each_remedy_says_the_headline_of_the_data_that_it_speaks_of() -> None:
    data = spans(GIVEN)
    assert headline_of(data) == "u_alpha"
    now = u_alpha(data).value
    told = found(data)
    ai, bo, cy = GIVEN.values()
    then = {
        RemedyKind.PART: spans({name: [("a", *mark[1:]) for mark in marks] for name, marks in GIVEN.items()}, ["a"]),
        RemedyKind.SETTLE: spans({"ai": ai, "bo": (*bo[:2], ("b", 40, 50), bo[2]), "cy": cy}),
        RemedyKind.BOUNDARY: spans({"ai": ai, "bo": (*bo[:2], ("b", 60, 70)), "cy": cy}),
    }
    assert now is not None
    for kind, made in then.items():
        remedy = told[kind, None]
        assert remedy.alpha == pytest.approx(u_alpha(made).value), kind
        assert remedy.gain == pytest.approx(remedy.alpha - now)
        assert remedy.places == 1
    assert told[RemedyKind.PART, None].codes == ("a", "b")
    train = told[RemedyKind.TRAIN, "bo"]
    assert train.places == 2
    assert train.alpha == pytest.approx(u_alpha(spans({"ai": ai, "cy": cy})).value)
    gains = [remedy.gain for remedy in told.values()]
    assert gains == sorted(gains, reverse=True)


def test_where_codes_overlap_the_mean_of_codes_is_what_rises() -> None:
    both: Given = {name: (*marks, ("b", 0, 10)) for name, marks in GIVEN.items()}
    data = spans(both)
    assert headline_of(data) == "mean_binary_u_alpha"
    ai, bo, cy = both.values()
    settled = spans({"ai": ai, "bo": (*bo, ("b", 40, 50)), "cy": cy})
    assert found(data)[RemedyKind.SETTLE, None].alpha == pytest.approx(mean_binary_u_alpha(settled).value)


def test_what_is_settled_never_overlaps_what_its_coder_marked_elsewhere() -> None:
    # What bo marked as b reaches into what the others marked as a, by less than half of either: another place.
    others = [("a", 0, 20), ("b", 20, 40)]
    data = spans({"ai": others, "bo": [("b", 12, 40)], "cy": others})
    assert headline_of(data) == "u_alpha"
    then = spans({"ai": others, "bo": [("a", 0, 12), ("b", 12, 40)], "cy": others})
    assert found(data)[RemedyKind.SETTLE, None].alpha == pytest.approx(u_alpha(then).value)


def test_of_two_coders_and_where_nothing_differs_nobody_is_to_be_trained() -> None:
    two = {name: GIVEN[name] for name in ("ai", "bo")}
    assert not [kind for kind, coder in found(spans(two)) if coder]
    assert found(spans({"ai": GIVEN["ai"], "bo": GIVEN["ai"]})) == {}
    assert found(spans({"ai": GIVEN["ai"]})) == {}
