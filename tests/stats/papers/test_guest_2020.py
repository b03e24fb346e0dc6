"""Guest, Namey & Chen 2020, PLoS ONE 15(5): e0232076: base size, run length, new information threshold."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intercoder.errors import WrongArgument
from intercoder.stats.saturation.stopping import Rule, guest2020

#: 37 themes in the base of 4, then ratios 19 %, 11 %, 3 %: how the 37 came is not printed.
PAPER = [20, 9, 5, 3, 4, 3, 1, 0, 1, 0]


def test_the_worked_example_stops_at_6_plus_2_and_7_plus_3() -> None:
    two, three = guest2020(PAPER, 4, 2, 0.05), guest2020(PAPER, 4, 3, 0.05)
    assert two.base_codes == 37
    assert [round(run.ratio or 0, 2) for run in two.runs[:3]] == [0.19, 0.11, 0.03]
    assert (two.label, two.saturated_at) == ("6+2", 8)
    assert (three.label, three.saturated_at) == ("7+3", 10)


def test_two_of_forty_is_exactly_five_percent_and_enough() -> None:
    assert guest2020([20, 10, 5, 5, 1, 1]).saturated_at == 6
    assert guest2020([20, 10, 5, 5, 1, 2]).saturated_at is None


def test_it_says_why_it_is_not_met() -> None:
    assert guest2020([1, 0, 0, 0, 0]).reason == "not_enough_documents"
    assert guest2020([0, 0, 0, 0, 3, 0]).reason == "no_base"
    assert guest2020([4, 4, 4, 4, 3, 3, 3]).reason == "not_met"


def test_the_denominator_stays_the_base_however_many_codes_come_later() -> None:
    guest = guest2020([1, 1, 1, 1, 90, 5, 5, 0, 0])
    assert [run.ratio for run in guest.runs] == [95 / 4, 10 / 4, 5 / 4, 0.0]


@given(new=st.lists(st.integers(0, 9), max_size=20), base=st.integers(1, 6), run=st.integers(1, 4))
def test_the_first_run_within_the_threshold_is_the_one_and_all_are_kept(new: list[int], base: int, run: int) -> None:
    guest = guest2020(new, base, run, 0.05)
    assert len(guest.runs) == max(len(new) - base - run + 1, 0)
    early = [early_run for early_run in guest.runs if early_run.ratio is not None and early_run.ratio <= 0.05]
    assert guest.saturated_at == (early[0].last if early else None)
    assert (guest.reason is None) == bool(early)


def test_a_study_that_went_on_is_judged_by_its_latest_run() -> None:
    quiet_then_news = [10, 0, 0, 0, 0, 0, 5, 5]
    assert guest2020(quiet_then_news).saturated_at == 6
    assert not Rule("guest2020").now(quiet_then_news).met
    assert Rule("guest2020").now([10, 0, 0, 0, 0, 1, 0, 0, 0]).since == 7


@pytest.mark.parametrize("given_", [{"base": 0}, {"run": 1.5}, {"threshold": -0.1}, {"stop": 3}])
def test_a_rule_that_makes_no_sense_is_refused(given_: dict[str, float]) -> None:
    with pytest.raises(WrongArgument, match="no stopping rule"):
        Rule("guest2020", given_)
    with pytest.raises(WrongArgument, match="no stopping rule"):
        guest2020([1, 2], base=0)
