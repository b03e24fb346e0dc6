"""Chao, Colwell, Lin & Gotelli 2009, Ecology 90: 1125-1133: how many further documents."""

import math

import pytest

from intercoder.stats.saturation.coverage import Prospect
from intercoder.stats.saturation.incidence import Frequencies
from intercoder.stats.saturation.richness import chao2

RABBITS = Frequencies(18, {1: 43, 2: 16, 3: 8, 4: 6, 6: 2, 7: 1})


@pytest.mark.parametrize("share", [0.9, 0.95, 0.99])
def test_it_is_the_published_equation(share: float) -> None:
    n, q1, q2, s = 18, 43, 16, 76
    inside = 1 - n / (n - 1) * 2 * q2 / q1**2 * (share * chao2(RABBITS).estimate - s)
    published = math.log(inside) / math.log(1 - 2 * q2 / ((n - 1) * q1 + 2 * q2))
    assert Prospect.of(RABBITS).further_documents(share) == pytest.approx(published)


def test_that_many_documents_bring_the_curve_there() -> None:
    prospect = Prospect.of(RABBITS)
    total = chao2(RABBITS).estimate
    assert prospect.extrapolate(prospect.further_documents(0.9)) == pytest.approx(0.9 * total)
    assert prospect.extrapolate(prospect.further_documents(1.0)) == pytest.approx(total - 0.5)


def test_none_are_needed_for_what_is_there_or_when_nothing_is_missing() -> None:
    assert Prospect.of(RABBITS).further_documents(0.5) == 0.0
    assert Prospect.of(Frequencies(4, {3: 3})).further_documents(1.0) == 0.0
