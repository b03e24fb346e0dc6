"""Chiu, Wang, Walther & Chao 2014, Biometrics 70: 671-682: what codes in three and four documents add."""

import pytest

from intercoder.stats.saturation.incidence import Frequencies
from intercoder.stats.saturation.richness import chao2, ichao2


def test_the_addition_is_that_of_the_paper() -> None:
    f = Frequencies(10, {1: 9, 2: 4, 3: 3, 4: 2, 6: 1})
    more = (10 - 3) / 10 * 3 / (4 * 2) * max(9 - (10 - 3) / (10 - 1) * 4 * 3 / (2 * 2), 0)
    assert ichao2(f) == pytest.approx(chao2(f).estimate + more)


def test_no_code_in_four_documents_counts_as_one() -> None:
    f = Frequencies(10, {1: 9, 2: 4, 3: 3})
    more = 7 / 10 * 3 / 4 * max(9 - 7 / 9 * 4 * 3 / 2, 0)
    assert ichao2(f) == pytest.approx(chao2(f).estimate + more)


def test_up_to_three_documents_it_is_chao2() -> None:
    f = Frequencies(3, {1: 5, 2: 2, 3: 1})
    assert ichao2(f) == chao2(f).estimate
