"""Galvin 2015, Fugard & Potts 2015 and van Rijnsoever 2017: numbers for a proposal."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intercoder.errors import WrongArgument
from intercoder.stats.planning.documents import fugard_potts, galvin, random_chance


def test_the_printed_example_of_fugard_and_potts_is_29() -> None:
    assert fugard_potts(prevalence=0.1, instances=2, power=0.8) == 29


@given(prevalence=st.floats(0.01, 0.9), probability=st.floats(0.1, 0.99))
def test_galvin_is_the_smallest_number_that_suffices(prevalence: float, probability: float) -> None:
    n = galvin(prevalence, probability)
    assert 1 - (1 - prevalence) ** n >= probability - 1e-9
    assert n == 1 or 1 - (1 - prevalence) ** (n - 1) < probability + 1e-9
    assert fugard_potts(prevalence, 1, probability) in {n, n - 1, n + 1}


def test_more_codes_need_more_documents() -> None:
    assert [random_chance(0.1, codes) for codes in (1, 100)] == [29, 72]


@pytest.mark.parametrize(("prevalence", "power"), [(0.0, 0.8), (1.2, 0.8), (0.1, 1.0), (0.1, 0.0)])
def test_chances_outside_0_and_1_are_refused(prevalence: float, power: float) -> None:
    with pytest.raises(WrongArgument, match="between 0 and 1"):
        galvin(prevalence, power)
    with pytest.raises(WrongArgument, match="between 0 and 1"):
        fugard_potts(prevalence, 2, power)
    with pytest.raises(WrongArgument, match="between 0 and 1"):
        random_chance(prevalence, 10, power)


def test_certain_codes_need_one_document_each() -> None:
    assert galvin(1.0, 0.9) == 1
    assert fugard_potts(1.0, 3, 0.9) == 3
    assert random_chance(1.0, 50) == 1
