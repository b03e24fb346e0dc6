"""Gwet 2008 (Br J Math Stat Psychol 61: 29-48, doi 10.1348/000711006X126600): AC1, and the paradox it answers."""

import numpy as np
import pytest

from intercoder.stats.agreement.coefficients import cohen_kappa, scott_pi
from intercoder.stats.agreement.gwet import gwet_ac, standard_error
from intercoder.stats.reliability import Ratings

YES_NO = Ratings.from_rows([list("yyyyyyyyyn"), list("yyyyyyyynn")])


def test_the_printed_values() -> None:
    assert gwet_ac(YES_NO).value == pytest.approx(0.8658, abs=5e-5)
    assert scott_pi(YES_NO).value == pytest.approx(0.6078, abs=5e-5)


def test_ac1_from_its_definition() -> None:
    agree, yes = 9 / 10, (9 / 10 + 8 / 10) / 2
    chance = 2 * yes * (1 - yes)
    assert gwet_ac(YES_NO).value == pytest.approx((agree - chance) / (1 - chance), abs=1e-12)


def test_where_one_category_dominates_kappa_falls_and_ac1_does_not() -> None:
    rare = Ratings.from_rows([[1] * 118 + [1] * 5 + [2] * 2, [1] * 118 + [2] * 5 + [1] * 2])
    kappa, ac1 = cohen_kappa(rare).value, gwet_ac(rare).value
    assert kappa is not None
    assert ac1 is not None
    assert kappa < 0
    assert ac1 > 0.9


def test_one_declared_category_of_two_is_full_agreement_and_the_only_one_is_undefined() -> None:
    rows = [[1, 1, 1], [1, 1, 1]]
    assert gwet_ac(Ratings.from_rows(rows, categories=[1, 2])).value == 1.0
    assert gwet_ac(Ratings.from_rows(rows)).reason == "no_variation"


def test_the_standard_error_is_near_the_spread_over_samples_of_units() -> None:
    generator = np.random.default_rng(6)
    truth = generator.integers(0, 3, 400)
    rows = [np.where(generator.random(400) < 0.7, truth, generator.integers(0, 3, 400)).tolist() for _ in range(4)]
    ratings = Ratings.from_rows(rows)
    drawn = [gwet_ac(ratings.select(units=generator.integers(0, 400, 400))).value or 0.0 for _ in range(400)]
    assert standard_error(ratings, "gwet_ac").value == pytest.approx(np.std(drawn), rel=0.12)
