"""Fleiss 1971 (Psychol Bull 76: 378-382): six psychiatrists, 30 patients, five diagnoses."""

import json
from pathlib import Path

import pytest

from intercoder.stats.agreement.alpha import krippendorff_alpha
from intercoder.stats.agreement.gwet import fleiss_kappa
from intercoder.stats.reliability import Ratings

CASE = json.loads((Path(__file__).parents[1] / "cases/agreement/fleiss1971__fleiss.json").read_text(encoding="utf-8"))
RATINGS = Ratings.from_rows(CASE["data"]["matrix"])


def test_the_printed_kappa() -> None:
    assert fleiss_kappa(RATINGS).value == pytest.approx(0.430, abs=5e-4)


def test_kappa_from_its_definition() -> None:
    counts = RATINGS.counts
    units, coders = counts.shape[0], 6
    agree = ((counts**2).sum(axis=1) - coders) / (coders * (coders - 1))
    share = counts.sum(axis=0) / (units * coders)
    expected = float((share**2).sum())
    assert fleiss_kappa(RATINGS).value == pytest.approx((agree.mean() - expected) / (1 - expected), abs=1e-12)


def test_alpha_is_fleiss_kappa_with_a_small_sample_correction() -> None:
    """Without missing values alpha = kappa + (1 - kappa) / n, n the number of values (Krippendorff 2004, p. 251)."""
    kappa = fleiss_kappa(RATINGS).value
    assert kappa is not None
    assert krippendorff_alpha(RATINGS).value == pytest.approx(kappa + (1 - kappa) / RATINGS.n_values, abs=1e-12)
