"""Colwell, Mao & Chang 2004, Ecology 85: 2717-2727: the expected number of codes of h documents, exactly."""

from collections.abc import Sequence
from itertools import combinations, permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intercoder.stats.saturation.accumulation import accumulation, missed_share, union_sizes
from intercoder.stats.saturation.incidence import Frequencies, Incidence
from intercoder.stats.saturation.richness import chao2

Documents = Sequence[frozenset[str]]
few = st.lists(st.frozensets(st.sampled_from("abcdefg"), max_size=5), min_size=1, max_size=6)


@settings(max_examples=60)
@given(documents=few)
def test_mean_and_spread_are_those_of_all_orders(documents: Documents) -> None:
    n = len(documents)
    curves = np.array([Incidence.of(order).discovery.cumulative for order in permutations(documents)])
    incidence = Incidence.of(documents)
    curve = accumulation(incidence.frequencies, range(1, n + 1), unions=union_sizes(incidence))
    assert curve.mean == pytest.approx(curves.mean(axis=0), abs=1e-9)
    assert curve.sd_permutation == pytest.approx(curves.std(axis=0), abs=1e-6)
    assert curve.sd_permutation[-1] == 0.0
    assert curve.mean[-1] == pytest.approx(incidence.frequencies.observed)


@given(documents=few)
def test_mean_is_that_of_all_sets_of_h_documents(documents: Documents) -> None:
    f = Incidence.of(documents).frequencies
    for h in range(1, len(documents) + 1):
        unions = [len(frozenset[str]().union(*some)) for some in combinations(documents, h)]
        assert accumulation(f, [h]).mean[0] == pytest.approx(sum(unions) / len(unions), abs=1e-9)


def test_the_chance_to_miss_a_code_is_that_of_drawing_without_replacement() -> None:
    assert missed_share(5, 2, 2) == pytest.approx(3 / 10)
    assert missed_share(5, 2, 4) == 0.0
    assert missed_share(5, 5, 0) == 1.0


def test_the_unconditional_variance_is_that_of_the_paper() -> None:
    # sum of (1 - a)^2 over the codes, less the squared mean over Chao2; with 2 and 2 documents of 4
    f = Frequencies(4, {1: 2, 2: 1})
    total = chao2(f).estimate
    a = [missed_share(4, k, 2) for k in (1, 1, 2)]
    mean = 3 - sum(a)
    variance = sum((1 - x) ** 2 for x in a) - mean**2 / total
    assert accumulation(f, [2], total=total).sd_unconditional[0] == pytest.approx(variance**0.5)


def test_it_does_not_vanish_at_n_because_it_is_about_the_universe() -> None:
    f = Frequencies(4, {1: 2, 2: 1})
    assert accumulation(f, [4], total=chao2(f).estimate).sd_unconditional[0] > 0
