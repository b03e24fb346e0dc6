"""Discovery, the order-free curve and the estimates on any set of documents."""

import json
import math
from collections import Counter
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intercoder.stats.saturation.accumulation import accumulation, knots, union_sizes
from intercoder.stats.saturation.incidence import Frequencies, Incidence
from intercoder.stats.saturation.report import Saturation, saturation
from intercoder.stats.saturation.richness import ice

Documents = list[frozenset[str]]
documents_of = st.lists(st.frozensets(st.sampled_from("abcdefg"), max_size=5), min_size=1, max_size=5)
many = st.lists(st.frozensets(st.sampled_from("abcdefghijkl"), max_size=6), max_size=14)


@given(documents=many)
def test_pairs_of_codes_by_their_documents_together_are_counted_exactly(documents: Documents) -> None:
    where = {c: {i for i, d in enumerate(documents) if c in d} for d in documents for c in d}
    slow = Counter(len(where[a] | where[b]) for a, b in combinations(sorted(where), 2))
    assert union_sizes(Incidence.of(documents)) == dict(slow)


@given(documents=many)
def test_nothing_is_nan_infinite_or_negative_whatever_the_documents_are(documents: Documents) -> None:
    figures = saturation(documents, resamples=20)
    written = json.dumps(figures.to_json(), allow_nan=False)

    def numbers(thing: object) -> list[float]:
        if isinstance(thing, dict):
            return [x for value in thing.values() for x in numbers(value)]
        if isinstance(thing, list):
            return [x for value in thing for x in numbers(value)]
        return [thing] if isinstance(thing, (int, float)) else []

    assert all(x >= 0 for x in numbers(json.loads(written)))
    if figures.chao2 is not None:
        low, high = figures.chao2.ci95
        assert figures.frequencies.observed <= low + 1e-9
        assert low <= high + 1e-9
        assert figures.chao2.estimate >= figures.frequencies.observed
        coverage = figures.estimates["coverage"].value
        assert coverage is not None
        assert 0 <= coverage <= 1 + 1e-12


@given(documents=many, order=st.randoms(use_true_random=False))
def test_everything_but_the_arrival_curve_is_free_of_the_order(documents: Documents, order: object) -> None:
    shuffled = list(documents)
    order.shuffle(shuffled)  # type: ignore[attr-defined]
    before, after = saturation(documents, resamples=20), saturation(shuffled, resamples=20)
    assert before.chao2 == after.chao2
    assert before.accumulation == after.accumulation
    assert before.extrapolation == after.extrapolation
    for name, quantity in before.estimates.items():
        assert quantity.value == pytest.approx(after.estimates[name].value, abs=1e-12)


def _reasons(figures: Saturation) -> set[str | None]:
    return {quantity.reason for quantity in figures.estimates.values()}


def test_no_documents_no_codes_and_one_document_each_have_their_reason() -> None:
    for documents, reason in (
        ([], "no_documents"),
        ([frozenset(), frozenset()], "no_codes"),
        ([frozenset("ab")], "needs_2_documents"),
    ):
        figures = saturation(documents)
        assert figures.reason == reason
        assert figures.chao2 is None
        assert _reasons(figures) == {reason}
        assert figures.extrapolation == ()
        assert figures.further_documents == {}


@given(documents=many)
def test_an_empty_document_adds_a_document_and_nothing_else(documents: Documents) -> None:
    before, after = saturation(documents, resamples=0), saturation([*documents, frozenset()], resamples=0)
    assert after.frequencies.q == before.frequencies.q
    assert after.frequencies.documents == before.frequencies.documents + 1
    assert after.discovery.new == (*before.discovery.new, 0)


def test_an_empty_document_is_a_document() -> None:
    figures = saturation([frozenset("ab"), frozenset("a"), frozenset()])
    assert figures.frequencies.documents == 3
    assert figures.discovery.new == (2, 0, 0)
    assert figures.discovery.documents_since_last_new == 2


def test_uniques_only_cover_nothing_and_not_less_than_nothing() -> None:
    figures = saturation([frozenset({f"c{i}"}) for i in range(7)])
    assert all(point.coverage == pytest.approx(0.0, abs=1e-12) for point in figures.interpolation)
    assert all(point.coverage >= 0.0 for point in figures.interpolation)


def test_no_unique_code_is_full_coverage_with_a_flag_and_not_a_verdict() -> None:
    figures = saturation([frozenset("ab")] * 6)
    assert figures.estimates["coverage"].value == 1.0
    assert figures.estimates["expected_new_next"].value == 0.0
    assert figures.flags == ("no_uniques",)


def test_flags_name_few_documents_a_single_unique_and_uniques_only() -> None:
    assert saturation([frozenset("ab"), frozenset("cd")]).flags == ("unreliable", "all_unique")
    assert saturation([frozenset("abc")] * 5 + [frozenset("abcd")]).flags == ("single_unique",)


def test_the_extrapolated_curve_starts_at_what_was_seen_and_ends_at_twice_the_documents() -> None:
    figures = saturation([frozenset("ab"), frozenset("bc"), frozenset("cd"), frozenset("ae")])
    assert (figures.extrapolation[0].documents, figures.extrapolation[0].codes) == (4, 5.0)
    assert figures.extrapolation[-1].documents == 8
    gain = figures.extrapolation[1].codes - 5.0
    assert gain == pytest.approx(figures.estimates["expected_new_next"].value)


def test_knots_hold_both_ends_and_no_more_than_asked() -> None:
    assert knots(7) == [1, 2, 3, 4, 5, 6, 7]
    some = knots(10_000)
    assert (some[0], some[-1]) == (1, 10_000)
    assert len(some) == 200
    assert knots(0) == []


def test_a_thousand_documents_lose_no_precision() -> None:
    documents = [frozenset({f"c{i}", f"d{i // 2}"}) for i in range(1000)]
    f = Incidence.of(documents).frequencies
    curve = accumulation(f, [1, 500], unions=union_sizes(Incidence.of(documents)))
    missed = math.comb(998, 500) / math.comb(1000, 500)
    assert curve.mean[0] == pytest.approx(2.0, rel=1e-9)
    assert curve.mean[1] == pytest.approx(500 + 500 * (1 - missed), rel=1e-9)


def test_a_code_in_exactly_ten_documents_is_still_infrequent_for_ice() -> None:
    # S_inf 3, N_inf 12, C 5/6, gamma^2 = 3.6 * 12/11 * 90/144 - 1 = 16/11; 3.6 + 2.4 * 16/11
    assert ice(Frequencies(12, {1: 2, 10: 1}), 12) == pytest.approx(3.6 + 2.4 * 16 / 11)
    assert ice(Frequencies(12, {1: 2, 11: 1}), 2) == "no_coverage"


def test_documents_that_hold_an_infrequent_code_are_counted_with_the_cut_off_itself() -> None:
    incidence = Incidence.of([frozenset("ab"), frozenset("ab"), frozenset("b"), frozenset()])
    assert [incidence.holding(cut) for cut in (1, 2, 3)] == [0, 2, 3]
