"""Two coders' spans one against the other."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment

from intercoder.errors import WrongArgument
from intercoder.stats.spans.continuum import DocumentSpans, Spans
from intercoder.stats.spans.segments import segment_agreement, span_f1
from stats.slow_spans import CODES, overlapping, sets_of

Unit = tuple[int, int, int, int]  # document, code, start, end


def units_of(spans: Spans, coder: str) -> list[Unit]:
    mine = spans.units.take(spans.units.coder == spans.coders.index(coder))
    columns = zip(mine.document, mine.code, mine.start, mine.end, strict=True)
    return [(int(d), int(c), int(s), int(e)) for d, c, s, e in columns]


def share(first: Unit, second: Unit) -> float:
    if first[:2] != second[:2]:
        return 0.0
    shared = min(first[3], second[3]) - max(first[2], second[2])
    return max(shared, 0) / (max(first[3], second[3]) - min(first[2], second[2]))


@given(study=overlapping(coders="xyz"), threshold=st.sampled_from([0.1, 0.5, 0.9, 1.0]))
@settings(max_examples=30)
def test_every_span_is_looked_up_and_matched_as_if_one_by_one(study: list[DocumentSpans], threshold: float) -> None:
    spans = Spans.of(study, CODES)
    for pair in combinations(spans.coders, 2):
        both = [document.document for document in study if set(pair) <= set(document.coders)]
        part = spans.select(documents=both, coders=pair)
        first, second = (units_of(part, coder) for coder in pair)
        agreed = [unit for unit in first if any(share(unit, other) >= threshold for other in second)]
        agreed += [unit for unit in second if any(share(unit, other) >= threshold for other in first)]
        every, by_code = segment_agreement(spans, pair, threshold)
        assert (every.agreements, every.total) == (len(agreed), len(first) + len(second))
        for c, code in enumerate(CODES):
            assert by_code[code].agreements == sum(unit[1] == c for unit in agreed)
        f1 = span_f1(spans, pair)[0]
        assert f1.exact_pairs == len(set(first) & set(second))
        meet = np.array([[share(unit, other) > 0 for other in second] for unit in first]).reshape(
            len(first), len(second)
        )
        matched = int(meet[linear_sum_assignment(meet, maximize=True)].sum()) if meet.size else 0
        assert (f1.overlap_pairs, f1.first, f1.second) == (matched, len(first), len(second))
        cells = sets_of([document for document in study if document.document in both], pair)
        shared = sum(len(a & b) for a, b in zip(*cells, strict=True) if a is not None and b is not None)
        size = sum(len(a) for row in cells for a in row if a is not None)
        assert f1.characters == (2 * shared / size if size else None)
        back = span_f1(spans, (pair[1], pair[0]))[0]
        assert (back.exact, back.overlap, back.characters) == (f1.exact, f1.overlap, f1.characters)


def test_one_long_span_matches_one_of_the_short_ones_inside_it() -> None:
    spans = [("x", "a", 0, 30), ("y", "a", 0, 5), ("y", "a", 10, 15), ("y", "a", 20, 25)]
    study = Spans.of([DocumentSpans("d", 30, ["x", "y"], spans)])
    f1 = span_f1(study, ("x", "y"))[0]
    assert (f1.overlap_pairs, f1.overlap, f1.exact) == (1, 2 / 4, 0.0)
    assert f1.characters == 2 * 15 / 45
    assert segment_agreement(study, ("x", "y"), 0.5)[0].agreements == 0


def test_the_threshold_itself_is_enough() -> None:
    study = Spans.of([DocumentSpans("d", 30, ["x", "y"], [("x", "a", 0, 10), ("y", "a", 0, 9)])])
    every, by_code = segment_agreement(study, ("x", "y"))
    assert (every.threshold, every.agreements, every.total, every.percent) == (0.9, 2, 2, 1.0)
    assert by_code["a"].percent == 1.0
    assert segment_agreement(study, ("x", "y"), 0.91)[0].percent == 0.0


@pytest.mark.parametrize("threshold", [0.0, -1.0, 1.01])
def test_a_threshold_is_a_share(threshold: float) -> None:
    with pytest.raises(WrongArgument, match="above 0 and at most 1"):
        segment_agreement(Spans.of([DocumentSpans("d", 9, ["x", "y"])]), ("x", "y"), threshold)


def test_without_spans_or_text_there_is_a_reason() -> None:
    study = Spans.of([DocumentSpans("d", 9, ["x", "y", "z"], [("z", "a", 0, 4)]), DocumentSpans("e", 9, ["w"])])
    every, by_code = segment_agreement(study, ("x", "y"))
    assert (every.percent, every.reason, by_code["a"].reason) == (None, "not_used", "not_used")
    assert (span_f1(study, ("x", "y"))[0].exact, span_f1(study, ("x", "y"))[0].reason) == (None, "not_used")
    assert segment_agreement(study, ("x", "w"))[0].reason == "no_pairable_values"
    assert span_f1(study, ("x", "w"))[0].reason == "no_pairable_values"
    with pytest.raises(WrongArgument, match="Two different coders"):
        span_f1(study, ("x", "x"))
