"""Bennett, Alpert & Goldstein 1954, Scott 1955, Holsti 1969, Conger 1980, Brennan & Prediger 1981, by hand."""

import pytest

from intercoder.stats.agreement.coefficients import (
    bennett_s,
    cohen_kappa,
    holsti,
    holsti_reliability,
    mean_pairwise_cohen_kappa,
    scott_pi,
)
from intercoder.stats.agreement.gwet import brennan_prediger, conger_kappa
from intercoder.stats.reliability import Ratings

# Brennan & Prediger 1981: 100 objects, three categories; 60 on the diagonal.
CELLS = [(1, 1, 50), (3, 1, 20), (2, 1, 10), (2, 2, 10), (2, 3, 10)]
TWO = Ratings.from_rows(
    [[row for row, _, n in CELLS for _ in range(n)], [col for _, col, n in CELLS for _ in range(n)]]
)


def test_bennett_and_brennan_prediger_take_chance_from_the_number_of_categories() -> None:
    assert bennett_s(TWO).value == pytest.approx(0.4)  # (.6 - 1/3) / (1 - 1/3), as printed
    assert brennan_prediger(TWO).value == pytest.approx(0.4)
    assert cohen_kappa(TWO).value == pytest.approx(0.27, abs=5e-3)  # as printed


def test_available_categories_count_also_when_nobody_used_them() -> None:
    rows = [[1, 1, 2], [1, 2, 2]]
    assert bennett_s(Ratings.from_rows(rows)).value == pytest.approx((2 / 3 - 1 / 2) / (1 / 2))
    four = Ratings.from_rows(rows, categories=[1, 2, 3, 4])
    assert bennett_s(four).value == pytest.approx((2 / 3 - 1 / 4) / (3 / 4))


def test_scott_pools_the_shares_of_both_coders() -> None:
    shares = [(50 + 80) / 200, (30 + 10) / 200, (20 + 10) / 200]
    expected = sum(share**2 for share in shares)
    assert scott_pi(TWO).value == pytest.approx((0.6 - expected) / (1 - expected))


def test_holsti_counts_all_decisions_of_each_coder_also_those_that_the_other_skipped() -> None:
    ratings = Ratings.from_rows([[1, 1, 2, None], [1, 2, 2, 2]])
    assert holsti(ratings).value == pytest.approx(2 * 2 / (3 + 4))
    three = Ratings.from_rows([[1, 1], [1, 2], [1, 1]])
    assert holsti(three).value == pytest.approx((1 / 2 + 1 + 1 / 2) / 3)


def test_conger_averages_chance_over_pairs_not_kappas() -> None:
    rows = [[1, 1, 2, 2, 3, 1], [1, 2, 2, 2, 3, 1], [1, 1, 2, 3, 3, 2]]
    ratings = Ratings.from_rows(rows)
    pairs = [(0, 1), (0, 2), (1, 2)]
    agree = sum(sum(a == b for a, b in zip(rows[i], rows[j], strict=True)) / 6 for i, j in pairs) / 3
    chance = sum(sum(rows[i].count(c) / 6 * rows[j].count(c) / 6 for c in (1, 2, 3)) for i, j in pairs) / 3
    assert conger_kappa(ratings).value == pytest.approx((agree - chance) / (1 - chance))
    assert mean_pairwise_cohen_kappa(ratings).value != pytest.approx(conger_kappa(ratings).value, abs=1e-3)


@pytest.mark.parametrize("coders", [2, 3, 5])
def test_holstis_composite_reliability_rises_with_the_coders_at_the_same_agreement(coders: int) -> None:
    rows = [[1, 2, 1, 2, 1]] * coders
    assert holsti_reliability(Ratings.from_rows(rows)).value == 1.0
    two = Ratings.from_rows([[1, 2, 1, 2, 1], [1, 2, 1, 2, 2]])
    assert holsti_reliability(two).value == pytest.approx(1.6 / 1.8)
    absent = Ratings.from_rows([[1, 2, 1, 2, 1]] * coders + [[None] * 5])  # who gave no value is no coder
    assert holsti_reliability(absent).parameters["coders"] == coders
    assert holsti_reliability(Ratings.from_rows([[1, None], [None, 1]])).reason == "no_pairable_values"
