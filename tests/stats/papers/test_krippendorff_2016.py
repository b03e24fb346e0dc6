"""Krippendorff, Mathet, Bouvry, Widlöcher 2016: units on a continuum, against their definitions character by character."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intercoder.errors import WrongArgument
from intercoder.stats.agreement.alpha import krippendorff_alpha
from intercoder.stats.intervals import bootstrap
from intercoder.stats.reliability import Ratings
from intercoder.stats.spans.binary import binary_u_alpha
from intercoder.stats.spans.continuum import DocumentSpans, Spans
from intercoder.stats.spans.results import SpanEstimate
from intercoder.stats.spans.unitizing import bar_u_alpha, cu_alpha, ku_alpha, u_alpha
from intercoder.stats.tree import CodeTree
from stats.slow_spans import CODES, Slow, documents, overlapping, rows_of, study_of

THREE = DocumentSpans(
    "text",
    20,
    ["Alex", "Paul", "Susan"],
    [
        ("Alex", "1", 2, 5),
        ("Alex", "1", 9, 11),
        ("Alex", "2", 12, 20),
        ("Paul", "1", 2, 5),
        ("Paul", "2", 7, 15),
        ("Susan", "1", 2, 5),
        ("Susan", "2", 10, 15),
    ],
)


def same(estimate: SpanEstimate, value: float | None) -> bool:
    if estimate.value is None or value is None:
        return estimate.value is None and value is None
    return abs(estimate.value - value) < 1e-9 * max(1.0, abs(value))


def nominal(first: str, second: str) -> float:
    return float(first != second)


def test_three_coders_get_the_figures_two_other_programs_print() -> None:
    spans = Spans.of([THREE])
    assert u_alpha(spans).value == pytest.approx(0.474, abs=5e-4)
    assert bar_u_alpha(spans).value == pytest.approx(0.433, abs=5e-4)
    coding = cu_alpha(spans)
    assert (coding.value, coding.coverage) == pytest.approx((0.779, 0.3833), abs=5e-4)
    by_code = ku_alpha(spans)
    assert (by_code["1"].value, by_code["1"].coverage) == pytest.approx((0.769, 0.9545), abs=5e-4)
    assert (by_code["2"].value, by_code["2"].coverage) == pytest.approx((0.787, 0.5952), abs=5e-4)
    assert (coding.coders, coding.documents, coding.length, coding.spans) == (3, 1, 20, 7)


@given(study=documents())
@settings(max_examples=60)
def test_the_sweep_equals_the_definitions_character_by_character(study: list[DocumentSpans]) -> None:
    spans, slow = Spans.of(study, CODES), Slow(study, CODES)
    if not slow.total:
        assert u_alpha(spans).reason == cu_alpha(spans).reason == "no_pairable_values"
        return
    assert same(u_alpha(spans), slow.u_alpha())
    assert same(bar_u_alpha(spans), slow.bar_u_alpha())
    assert same(cu_alpha(spans), slow.cu_alpha(nominal))
    assert cu_alpha(spans).coverage == pytest.approx(slow.coverage())
    for code, estimate in ku_alpha(spans).items():
        assert same(estimate, slow.ku_alpha(code))
        assert estimate.coverage is None or estimate.coverage == pytest.approx(slow.coverage(code))


@given(study=documents(least_coders=2))
@settings(max_examples=30)
def test_cu_alpha_takes_any_distance(study: list[DocumentSpans]) -> None:
    tree = CodeTree.of({"a": "x", "b": "x", "c": "y", "x": None, "y": None})
    spans, slow = Spans.of(study, CODES), Slow(study, CODES)
    assert same(cu_alpha(spans, tree.distance), slow.cu_alpha(tree.distance))
    table = np.array([[tree.distance(first, second) for second in CODES] for first in CODES])
    assert cu_alpha(spans, table).value == cu_alpha(spans, tree.distance).value
    assert same(cu_alpha(spans, nominal), cu_alpha(spans).value)
    numbers = {"a": "1", "b": "2.5", "c": "7"}
    figures = spans.lift(numbers)
    interval = slow.cu_alpha(lambda first, second: (float(numbers[first]) - float(numbers[second])) ** 2)
    assert same(cu_alpha(figures, "interval"), interval)


@given(study=documents(longest=1, least_coders=2))
@settings(max_examples=30)
def test_units_of_one_character_give_nominal_alpha_over_characters(study: list[DocumentSpans]) -> None:
    coders = sorted({coder for document in study for coder in document.coders})
    cells = [
        [
            (code or "gap") if coder in document.coders else None
            for document in study
            for code, _ in (
                rows_of(document)[list(document.coders).index(coder)]
                if coder in document.coders
                else [(None, 0)] * document.length
            )
        ]
        for coder in coders
    ]
    assert same(u_alpha(Spans.of(study)), krippendorff_alpha(Ratings.from_rows(cells)).value)


@given(study=documents(longest=1, most=1, least_coders=2))
@settings(max_examples=30)
def test_cu_alpha_of_two_coders_and_such_units_is_nominal_alpha_of_what_both_coded(study: list[DocumentSpans]) -> None:
    two = Spans.of(study).select(coders=study[0].coders[:2])
    mine, theirs = rows_of(study[0])[:2]
    both = [(a, b) for (a, _), (b, _) in zip(mine, theirs, strict=True) if a is not None and b is not None]
    rows = [[a for a, _ in both], [b for _, b in both]]
    assert same(cu_alpha(two), krippendorff_alpha(Ratings.from_rows(rows)).value)


@given(study=documents(most=1, least_coders=2), at=st.integers(1, 24))
@settings(max_examples=30)
def test_a_document_cut_where_no_unit_crosses_gives_the_same_numbers(study: list[DocumentSpans], at: int) -> None:
    whole = study[0]
    spans = list(whole.spans)
    if at >= whole.length or any(start < at < end for _, _, start, end in spans):
        return
    left = DocumentSpans("left", at, whole.coders, [span for span in spans if span[3] <= at])
    right = [(who, code, start - at, end - at) for who, code, start, end in spans if start >= at]
    parts = Spans.of([left, DocumentSpans("right", whole.length - at, whole.coders, right)], CODES)
    for coefficient in (u_alpha, bar_u_alpha, cu_alpha):
        assert same(coefficient(parts), coefficient(Spans.of(study, CODES)).value)
    for code, estimate in ku_alpha(Spans.of(study, CODES)).items():
        assert same(ku_alpha(parts)[code], estimate.value)


@given(study=documents(), order=st.permutations(list("wxyz")))
@settings(max_examples=20)
def test_the_order_of_coders_and_spans_and_the_names_of_codes_change_nothing(
    study: list[DocumentSpans], order: list[str]
) -> None:
    moved = [
        replace(document, coders=sorted(document.coders, key=order.index), spans=list(reversed(list(document.spans))))
        for document in study
    ]
    renamed = Spans.of(moved, CODES).lift({"a": "z", "b": "y", "c": "x"})
    for coefficient in (u_alpha, bar_u_alpha, cu_alpha):
        before, after = coefficient(Spans.of(study, CODES)), coefficient(renamed)
        assert same(after, before.value)
        assert before.reason == after.reason


@given(study=documents())
@settings(max_examples=20)
def test_codes_made_one_leave_what_was_marked(study: list[DocumentSpans]) -> None:
    spans = Spans.of(study, CODES)
    joined = spans.lift(dict.fromkeys(CODES, "all"))
    assert same(u_alpha(joined), bar_u_alpha(spans).value)
    assert same(bar_u_alpha(joined), bar_u_alpha(spans).value)
    assert cu_alpha(joined).value is None


@given(study=documents())
@settings(max_examples=20)
def test_a_document_of_one_coder_changes_nothing(study: list[DocumentSpans]) -> None:
    alone = DocumentSpans("alone", 9, ["w"], [("w", "a", 1, 4)])
    for coefficient in (u_alpha, bar_u_alpha, cu_alpha):
        without, with_it = coefficient(Spans.of(study, CODES)), coefficient(Spans.of([alone, *study], CODES))
        assert same(with_it, without.value)
        assert (without.reason, without.length, without.spans) == (with_it.reason, with_it.length, with_it.spans)


@given(study=overlapping())
@settings(max_examples=30)
def test_a_code_on_its_own_is_bar_u_alpha_of_a_text_with_no_other_code(study: list[DocumentSpans]) -> None:
    spans = Spans.of(study, CODES)
    for code, estimate in binary_u_alpha(spans).items():
        only = spans.merged.select(codes=[code])
        alone = bar_u_alpha(only)
        assert same(estimate, alone.value)
        merged = [
            DocumentSpans(
                document.document,
                document.length,
                document.coders,
                [
                    (spans.coders[m], code, s, e)
                    for m, s, e in zip(
                        only.coder[only.document == d],
                        only.start[only.document == d],
                        only.end[only.document == d],
                        strict=True,
                    )
                ],
            )
            for d, document in enumerate(study)
        ]
        slow = Slow(merged, [code])
        assert not slow.total or same(estimate, slow.bar_u_alpha())


def test_overlapping_units_of_one_coder_are_a_reason_and_are_not_cut() -> None:
    two = DocumentSpans("d", 20, ["x", "y"], [("x", "a", 0, 10), ("x", "b", 5, 12), ("y", "a", 0, 9)])
    spans = Spans.of([two])
    assert spans.overlapping == ("x",)
    every = [u_alpha(spans), bar_u_alpha(spans), cu_alpha(spans), *ku_alpha(spans).values()]
    assert {(estimate.value, estimate.reason, estimate.interval_reason) for estimate in every} == {
        (None, "overlapping_units", None)
    }
    assert u_alpha(spans.select(codes=["a"])).value is not None
    assert binary_u_alpha(spans)["b"].value is not None


def test_touching_units_of_one_code_are_two_units_in_the_family_and_one_in_the_table_by_code() -> None:
    apart = [("x", "a", 0, 5), ("x", "a", 5, 10), ("y", "a", 0, 8)]
    joined = [("x", "a", 0, 10), ("y", "a", 0, 8)]
    separate, united = (Spans.of([DocumentSpans("d", 20, ["x", "y"], spans)]) for spans in (apart, joined))
    assert u_alpha(separate).value != u_alpha(united).value
    assert binary_u_alpha(separate)["a"].value == binary_u_alpha(united)["a"].value == bar_u_alpha(united).value


@pytest.mark.parametrize(
    ("coders", "spans", "reasons"),
    [
        (["x"], [("x", "a", 0, 3)], ["no_pairable_values"] * 3 + ["no_pairable_values"]),
        (["x", "y"], [], ["no_variation", "not_used", "no_pairable_values", "not_used"]),
        (["x", "y"], [("x", "a", 0, 9), ("y", "a", 0, 9)], ["no_variation", "no_gap", "no_variation", "no_gap"]),
        (["x", "y"], [("x", "a", 0, 3), ("y", "a", 5, 9)], [None, None, "no_pairable_values", None]),
        (["x", "y"], [("x", "b", 0, 3)], [None, None, "no_pairable_values", "not_used"]),
    ],
)
def test_where_there_is_nothing_to_say_there_is_a_reason(
    coders: list[str], spans: list[tuple[str, str, int, int]], reasons: list[str | None]
) -> None:
    study = Spans.of([DocumentSpans("d", 9, coders, spans)], ["a", "b"])
    every = [u_alpha(study), bar_u_alpha(study), cu_alpha(study), binary_u_alpha(study)["a"]]
    assert [estimate.reason for estimate in every] == reasons
    assert all((estimate.value is None) == (estimate.reason is not None) for estimate in every)


def test_a_code_has_its_own_reason_in_the_table_of_codes() -> None:
    spans = [("x", "a", 0, 3), ("y", "a", 0, 3), ("y", "b", 5, 7)]
    study = [DocumentSpans("d", 9, ["x", "y"], spans), DocumentSpans("e", 5, ["x"], [("x", "d", 0, 1)])]
    alphas = ku_alpha(Spans.of(study, ["a", "b", "c", "d"]))
    assert {code: alpha.reason for code, alpha in alphas.items()} == {
        "a": "no_variation",
        "b": "no_pairable_values",
        "c": "not_used",
        "d": "no_pairable_values",
    }
    assert (alphas["a"].coverage, alphas["b"].coverage, alphas["c"].coverage) == (1.0, 0.0, None)
    alone = binary_u_alpha(Spans.of(study, ["a", "b", "c", "d"]))
    assert [alpha.reason for alpha in alone.values()] == [None, None, "not_used", "no_pairable_values"]


def test_no_spans_no_documents_and_no_text_have_a_reason_too() -> None:
    for empty in (Spans.of([]), Spans.of([DocumentSpans("d", 0, ["x", "y"], [])])):
        assert u_alpha(empty, resamples=10).reason == "no_pairable_values"
        assert (ku_alpha(empty), binary_u_alpha(empty)) == ({}, {})


@pytest.mark.parametrize(
    ("codes", "level", "reason"),
    [
        (["a", "b"], "interval", "not_numeric"),
        (["1", "nan"], "ratio", "not_numeric"),
        (["-1", "2"], "ratio", "mixed_signs"),
    ],
)
def test_levels_that_do_not_fit_the_codes_are_a_reason(codes: list[str], level: str, reason: str) -> None:
    mine, theirs = codes
    study = DocumentSpans("d", 9, ["x", "y"], [("x", mine, 0, 4), ("y", theirs, 0, 4)])
    assert cu_alpha(Spans.of([study]), level).reason == reason


def test_a_distance_that_is_none_is_refused() -> None:
    spans = Spans.of([THREE])
    for table in ([[0.0, 1.0]], [[0.0, -1.0], [-1.0, 0.0]], [[0.0, 1.0], [2.0, 0.0]], [[1.0, 1.0], [1.0, 0.0]]):
        with pytest.raises(WrongArgument, match="same both ways"):
            cu_alpha(spans, np.array(table))
    with pytest.raises(WrongArgument, match="no level ordinal"):
        cu_alpha(spans, "ordinal")
    assert cu_alpha(spans, lambda *_: 0.0).reason == "no_expected_disagreement"


def test_the_interval_is_that_of_drawing_whole_documents() -> None:
    study = study_of(12)
    weights = bootstrap(np.eye(12), np.ones(12, dtype=np.int64), lambda sums: sums, resamples=30, seed=5)
    drawn = [
        Spans.of(
            [
                replace(study[d], document=f"{d}.{copy}")
                for d, times in enumerate(row.astype(int))
                for copy in range(times)
            ],
            CODES,
        )
        for row in weights
    ]
    spans = Spans.of(study, CODES)
    for coefficient in (u_alpha, bar_u_alpha, cu_alpha):
        interval = coefficient(spans, resamples=30, seed=5).interval
        assert interval is not None
        values = [coefficient(sample).value for sample in drawn]
        assert (interval.low, interval.high) == pytest.approx(np.quantile(values, [0.025, 0.975]))  # type: ignore[arg-type]
        assert (interval.clustered_by, interval.resamples, interval.seed) == ("document", 30, 5)
    for table in (ku_alpha, binary_u_alpha):
        interval = table(spans, resamples=30, seed=5)["b"].interval
        assert interval is not None
        values = [table(sample)["b"].value for sample in drawn]
        assert (interval.low, interval.high) == pytest.approx(np.quantile(values, [0.025, 0.975]))  # type: ignore[arg-type]


def test_there_is_no_interval_below_ten_documents_that_two_coders_finished() -> None:
    alone = [DocumentSpans(f"alone{i}", 50, ["x"], []) for i in range(5)]
    spans = Spans.of([*study_of(9), *alone], CODES)
    for estimate in (u_alpha(spans, resamples=50), binary_u_alpha(spans, resamples=50)["a"]):
        assert (estimate.interval, estimate.interval_reason) == (None, "too_few_documents")
    assert u_alpha(spans).interval_reason == "not_requested"
    assert binary_u_alpha(Spans.of(study_of(12), [*CODES, "d"]), resamples=5)["d"].interval_reason == "no_value"


def test_the_length_of_the_text_costs_nothing() -> None:
    long = 10**12
    spans = [("x", "a", 0, long // 2), ("y", "a", 0, long // 2)]
    assert u_alpha(Spans.of([DocumentSpans("d", long, ["x", "y"], spans)])).value == 1.0


def test_two_of_three_coders_who_meet_once_with_different_codes_are_no_agreement_of_one() -> None:
    once = DocumentSpans("d", 20, ["x", "y", "z"], [("x", "a", 0, 5), ("y", "b", 0, 5)])
    spans = Spans.of([once])
    assert cu_alpha(spans).reason == "too_little_shared"
    assert {alpha.reason for alpha in ku_alpha(spans).values()} == {"too_little_shared"}
    assert cu_alpha(spans.select(coders=["x", "y"])).value == 0.0
