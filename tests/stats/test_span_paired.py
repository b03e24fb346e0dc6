"""Two reports by free span side by side: the values are those of the reports, and the documents are drawn for both at once."""

from dataclasses import replace

import pytest

from intercoder.stats.spans.continuum import DocumentSpans, Spans
from intercoder.stats.spans.paired import COMPARED, span_changes
from intercoder.stats.spans.report import span_report
from stats.slow_spans import CODES, study_of


def test_the_values_are_those_of_the_two_reports_whatever_the_order_of_their_codes() -> None:
    documents = study_of(24)
    first, second = Spans.of(documents[:15], CODES), Spans.of(documents[9:], [*CODES][::-1])
    told = span_changes(first, second, resamples=200)
    one, two = (span_report(spans, resamples=0) for spans in (first, second))
    for name in COMPARED:
        change = told.overall[name]
        assert (change.first, change.second) == pytest.approx((one.overall[name].value, two.overall[name].value))
        assert (change.low or 9.0) < (change.change or 0.0) < (change.high or -9.0)
    for code in CODES:
        values = [
            next(row.estimates["binary_u_alpha"].value for row in report.by_code if row.code == code)
            for report in (one, two)
        ]
        assert [told.by_code[code].first, told.by_code[code].second] == pytest.approx(values)
    assert (told.documents, told.shared, told.resamples) == (24, 6, 200)
    assert told == span_changes(first, second, resamples=200), "the same seed, the same draws"


def test_the_same_data_twice_differ_in_no_resample() -> None:
    spans = Spans.of(study_of(12), CODES)
    told = span_changes(spans, spans, resamples=100)
    for change in (*told.overall.values(), *told.by_code.values()):
        assert (change.change, change.low, change.high, change.rises) == (0.0, 0.0, 0.0, 0.0)


def test_what_has_no_interval_says_why() -> None:
    few, many = Spans.of(study_of(4), CODES), Spans.of(study_of(12), CODES)
    assert span_changes(few, few).overall["u_alpha"].reason == "too_few_documents"
    assert span_changes(many, many, resamples=0).overall["u_alpha"].reason == "not_requested"
    over = Spans.of(
        [DocumentSpans("d", 40, ["x", "y"], [("x", "a", 0, 10), ("x", "b", 5, 15), ("y", "a", 0, 9)])], ["a", "b"]
    )
    told = span_changes(over, over)
    assert told.overall["u_alpha"].reason == "no_value"
    assert told.overall["mean_binary_u_alpha"].change == 0.0
    nothing = replace(few).select(documents=[])
    assert span_changes(nothing, few).overall["u_alpha"].reason == "no_value"
