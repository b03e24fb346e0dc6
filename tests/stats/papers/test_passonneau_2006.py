"""MASI as Passonneau 2006 defines it: exact 2/3 and 1/3, and 1 - J M."""

import pytest

from intercoder.stats.agreement.alpha import krippendorff_alpha
from intercoder.stats.agreement.distances import distance_table
from intercoder.stats.reliability import Ratings

EMPTY, A, AB, BC, C = (frozenset(codes) for codes in ("", "A", "AB", "BC", "C"))


def test_the_distance_of_sets_by_hand() -> None:
    table = distance_table([EMPTY, A, AB, BC, C], "masi")
    assert table[0, 0] == 0
    assert table[0, 1] == 1
    assert table[1, 2] == pytest.approx(1 - 1 / 2 * 2 / 3)
    assert table[2, 3] == pytest.approx(1 - 1 / 3 * 1 / 3)
    assert table[1, 4] == 1
    assert table[2, 2] == 0


def test_the_jaccard_distance_by_hand() -> None:
    table = distance_table([EMPTY, A, AB, BC], "jaccard")
    assert table[1, 2] == pytest.approx(1 / 2)
    assert table[2, 3] == pytest.approx(2 / 3)
    assert table[0, 0] == 0
    assert table[0, 3] == 1


def test_alpha_over_sets_of_two_coders_by_hand() -> None:
    # units: (A, AB), (A, A), (C, C); observed (2/3) / 3 units; values A x 3, AB, C x 2
    # expected: pairs A-AB 3 x 2/3, A-C 6 x 1, AB-C 2 x 1 = 10 of 15 pairs
    ratings = Ratings.from_sets([["A", "A", "C"], ["AB", "A", "C"]])
    assert krippendorff_alpha(ratings, "masi").value == pytest.approx(1 - (2 / 3 / 3) / (10 / 15))
