"""The report on spans: every part is one coefficient on a selection, and it says why not."""

import json
from random import Random

import pytest

from intercoder.stats.spans.binary import binary_u_alpha, mean_binary_u_alpha
from intercoder.stats.spans.characters import character_kappa
from intercoder.stats.spans.continuum import DocumentSpans, Spans
from intercoder.stats.spans.digest import REMARKS
from intercoder.stats.spans.report import span_report
from intercoder.stats.spans.results import SpanEstimate
from intercoder.stats.spans.segments import segment_agreement
from intercoder.stats.spans.unitizing import bar_u_alpha, cu_alpha, u_alpha
from stats.slow_spans import CODES, study_of


def test_without_overlaps_the_whole_family_is_there_with_intervals() -> None:
    spans = Spans.of(study_of(12), CODES)
    report = span_report(spans, resamples=40, seed=9, threshold=0.5)
    assert (report.headline, report.overlapping) == ("u_alpha", ())
    assert report.overall["u_alpha"] == u_alpha(spans, resamples=40, seed=9)
    assert report.overall["cu_alpha"] == cu_alpha(spans, resamples=40, seed=9)
    assert report.by_code[1].estimates["binary_u_alpha"] == binary_u_alpha(spans, resamples=40, seed=9)["b"]
    pair = report.by_pair[1]
    part = spans.select(coders=["x", "z"])
    assert pair.coders == ("x", "z")
    assert pair.estimates["u_alpha"].value == u_alpha(part).value
    assert pair.segments == segment_agreement(spans, ("x", "z"), 0.5)[0]
    cell = next(row for row in report.by_code_and_pair if (row.code, row.coders) == ("c", ("x", "z")))
    assert cell.characters == character_kappa(spans, ("x", "z"))["c"]
    assert cell.binary_u_alpha.value == binary_u_alpha(part)["c"].value
    document = report.by_document[4]
    assert (document.document, document.coders) == ("d4", ("x", "y"))
    assert document.estimates["u_alpha"].value == u_alpha(spans.select(documents=["d4"])).value
    left = report.left_out[2]
    without = u_alpha(spans.select(coders=["x", "y"])).value
    assert (left.coder, left.estimate.value) == ("z", without)
    assert left.delta == pytest.approx(without - report.overall["u_alpha"].value)  # type: ignore[operator]
    assert report.remarks == ()


def test_codes_that_overlap_move_the_headline_to_the_table_by_code() -> None:
    spans = [("x", "a", 0, 10), ("x", "b", 5, 15), ("y", "a", 0, 9), ("y", "b", 6, 15), ("z", "a", 1, 10)]
    report = span_report(Spans.of([DocumentSpans("d", 400, list("xyz"), spans)], ["a", "b", "c"]))
    assert (report.headline, report.overlapping) == ("mean_binary_u_alpha", ("x", "y"))
    assert report.overall["u_alpha"].reason == "overlapping_units"
    mean = report.overall["mean_binary_u_alpha"]
    values = [row.estimates["binary_u_alpha"].value for row in report.by_code]
    assert mean.value == pytest.approx((values[0] + values[1]) / 2)  # type: ignore[operator]
    assert mean.parameters == {"codes": 2, "undefined_codes": 1}
    assert report.by_code[2].estimates["binary_u_alpha"].reason == "not_used"
    assert report.overall["any_code_u_alpha"].value is not None
    assert report.overall["any_code_u_alpha"].interval_reason == "too_few_documents"
    assert set(report.remarks) == {"overlapping_units", "mostly_gap", "few_documents"}
    assert set(report.remarks) <= set(REMARKS)
    row = report.by_code[0]
    assert (row.spans, row.characters, row.coders, row.by_coder) == (3, 28, 3, {"x": 10, "y": 9, "z": 9})
    assert row.prevalence == pytest.approx(28 / 1200)
    assert row.few_spans
    left = report.left_out[0].estimate
    assert left.method == "mean_binary_u_alpha"


def test_a_rare_code_nobody_agrees_on_is_the_paradox_and_little_shared_text_a_remark() -> None:
    spans = [("x", "a", 0, 40), ("y", "b", 35, 80), ("x", "c", 90, 92)]
    report = span_report(Spans.of([DocumentSpans("d", 100, ["x", "y"], spans)]))
    assert [row.paradox for row in report.by_code] == [False, False, True]
    assert report.by_code[2].percent == pytest.approx(0.98)
    assert "low_coverage" in report.remarks
    most = [("x", "a", 0, 95), ("y", "a", 0, 95), ("x", "b", 95, 99), ("y", "b", 96, 99)]
    assert "code_dominates" in span_report(Spans.of([DocumentSpans("d", 100, ["x", "y"], most)])).remarks


@pytest.mark.parametrize(
    "study",
    [
        [],
        [DocumentSpans("d", 0, [])],
        [DocumentSpans("d", 9, ["x"], [("x", "a", 0, 3)])],
        [DocumentSpans("d", 9, ["x", "y"])],
        [DocumentSpans("d", 9, ["x"], [("x", "a", 0, 3)]), DocumentSpans("e", 9, ["y"], [])],
        [DocumentSpans("d", 9, ["x", "y"], [("x", "a", 0, 9), ("y", "a", 0, 9)])],
        [DocumentSpans("d", 9, ["x", "y", "z"], [("x", "a", 0, 3), ("y", "b", 0, 3)])],
    ],
)
def test_there_is_a_report_on_any_data_and_it_is_plain(study: list[DocumentSpans]) -> None:
    report = span_report(Spans.of(study), resamples=20)
    text = json.dumps(report.to_json(), allow_nan=False)
    written = json.loads(text)
    assert set(written) >= {"overall", "by_code", "by_pair", "by_document", "left_out", "remarks", "headline"}
    for estimate in report.overall.values():
        assert (estimate.value is None) == (estimate.reason is not None)


def test_a_mean_of_no_code_has_a_reason_and_a_result_of_neither_is_our_mistake() -> None:
    assert mean_binary_u_alpha(Spans.of([DocumentSpans("d", 9, ["x", "y"])])).reason == "no_defined_code"
    with pytest.raises(ValueError, match="unknown reason"):
        SpanEstimate.on(Spans.of([]), "u_alpha", "because")


@pytest.mark.parametrize("seed", range(12))
def test_each_document_is_what_its_coefficients_are_by_itself_to_the_last_digit(seed: int) -> None:
    drawn = Random(seed)
    documents = []
    for d in range(40):
        coders = drawn.sample("vwxyz", drawn.choice([1, 2, 3, 4, 4, 5]))
        length = drawn.choice([0, 1, 7, 60, 300])
        spans, apart, busy = [], d % 3 > 0, drawn.choice([0.0, 0.5, 0.9, 0.97])
        for coder in coders:
            at = 0
            while length and at < length and drawn.random() < busy:
                start = at if apart else drawn.randrange(length)
                end = min(length, start + drawn.randrange(1, 30))
                spans.append((coder, drawn.choice(CODES), start, end))
                at = end + drawn.choice([0, 0, 3])
        documents.append(DocumentSpans(f"d{d}", length, coders, spans))
    whole = Spans.of(documents, [*CODES, "nobody’s"])
    reasons = set()
    for row in span_report(whole, resamples=0).by_document:
        part = whole.select(documents=[row.document], coders=row.coders)
        joined = binary_u_alpha(part.lift(dict.fromkeys(part.codes, "*")))["*"]
        alone = {"u_alpha": u_alpha(part), "bar_u_alpha": bar_u_alpha(part), "cu_alpha": cu_alpha(part)}
        means = {"any_code_u_alpha": joined, "mean_binary_u_alpha": mean_binary_u_alpha(part)}
        assert row.estimates == alone | means
        reasons |= {estimate.reason for estimate in row.estimates.values()}
    assert {None, "no_pairable_values", "overlapping_units", "no_variation", "not_used", "no_defined_code"} <= reasons
