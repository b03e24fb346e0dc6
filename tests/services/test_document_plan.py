"""How many documents to plan for."""

import pytest

from intercoder.errors import WrongArgument
from intercoder.services import document_plan


def test_the_published_example_of_fugard_and_potts_is_met() -> None:
    plan = document_plan.document_plan(0.1, 0.8, 2, 30)
    assert plan.often == 29  # their table: prevalence .1, two instances, power .8
    assert plan.once == 16  # ln(.2) / ln(.9) = 15.3
    assert (1 - 0.9**plan.every_code) ** 30 >= 0.8 > (1 - 0.9 ** (plan.every_code - 1)) ** 30


def test_chances_that_are_none_are_refused() -> None:
    for prevalence, probability in ((0.0, 0.8), (1.5, 0.8), (0.1, 1.0)):
        with pytest.raises(WrongArgument):
            document_plan.document_plan(prevalence, probability, 2, 30)
