"""Agreement with other programs on random data, where the specification says that they are right.

krippendorff: see test_alpha_properties. irrCAC rounds to the digits that it is asked for.
"""

import warnings
from typing import Any

import numpy as np
import pandas
import pytest
from irrCAC.raw import CAC
from nltk.metrics import agreement
from statsmodels.stats import inter_rater as rater

from intercoder.stats.agreement.alpha import krippendorff_alpha
from intercoder.stats.agreement.coefficients import Weights, cohen_kappa, cohen_kappa_se, percent_agreement, scott_pi
from intercoder.stats.agreement.gwet import (
    alpha_standard_error,
    brennan_prediger,
    conger_kappa,
    fleiss_kappa,
    gwet_ac,
    standard_error,
)
from intercoder.stats.reliability import Ratings

SEEDS = range(6)


def _table(seed: int, coders: int, missing: float) -> Any:
    generator = np.random.default_rng(seed)
    truth = generator.integers(1, 5, 30)
    table = np.where(generator.random((coders, 30)) < 0.6, truth, generator.integers(1, 5, (coders, 30))).astype(float)
    table[generator.random((coders, 30)) < missing] = np.nan
    return table


def _ratings(table: Any) -> Ratings:
    rows = [[None if np.isnan(v) else int(v) for v in row] for row in table]
    return Ratings.from_rows(rows, categories=[1, 2, 3, 4])


@pytest.mark.parametrize("weights", [None, "linear", "quadratic", "ordinal"])
@pytest.mark.parametrize("missing", [0.0, 0.15])
@pytest.mark.parametrize("seed", SEEDS)
def test_gwets_family_and_its_standard_errors_are_those_of_irrcac(
    seed: int, missing: float, weights: Weights | None
) -> None:
    table = _table(seed, 4, missing)
    ratings = _ratings(table)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = CAC(pandas.DataFrame(table.T), weights=weights or "identity", categories=[1, 2, 3, 4], digits=15)
        their_estimates = {
            name: getattr(theirs, name)()["est"] for name in ("fleiss", "gwet", "conger", "bp", "krippendorff")
        }
    ours = {
        "fleiss": (fleiss_kappa(ratings, weights), standard_error(ratings, "fleiss_kappa", weights)),
        "gwet": (gwet_ac(ratings, weights), standard_error(ratings, "gwet_ac", weights)),
        "conger": (conger_kappa(ratings, weights), standard_error(ratings, "conger_kappa", weights)),
        "bp": (brennan_prediger(ratings, weights), standard_error(ratings, "brennan_prediger", weights)),
    }
    if weights is None:
        ours["krippendorff"] = (krippendorff_alpha(ratings), alpha_standard_error(ratings))
    if weights == "quadratic":
        ours["krippendorff"] = (krippendorff_alpha(ratings, "interval"), alpha_standard_error(ratings, "interval"))
    for name, (value, se) in ours.items():
        assert value.value == pytest.approx(their_estimates[name]["coefficient_value"], abs=1e-12), name
        assert se.value == pytest.approx(their_estimates[name]["se"], abs=1e-12), name


@pytest.mark.parametrize("seed", SEEDS)
def test_alpha_kappa_and_percent_agreement_are_those_of_nltk(seed: int) -> None:
    table = _table(seed, 3, 0.0)
    task = agreement.AnnotationTask([(c, u, int(v)) for c, row in enumerate(table) for u, v in enumerate(row)])
    ratings = _ratings(table)
    assert krippendorff_alpha(ratings).value == pytest.approx(task.alpha(), abs=1e-12)
    assert percent_agreement(ratings, "coderpairs").value == pytest.approx(task.avg_Ao(), abs=1e-12)
    assert conger_kappa(ratings).value == pytest.approx(task.multi_kappa(), abs=1e-12)
    two = agreement.AnnotationTask([(c, u, int(v)) for c, row in enumerate(table[:2]) for u, v in enumerate(row)])
    pair = ratings.select(coders=(0, 1))
    assert cohen_kappa(pair).value == pytest.approx(two.kappa(), abs=1e-12)
    assert scott_pi(pair).value == pytest.approx(two.pi(), abs=1e-12)


@pytest.mark.parametrize("seed", SEEDS)
def test_kappas_and_their_error_are_those_of_statsmodels(seed: int) -> None:
    table = _table(seed, 4, 0.0).astype(int)
    ratings = _ratings(table.astype(float))
    counts, _ = rater.aggregate_raters(table.T)
    assert fleiss_kappa(ratings).value == pytest.approx(rater.fleiss_kappa(counts), abs=1e-12)
    square = np.zeros((4, 4))
    np.add.at(square, (table[0] - 1, table[1] - 1), 1)
    pair = ratings.select(coders=(0, 1))
    theirs = rater.cohens_kappa(square)
    assert cohen_kappa(pair).value == pytest.approx(theirs.kappa, abs=1e-12)
    assert cohen_kappa_se(pair).value == pytest.approx(theirs.std_kappa, abs=1e-9)
    for weights in ("linear", "quadratic"):
        weighted = rater.cohens_kappa(square, wt=weights, return_results=False)
        assert cohen_kappa(pair, weights).value == pytest.approx(weighted, abs=1e-12)
