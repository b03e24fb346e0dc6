"""The grid and the layout: thousands of small tables are the same numbers as one at a time."""

import json
from collections.abc import Callable
from itertools import combinations

import krippendorff
import numpy as np
import pytest

from intercoder.errors import WrongArgument
from intercoder.stats.agreement.alpha import krippendorff_alpha
from intercoder.stats.agreement.binary import BinaryData
from intercoder.stats.agreement.coefficients import cohen_kappa, percent_agreement, scott_pi
from intercoder.stats.agreement.fourfold import COEFFICIENTS
from intercoder.stats.agreement.grid import ALL, agreement_grid
from intercoder.stats.agreement.gwet import gwet_ac
from intercoder.stats.intervals import resample
from intercoder.stats.patterns import patterns
from intercoder.stats.reliability import MISSING, Ratings
from intercoder.stats.results import Estimate

CODES = ["a", "b", "c", "never"]


def _ratings(documents: int, units: int, coders: int = 3, seed: int = 3) -> Ratings:
    generator = np.random.default_rng(seed)
    rows: list[list[list[str] | None]] = [[] for _ in range(coders)]
    for _ in range(documents * units):
        truth = generator.random(3) < (0.4, 0.2, 0.05)
        for row in rows:
            own = np.where(generator.random(3) < 0.8, truth, generator.random(3) < 0.3)
            missing = generator.random() < 0.1
            row.append(None if missing else [code for code, has in zip(CODES, own, strict=False) if has])
    return Ratings.from_sets(rows, documents=[d for d in range(documents) for _ in range(units)])


@pytest.mark.parametrize("name", COEFFICIENTS)
def test_every_cell_is_the_coefficient_of_the_two_coders_on_the_one_code(name: str) -> None:
    coefficients: dict[str, Callable[[Ratings], Estimate]] = {
        "alpha": krippendorff_alpha,
        "percent": percent_agreement,
        "kappa": cohen_kappa,
        "pi": scott_pi,
        "ac1": gwet_ac,
    }
    single = coefficients[name]
    ratings = _ratings(4, 15)
    grid = agreement_grid(ratings, CODES, documents=["d0", "d1", "d2", "d3"], resamples=0)
    for (i, j), code, scope in ((p, c, s) for p in combinations(range(3), 2) for c in CODES for s in grid.scopes):
        part = ratings.select(coders=(i, j))
        if scope != ALL:
            assert ratings.documents is not None
            part = part.select(units=ratings.documents == int(scope[1:]))
        cell = grid.cell(scope, (ratings.coders[i], ratings.coders[j]), code, name)
        both = part.select(units=part.per_unit == 2).binary(code)
        alone = single(both)
        if code == "never" or not (both.index == 1).any():
            assert (cell.value, cell.reason) == (None, "not_used")
        else:
            assert cell.value == pytest.approx(alone.value, abs=1e-12)
            assert cell.method == alone.method
        assert cell.n_pairable == part.n_pairable
        assert cell.interval_reason in {"not_requested", "no_value"}


@pytest.mark.parametrize(("documents", "units"), [(4, 15), (12, 6)])
def test_intervals_are_those_of_alpha_on_the_one_code(documents: int, units: int) -> None:
    ratings = _ratings(documents, units)
    names = [f"d{d}" for d in range(documents)]
    grid = agreement_grid(ratings, CODES, documents=names, resamples=3000)
    pair = ratings.select(coders=(0, 1))
    pair = pair.select(units=pair.per_unit == 2)
    alone = krippendorff_alpha(pair.binary("a"), resamples=3000).interval
    cell = grid.cell(ALL, ("0", "1"), "a", "alpha").interval
    assert cell is not None
    assert alone is not None
    assert cell.clustered_by == alone.clustered_by == ("document" if documents > 9 else "unit")
    assert (cell.low, cell.high) == pytest.approx((alone.low, alone.high), abs=0.03)


def test_a_document_has_the_interval_of_its_own_units_or_says_why_not() -> None:
    ratings = _ratings(3, 40)
    grid = agreement_grid(ratings, CODES, documents=["d0", "d1", "d2"], resamples=3000)
    assert ratings.documents is not None
    part = ratings.select(coders=(0, 2), units=ratings.documents == 1)
    part = part.select(units=part.per_unit == 2)
    alone = krippendorff_alpha(Ratings(part.coders, part.values, part.index).binary("b"), resamples=3000).interval
    cell = grid.cell("d1", ("0", "2"), "b", "alpha").interval
    assert cell is not None
    assert alone is not None
    assert cell.clustered_by == "unit"
    assert (cell.low, cell.high) == pytest.approx((alone.low, alone.high), abs=0.03)
    few = agreement_grid(_ratings(2, 8), CODES, documents=["d0", "d1"], resamples=100)
    agreed = few.cell("d0", ("0", "1"), "a", "kappa")
    assert agreed.value == 1.0
    assert agreed.interval is not None
    assert agreed.interval.degenerate  # perfect agreement in seven units
    differing = next(
        estimate
        for pair in few.pairs
        for code in "abc"
        if (estimate := few.cell("d0", pair, code, "kappa")).value not in {None, 1.0}
    )
    assert (differing.interval, differing.interval_reason) == (None, "too_few_units")


def test_equal_tables_have_equal_intervals_whatever_stands_beside_them() -> None:
    ratings = _ratings(3, 30)
    every = agreement_grid(ratings, CODES, documents=["d0", "d1", "d2"], resamples=200)
    fewer = agreement_grid(ratings, ["b"], documents=["d0", "d1", "d2"], resamples=200, coefficients=["kappa"])
    for scope in every.scopes:
        assert every.cell(scope, ("0", "1"), "b", "kappa") == fewer.cell(scope, ("0", "1"), "b", "kappa")


def test_which_of_two_coders_comes_first_changes_no_interval() -> None:
    ratings = _ratings(3, 30)
    names = ["d0", "d1", "d2"]
    grid = agreement_grid(ratings, CODES, documents=names, resamples=200)
    turned = agreement_grid(ratings.select(coders=(2, 1, 0)), CODES, documents=names, resamples=200)
    uneven = 0
    for scope in grid.scopes:
        for pair in grid.pairs:
            for code in CODES[:3]:
                cell = grid.cell(scope, pair, code, "kappa")
                assert cell == turned.cell(scope, pair[::-1], code, "kappa")
                both, first, second = grid.counts[grid.scopes.index(scope), grid.pairs.index(pair), CODES.index(code)]
                uneven += cell.interval is not None and first != second and both > 0
    assert uneven > 5


def test_a_pair_without_a_common_unit_has_its_reason_and_a_cell_is_plain_json() -> None:
    rows: list[list[list[str] | None]] = [[["a"], ["a"], None], [None, None, ["a"]], [["a"], [], None]]
    grid = agreement_grid(Ratings.from_sets(rows), ["a"], resamples=10)
    assert grid.cell(ALL, ("0", "1"), "a", "alpha").reason == "no_pairable_values"
    assert json.dumps(grid.cell(ALL, ("0", "2"), "a", "alpha").to_json(), allow_nan=False)
    assert grid.scopes == (ALL,)


def test_wrong_arguments_are_refused_in_words() -> None:
    grid = agreement_grid(_ratings(2, 5), CODES, resamples=0)
    with pytest.raises(WrongArgument, match="do not have d7, z"):
        grid.cell("d7", ("0", "1"), "z", "alpha")
    with pytest.raises(WrongArgument, match="no coefficient omega"):
        agreement_grid(_ratings(2, 5), CODES, coefficients=["omega"])
    with pytest.raises(WrongArgument, match="needs a document"):
        agreement_grid(_ratings(2, 5), CODES, documents=["only one"])


def test_every_resample_of_every_code_equals_the_reference_package_to_1e_12() -> None:
    ratings = _ratings(3, 20, coders=4)
    ours = BinaryData.from_ratings(ratings, CODES).alphas_of_resamples(12, seed=8)
    for c, code in enumerate(CODES):
        data = patterns(ratings.binary(code))
        weights = np.concatenate(list(resample(data.frequency, resamples=12, seed=8, width=1)))
        for b, times in enumerate(weights.astype(int)):
            counts = np.repeat(data.counts.toarray(), times, axis=0)
            if counts.shape[1] < 2 or (counts.sum(axis=0) == 0).any():
                assert np.isnan(ours[c, b])
                continue
            theirs = krippendorff.alpha(value_counts=counts, level_of_measurement="nominal")
            assert abs(ours[c, b] - theirs) <= 1e-12
    assert (ratings.index == MISSING).any()
