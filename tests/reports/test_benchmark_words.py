"""Gwet's benchmark in place of adjectives: in both languages, and only where there is something to judge by."""

import pytest

from intercoder.language import speaking
from intercoder.reports.benchmark import benchmark_json, benchmark_notes, benchmarks, standard_error
from intercoder.stats.agreement.alpha import krippendorff_alpha
from intercoder.stats.agreement.coefficients import percent_agreement
from intercoder.stats.agreement.overview import coefficients
from intercoder.stats.reliability import Ratings
from intercoder.stats.results import Estimate

FIRST = list("aabbccaabbccaabbccaabbcc")
SECOND = list("aabbccaabbccaabcccaabbca")


def _alpha(first: list[str], second: list[str], resamples: int = 500) -> Estimate:
    return krippendorff_alpha(Ratings.from_rows([first, second]), resamples=resamples)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "en",
            ["Gwet’s benchmark (alpha)", "“substantial” (0.60 to 0.80) of Landis and Koch", "“good”", "“fair to good”"],
        ),
        ("zh", ["Gwet 基准（alpha）", "Landis 与 Koch 标准的“高度一致”（0.60 至 0.80）", "“良好”", "“一般至良好”"]),
    ],
)
def test_the_sentence_names_its_scales_and_the_range_on_each(language: str, said: list[str]) -> None:
    with speaking(language):
        (note,) = benchmark_notes("alpha", _alpha(FIRST, SECOND))
    assert note.code == "benchmark"
    assert [part for part in said if part not in note.sentence] == []


@pytest.mark.parametrize(
    ("first", "second", "resamples"),
    [
        (FIRST, SECOND, 0),  # no interval was asked for
        (FIRST[:8], SECOND[:8], 500),  # too few units for one
        (FIRST, FIRST, 500),  # perfect agreement: no spread to judge by
        (["a"] * 20, ["a"] * 20, 500),  # no value
    ],
)
def test_without_an_interval_or_its_spread_nothing_is_said(first: list[str], second: list[str], resamples: int) -> None:
    alpha = _alpha(first, second, resamples)
    assert benchmark_notes("alpha", alpha) == []
    assert benchmark_json(alpha) == {}


def test_raw_agreement_has_no_benchmark_and_a_lower_coefficient_a_lower_range() -> None:
    ratings = Ratings.from_rows([FIRST, SECOND])
    assert benchmark_json(percent_agreement(ratings)) == {}
    shuffled = _alpha(FIRST, FIRST[2:] + FIRST[:2])
    assert [reached.reached.word for reached in benchmarks(shuffled)] == ["poor"] * 3


def test_the_standard_error_is_that_of_the_interval_beside_it() -> None:
    estimates = coefficients(Ratings.from_rows([FIRST, SECOND]), resamples=500)
    kappa, alpha = estimates["cohen_kappa"], estimates["krippendorff_alpha"]
    assert standard_error(kappa) == kappa.se
    assert alpha.interval is not None
    assert standard_error(alpha) == pytest.approx((alpha.interval.high - alpha.interval.low) / 3.92, rel=1e-3)
