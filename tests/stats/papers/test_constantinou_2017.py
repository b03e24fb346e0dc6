"""Constantinou, Georgiou & Perdikogianni 2017, Qual. Res. 17: 571-588: the same documents in other orders."""

from collections.abc import Sequence
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intercoder.errors import WrongArgument
from intercoder.stats.saturation.incidence import Incidence
from intercoder.stats.saturation.reordering import random_lasts, reorder, reordering

Documents = Sequence[frozenset[str]]
DOCUMENTS = [frozenset(codes) for codes in ("abc", "ab", "acd", "a", "be", "cd", "af", "b")]
few = st.lists(st.frozensets(st.sampled_from("abcde"), max_size=4), min_size=1, max_size=5)


def test_arrival_reversed_and_case_by_case_are_three_orders_among_many() -> None:
    orders = reordering(DOCUMENTS, cases=["A", "B", "A", "B", "A", "B", "A", "B"])
    assert orders.arrival == 7
    assert orders.reversed == 4  # b, then f, then d, then e
    assert orders.by_case == 4  # case A first: abc, acd, be, af


@settings(max_examples=40)
@given(documents=few)
def test_the_random_orders_approach_all_orders(documents: Documents) -> None:
    incidence = Incidence.of(documents)
    if not incidence.codes:
        assert reordering(documents).reason == "no_codes"
        return
    every = [reorder(documents, order).last_new for order in permutations(range(len(documents)))]
    lasts = random_lasts(incidence, 600, seed=1)
    for value in set(every):
        share = every.count(value) / len(every)
        assert abs(float(np.mean(lasts == value)) - share) < 5 * (share * (1 - share) / 600) ** 0.5 + 1e-9
    sampled = reordering(documents, orders=600)
    assert sampled.p_new_last_exact == pytest.approx(every.count(len(documents)) / len(every))


def test_the_quantiles_are_order_statistics_within_their_error() -> None:
    lasts = np.sort(random_lasts(Incidence.of(DOCUMENTS), 1000, seed=0))
    orders = reordering(DOCUMENTS)
    assert orders.median is not None
    assert orders.percentile5 is not None
    assert orders.percentile95 is not None
    assert (orders.median.value, orders.percentile5.value, orders.percentile95.value) == (
        lasts[499],
        lasts[49],
        lasts[949],
    )
    assert orders.median.low <= orders.median.value <= orders.median.high
    assert orders.share_stopped == pytest.approx(float(np.mean(lasts <= 6)))
    assert orders.share_last_new == pytest.approx(float(np.mean(lasts == 8)))
    assert orders.share_stopped_standard_error == pytest.approx(float(np.std(lasts <= 6)) / 1000**0.5)


def test_it_is_the_same_every_time_with_the_same_seed() -> None:
    assert reordering(DOCUMENTS, seed=5) == reordering(DOCUMENTS, seed=5)


def test_a_stop_needs_as_many_quiet_documents_as_asked() -> None:
    assert reorder(DOCUMENTS, range(8), run=1).stop == 7
    assert reorder(DOCUMENTS, range(8), run=2).stop is None


def test_no_documents_and_wrong_questions() -> None:
    assert reordering([]).reason == "no_documents"
    with pytest.raises(WrongArgument, match="random order"):
        reordering(DOCUMENTS, orders=0)
    with pytest.raises(WrongArgument, match="its case"):
        reordering(DOCUMENTS, cases=["A"])
