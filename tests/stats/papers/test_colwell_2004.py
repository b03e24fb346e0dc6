"""Colwell, Mao & Chang 2004, Ecology 85: 2717-2727: the expected number of codes of h documents, exactly."""

import math
from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations, permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intercoder.errors import WrongArgument
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


def test_the_spread_over_orders_is_right_to_nine_digits_at_every_number_of_documents() -> None:
    """Of 120 documents and 407 codes, against whole numbers of any length; at 1 it is the variance of codes per document."""
    generator = np.random.default_rng(2025)
    present = generator.random((120, 407)) < 0.5 * np.arange(1, 408) ** -0.9
    documents = Incidence.of([frozenset(map(str, np.flatnonzero(row))) for row in present])
    f, unions, n = documents.frequencies, union_sizes(documents), 120
    points = [1, 2, 3, 60, 118, 119]
    for h, sd in zip(points, accumulation(f, points, unions=unions).sd_permutation, strict=True):
        every = math.comb(n, h)
        missed = sum(count * math.comb(n - k, h) for k, count in f.q.items())
        both = sum(count * math.comb(n - u, h) for u, count in unions.items())
        exact = Fraction((missed + 2 * both) * every - missed**2, every**2)
        assert sd == pytest.approx(math.sqrt(exact), rel=1e-11)
    spread = accumulation(f, [1], unions=unions).sd_permutation[0]
    assert spread == pytest.approx(present.sum(axis=1).std(), rel=1e-11)


@pytest.mark.parametrize("h", [[5], [1, 4, 9, 2], [0], [-1]])
def test_a_curve_asked_for_where_there_is_none_is_refused(h: list[int]) -> None:
    four = Incidence.of([frozenset(codes) for codes in ("ab", "b", "", "cd")])
    with pytest.raises(WrongArgument, match="from 1 to"):
        accumulation(four.frequencies, h, unions=union_sizes(four))


@pytest.mark.parametrize("n", [0, 1, 7])
def test_where_there_never_was_a_code_all_documents_came_since(n: int) -> None:
    assert Incidence.of([frozenset[str]()] * n).discovery.documents_since_last_new == n
