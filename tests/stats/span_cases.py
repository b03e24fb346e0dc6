"""Runs one reference case on free spans: the case without its expected result in, what was computed out."""

from collections.abc import Callable, Mapping
from itertools import combinations
from typing import Any

from intercoder.stats.spans.binary import binary_u_alpha
from intercoder.stats.spans.characters import character_alpha, character_kappa
from intercoder.stats.spans.continuum import DocumentSpans, Spans
from intercoder.stats.spans.results import SpanEstimate
from intercoder.stats.spans.segments import THRESHOLD, segment_agreement, span_f1
from intercoder.stats.spans.unitizing import bar_u_alpha, cu_alpha, ku_alpha, u_alpha
from intercoder.stats.spans.unitizing_1995 import alpha_u_1995

Case = dict[str, Any]


def spans_of(case: Case) -> Spans:
    """Return the spans of a case: one document, or several under ``documents``."""
    data = case["data"]
    return Spans.of([_document(f"d{i}", document) for i, document in enumerate(data.get("documents", [data]))])


def _document(name: str, data: dict[str, Any]) -> DocumentSpans:
    given = [(span["coder"], span["code"], span["start"], span["end"]) for span in data["spans"]]
    coders = data.get("coders") or sorted({coder for coder, *_ in given})
    return DocumentSpans(data.get("document", name), data["length"], coders, given)


def _result(estimate: SpanEstimate) -> dict[str, Any]:
    return {"value": estimate.value, "reason": estimate.reason}


def _covered(estimate: SpanEstimate) -> dict[str, Any]:
    return {**_result(estimate), "coverage": estimate.coverage}


def _by_code(estimates: Mapping[str, SpanEstimate]) -> dict[str, Any]:
    return {code: _result(estimate) for code, estimate in estimates.items()}


def _ku_alpha(case: Case) -> Any:
    return {
        code: _covered(estimate)
        for code, estimate in ku_alpha(spans_of(case), variant=case.get("variant", "pairs")).items()
    }


def _character_kappa(case: Case) -> Any:
    spans = spans_of(case)
    by_pair = {}
    for pair in combinations(spans.coders, 2):
        for code, row in character_kappa(spans, pair).items():
            kappa = {"value": row.kappa, "reason": row.reason}
            by_pair[f"{pair[0]}|{pair[1]}|{code}"] = {
                **kappa,
                "kappa": kappa,
                "percent_agreement": row.percent,
                "both": row.both,
                "neither": row.neither,
            }
    return by_pair


def _segments(case: Case) -> Any:
    spans = spans_of(case)
    by_pair = {}
    for pair in combinations(spans.coders, 2):
        every, _ = segment_agreement(spans, pair, case.get("threshold", THRESHOLD))
        f1 = span_f1(spans, pair)[0]
        by_pair["|".join(pair)] = {
            "agreements": every.agreements,
            "total": every.total,
            "percent": {"value": every.percent, "reason": every.reason},
            "f1_exact": {"value": f1.exact, "reason": f1.reason},
            "f1_overlap": {"value": f1.overlap, "reason": f1.reason},
            "char_f1": {"value": f1.characters, "reason": f1.reason},
        }
    return by_pair


SPAN_STATISTICS: dict[str, Callable[[Case], Any]] = {
    "alpha_U_1995_per_code": lambda case: _by_code(alpha_u_1995(spans_of(case))),
    "bar_u_alpha": lambda case: _result(bar_u_alpha(spans_of(case))),
    "binary_alpha_per_code": lambda case: _by_code(binary_u_alpha(spans_of(case))),
    "char_alpha_per_code": lambda case: _by_code(character_alpha(spans_of(case))),
    "char_kappa_per_pair_and_code": _character_kappa,
    "cu_alpha": lambda case: _covered(cu_alpha(spans_of(case), variant=case.get("variant", "pairs"))),
    "ku_alpha": _ku_alpha,
    "segment_agreement_per_pair": _segments,
    "u_alpha": lambda case: _result(u_alpha(spans_of(case))),
}
