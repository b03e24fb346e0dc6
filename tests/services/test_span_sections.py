"""The sections about free spans come back as they were, and a report without them says so."""

from intercoder.models import ReportSection
from intercoder.services.span_sections import Spans, cells_of, span_json, tables_of, whole_of
from intercoder.stats.spans.continuum import DocumentSpans, Span
from intercoder.stats.spans.continuum import Spans as Data
from intercoder.stats.spans.digest import digest
from intercoder.stats.spans.report import span_report


def test_sections_come_back_as_they_were_kept() -> None:
    spans = [Span("x", "a", 0, 4), Span("y", "a", 1, 4), Span("x", "b", 6, 9), Span("z", "b", 6, 9)]
    data = Data.of([DocumentSpans("d", 20, ["x", "y", "z"], spans)], ["a", "b", "unused"])
    made = Spans(*digest(span_report(data, resamples=0)))
    kept = made.sections()
    assert (whole_of(kept), tables_of(kept), cells_of(kept)) == (made.whole, made.tables, made.cells)
    said = span_json(kept)
    assert said is not None
    assert said["headline"] == "u_alpha"
    # exact: nobody; overlapping: x and y on a, x and z on b; of the spans of all pairs of coders there are 2 × 4
    assert said["f1"] == {"total": 8, "exact_pairs": 1, "overlap_pairs": 2}
    assert [row.code for row in made.tables.by_code] == ["a", "b", "unused"]
    assert made.tables.by_code[2].alpha == (None, "not_used")
    # each code with the pairs of which somebody used it
    assert sorted((cell.code, cell.first, cell.second) for cell in made.cells.rows) == [
        (code, *pair) for code in (0, 1) for pair in ((0, 1), (0, 2), (1, 2))
    ]


def test_a_report_without_sections_about_spans_has_nothing_to_say() -> None:
    assert whole_of({ReportSection.SUMMARY: "{}"}) is None
    assert span_json({}) is None
