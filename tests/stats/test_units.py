"""From spans to units."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intercoder.stats.units import sets_by_unit

UNITS = [(0, 10), (10, 20), (20, 21), (25, 40)]


def test_a_coding_that_fills_half_of_a_unit_counts_and_less_does_not() -> None:
    assert sets_by_unit([(0, 5, "a")], UNITS)[0] == {"a"}
    assert sets_by_unit([(6, 15, "a")], UNITS)[:2] == [frozenset(), frozenset("a")]


def test_a_short_coding_in_a_long_unit_counts() -> None:
    assert sets_by_unit([(30, 31, "a")], UNITS) == [frozenset(), frozenset(), frozenset(), frozenset("a")]


def test_a_coding_over_several_units_counts_in_all_it_fills() -> None:
    assert sets_by_unit([(4, 33, "a")], UNITS) == [frozenset("a")] * 4


def test_a_coding_cut_in_equal_halves_counts_on_both_sides() -> None:
    assert sets_by_unit([(8, 12, "a")], UNITS)[:2] == [frozenset("a")] * 2


def test_units_may_come_in_any_order_and_gaps_carry_nothing() -> None:
    assert sets_by_unit([(0, 9, "a"), (21, 25, "b")], UNITS[::-1]) == [frozenset()] * 3 + [frozenset("a")]


def test_overlapping_units_and_turned_spans_are_refused() -> None:
    with pytest.raises(ValueError, match="overlap"):
        sets_by_unit([], [(0, 10), (9, 12)])
    with pytest.raises(ValueError, match="ends before it starts"):
        sets_by_unit([(4, 3, "a")], UNITS)


@given(
    spans=st.lists(st.tuples(st.integers(0, 60), st.integers(1, 40), st.sampled_from("abc")), max_size=15),
    cuts=st.sets(st.integers(0, 60), min_size=2),
)
def test_the_rule_holds_for_every_span_and_unit(spans: list[tuple[int, int, str]], cuts: set[int]) -> None:
    edges = sorted(cuts)
    units = list(pairwise(edges))
    given_ = [(start, start + size, code) for start, size, code in spans]
    carried = sets_by_unit(given_, units)
    for (start, end), codes in zip(units, carried, strict=True):
        expected = set()
        for s, e, code in given_:
            shared = min(e, end) - max(s, start)
            if shared > 0 and shared >= min(end - start, e - s) / 2:
                expected.add(code)
        assert codes == expected
