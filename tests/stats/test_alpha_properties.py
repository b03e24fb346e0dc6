"""What must hold for any reliability data."""

import warnings
from typing import Any

import krippendorff
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from intercoder.stats.agreement import alpha as alpha_module
from intercoder.stats.agreement.alpha import Measurement, krippendorff_alpha
from intercoder.stats.agreement.coefficients import VARIANTS, cohen_kappa, percent_agreement
from intercoder.stats.agreement.distances import MOST_VALUES
from intercoder.stats.agreement.gwet import conger_kappa, fleiss_kappa, gwet_ac
from intercoder.stats.reliability import Ratings

Rows = list[list[int | None]]
EITHER = [16 * 2**20, 0]  # by the package, by the patterns


@st.composite
def tables(draw: st.DrawFn, most: int = 4) -> Rows:
    coders, units = draw(st.integers(2, 5)), draw(st.integers(1, 12))
    cell = st.one_of(st.none(), st.integers(1, most), st.integers(1, most))
    return [draw(st.lists(cell, min_size=units, max_size=units)) for _ in range(coders)]


def _package(rows: Rows, level: Any) -> float | None:
    data = np.array([[np.nan if v is None else v for v in row] for row in rows], dtype=float)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            value = float(krippendorff.alpha(reliability_data=data, level_of_measurement=level))
        except ValueError:
            return None
    return None if np.isnan(value) else value


@pytest.mark.parametrize("memory", EITHER)
@pytest.mark.parametrize("level", ["nominal", "ordinal", "interval", "ratio"])
@given(rows=tables())
def test_alpha_equals_the_reference_package(memory: int, level: Measurement, rows: Rows) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(alpha_module, "PACKAGE_BYTES", memory)
        ours = krippendorff_alpha(Ratings.from_rows(rows), level)
    theirs = _package(rows, level)
    if ours.value is None:
        assert theirs is None
    else:
        assert theirs is not None
        assert abs(ours.value - theirs) <= 1e-12 * max(1.0, abs(theirs))


@given(rows=tables(), order=st.randoms(use_true_random=False))
def test_the_order_of_coders_and_units_changes_nothing(rows: Rows, order: object) -> None:
    shuffle = order.shuffle  # type: ignore[attr-defined]
    units, coders = list(range(len(rows[0]))), list(range(len(rows)))
    shuffle(units)
    shuffle(coders)
    moved = Ratings.from_rows([[rows[i][u] for u in units] for i in coders])
    given_ = Ratings.from_rows(rows)
    for coefficient in (krippendorff_alpha, percent_agreement, gwet_ac, fleiss_kappa, conger_kappa):
        before, after = coefficient(given_), coefficient(moved)
        assert before.reason == after.reason
        assert before.value == pytest.approx(after.value, abs=1e-12)
    before = krippendorff_alpha(given_, resamples=50)
    assert before.interval == krippendorff_alpha(moved, resamples=50).interval


@given(rows=tables(), names=st.permutations(["w", "x", "y", "z"]))
def test_the_names_of_the_categories_change_nothing_nominal(rows: Rows, names: list[str]) -> None:
    renamed = Ratings.from_rows([[None if v is None else names[v - 1] for v in row] for row in rows])
    for coefficient in (krippendorff_alpha, gwet_ac, percent_agreement):
        before, after = coefficient(Ratings.from_rows(rows)), coefficient(renamed)
        assert before.reason == after.reason
        assert before.value == pytest.approx(after.value, abs=1e-12)


@given(rows=tables(), extra=st.integers(0, 4))
def test_units_with_fewer_than_two_values_change_no_alpha(rows: Rows, extra: int) -> None:
    longer = [[*row, None, (2 if i == 0 else None)] for i, row in enumerate(rows)]
    before, after = krippendorff_alpha(Ratings.from_rows(rows)), krippendorff_alpha(Ratings.from_rows(longer))
    assert (before.value, before.reason) == (after.value, after.reason)


@given(rows=tables())
def test_percent_agreement_is_one_number_when_nothing_is_missing(rows: Rows) -> None:
    full = Ratings.from_rows([[v or 1 for v in row] for row in rows])
    values = [percent_agreement(full, variant).value for variant in VARIANTS]  # type: ignore[arg-type]
    assert values == pytest.approx([values[0]] * len(values), abs=1e-12)


@given(rows=tables())
def test_conger_is_cohen_for_two_coders_without_missing_values(rows: Rows) -> None:
    pair = Ratings.from_rows([[v or 1 for v in row] for row in rows[:2]])
    kappa, conger = cohen_kappa(pair), conger_kappa(pair)
    assume(kappa.value is not None)
    assert conger.value == pytest.approx(kappa.value, abs=1e-12)


def test_a_code_named_nan_is_a_code() -> None:
    rows = [["nan", "nan", "x", "x"], ["nan", "x", "x", "x"]]
    assert krippendorff_alpha(Ratings.from_rows(rows)).n_values == 8
    assert krippendorff_alpha(Ratings.from_rows(rows)).value == pytest.approx(1 - 7 * 1 / 15)


@pytest.mark.parametrize(
    ("rows", "level", "reason"),
    [
        ([[1, 1], [1, 1]], "nominal", "no_variation"),
        ([[1, 2]], "nominal", "no_pairable_values"),
        ([[], []], "nominal", "no_pairable_values"),
        ([[None, None], [None, None]], "nominal", "no_pairable_values"),
        ([[1, 1, 2], [1, 1, None]], "nominal", "no_variation"),
        ([["a", "b"], ["a", "b"]], "interval", "not_numeric"),
        ([[-1, 2], [-1, 2]], "ratio", "mixed_signs"),
    ],
)
def test_where_alpha_says_nothing_there_is_a_reason(rows: list[list[object]], level: Measurement, reason: str) -> None:
    estimate = krippendorff_alpha(Ratings.from_rows(rows), level, resamples=10)
    assert (estimate.value, estimate.reason, estimate.interval) == (None, reason, None)
    assert estimate.interval_reason == "no_value"


def test_one_constant_coder_gives_kappa_exactly_zero() -> None:
    assert cohen_kappa(Ratings.from_rows([[1, 1, 1, 1], [1, 2, 1, 2]])).value == 0.0


def test_coefficients_for_two_refuse_three_coders_in_words() -> None:
    assert cohen_kappa(Ratings.from_rows([[1, 2], [1, 2], [1, 2]])).reason == "needs_two_coders"


def test_a_coder_without_values_is_named_for_conger_and_ignored_by_alpha() -> None:
    ratings = Ratings.from_rows([[1, 2, 1], [1, 2, 2], [None, None, None]])
    assert conger_kappa(ratings).reason == "coder_without_values"
    assert krippendorff_alpha(ratings).value is not None


def test_undeclared_values_and_ragged_rows_are_refused() -> None:
    with pytest.raises(ValueError, match="categories"):
        Ratings.from_rows([[1, 3], [1, 2]], categories=[1, 2])
    with pytest.raises(ValueError, match="one cell per unit"):
        Ratings.from_rows([[1, 3], [1]])


def test_too_many_different_sets_are_refused_before_a_table_of_them_is_made() -> None:
    cells = [[str(i), str(i + 1)] for i in range(MOST_VALUES + 1)]
    estimate = krippendorff_alpha(Ratings.from_sets([cells, cells]), "masi")
    assert estimate.reason == "too_many_values"
    assert krippendorff_alpha(Ratings.from_sets([cells, cells])).value == 1.0
