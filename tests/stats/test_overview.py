"""Every coefficient of one matrix, each with an interval or a reason."""

import json

import numpy as np
import pytest

from intercoder.stats.agreement.alpha import Measurement, krippendorff_alpha
from intercoder.stats.agreement.coefficients import Weights, cohen_kappa
from intercoder.stats.agreement.gwet import gwet_ac, standard_error
from intercoder.stats.agreement.overview import coefficients
from intercoder.stats.agreement.remarks import paradox
from intercoder.stats.reliability import Ratings
from intercoder.stats.tree import CodeTree


def _ratings(coders: int, units: int = 40) -> Ratings:
    generator = np.random.default_rng(7)
    truth = generator.integers(1, 4, units)
    rows = [
        np.where(generator.random(units) < 0.7, truth, generator.integers(1, 4, units)).tolist() for _ in range(coders)
    ]
    return Ratings.from_rows(rows)


def test_two_coders_have_the_coefficients_for_two_and_more_have_the_others() -> None:
    two, three = coefficients(_ratings(2), resamples=50), coefficients(_ratings(3), resamples=50)
    assert list(two)[:2] == ["krippendorff_alpha", "krippendorff_alpha_own"]
    assert {"cohen_kappa", "scott_pi", "bennett_s"} <= set(two)
    assert not {"cohen_kappa", "scott_pi", "bennett_s"} & set(three)
    assert {
        "mean_pairwise_cohen_kappa",
        "fleiss_kappa",
        "conger_kappa",
        "gwet_ac1",
        "brennan_prediger",
        "holsti",
    } <= set(three)
    assert two["cohen_kappa"].value == cohen_kappa(_ratings(2)).value
    assert three["krippendorff_alpha"].value == krippendorff_alpha(_ratings(3)).value


def test_analytic_intervals_are_value_and_error_with_the_upper_end_not_above_one() -> None:
    ratings = _ratings(3)
    ac1 = coefficients(ratings, resamples=0)["gwet_ac1"]
    se = standard_error(ratings, "gwet_ac").value
    assert se is not None
    assert ac1.value is not None
    assert ac1.se == se
    assert ac1.interval is not None
    assert ac1.interval.low == pytest.approx(ac1.value - 2.0227 * se, abs=1e-4)  # t with 39 degrees of freedom
    assert ac1.interval.method == "t, 39 degrees of freedom"
    nearly = Ratings.from_rows([[1, 2] * 20, [1, 2] * 19 + [1, 1]])
    high = coefficients(nearly, resamples=0)["cohen_kappa"].interval
    assert high is not None
    assert high.high == 1.0


def test_weights_make_ac2_and_sets_have_three_alphas_and_the_tree() -> None:
    assert (
        coefficients(_ratings(2), weights="quadratic", resamples=0)["gwet_ac2"].value
        == gwet_ac(_ratings(2), "quadratic").value
    )
    sets = Ratings.from_sets([[["a"], ["b"], [], ["a", "b"]], [["a"], ["a"], [], ["b"]]])
    estimates = coefficients(sets, resamples=0, tree=CodeTree.of({"a": None, "b": None}))
    assert [name for name in estimates if name.startswith("krippendorff")] == [
        f"krippendorff_alpha_{measurement}" for measurement in ("nominal", "jaccard", "masi", "tree")
    ]
    assert estimates["krippendorff_alpha_masi"].value == krippendorff_alpha(sets, "masi").value


@pytest.mark.parametrize("rows", [[[1, 1], [1, 1]], [[1, 2]], [[None, None], [None, None]], [[], []], [[1], [2]]])
def test_nothing_to_compute_is_a_reason_everywhere_and_plain_json(rows: list[list[int | None]]) -> None:
    for name, estimate in coefficients(Ratings.from_rows(rows), resamples=20).items():
        assert (estimate.value is None) == (estimate.reason is not None), name
        assert estimate.interval is None, name
        json.dumps(estimate.to_json(), allow_nan=False)


def test_few_units_have_values_and_no_interval() -> None:
    estimates = coefficients(_ratings(2, units=8), resamples=50)
    assert estimates["krippendorff_alpha"].interval_reason == "too_few_units"
    assert estimates["cohen_kappa"].interval_reason == "too_few_units"
    assert estimates["cohen_kappa"].se is not None


@pytest.mark.parametrize(
    ("percent", "alpha", "largest", "raised"),
    [
        (0.9, 0.5, 0.5, True),
        (0.9, 0.7, 0.5, False),
        (0.8, 0.2, 0.5, False),
        (0.8, 0.9, 0.95, True),
        (None, None, 1.0, False),
    ],
)
def test_the_paradox_is_high_agreement_with_low_alpha_or_one_category_everywhere(
    percent: float | None, alpha: float | None, largest: float | None, raised: bool
) -> None:
    assert paradox(percent, alpha, largest, 0.9) is raised


@pytest.mark.parametrize("level", ["interval", "ratio", "ordinal", "nominal"])
@pytest.mark.parametrize(
    "rows",
    [
        [[1e308, 2e307, 1e308, 3.0], [1e308, 1e308, 2e307, 3.0]],
        [[1e-200, 2e-200, 1e-200], [1e-200, 1e-200, 2e-200]],
        [[float("inf"), 1.0, 2.0], [1.0, float("inf"), 2.0]],
        [[float("nan"), 1.0, 2.0, 2.0], [1.0, 1.0, 2.0, 1.0]],
    ],
)
@pytest.mark.parametrize("weights", [None, "quadratic", "linear"])
def test_no_number_is_too_large_too_small_or_too_strange(
    rows: list[list[float]], level: Measurement, weights: Weights | None
) -> None:
    estimates = coefficients(Ratings.from_rows(rows), level, weights=weights, resamples=0)
    for estimate in estimates.values():
        json.dumps(estimate.to_json(), allow_nan=False)
    infinite = float("inf") in rows[0]
    reason = estimates["krippendorff_alpha"].reason
    assert reason == ("not_numeric" if infinite and level in ("interval", "ratio") else None)


def test_the_unit_of_the_numbers_changes_nothing() -> None:
    small = Ratings.from_rows([[1.0, 2.0, 4.0, 4.0], [1.0, 3.0, 4.0, 2.0]])
    large = Ratings.from_rows([[v * 1e300 for v in (1.0, 2.0, 4.0, 4.0)], [v * 1e300 for v in (1.0, 3.0, 4.0, 2.0)]])
    for level in ("interval", "ratio"):
        in_small, in_large = krippendorff_alpha(small, level), krippendorff_alpha(large, level)
        assert in_small.value == pytest.approx(in_large.value, abs=1e-12)


def test_where_there_is_no_interval_there_is_a_reason() -> None:
    estimates = coefficients(_ratings(2), weights="linear", resamples=50)
    assert all((e.interval is None) == (e.interval_reason is not None) for e in estimates.values())
    assert estimates["percent_agreement_units"].interval_reason == "no_interval"
