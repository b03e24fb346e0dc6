"""The metrics: zero only for equal values, symmetric, bounded, and what each level refuses."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from intercoder.errors import WrongArgument
from intercoder.stats.agreement.alpha import Measurement, krippendorff_alpha
from intercoder.stats.agreement.distances import MOST_VALUES, distance_table, metric, ranks
from intercoder.stats.reliability import Ratings
from intercoder.stats.tree import CodeTree

TREE = CodeTree.of({"a": "x", "b": "x", "c": "y", "x": "z", "y": "z", "z": None, "d": None})
SETS = st.lists(st.frozensets(st.sampled_from("abcd")), min_size=1, max_size=8, unique=True)


@pytest.mark.parametrize("level", ["jaccard", "masi", "tree"])
@given(values=SETS)
def test_distances_of_sets_are_zero_only_for_equal_sets_symmetric_and_at_most_one(
    level: Measurement, values: list[frozenset[str]]
) -> None:
    table = distance_table(values, level, TREE)
    assert table == pytest.approx(table.T)
    assert (table.diagonal() == 0).all()
    off = table[~np.eye(len(values), dtype=bool)]
    assert (off > 0).all()
    assert (off <= 1 + 1e-12).all()


def test_a_set_of_one_code_is_as_far_as_the_code_itself() -> None:
    codes = ["a", "b", "c", "d", "x"]
    single = distance_table(codes, "tree", TREE)
    as_sets = distance_table([frozenset(code) for code in codes], "tree", TREE)
    assert single == pytest.approx(as_sets)
    assert single == pytest.approx(np.array([[TREE.distance(a, b) for b in codes] for a in codes]))


def test_the_tree_distance_of_sets_by_hand() -> None:
    table = distance_table([frozenset("ab"), frozenset("b"), frozenset("c"), frozenset()], "tree", TREE)
    assert table[0, 1] == pytest.approx((1 / 3 + 0 + 0) / 3)  # a to b, b to b, and back
    assert table[1, 2] == pytest.approx(2 / 3)
    assert table[0, 3] == 1.0


def test_ordinal_distances_are_krippendorffs_sums_of_counts() -> None:
    totals = np.array([7.0, 10.0, 8.0, 5.0, 3.0])
    position = ranks(totals)
    for c in range(5):
        for k in range(c, 5):
            between = totals[c : k + 1].sum() - (totals[c] + totals[k]) / 2
            assert (position[k] - position[c]) ** 2 == pytest.approx(between**2)


def test_ratio_distances_of_zeros_are_zero() -> None:
    assert distance_table([0.0, 2.0], "ratio").tolist() == [[0.0, 1.0], [1.0, 0.0]]


def test_levels_that_do_not_fit_have_a_reason_and_unknown_ones_are_refused() -> None:
    assert metric(["a", "b"], "interval") == "not_numeric"
    assert metric([-1, 1], "ratio") == "mixed_signs"
    assert metric(list(range(1, MOST_VALUES + 2)), "ratio") == "too_many_values"
    assert not isinstance(metric(list(range(1, MOST_VALUES + 2)), "interval"), str)
    with pytest.raises(WrongArgument, match="no level ordinary"):
        metric(["a"], "ordinary")  # type: ignore[arg-type]


def test_a_thousand_different_numbers_need_no_table() -> None:
    generator = np.random.default_rng(1)
    first = generator.normal(100, 15, 4000)
    rows = [first.tolist(), (first + generator.normal(0, 5, 4000)).tolist()]
    estimate = krippendorff_alpha(Ratings.from_rows(rows), "interval", resamples=200)
    values = np.array(rows)
    n, pooled = values.size, values.reshape(-1)
    observed = ((values[0] - values[1]) ** 2).sum() * 2 / n
    expected = 2 * (n * (pooled**2).sum() - pooled.sum() ** 2) / (n * (n - 1))
    assert estimate.value == pytest.approx(1 - observed / expected, abs=1e-9)
    assert estimate.interval is not None
    assert estimate.value is not None
    assert estimate.interval.low < estimate.value < estimate.interval.high
