"""What must be coded by several coders: units of a plan by pair, and documents by code, against studies drawn unit by unit."""

import math
from functools import cache
from typing import Any

import numpy as np
import pytest

from intercoder.errors import WrongArgument
from intercoder.stats.intervals import bootstrap
from intercoder.stats.planning.assignment_wishes import Coder, Design, Document
from intercoder.stats.planning.assignments import plan_assignments
from intercoder.stats.planning.double_coding import ASSUMPTIONS as OF_UNITS
from intercoder.stats.planning.double_coding import units_to_double_code
from intercoder.stats.planning.doubly_coded import doubly_coded
from intercoder.stats.planning.growing_documents import GrowingDocuments
from intercoder.stats.planning.growing_studies import lower_ends
from intercoder.stats.planning.planner import (
    ASSUMPTIONS,
    DocumentsNeeded,
    Materials,
    MaterialsPlan,
    documents_to_double_code,
)

#: Prevalence, coders, expected agreement, target, units of a document, correlation within documents.
STUDIES = [(0.3, 2, 0.85, 0.7, 12, 0.1), (0.15, 3, 0.8, 0.667, 25, 0.05), (0.5, 2, 0.9, 0.8, 6, 0.4)]


def _drawn(
    p: float, coders: int, alpha: float, units: int, intra: float, documents: int, studies: int, seed: int
) -> Any:
    """Return studies x documents x units: how many coders said yes, as the model says it, unit by unit and nobody else's code."""
    generator = np.random.default_rng(seed)

    def patterns(*shape: int) -> Any:
        values = generator.random((*shape, coders)) < p
        clear = generator.random(shape) < alpha
        return np.where(clear, coders * values[..., 0], values.sum(axis=-1))

    own, others = patterns(studies, documents, 1), patterns(studies, documents, units)
    return np.where(generator.random(others.shape) < math.sqrt(intra), own, others)


@cache
def _plan(p: float, coders: int, alpha: float, target: float, units: int, intra: float) -> MaterialsPlan:
    return documents_to_double_code({"code": p}, Materials(10_000, units, intra), coders, alpha, target)


def _best(plan: MaterialsPlan) -> DocumentsNeeded:
    return plan.codes[0].simulation[-1]


@pytest.mark.parametrize("study", STUDIES)
def test_the_documents_found_reach_the_target_as_often_as_planned(study: tuple[Any, ...]) -> None:
    p, coders, alpha, target, units, intra = study
    plan, studies = _plan(*study), 2000
    best = _best(plan)
    assert best.documents is not None
    assert best.reached is not None
    yes = _drawn(p, coders, alpha, units, intra, best.documents, studies, 17).reshape(studies, -1)
    patterns = np.array([[coders - n, n] for n in range(coders + 1)])
    counts = np.stack([(yes == n).sum(axis=1) for n in range(coders + 1)], axis=1)
    ends = lower_ends(counts, patterns, design_effect=plan.design_effect)
    error = 3 * math.sqrt(0.8 * 0.2 / studies)  # three Monte Carlo standard errors; both sides are simulated
    assert float((ends >= target).mean()) == pytest.approx(best.reached, abs=error * math.sqrt(2))
    assert float((ends >= target).mean()) >= 0.8 - error
    fewer = documents_to_double_code({"code": p}, Materials(10_000, units, 0.0), coders, alpha, target)
    assert (_best(fewer).documents or 0) < best.documents


def test_an_interval_that_draws_whole_documents_ends_nearly_where_planned() -> None:
    p, coders, alpha, target, units, intra = STUDIES[0]
    documents = _best(_plan(*STUDIES[0])).documents
    assert documents is not None
    values = 2 * units * documents

    def of(sums: Any) -> Any:  # disagreements and yeses
        return 1 - (values - 1) * sums[:, 0] / (sums[:, 1] * (values - sums[:, 1]))

    reached, studies = 0, 300
    for seed, yes in enumerate(_drawn(p, coders, alpha, units, intra, documents, studies, 23)):
        rows = np.stack([(yes == 1).sum(axis=1), yes.sum(axis=1)], axis=1).astype(float)
        samples = bootstrap(rows, np.ones(documents, dtype=np.int64), of, resamples=400, seed=seed)
        reached += float(np.quantile(samples, 0.025)) >= target
    assert reached / studies == pytest.approx(0.8, abs=0.1)


@pytest.mark.parametrize("intra", [0.0, 0.3, 1.0])
def test_units_of_simulated_documents_vary_by_kishs_design_effect(intra: float) -> None:
    studies = GrowingDocuments((0.8, 0.2), 2, 0.7, 10, intra, 4000, 3)
    large, small, between = studies.at(40), studies.at(10), studies.at(25)
    effect = 1 + 9 * intra
    probability = studies.probability
    for counts, documents in ((small, 10), (between, 25), (large, 40)):
        assert set(counts.sum(axis=1)) == {10 * documents}
        spread = counts.var(axis=0) / (10 * documents * probability * (1 - probability))
        assert spread == pytest.approx(np.full(3, effect), rel=0.1)  # four standard errors of a variance from 4,000
        assert counts.mean(axis=0) == pytest.approx(10 * documents * probability, rel=0.02)
    assert ((large - between >= 0) & (between - small >= 0)).all()


def test_without_resemblance_and_where_units_are_documents_it_is_the_plan_of_units() -> None:
    for p, coders, alpha, target, *_ in STUDIES:
        units = units_to_double_code(p, coders, alpha, target)
        single = documents_to_double_code({"c": p}, Materials(10**6, 1, 0.7), coders, alpha, target).codes[0]
        assert [needed.documents for needed in single.formula] == [needed.units for needed in units.formula]
        for mine, theirs in zip(single.simulation, units.simulation, strict=True):
            assert mine.low is not None
            assert mine.high is not None
            assert theirs.low is not None
            assert theirs.high is not None
            assert mine.low <= theirs.high
            assert theirs.low <= mine.high
        whole = documents_to_double_code({"c": p}, Materials(10**6, 8, 1.0), coders, alpha, target, simulations=0)
        assert whole.codes[0].formula[-1].documents == units.formula[-1].units  # each says as much as one unit


def test_the_formula_is_units_times_the_design_effect_in_whole_documents() -> None:
    alone = units_to_double_code(0.2, 2, 0.8, 0.6, simulations=0).formula[-1].units
    assert alone is not None
    plan = documents_to_double_code({"c": 0.2}, Materials(500, 30, 0.08, 4), 2, 0.8, 0.6, simulations=0)
    assert plan.design_effect == pytest.approx(1 + 29 * 0.08)
    needed = plan.codes[0].formula[-1]
    assert needed.documents == math.ceil(alone * plan.design_effect / 30)
    assert needed.documents is not None
    assert (needed.units, needed.left) == (30 * needed.documents, needed.documents - 4)
    assert (plan.documents, plan.deciding) == (needed.documents, "c")


def test_codes_that_cannot_reach_it_with_these_materials_are_named() -> None:
    agreement = {"common": 0.85, "rare": 0.85, "loose": 0.6}
    shares = {"common": 0.3, "rare": 0.01, "loose": 0.3}
    plan = documents_to_double_code(shares, Materials(20, 30, 0.05), 2, agreement, 0.667, simulations=400)
    assert plan.out_of_reach == ("rare", "loose")
    assert [code.reason for code in plan.codes] == [None, "needs_more_documents", "target_out_of_reach"]
    assert plan.deciding == "common"
    assert plan.documents == plan.codes[0].documents
    ends = [code.expected_end for code in plan.codes]
    assert all(end is not None for end in ends)
    assert ends[0] is not None
    assert ends[0] > 0.667
    assert all(end < 0.667 for end in ends[1:] if end is not None)
    none = documents_to_double_code({"rare": 0.01}, Materials(0, 30, 0.05), 2, 0.85, 0.667, simulations=0)
    assert (none.documents, none.deciding, none.codes[0].expected_end) == (None, None, None)
    assert set(plan.assumptions) <= set(ASSUMPTIONS) | set(OF_UNITS)
    plain: Any = plan.to_json()
    assert plain["codes"][1]["reason"] == "needs_more_documents"


def test_all_codes_in_one_number_where_a_unit_has_one_at_most() -> None:
    shares, there = {"a": 0.3, "b": 0.2}, Materials(400, 10, 0.1)
    plan = documents_to_double_code(shares, there, 2, 0.8, 0.7, one_code_per_unit=True, simulations=300)
    assert plan.whole is not None
    assert plan.whole.shares == pytest.approx((0.5, 0.3, 0.2))
    alone = units_to_double_code((0.5, 0.3, 0.2), 2, 0.8, 0.7, simulations=0).formula[-1].units
    assert alone is not None
    assert plan.whole.formula[-1].documents == math.ceil(alone * 1.9 / 10)
    assert plan.whole.documents is not None
    assert (plan.whole.documents, plan.whole_reason) == (plan.whole.simulation[-1].documents, None)
    full = documents_to_double_code({"a": 0.6, "b": 0.4}, there, 2, 0.8, 0.7, one_code_per_unit=True, simulations=0)
    assert full.whole is not None
    assert full.whole.shares == (0.6, 0.4)
    apart = documents_to_double_code(shares, there, 2, {"a": 0.9, "b": 0.8}, 0.7, one_code_per_unit=True, simulations=0)
    assert apart.whole is not None
    assert apart.whole.expected_agreement == pytest.approx((0.9 * 0.21 + 0.8 * 0.16) / 0.37)
    several = documents_to_double_code(shares, there, 2, 0.8, 0.7, simulations=0)
    assert (several.whole, several.whole_reason) == (None, "codes_overlap")
    assert documents_to_double_code({}, there, 2, 0.8, 0.7, simulations=0).whole_reason == "no_codes"


@pytest.mark.parametrize(
    ("prevalence", "materials", "agreement", "code"),
    [
        ({"a": 0.0}, Materials(9, 9, 0.1), 0.8, "bad_shares"),
        ({"a": 0.6, "b": 0.6}, Materials(9, 9, 0.1), 0.8, "more_than_all"),
        ({"a": 0.3}, Materials(9, 0, 0.1), 0.8, "bad_materials"),
        ({"a": 0.3}, Materials(9, 9, 1.1), 0.8, "bad_materials"),
        ({"a": 0.3}, Materials(9, 9, 0.1, -1), 0.8, "negative_number"),
        ({"a": 0.3}, Materials(9, 9, 0.1), {"b": 0.8}, "no_expected_agreement"),
    ],
)
def test_numbers_that_make_no_sense_are_refused(
    prevalence: dict[str, float], materials: Materials, agreement: Any, code: str
) -> None:
    with pytest.raises(WrongArgument) as refused:
        documents_to_double_code(prevalence, materials, 2, agreement, 0.6, one_code_per_unit=True, simulations=0)
    assert refused.value.code == code


def test_a_plan_of_assignments_says_which_units_pairs_share() -> None:
    documents = [Document(f"d{n}", 100) for n in range(12)]
    plan = plan_assignments(documents, [Coder(c) for c in "ABCDE"], Design(2, 3, 0.25), seed=4)
    units = {f"d{n}": 5 + n for n in range(12)}
    coded = doubly_coded(plan, units)
    held = {row.document: set(row.coders) for row in plan.documents}
    for pair in coded.pairs:
        together = [d for d in units if held[d] >= set(pair.coders)]
        assert (pair.documents, pair.units) == (len(together), sum(units[d] for d in together))
        assert pair.too_few == (pair.units < 10)
    total = sum(units.values())
    assert (coded.documents, coded.units, coded.fewest_coders) == (12, total, 2)
    assert coded.mean_coders == pytest.approx(sum(len(held[d]) * units[d] for d in units) / total)
    assert [row.documents for row in coded.by_coders] == [9, 3]
    assert coded.cluster_size == pytest.approx(sum(n * n for n in units.values()) / total)
    assert coded.cluster_size is not None
    assert coded.design_effect(0.2) == pytest.approx(1 + (coded.cluster_size - 1) * 0.2)
    assert coded.effective_units(0.2) == pytest.approx(total / coded.design_effect(0.2))
    assert (coded.pairs_apart, coded.connected) == (0, True)
    alone = doubly_coded(plan_assignments(documents, [Coder("A"), Coder("B")], Design(1), seed=4), units)
    assert (alone.units, alone.fewest_coders, alone.cluster_size, alone.pairs_apart) == (0, None, None, 1)
    assert (alone.design_effect(0.2), alone.effective_units(0.2), alone.connected) == (1.0, 0.0, False)
    with pytest.raises(WrongArgument, match="units of every document"):
        doubly_coded(plan, {"d0": 5})
