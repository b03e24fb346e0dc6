"""Cohen 1960 (Educ Psychol Meas 20: 37-46), his table of 200 diagnoses; weights of Cohen 1968; error of 1969."""

import numpy as np
import pytest

from intercoder.stats.agreement.coefficients import Weights, cohen_kappa, cohen_kappa_se, weight_table
from intercoder.stats.reliability import Ratings

# Proportions of table 1 times 200: personality disorder, neurosis, psychosis.
TABLE = [[88, 14, 18], [10, 40, 10], [2, 6, 12]]


def ratings(table: list[list[int]]) -> Ratings:
    cells = [(a, b) for a, row in enumerate(table, 1) for b, times in enumerate(row, 1) for _ in range(times)]
    return Ratings.from_rows([[a for a, _ in cells], [b for _, b in cells]])


def test_the_printed_kappa() -> None:
    assert cohen_kappa(ratings(TABLE)).value == pytest.approx(0.492, abs=5e-4)


def test_kappa_from_its_definition() -> None:
    share = np.array(TABLE) / 200
    observed = np.trace(share)
    expected = share.sum(axis=0) @ share.sum(axis=1)
    assert cohen_kappa(ratings(TABLE)).value == pytest.approx((observed - expected) / (1 - expected), abs=1e-12)


@pytest.mark.parametrize("weights", ["linear", "quadratic"])
def test_weighted_kappa_from_its_definition(weights: Weights) -> None:
    share, power = np.array(TABLE) / 200, 1 if weights == "linear" else 2
    w = 1 - (np.abs(np.subtract.outer(range(3), range(3))) / 2) ** power
    observed, expected = (w * share).sum(), share.sum(axis=1) @ w @ share.sum(axis=0)
    kappa = cohen_kappa(ratings(TABLE), weights)
    assert kappa.value == pytest.approx((observed - expected) / (1 - expected), abs=1e-12)


def test_two_categories_have_one_kappa_whatever_the_weights() -> None:
    two = ratings([[20, 5], [3, 12]])
    values = [cohen_kappa(two, weights).value for weights in (None, "linear", "quadratic")]
    assert values == pytest.approx([values[0]] * 3)


def test_labels_without_numbers_are_weighted_by_their_declared_order() -> None:
    rows = [["low", "mid", "high"], ["low", "high", "high"]]
    declared = Ratings.from_rows(rows, categories=["low", "mid", "high"])
    numbers = Ratings.from_rows([[1, 2, 3], [1, 3, 3]])
    assert weight_table(declared, "linear").tolist() == weight_table(numbers, "linear").tolist()
    assert cohen_kappa(declared, "linear").value == cohen_kappa(numbers, "linear").value


def test_the_standard_error_is_near_the_spread_of_kappa_over_samples() -> None:
    """Fleiss, Cohen & Everitt 1969: the formula against 4,000 samples of 200 from the table."""
    generator = np.random.default_rng(2)
    share = (np.array(TABLE) / 200).reshape(-1)
    drawn = generator.multinomial(200, share, size=4000).reshape(-1, 3, 3) / 200
    observed = drawn.trace(axis1=1, axis2=2)
    expected = (drawn.sum(axis=1) * drawn.sum(axis=2)).sum(axis=1)
    spread = ((observed - expected) / (1 - expected)).std()
    assert cohen_kappa_se(ratings(TABLE)).value == pytest.approx(spread, rel=0.05)
