"""What grew is what a count from scratch gives of the same documents, whatever came, went or changed, in whatever order."""

import hashlib
import json
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intercoder.stats.saturation import growing
from intercoder.stats.saturation.accumulation import union_sizes
from intercoder.stats.saturation.growing import Grown
from intercoder.stats.saturation.incidence import Incidence
from intercoder.stats.saturation.report import saturation, with_curve

CODES = st.frozensets(st.sampled_from("abcdefghijklmnop"), max_size=6)
#: a study at one time: documents with their codes, in order of arrival
STUDIES = st.dictionaries(st.integers(0, 40).map(lambda n: (str(n),)), CODES, max_size=40).flatmap(
    lambda held: st.permutations(sorted(held)).map(lambda order: {key: held[key] for key in order})
)


def same(grown: Grown, held: dict[tuple[str, ...], frozenset[str]]) -> None:
    """Say that what grew is what is counted from scratch."""
    codes = list(held.values())
    scratch = Incidence.of(codes)
    found = grown.incidence
    assert {code: set(found.rows[a:b]) for code, (a, b) in zip(found.codes, pairwise(found.starts), strict=True)} == {
        code: set(scratch.rows[a:b]) for code, (a, b) in zip(scratch.codes, pairwise(scratch.starts), strict=True)
    }
    assert (found.frequencies, found.discovery, found.uniques) == (
        scratch.frequencies,
        scratch.discovery,
        scratch.uniques,
    )
    assert grown.unions == union_sizes(scratch)
    rows = [[list(key), sorted(of)] for key, of in held.items()]
    assert grown.sha256 == hashlib.sha256(json.dumps(rows).encode()).hexdigest()


@given(st.lists(STUDIES, min_size=2, max_size=4), st.sampled_from([0.0, 0.5, 1.0]))
def test_what_grew_from_any_earlier_state_is_a_count_from_scratch(
    states: list[dict[tuple[str, ...], frozenset[str]]], most: float
) -> None:
    usual = growing._MOST, growing._PAIRS
    growing._MOST, growing._PAIRS = most, 0
    try:
        grown = None
        for held in states:
            grown = Grown.of(list(held), list(held.values()), grown)
            same(grown, held)
    finally:
        growing._MOST, growing._PAIRS = usual


@given(STUDIES, CODES, st.data())
def test_one_more_document_anywhere_one_less_and_one_with_other_codes(
    held: dict[tuple[str, ...], frozenset[str]], codes: frozenset[str], data: st.DataObject
) -> None:
    grown = Grown.of(list(held), list(held.values()))
    place = data.draw(st.integers(0, len(held)))
    more = dict([*list(held.items())[:place], (("new",), codes), *list(held.items())[place:]])
    after = Grown.of(list(more), list(more.values()), grown)
    same(after, more)
    changed = more | {("new",): codes ^ {"a"}}
    same(Grown.of(list(changed), list(changed.values()), after), changed)
    same(Grown.of(list(held), list(held.values()), after), held)


def test_nothing_is_counted_anew_where_little_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    held: dict[tuple[str, ...], frozenset[str]] = {(str(n),): frozenset({f"c{n}", f"c{n + 1}"}) for n in range(40)}
    grown = Grown.of(list(held), list(held.values()))
    assert grown.unions
    more = {**held, ("new",): frozenset({"c3"})}
    again = {**more, ("newer",): frozenset({"c4"})}
    with monkeypatch.context() as patched:
        patched.delattr(growing, "union_sizes")
        patched.delattr(Incidence, "of")
        known = Grown.of(list(more), list(more.values()), grown)
        last = Grown.of(list(again), list(again.values()), known)  # nobody asked the one between
        told = last.unions, known.unions
    assert told == (union_sizes(last.incidence), union_sizes(known.incidence))
    same(last, again)
    same(known, more)


def test_an_earlier_state_is_not_kept_behind_the_one_that_is_counted_from() -> None:
    grown, keys = None, [(str(n),) for n in range(9)]
    for many in range(1, 9):
        grown = Grown.of(keys[:many], [frozenset({str(n)}) for n in range(many)], grown)
        assert many % 2 or grown.unions is not None
    assert grown is not None
    assert grown.known is not None
    assert len(grown.known.keys) == 6


@given(STUDIES)
def test_the_curve_is_the_same_when_it_is_made_later(held: dict[tuple[str, ...], frozenset[str]]) -> None:
    keys, codes = list(held), list(held.values())
    before = Grown.of(keys[:-1], codes[:-1])
    grown = Grown.of(keys, codes, before)
    whole, brief = saturation(codes, resamples=20), saturation(grown, points=0, resamples=20)
    assert (brief.accumulation.h, brief.interpolation, brief.extrapolation) == ((), (), ())
    curve = with_curve(brief, grown)
    bare = [
        replace(point, codes_ci95=None, coverage_ci95=None) for point in (*whole.interpolation, *whole.extrapolation)
    ]
    assert [*curve.interpolation, *curve.extrapolation] == bare
    assert curve.accumulation == whole.accumulation
    assert replace(whole, accumulation=brief.accumulation, interpolation=(), extrapolation=()) == brief


def test_the_figures_of_what_grew_are_those_of_its_documents() -> None:
    codes = [frozenset(f"c{n // k}" for k in range(1, 5)) for n in range(30)]
    keys = [(str(n),) for n in range(30)]
    grown = Grown.of(keys, codes, Grown.of(keys[:29], codes[:29]))
    assert saturation(grown, resamples=20) == saturation(codes, resamples=20)
