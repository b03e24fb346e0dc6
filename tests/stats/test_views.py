"""Views: the same coefficient on parts of the data, and the matrices behind it."""

from typing import Any

import numpy as np
import pytest

from intercoder.errors import WrongArgument
from intercoder.stats.agreement.alpha import krippendorff_alpha
from intercoder.stats.agreement.coefficients import cohen_kappa
from intercoder.stats.agreement.views import (
    coincidences,
    confusion,
    per_group,
    per_pair,
    time_windows,
    without_each_coder,
)
from intercoder.stats.reliability import Ratings
from intercoder.stats.tree import CodeTree, Level

# Krippendorff 2011, example C: four observers, twelve units, missing values.
FOUR = Ratings.from_rows(
    [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3],
        [None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None],
    ],
    coders=["A", "B", "C", "D"],
)


def test_the_coincidence_matrix_of_krippendorff_2011_is_the_printed_one() -> None:
    matrix = coincidences(FOUR)
    assert matrix.values == (1, 2, 3, 4, 5)
    printed = [
        [7, 4 / 3, 1 / 3, 1 / 3, 0],
        [4 / 3, 10, 4 / 3, 1 / 3, 0],
        [1 / 3, 4 / 3, 8, 1 / 3, 0],
        [1 / 3, 1 / 3, 1 / 3, 4, 0],
        [0, 0, 0, 0, 3],
    ]
    assert matrix.table == pytest.approx(np.array(printed))
    assert matrix.table.sum() == pytest.approx(40)
    plain: Any = matrix.to_json()
    assert (0, 4) not in {(row, column) for row, column, _ in plain["cells"]}  # only cells that occur


def test_the_confusion_matrix_counts_what_the_second_gave_where_the_first_gave_it() -> None:
    matrix = confusion(FOUR, (0, 2))
    assert matrix.values == (1, 2, 3, 4)
    assert matrix.table.tolist() == [[0, 1, 1, 0], [0, 2, 1, 0], [0, 0, 2, 0], [0, 0, 0, 1]]


def test_matrices_of_data_without_pairs_are_empty() -> None:
    alone = Ratings.from_rows([[1, 2], [None, None]])
    assert coincidences(alone).table.shape == (0, 0)
    assert confusion(alone).table.shape == (0, 0)


def test_pairs_coders_left_out_and_groups_are_the_coefficient_of_the_part() -> None:
    assert per_pair(FOUR, cohen_kappa)["A", "D"] == cohen_kappa(FOUR.select(coders=(0, 3)))
    left = without_each_coder(FOUR, krippendorff_alpha)
    assert left["C"] == krippendorff_alpha(FOUR.select(coders=(0, 1, 3)))
    assert list(left) == ["A", "B", "C", "D"]
    assert without_each_coder(FOUR.select(coders=(0, 1)), krippendorff_alpha) == {}
    labels = ["v2"] * 5 + ["v1"] * 5 + [None] * 2
    groups = per_group(FOUR, labels, krippendorff_alpha)
    assert list(groups) == ["v2", "v1"]
    assert groups["v1"] == krippendorff_alpha(FOUR.select(units=np.arange(5, 10)))


def test_a_unit_belongs_to_the_window_in_which_it_could_first_be_compared() -> None:
    times = [[1.0, 5.0, None, 1.0], [2.0, 9.0, None, 10.0]]
    assert time_windows(times, [5.0, 10.0]) == [0, 1, None, 2]
    assert time_windows(times, []) == [0, 0, None, 0]


def test_labels_and_windows_that_do_not_fit_are_refused_in_words() -> None:
    with pytest.raises(WrongArgument, match="label"):
        per_group(FOUR, ["v1"], krippendorff_alpha)
    with pytest.raises(WrongArgument, match="windows"):
        time_windows([[1.0]], [2.0, 2.0])


def test_at_a_higher_level_different_labels_of_one_concept_agree() -> None:
    tree = CodeTree.of(
        {"l1": "c1", "l2": "c1", "l3": "c2", "c1": None, "c2": None, "stray": None},
        dict.fromkeys(["l1", "l2", "l3", "stray"], Level.LABEL) | dict.fromkeys(["c1", "c2"], Level.CONCEPT),
    )
    labels = Ratings.from_rows([["l1", "l1", "l3", "stray"], ["l2", "l2", "l3", "l3"]])
    concepts, lost = labels.lift(tree.lift(["l1", "l2", "l3", "stray"], Level.CONCEPT))
    assert lost == 1
    assert concepts.values == ("c1", "c2")
    assert (concepts.n_pairable, concepts.n_missing) == (3, 1)
    assert krippendorff_alpha(concepts).value == 1.0
    assert (krippendorff_alpha(labels).value or 0.0) < 0.5
    sets, lost = Ratings.from_sets([[["l1", "l3"], ["stray"]], [["l2"], []]]).lift({"l1": "c1", "l2": "c1", "l3": "c2"})
    assert lost == 1
    assert [[sets.values[i] for i in row] for row in sets.index] == [
        [frozenset({"c1", "c2"}), frozenset()],
        [frozenset({"c1"}), frozenset()],
    ]


def test_along_the_tree_a_near_miss_costs_less_than_a_far_one() -> None:
    tree = CodeTree.of({"l1": "c1", "l2": "c1", "l3": "c2", "c1": "t", "c2": "t", "t": None})
    first = ["l1", "l2", "l3", "l1", "l3", "l2"]
    near = Ratings.from_rows([first, ["l2", "l2", "l3", "l1", "l3", "l2"]])
    far = Ratings.from_rows([first, ["l3", "l2", "l3", "l1", "l3", "l2"]])
    alphas = [krippendorff_alpha(labels, "tree", tree=tree).value or 0.0 for labels in (near, far)]
    assert alphas[0] > alphas[1]
    with pytest.raises(WrongArgument, match="code tree"):
        krippendorff_alpha(near, "tree")


def test_alpha_along_a_tree_in_which_all_codes_are_roots_is_nominal_alpha() -> None:
    flat = CodeTree.of({"a": None, "b": None, "c": None})
    ratings = Ratings.from_rows([list("aabbccab"), list("aabccbab")])
    nominal = krippendorff_alpha(ratings).value
    assert krippendorff_alpha(ratings, "tree", tree=flat).value == pytest.approx(nominal, abs=1e-12)
