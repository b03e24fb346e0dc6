"""How many units to double-code: the formula, its special cases in the literature, and the simulation."""

import math
from itertools import pairwise, product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from intercoder.errors import WrongArgument
from intercoder.stats.agreement.alpha import krippendorff_alpha
from intercoder.stats.agreement.coefficients import cohen_kappa, cohen_kappa_se
from intercoder.stats.agreement.gwet import alpha_standard_error
from intercoder.stats.intervals import bootstrap
from intercoder.stats.planning.double_coding import (
    ASSUMPTIONS,
    DoubleCodingPlan,
    alpha_variance,
    units_to_double_code,
)
from intercoder.stats.planning.growing_studies import lower_ends
from intercoder.stats.reliability import Ratings

PREVALENCE = st.floats(0.02, 0.98)
AGREEMENT = st.floats(0.0, 1.0)


def _study(shares: list[float], coders: int, alpha: float, units: int) -> Ratings:
    """Return the study in which every table of values occurs exactly as often as the model expects."""
    columns: list[tuple[int, ...]] = []
    for values in product(range(len(shares)), repeat=coders):
        probability = (1 - alpha) * math.prod(shares[v] for v in values)
        if len(set(values)) == 1:
            probability += alpha * shares[values[0]]
        assert probability * units == pytest.approx(round(probability * units), abs=1e-6)
        columns += [values] * round(probability * units)
    return Ratings.from_rows([list(row) for row in zip(*columns, strict=True)])


def _draw(shares: list[float], coders: int, alpha: float, shape: tuple[int, int], seed: int) -> Any:
    """Return studies x units x coders, unit by unit as the model says: slow, and nobody else's code."""
    generator = np.random.default_rng(seed)
    values = generator.choice(len(shares), size=(*shape, coders), p=shares)
    clear = generator.random(shape) < alpha
    return np.where(clear[..., None], values[..., :1], values)


@given(p=PREVALENCE, a=AGREEMENT)
def test_for_two_coders_and_one_code_the_variance_is_that_of_bloch_and_kraemer_1989(p: float, a: float) -> None:
    theirs = (1 - a) * ((1 - a) * (1 - 2 * a) + a * (2 - a) / (2 * p * (1 - p)))
    assert alpha_variance((1 - p, p), 2, a) == pytest.approx(theirs, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize(("shares", "alpha"), [([0.8, 0.2], 0.75), ([0.5, 0.3, 0.2], 0.5)])
def test_for_two_coders_the_variance_is_that_of_fleiss_cohen_and_everitt_1969(
    shares: list[float], alpha: float
) -> None:
    study = _study(shares, 2, alpha, 1000)
    assert cohen_kappa(study).value == pytest.approx(alpha)
    se = cohen_kappa_se(study).value
    assert se is not None
    assert alpha_variance(shares, 2, alpha) == pytest.approx(1000 * se**2, rel=1e-9)


@pytest.mark.parametrize(
    ("shares", "coders", "alpha"), [([0.8, 0.2], 3, 0.75), ([0.5, 0.3, 0.2], 3, 0.6), ([0.9, 0.1], 4, 0.5)]
)
def test_for_more_coders_the_variance_is_that_of_the_linearised_standard_error(
    shares: list[float], coders: int, alpha: float
) -> None:
    study = _study(shares, coders, alpha, 20_000)
    assert krippendorff_alpha(study).value == pytest.approx(alpha, abs=1e-4)
    se = alpha_standard_error(study).value
    assert se is not None
    assert alpha_variance(shares, coders, alpha) == pytest.approx(20_000 * se**2, rel=1e-3)


@pytest.mark.parametrize(("shares", "coders"), [([0.8, 0.2], 2), ([0.5, 0.3, 0.2], 4)])
def test_the_variance_is_that_of_studies_drawn_unit_by_unit(shares: list[float], coders: int) -> None:
    studies = _draw(shares, coders, 0.7, (300, 400), 5)
    values = [krippendorff_alpha(Ratings.from_rows(study.T.tolist())).value for study in studies]
    spread = 400 * float(np.var(np.array(values, dtype=float), ddof=1))
    # A variance from 300 draws has a relative standard error of about sqrt(2 / 300) = 8 %.
    assert spread == pytest.approx(alpha_variance(shares, coders, 0.7), rel=0.25)


@given(data=st.data(), coders=st.integers(2, 4), q=st.integers(2, 3))
@settings(max_examples=25)
def test_a_lower_end_is_alpha_less_its_standard_errors(data: st.DataObject, coders: int, q: int) -> None:
    rows = data.draw(
        st.lists(st.lists(st.integers(0, q - 1), min_size=12, max_size=12), min_size=coders, max_size=coders)
    )
    ratings = Ratings.from_rows(rows, categories=range(q))
    patterns = np.unique(ratings.counts, axis=0)
    counts = np.array([[int((ratings.counts == pattern).all(axis=1).sum()) for pattern in patterns]])
    end = float(lower_ends(counts, patterns, level=0.9)[0])
    alpha, se = krippendorff_alpha(ratings), alpha_standard_error(ratings)
    if alpha.value is None or se.value is None:
        assert end == -math.inf
    elif alpha.value < 1:
        assert end == pytest.approx(alpha.value - stats.norm.ppf(0.95) * se.value)


def test_complete_agreement_in_few_units_promises_little() -> None:
    patterns = np.array([[2, 0], [1, 1], [0, 2]])
    few, many = (float(lower_ends(np.array([[n, 0, n]]), patterns)[0]) for n in (5, 500))
    assert few == pytest.approx(1 - (1 - 0.025 ** (1 / 10)) / 0.5)
    assert few < 0.5
    assert 0.95 < many < 1


@pytest.mark.parametrize(
    ("prevalence", "coders", "expected", "target"),
    [(0.5, 2, 0.8, 0.75), (0.1, 3, 0.8, 0.74), ((0.5, 0.3, 0.2), 3, 0.7, 0.65)],
)
def test_with_many_units_the_simulation_says_what_the_formula_says(
    prevalence: Any, coders: int, expected: float, target: float
) -> None:
    plan = units_to_double_code(prevalence, coders, expected, target, simulations=2000)
    for formula, simulation in zip(plan.formula, plan.simulation, strict=True):
        assert simulation.units is not None
        assert simulation.low is not None
        assert simulation.high is not None
        assert formula.units is not None
        # The Monte Carlo error, and what a large-sample formula leaves out.
        assert simulation.low * 0.94 <= formula.units <= simulation.high * 1.06


def test_the_units_found_do_reach_the_target_in_studies_drawn_unit_by_unit() -> None:
    plan = units_to_double_code(0.3, 2, 0.85, 0.7)
    units = plan.simulation[-1].units
    assert units is not None
    reached = 0
    for study in _draw([0.7, 0.3], 2, 0.85, (300, units), 11):
        ratings = Ratings.from_rows(study.T.tolist())
        value, se = krippendorff_alpha(ratings).value, alpha_standard_error(ratings).value
        assert value is not None
        assert se is not None
        reached += value - 1.959964 * se >= 0.7
    assert reached / 300 == pytest.approx(0.8, abs=0.07)  # three standard errors of a share of 300


def test_the_percentile_bootstrap_ends_where_planned() -> None:
    plan = units_to_double_code(0.3, 2, 0.85, 0.7)
    units = plan.simulation[-1].units
    assert units is not None
    rows = np.array([[0.0, 0.0], [1.0, 1.0], [0.0, 2.0]])  # disagreement and positives of 0, 1, 2 positives

    def alpha(sums: Any) -> Any:
        positives = sums[:, 1]
        return 1 - (2 * units - 1) * sums[:, 0] / (positives * (2 * units - positives))

    reached = 0
    for i, study in enumerate(_draw([0.7, 0.3], 2, 0.85, (300, units), 12)):
        frequency = np.bincount(study.sum(axis=1), minlength=3)
        samples = bootstrap(rows, frequency, alpha, resamples=400, seed=i)
        reached += float(np.quantile(samples, 0.025)) >= 0.7
    assert reached / 300 == pytest.approx(0.8, abs=0.1)


def _units(plan: DoubleCodingPlan) -> int:
    assert plan.formula[-1].units is not None
    return plan.formula[-1].units


@given(
    p=PREVALENCE, coders=st.integers(2, 6), steps=st.lists(st.floats(0.55, 0.99), min_size=2, max_size=5, unique=True)
)
@settings(max_examples=25)
def test_more_agreement_needs_fewer_units(p: float, coders: int, steps: list[float]) -> None:
    units = [_units(units_to_double_code(p, coders, a, 0.5, simulations=0)) for a in sorted(steps)]
    assert all(less >= more for less, more in pairwise(units))


@given(
    p=PREVALENCE, coders=st.integers(2, 6), steps=st.lists(st.floats(0.1, 0.85), min_size=2, max_size=5, unique=True)
)
@settings(max_examples=25)
def test_a_higher_target_needs_more_units(p: float, coders: int, steps: list[float]) -> None:
    units = [_units(units_to_double_code(p, coders, 0.9, t, simulations=0)) for t in sorted(steps)]
    assert all(lower <= higher for lower, higher in pairwise(units))


@given(p=PREVALENCE, coders=st.integers(2, 5))
@settings(max_examples=30)
def test_a_code_and_its_absence_need_the_same_units(p: float, coders: int) -> None:
    code, absence = (units_to_double_code(x, coders, 0.8, 0.6, simulations=0) for x in (p, 1 - p))
    assert _units(code) == _units(absence)
    assert code.unit_variance == pytest.approx(absence.unit_variance)


def test_power_one_half_is_the_closed_form() -> None:
    plan = units_to_double_code(0.2, 2, 0.8, 0.6, simulations=0)
    assert plan.formula[0].power == 0.5
    assert plan.formula[0].units == math.ceil(plan.unit_variance * 1.959963984540054**2 / 0.2**2)


def test_what_is_coded_already_is_taken_off() -> None:
    plan = units_to_double_code(0.2, 2, 0.8, 0.6, already=100, simulations=200)
    for needed in (*plan.formula, *plan.simulation):
        assert needed.units is not None
        assert needed.left == max(0, needed.units - 100)
    done = units_to_double_code(0.2, 2, 0.8, 0.6, already=100_000, simulations=0)
    assert done.formula[-1].left == 0


def test_a_rare_code_is_named_so() -> None:
    plan = units_to_double_code(0.01, 2, 0.999, 0.3, simulations=0)
    needed = plan.formula[0]
    assert needed.units is not None
    assert needed.expected_rarest == pytest.approx(needed.units * 0.02)
    assert needed.rare
    assert plan.units_for_rarest == 250
    assert not units_to_double_code(0.5, 2, 0.8, 0.6, simulations=0).formula[0].rare


@pytest.mark.parametrize(("target", "reason"), [(0.8, "target_out_of_reach"), (0.7999, "too_many_units_needed")])
def test_a_target_out_of_reach_is_a_reason(target: float, reason: str) -> None:
    plan = units_to_double_code(0.2, 2, 0.8, target, simulations=20)
    assert [needed.reason for needed in (*plan.formula, *plan.simulation)] == [reason] * 4
    assert all(needed.units is None for needed in plan.simulation)


def test_what_cannot_be_simulated_keeps_its_formula() -> None:
    plan = units_to_double_code([0.05] * 20, 6, 0.8, 0.6)
    assert plan.simulation[-1].reason == "too_many_patterns"
    assert plan.formula[-1].units is not None
    assert units_to_double_code(0.2, 2, 0.8, 0.6, simulations=0).simulation[0].reason == "not_simulated"


def test_the_same_seed_gives_the_same_plan_and_another_one_nearly_the_same() -> None:
    simulated, again, other = (units_to_double_code(0.2, 3, 0.8, 0.65, seed=seed).simulation[-1] for seed in (1, 1, 2))
    assert simulated == again
    assert simulated.low is not None
    assert simulated.high is not None
    assert other.units is not None
    assert simulated.low * 0.9 <= other.units <= simulated.high * 1.1


def test_a_plan_is_plain_data_with_its_assumptions() -> None:
    plain: Any = units_to_double_code(0.2, 2, 0.8, 0.6, simulations=50).to_json()
    assert plain["assumptions"] == list(ASSUMPTIONS)
    assert plain["formula"][0]["method"] == "formula"
    assert plain["shares"] == [0.8, 0.2]


@pytest.mark.parametrize(
    "given_",
    [
        {"prevalence": 0.0},
        {"prevalence": (0.5, 0.4)},
        {"coders": 1},
        {"expected_agreement": 0.0},
        {"expected_agreement": 1.2},
        {"power": 0.3},
        {"level": 1.0},
        {"already": -1},
    ],
)
def test_numbers_outside_their_range_are_refused_in_words(given_: dict[str, Any]) -> None:
    arguments: dict[str, Any] = {"prevalence": 0.2, "coders": 2, "expected_agreement": 0.8, "target": 0.6}
    with pytest.raises(WrongArgument, match=" "):
        units_to_double_code(**(arguments | given_))
