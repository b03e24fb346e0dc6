"""Coders who decide by lot: every coefficient that is corrected for chance averages 0, or what its page says."""

from collections.abc import Callable, Sequence

import numpy as np
import pytest

from intercoder.stats.agreement.alpha import krippendorff_alpha
from intercoder.stats.agreement.coefficients import (
    bennett_s,
    cohen_kappa,
    mean_pairwise_cohen_kappa,
    scott_pi,
    weight_table,
)
from intercoder.stats.agreement.gwet import brennan_prediger, conger_kappa, fleiss_kappa, gwet_ac
from intercoder.stats.agreement.mv_alpha import mv_alpha
from intercoder.stats.reliability import Ratings
from intercoder.stats.results import Estimate
from intercoder.stats.spans.binary import binary_u_alpha
from intercoder.stats.spans.characters import character_alpha
from intercoder.stats.spans.continuum import DocumentSpans, Spans
from intercoder.stats.spans.unitizing import bar_u_alpha, cu_alpha, ku_alpha, u_alpha

RUNS = 150
CATEGORIES = (1, 2, 3, 4)
SHARES = {"even": (0.25, 0.25, 0.25, 0.25), "skewed": (0.6, 0.2, 0.15, 0.05)}
Coefficient = Callable[[Ratings], Estimate]

COEFFICIENTS: dict[str, Coefficient] = {
    "alpha nominal": krippendorff_alpha,
    "alpha ordinal": lambda r: krippendorff_alpha(r, "ordinal"),
    "alpha interval": lambda r: krippendorff_alpha(r, "interval"),
    "alpha ratio": lambda r: krippendorff_alpha(r, "ratio"),
    "cohen": lambda r: cohen_kappa(r) if len(r.coders) == 2 else mean_pairwise_cohen_kappa(r),
    "conger": conger_kappa,
    "conger linear": lambda r: conger_kappa(r, "linear"),
    "fleiss": fleiss_kappa,
    "scott": lambda r: scott_pi(r) if len(r.coders) == 2 else fleiss_kappa(r),
    "bennett": lambda r: bennett_s(r) if len(r.coders) == 2 else brennan_prediger(r),
    "brennan-prediger": brennan_prediger,
    "ac1": gwet_ac,
    "ac2": lambda r: gwet_ac(r, "quadratic"),
}


def _by_lot(coders: int, units: int, missing: float, shares: Sequence[float]) -> list[Ratings]:
    generator = np.random.default_rng(20161013)
    studies = []
    for _ in range(RUNS):
        values = generator.choice(CATEGORIES, size=(coders, units), p=shares)
        left_out = generator.random((coders, units)) < missing
        rows = [
            [None if gone else int(v) for v, gone in zip(row, out, strict=True)]
            for row, out in zip(values, left_out, strict=True)
        ]
        studies.append(Ratings.from_rows(rows, categories=CATEGORIES))
    return studies


def _known(name: str, shares: Sequence[float], values: float) -> float:
    """What the pages say: a negative bias of 1 / (values - 1), or other chances than those of the categories."""
    if name in {"fleiss", "scott"}:
        return -1.0 / (values - 1.0)
    p, q = np.array(shares), len(shares)
    if name in {"bennett", "brennan-prediger"}:
        return float(((p**2).sum() - 1.0 / q) / (1.0 - 1.0 / q))
    if name in {"ac1", "ac2"}:
        weights = np.eye(q)
        if name == "ac2":
            weights = weight_table(Ratings.from_rows([CATEGORIES, CATEGORIES]), "quadratic")
        chance = weights.sum() / (q * (q - 1.0)) * (1.0 - (p**2).sum()) * (1.0 - 1.0 / values)
        return float((p @ weights @ p - chance) / (1.0 - chance))
    return 0.0


def _away(numbers: Sequence[float | None], expected: float) -> float:
    """Return how many standard errors the mean is away from what is expected."""
    values = np.array([x for x in numbers if x is not None])
    assert len(values) >= 0.9 * len(numbers)
    return float((values.mean() - expected) / (values.std(ddof=1) / np.sqrt(len(values))))


@pytest.mark.parametrize("shares", SHARES)
@pytest.mark.parametrize(("coders", "units", "missing"), [(2, 20, 0.0), (2, 120, 0.2), (4, 20, 0.2), (3, 120, 0.0)])
def test_units(coders: int, units: int, missing: float, shares: str) -> None:
    studies = _by_lot(coders, units, missing, SHARES[shares])
    values = float(np.mean([study.per_unit[study.per_unit >= 2].sum() for study in studies]))
    away = {
        name: _away([coefficient(study).value for study in studies], _known(name, SHARES[shares], values))
        for name, coefficient in COEFFICIENTS.items()
    }
    assert {name: round(z, 1) for name, z in away.items() if abs(z) > 3.0} == {}


@pytest.mark.parametrize(
    ("frequency", "mv"),
    [
        ((0.3, 0.3, 0.3, 0.3), 0.0),
        ((0.6, 0.3, 0.1, 0.05), 0.085),
    ],  # its page: above 0 where codes are not equally frequent
)
@pytest.mark.parametrize(("coders", "units"), [(2, 25), (3, 100)])
def test_sets_of_codes(coders: int, units: int, frequency: Sequence[float], mv: float) -> None:
    generator = np.random.default_rng(20161014)
    studies = []
    for _ in range(RUNS):
        given = generator.random((coders, units, 4)) < np.array(frequency)
        rows = [[["abcd"[c] for c in np.flatnonzero(unit)] for unit in row] for row in given]
        studies.append(Ratings.from_sets(rows))
    of_sets: dict[str, tuple[Coefficient, float]] = {
        "mv-alpha": (mv_alpha, mv),
        "exact sets": (krippendorff_alpha, 0.0),
        "jaccard": (lambda r: krippendorff_alpha(r, "jaccard"), 0.0),
        "masi": (lambda r: krippendorff_alpha(r, "masi"), 0.0),
        "by code": (lambda r: krippendorff_alpha(r.binary("a")), 0.0),
    }
    away = {name: _away([f(study).value for study in studies], known) for name, (f, known) in of_sets.items()}
    assert {name: round(z, 1) for name, z in away.items() if abs(z) > 3.0} == {}


def _marked(generator: np.random.Generator, coders: int, length: int) -> Spans:
    """Units and gaps of any length up to 10, from before the text begins, so that its borders say nothing."""
    rows = []
    for coder in range(coders):
        end = -100
        while end < length:
            start = end + int(generator.integers(0, 10))
            end = start + int(generator.integers(1, 11))
            if end > 0 and start < length:
                rows.append((f"c{coder}", "abc"[generator.integers(3)], max(start, 0), min(end, length)))
    return Spans.of([DocumentSpans("d", length, [f"c{i}" for i in range(coders)], rows)], "abc")


@pytest.mark.parametrize(
    ("coders", "length", "union"),
    [
        (2, 200, 0.0),
        (5, 200, 0.03),
        (5, 1500, 0.0),
    ],  # the page of cu-alpha: the variant union is above 0 in short texts
)
def test_free_spans(coders: int, length: int, union: float) -> None:
    generator = np.random.default_rng(20161015)
    studies = [_marked(generator, coders, length) for _ in range(RUNS if length < 1000 else 60)]
    numbers = {
        "u-alpha": [u_alpha(study).value for study in studies],
        "|u-alpha": [bar_u_alpha(study).value for study in studies],
        "cu-alpha": [cu_alpha(study).value for study in studies],
        "(k)u-alpha": [ku_alpha(study)["a"].value for study in studies],
        "|u-alpha by code": [binary_u_alpha(study)["a"].value for study in studies],
        "over characters": [character_alpha(study)["a"].value for study in studies],
    }
    away = {name: _away(values, 0.0) for name, values in numbers.items()}
    away["union"] = _away([cu_alpha(study, variant="union").value for study in studies], union)
    assert {name: round(z, 1) for name, z in away.items() if abs(z) > 3.0} == {}
