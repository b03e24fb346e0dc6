"""The two readings of the correction for chance in cu-alpha and (k)u-alpha: over pairs of coders, or their union."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings

from intercoder.errors import WrongArgument
from intercoder.stats.spans.continuum import DocumentSpans, Spans
from intercoder.stats.spans.report import span_report
from intercoder.stats.spans.unitizing import cu_alpha, ku_alpha, u_alpha
from stats.cases import run_agreement_case
from stats.slow_spans import CODES, Slow, documents

CASES = Path(__file__).parent / "cases" / "agreement"


@pytest.mark.parametrize(
    ("name", "union", "pairs"),
    [("u_g_syn3", 0.743152, 0.741081), ("u_lindanna_readme", 0.787329, 0.778882)],
)
def test_the_union_gives_the_numbers_of_quallmer(name: str, union: float, pairs: float) -> None:
    case = json.loads((CASES / f"{name}__cu_alpha.json").read_text("utf-8"))
    assert run_agreement_case({**case, "variant": "union"})["value"] == pytest.approx(union, abs=5e-7)
    assert run_agreement_case({**case, "variant": "pairs"})["value"] == pytest.approx(pairs, abs=5e-7)


@given(documents(most=2, least_coders=2))
@settings(max_examples=60, deadline=None)
def test_the_sweep_gives_what_the_definition_gives_character_by_character(study: list[DocumentSpans]) -> None:
    spans = Spans.of(study, CODES)
    slow = Slow(study, CODES, union=True)
    coding, codes = cu_alpha(spans, variant="union"), ku_alpha(spans, variant="union")
    if coding.value is not None:
        assert coding.value == pytest.approx(slow.cu_alpha(lambda c, k: float(c != k)), abs=1e-9)
    for code in CODES:
        if codes[code].value is not None:
            assert codes[code].value == pytest.approx(slow.ku_alpha(code), abs=1e-9)


@given(documents(most=2, least_coders=2))
@settings(max_examples=40, deadline=None)
def test_two_coders_have_one_value_and_u_alpha_knows_no_variant(study: list[DocumentSpans]) -> None:
    spans = Spans.of([DocumentSpans(d.document, d.length, d.coders[:2], _of(d, d.coders[:2])) for d in study], CODES)
    assert cu_alpha(spans, variant="union").value == pytest.approx(cu_alpha(spans).value)
    assert [e.value for e in ku_alpha(spans, variant="union").values()] == [
        pytest.approx(e.value) for e in ku_alpha(spans).values()
    ]
    assert u_alpha(spans).parameters == {}


def _of(document: DocumentSpans, coders: object) -> list[tuple[str, str, int, int]]:
    return [(who, code, start, end) for who, code, start, end in document.spans if who in coders]  # type: ignore[operator]


THREE = DocumentSpans(
    "d",
    30,
    ["x", "y", "z"],
    [("x", "a", 0, 9), ("x", "b", 10, 20), ("y", "a", 0, 5), ("y", "b", 10, 16), ("z", "b", 4, 9), ("z", "b", 15, 22)],
)


def test_the_report_gives_both_for_more_than_two_coders_and_names_the_variant() -> None:
    report = span_report(Spans.of([THREE]), resamples=0)
    assert report.overall["cu_alpha_union"].parameters["variant"] == "union"
    assert report.overall["cu_alpha_union"].value != report.overall["cu_alpha"].value
    two = span_report(Spans.of([THREE]).select(coders=["x", "y"]), resamples=0)
    assert "cu_alpha_union" not in two.overall


def test_an_unknown_variant_is_refused_by_name() -> None:
    for coefficient in (cu_alpha, ku_alpha):
        with pytest.raises(WrongArgument, match="no variant book"):
            coefficient(Spans.of([THREE]), variant="book")  # type: ignore[arg-type]
