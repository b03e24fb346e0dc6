"""Chao 1987, Biometrics 43: 783-791: the lower bound, on the rabbits of Edwards & Eberhardt (1967)."""

import math
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intercoder.stats.saturation.incidence import Frequencies
from intercoder.stats.saturation.richness import chao2, chao2_bc, flags, ichao2

#: 76 of 135 penned rabbits were caught on 18 nights: 43 once, 16 twice, ...
RABBITS = Frequencies(18, {1: 43, 2: 16, 3: 8, 4: 6, 6: 2, 7: 1})


def test_the_rabbits_are_about_134_without_and_131_with_the_factor_of_finitely_many_nights() -> None:
    richness = chao2(RABBITS)
    assert richness.estimate == pytest.approx(130.57, abs=0.005)
    assert 76 + (richness.estimate - 76) * 18 / 17 == pytest.approx(133.78, abs=0.005)
    low, high = richness.ci95
    assert low < 135 < high


def test_the_interval_is_log_normal_above_what_was_seen() -> None:
    richness = chao2(RABBITS)
    low, high = richness.ci95
    assert (low - 76) * (high - 76) == pytest.approx((richness.estimate - 76) ** 2)


def test_without_a_code_in_two_documents_the_other_form_holds() -> None:
    assert chao2(Frequencies(5, {1: 4, 3: 1})).estimate == pytest.approx(5 + 4 / 5 * 4 * 3 / 2)


def test_without_uniques_the_interval_comes_from_the_codes_that_were_seen() -> None:
    richness = chao2(Frequencies(4, {3: 3}))
    p = math.exp(-3)
    variance = 3 * (p - p**2) - (3 * p * 3) ** 2 / 4
    assert richness.estimate == 3
    assert richness.ci95 == pytest.approx((3.0, 3 / (1 - p) + 1.959964 * math.sqrt(variance) / (1 - p)), rel=1e-6)


def test_one_unique_and_no_duplicate_say_nothing_is_missing_and_are_flagged() -> None:
    f = Frequencies(8, {1: 1, 3: 4, 4: 2})
    assert chao2(f).estimate == f.observed
    assert flags(f) == ("single_unique",)
    assert flags(Frequencies(8, {1: 1, 2: 1, 3: 4, 4: 2})) == ()


def test_an_interval_beyond_ten_times_what_was_seen_is_flagged() -> None:
    assert "more_than_tenfold" in flags(Frequencies(9, {1: 40}))
    assert "more_than_tenfold" not in flags(RABBITS)


frequencies = st.builds(
    lambda n, q: Frequencies(n, {k: c for k, c in sorted(q.items()) if k <= n}),
    st.integers(2, 12),
    st.dictionaries(st.integers(1, 12), st.integers(1, 30), min_size=1),
).filter(lambda f: f.observed > 0)


@given(f=frequencies)
def test_the_estimates_never_fall_below_what_was_seen_and_the_corrected_one_is_no_larger(f: Frequencies) -> None:
    classic, corrected = chao2(f), chao2_bc(f)
    assert classic.estimate >= f.observed
    assert corrected.estimate <= classic.estimate + 1e-9
    assert ichao2(f) >= classic.estimate - 1e-9
    for estimator in (classic, corrected):
        assert f.observed - 1e-9 <= estimator.ci95[0] <= estimator.ci95[1]
        assert math.isfinite(estimator.se)


def test_no_interval_that_can_be_printed_leaves_its_estimate_out_of_any_small_table() -> None:
    left_out = 0
    for n in range(2, 5):
        for counts in product(range(5), repeat=n):
            f = Frequencies(n, {k: count for k, count in enumerate(counts, 1) if count})
            if f.observed:
                for estimate in (chao2(f), chao2_bc(f)):
                    left_out += estimate.interval is None
                    low, high = estimate.interval or (estimate.estimate, estimate.estimate)
                    assert low <= estimate.estimate <= high
    assert left_out  # the published interval for "nothing is missing" does
    three = chao2(Frequencies(2, {2: 3}))
    assert (three.estimate, three.interval) == (3.0, None)
    assert three.ci95 == pytest.approx((3.138, 3.801), abs=5e-4)
