"""No interval leaves its value out, and perfect agreement has one in however few units."""

import random
from collections.abc import Iterator

import pytest

from intercoder.reports.numbers import remark
from intercoder.stats.agreement.alpha import krippendorff_alpha
from intercoder.stats.agreement.binary import BinaryData
from intercoder.stats.agreement.grid import ALL, agreement_grid
from intercoder.stats.agreement.mv_alpha import mv_alpha
from intercoder.stats.agreement.overview import coefficients
from intercoder.stats.agreement.pair_bootstrap import krippendorff_algorithm
from intercoder.stats.reliability import Ratings
from intercoder.stats.results import Estimate
from intercoder.stats.saturation.report import saturation
from intercoder.stats.saturation.strata import equal_coverage

APART = [[i] for i in range(12)], [[i + 20] for i in range(12)]


def _small_tables() -> Iterator[Ratings]:
    """Few units or uneven numbers of values, few or very many categories, from chance to nearly perfect."""
    dice = random.Random(4)
    for _ in range(60):
        coders, units, categories = dice.choice([2, 3, 6]), dice.choice([10, 11, 14, 30]), dice.choice([2, 3, 40])
        missing, agreeing = dice.choice([0.0, 0.3, 0.6]), dice.choice([0.0, 0.5, 0.9, 0.98])
        alone = dice.choice([0.0, 0.2])  # units that two coders only looked at, and see otherwise
        rows: list[list[int | None]] = [[] for _ in range(coders)]
        for _ in range(units):
            truth, few = dice.randrange(categories), dice.random() < alone
            for place, row in enumerate(rows):
                own = truth if dice.random() < agreeing else dice.randrange(categories)
                value = truth + place if few else own
                row.append(None if dice.random() < missing or (few and place > 1) else value)
        yield Ratings.from_rows(rows)


def _held(estimate: Estimate) -> bool:
    interval = estimate.interval
    if interval is None or estimate.value is None:
        return interval is None
    return interval.low - 1e-9 <= estimate.value <= interval.high + 1e-9


@pytest.mark.parametrize("method", ["percentile", "bca"])
def test_every_interval_of_small_tables_holds_its_value(method: str) -> None:
    left_out = set()
    for ratings in _small_tables():
        estimates = coefficients(ratings, resamples=100, method=method)  # type: ignore[arg-type]
        assert [name for name, estimate in estimates.items() if not _held(estimate)] == []
        left_out |= {name for name, e in estimates.items() if e.interval_reason == "leaves_value_out"}
    assert "krippendorff_alpha_own" in left_out  # there are such tables


@pytest.mark.parametrize(
    "estimate",
    [
        krippendorff_alpha(Ratings.from_rows([list(range(12)), list(range(20, 32))]), resamples=300),
        mv_alpha(Ratings.from_sets(APART), resamples=300),
        krippendorff_alpha(Ratings.from_sets(APART), "masi", resamples=300),
    ],
    ids=["alpha", "mv-alpha", "masi"],
)
def test_where_every_value_occurs_once_there_is_a_reason_and_no_interval(estimate: Estimate) -> None:
    assert estimate.value == pytest.approx(0.0, abs=1e-9)
    assert (estimate.interval, estimate.interval_reason) == (None, "leaves_value_out")


def test_the_published_algorithm_keeps_its_interval() -> None:
    rows: list[list[int | None]] = [[u % 3 if u < 70 or c < 2 else None for u in range(80)] for c in range(6)]
    rows[0] = [(u + 1) % 3 if u >= 70 else u % 3 for u in range(80)]
    ratings = Ratings.from_rows(rows)
    published, _ = krippendorff_algorithm(ratings, resamples=500)
    printed = coefficients(ratings, resamples=500)["krippendorff_alpha_own"]
    assert published is not None
    assert printed.value is not None
    assert printed.value < published.low
    assert (printed.interval, printed.interval_reason) == (None, "leaves_value_out")


@pytest.mark.parametrize(
    "documents",
    [
        [{"a", "b", "c"}, {"a", "b", "c"}],
        [{"信任", "风险"}, {"信任", "风险", "权力"}],
        [{"a"}, {"a"}, {"b"}, {"a", "b"}],
    ],
)
def test_no_interval_of_a_saturation_report_leaves_its_number_out(documents: list[set[str]]) -> None:
    given = [frozenset(document) for document in documents]
    plain = saturation(given, resamples=50).to_json()
    for name in ("chao2", "chao2_bc"):
        total = plain[name]
        assert isinstance(total, dict)
        limits = total["ci95"]
        if limits is None:
            assert total["interval_reason"] == "centred_elsewhere"
        else:
            assert isinstance(limits, list)
            assert limits[0] <= total["estimate"] <= limits[1]  # type: ignore[operator]
    for stratum in equal_coverage({"half": given[:2], "all": given}, resamples=50).strata.values():
        assert stratum.interval is None or stratum.codes is None or stratum.interval[0] <= stratum.codes
    assert saturation([frozenset("abc")] * 2).to_json()["chao2"]["ci95"] is None  # type: ignore[index, call-overload]


@pytest.mark.parametrize("units", [2, 5, 9, 10, 40])
def test_perfect_agreement_has_one_interval_in_any_number_of_units(units: int) -> None:
    row = ["a"] + ["b"] * (units - 1)
    ratings = Ratings.from_rows([row, row, row])
    sets = Ratings.from_sets([[[value] for value in row]] * 3)
    grid = agreement_grid(sets, ["a", "b"], resamples=50)
    every = [
        *(e for name, e in coefficients(ratings, resamples=50).items() if name.startswith(("kripp", "fleiss", "gwet"))),
        mv_alpha(sets, resamples=50),
        BinaryData.from_ratings(sets, ["a", "b"]).estimates((0, 1, 2), ["alpha"], 50, 1)["alpha"][0],
        grid.cell(ALL, ("0", "1"), "a", "alpha"),
    ]
    for estimate in every:
        assert estimate.interval is not None, estimate
        assert (estimate.interval.low, estimate.interval.high) == (1.0, 1.0)
        assert estimate.interval.degenerate
        assert remark(estimate).startswith("The coders agree everywhere")
    assert krippendorff_alpha(ratings, resamples=0).interval_reason == "not_requested"


def test_a_single_disagreement_below_ten_units_leaves_no_interval() -> None:
    estimate = krippendorff_alpha(Ratings.from_rows([list("abababab"), list("abababaa")]), resamples=50)
    assert (estimate.interval, estimate.interval_reason) == (None, "too_few_units")
