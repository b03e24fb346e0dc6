"""Smith & van Belle 1984, Biometrics 40: 119-129, and Heltshe & Forrester 1983: bootstrap and jackknife."""

from collections.abc import Sequence
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from intercoder.stats.saturation.incidence import Frequencies, Incidence
from intercoder.stats.saturation.richness import bootstrap, jack1, jack1_se, jack2

Documents = Sequence[frozenset[str]]
some = st.lists(st.frozensets(st.sampled_from("abcdef"), min_size=1, max_size=4), min_size=2, max_size=5)


@given(documents=some)
def test_the_bootstrap_adds_the_codes_that_resamples_miss_on_average(documents: Documents) -> None:
    n = len(documents)
    f = Incidence.of(documents).frequencies
    missed = [
        f.observed - len(frozenset[str]().union(*(documents[i] for i in draw))) for draw in product(range(n), repeat=n)
    ]
    assert bootstrap(f) == pytest.approx(f.observed + sum(missed) / len(missed))


@given(documents=some)
def test_the_jackknife_and_its_error_are_those_of_leaving_out_one_document_after_the_other(
    documents: Documents,
) -> None:
    n, incidence = len(documents), Incidence.of(documents)
    f = incidence.frequencies
    without = np.array([len(frozenset[str]().union(*documents[:i], *documents[i + 1 :])) for i in range(n)])
    pseudo = n * f.observed - (n - 1) * without
    assert jack1(f) == pytest.approx(pseudo.mean())
    assert jack1_se(f, incidence.uniques) == pytest.approx(pseudo.std(ddof=1) / np.sqrt(n), abs=1e-9)


def test_the_second_order_needs_three_documents() -> None:
    assert jack2(Frequencies(2, {1: 3})) == "needs_3_documents"
    assert jack2(Frequencies(4, {1: 3, 2: 2, 4: 1})) == pytest.approx(6 + 3 * 5 / 4 - 2 * 4 / 12)
