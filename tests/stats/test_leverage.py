"""Leverage: what alpha would be if one unit were resolved, against resolving it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from intercoder.stats.agreement.alpha import Measurement, krippendorff_alpha
from intercoder.stats.agreement.leverage import leverage
from intercoder.stats.reliability import MISSING, Ratings
from intercoder.stats.tree import CodeTree

TREE = CodeTree.of({"1": "a", "2": "a", "3": "b", "4": "b", "a": None, "b": None})


@st.composite
def tables(draw: st.DrawFn) -> list[list[int | None]]:
    coders, units = draw(st.integers(2, 4)), draw(st.integers(2, 9))
    cell = st.one_of(st.none(), st.integers(1, 4))
    return [draw(st.lists(cell, min_size=units, max_size=units)) for _ in range(coders)]


def _resolve(ratings: Ratings, unit: int, to: object) -> Ratings:
    index = ratings.index.copy()
    index[index[:, unit] != MISSING, unit] = ratings.values.index(to)
    return Ratings(ratings.coders, ratings.values, index, ratings.documents)


@pytest.mark.parametrize("level", ["nominal", "ordinal", "interval", "ratio", "masi", "tree"])
@given(rows=tables())
def test_the_gain_is_alpha_after_the_unit_is_resolved_less_alpha_now(
    level: Measurement, rows: list[list[int | None]]
) -> None:
    if level == "masi":
        cells = [[None if v is None else [["a"], ["b"], ["a", "b"], []][v - 1] for v in row] for row in rows]
        ratings = Ratings.from_sets(cells)
    else:
        ratings = Ratings.from_rows(rows if level != "tree" else [[v and str(v) for v in row] for row in rows])
    now = krippendorff_alpha(ratings, level, tree=TREE).value
    resolved = leverage(ratings, level, tree=TREE)
    differing = [u for u in range(ratings.units) if len({int(v) for v in ratings.index[:, u] if v != MISSING}) > 1]
    assert sorted(row.unit for row in resolved) == ([] if now is None else differing)
    for row in resolved:
        then = krippendorff_alpha(_resolve(ratings, row.unit, row.to), level, tree=TREE)
        if row.gain is None:
            assert then.value is None
        else:
            assert now is not None
            assert then.value is not None
            assert then.value == pytest.approx(row.alpha, abs=1e-9)
            assert row.gain == pytest.approx(then.value - now, abs=1e-9)
    gains = [row.gain for row in resolved if row.gain is not None]
    assert gains == sorted(gains, reverse=True)


def test_the_majority_decides_and_a_tie_promises_the_smaller_gain() -> None:
    ratings = Ratings.from_rows([list("aaabbbaab"), list("aabbbbaab"), list("abbbbbaab")])
    to = {row.unit: row.to for row in leverage(ratings)}
    assert to == {1: "a", 2: "b"}
    tie = Ratings.from_rows([list("aaaaaaaabba"), list("aaaaaaaabab")])
    rows = leverage(tie)
    assert {row.unit for row in rows} == {9, 10}
    for row in rows:
        both = {value: krippendorff_alpha(_resolve(tie, row.unit, value)).value or 0.0 for value in "ab"}
        assert both["a"] < both["b"] - 0.05
        assert row.to == "a"
        assert row.alpha == pytest.approx(both["a"])


def test_a_unit_on_which_all_agree_has_no_leverage_and_neither_has_data_without_alpha() -> None:
    assert leverage(Ratings.from_rows([[1, 2], [1, 2]])) == ()
    assert leverage(Ratings.from_rows([[1, 2]])) == ()
    (last,) = leverage(Ratings.from_rows([[1, 1, 1], [1, 1, 2]]))
    assert (last.gain, last.reason) == (None, "no_variation")


def test_every_unit_with_the_same_values_has_the_same_leverage() -> None:
    generator = np.random.default_rng(5)
    ratings = Ratings.from_rows(generator.integers(1, 4, (3, 200)).tolist())
    rows = leverage(ratings)
    by_values: dict[tuple[int, ...], set[float | None]] = {}
    for row in rows:
        key = tuple(sorted(ratings.index[:, row.unit].tolist()))
        by_values.setdefault(key, set()).add(row.gain)
    assert all(len(gains) == 1 for gains in by_values.values())
