"""Krippendorff 1995 and 2004, p. 251-256: alpha_U, for comparison with older papers."""

from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given, settings

from intercoder.stats.spans.continuum import DocumentSpans, Spans
from intercoder.stats.spans.unitizing_1995 import alpha_u_1995
from stats.slow_spans import CODES, documents

PAGE_254 = DocumentSpans(
    "d",
    300,
    ["i", "j"],
    [
        ("i", "c", 75, 145),
        ("i", "c", 220, 250),
        ("j", "c", 70, 150),
        ("j", "c", 205, 225),
        ("j", "c", 250, 270),
        ("i", "k", 30, 90),
        ("i", "k", 150, 200),
        ("j", "k", 30, 90),
        ("j", "k", 150, 200),
    ],
)

Section = tuple[int, int, bool]


def sections(study: Sequence[DocumentSpans], coder: str, code: str) -> list[Section]:
    sections_so_far, begin = [], 0
    for document in study:
        mine = sorted((s, e) for who, what, s, e in document.spans if (who, what) == (coder, code))
        edges = sorted({0, document.length, *(edge for unit in mine for edge in unit)})
        sections_so_far += [(begin + s, begin + e, (s, e) in mine) for s, e in pairwise(edges)]
        begin += document.length
    return sections_so_far


def distance(first: Section, second: Section) -> int:
    if first[2] and second[2]:
        overlap = min(first[1], second[1]) > max(first[0], second[0])
        return (first[0] - second[0]) ** 2 + (first[1] - second[1]) ** 2 if overlap else 0
    unit, gap = (first, second) if first[2] else (second, first)
    within = unit[2] and not gap[2] and gap[0] <= unit[0] and unit[1] <= gap[1]
    return (unit[1] - unit[0]) ** 2 if within else 0


def by_definition(study: Sequence[DocumentSpans], coders: Sequence[str], code: str) -> float:
    length, m = sum(document.length for document in study), len(coders)
    rows = [sections(study, coder, code) for coder in coders]
    apart = [distance(g, h) for i, a in enumerate(rows) for j, b in enumerate(rows) if i != j for g in a for h in b]
    units = [e - s for row in rows for s, e, valued in row if valued]
    gaps = [e - s for row in rows for s, e, valued in row if not valued]
    chance = sum(
        (len(units) - 1) / 3 * (2 * size**3 - 3 * size**2 + size)
        + size**2 * sum(gap - size + 1 for gap in gaps if gap >= size)
        for size in units
    )
    places = m * length * (m * length - 1) - sum(size * (size - 1) for size in units)
    return 1 - sum(apart) / (m * (m - 1) * length**2) / (2 / length * chance / places)


def test_the_continuum_of_page_254_has_the_printed_values() -> None:
    alphas = alpha_u_1995(Spans.of([PAGE_254]))
    assert alphas["c"].value == pytest.approx(0.7286, abs=5e-5)
    assert alphas["k"].value == 1.0


@given(study=documents(least_coders=2))
@settings(max_examples=30)
def test_it_is_the_definition_over_the_documents_that_all_coders_finished(study: list[DocumentSpans]) -> None:
    coders = sorted({coder for document in study for coder in document.coders})
    shared = [document for document in study if set(document.coders) == set(coders)]
    for code, estimate in alpha_u_1995(Spans.of(study, CODES)).items():
        used = any(what == code for document in shared for _, what, _, _ in document.spans)
        assert used or estimate.reason in ("not_used", "no_pairable_values")
        assert not used or estimate.reason in (None, "no_expected_disagreement")
        if estimate.value is not None:
            assert estimate.value == pytest.approx(by_definition(shared, coders, code), rel=1e-9, abs=1e-9)


def test_one_coder_an_unused_code_and_a_single_full_character_have_a_reason() -> None:
    alone = Spans.of([DocumentSpans("d", 9, ["x"], [("x", "a", 0, 3)])])
    assert alpha_u_1995(alone)["a"].reason == "no_pairable_values"
    nobody = Spans.of([DocumentSpans("d", 9, ["x", "y"], [("x", "a", 0, 3)])], ["a", "b"])
    assert alpha_u_1995(nobody)["b"].reason == "not_used"
    full = Spans.of([DocumentSpans("d", 1, ["x", "y"], [("x", "a", 0, 1), ("y", "a", 0, 1)])])
    assert alpha_u_1995(full)["a"].reason == "no_expected_disagreement"
