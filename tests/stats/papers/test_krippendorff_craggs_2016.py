"""Krippendorff & Craggs 2016: mv-alpha, against an enumeration of all pairs of sets; its tables are reference cases."""

import math
from itertools import combinations

import numpy as np
import pytest

from intercoder.stats.agreement.mv_alpha import mv_alpha
from intercoder.stats.reliability import Ratings

Set = frozenset[str]


def _apart(first: Set, second: Set) -> float:
    size = len(first) + len(second)
    return 1.0 - 2.0 * len(first & second) / size if size else 0.0


def _enumerated(rows: list[list[Set | None]]) -> float:
    """Return mv-alpha with D_e from all pairs of sets that could be drawn; units with one value are left out."""
    units = [[value for value in unit if value is not None] for unit in zip(*rows, strict=True)]
    units = [unit for unit in units if len(unit) > 1]
    values = [value for unit in units for value in unit]
    uses = {code: sum(code in value for value in values) for code in frozenset[str]().union(*values)}
    observed = sum(
        _apart(first, second) / (len(unit) - 1)
        for unit in units
        for i, first in enumerate(unit)
        for j, second in enumerate(unit)
        if i != j
    ) / len(values)
    expected = 0.0
    sizes = [len(value) for value in values]
    for a in set(sizes):
        for b in set(sizes):
            above = below = 0.0
            for first in map(frozenset, combinations(sorted(uses), a)):
                for second in map(frozenset, combinations(sorted(uses), b)):
                    ways = math.prod([1.0, *(uses[c] for c in first), *(uses[c] - (c in first) for c in second)])
                    above += ways * _apart(first, second)
                    below += ways
            expected += sizes.count(a) * sizes.count(b) / len(sizes) ** 2 * (above / below)
    return 1.0 - observed / expected


@pytest.mark.parametrize("missing", [0.0, 0.4])
@pytest.mark.parametrize(
    ("coders", "units", "codes", "seed"),
    [(2, 6, "abc", 1), (3, 5, "abcd", 2), (4, 8, "abc", 4), (2, 9, "信险权利责", 3)],
)
def test_mv_alpha_is_that_of_all_pairs_of_sets_whatever_the_number_of_coders_of_a_unit(
    coders: int, units: int, codes: str, seed: int, missing: float
) -> None:
    generator = np.random.default_rng(seed)
    rows: list[list[Set | None]] = [
        [
            frozenset(c for c in codes if generator.random() < 0.4) if generator.random() >= missing else None
            for _ in range(units)
        ]
        for _ in range(coders)
    ]
    assert mv_alpha(Ratings.from_sets(rows)).value == pytest.approx(_enumerated(rows), abs=1e-12)


def test_where_there_is_no_mv_alpha_there_is_a_reason() -> None:
    assert mv_alpha(Ratings.from_sets([[["a"]], [None]])).reason == "no_pairable_values"
    assert mv_alpha(Ratings.from_sets([[["a"], ["a"]], [["a"], ["a"]]])).reason == "no_variation"
    large = [str(code) for code in range(41)]
    assert mv_alpha(Ratings.from_sets([[large, ["a"]], [["a"], ["a"]]])).reason == "too_many_values"


def test_perfect_agreement_is_one_and_its_interval_too() -> None:
    row = [["a"], ["a", "b"], [], ["c"]] * 5
    estimate = mv_alpha(Ratings.from_sets([row, row]), resamples=200)
    assert estimate.value == 1.0
    assert estimate.interval is not None
    assert (estimate.interval.low, estimate.interval.high, estimate.interval.degenerate) == (1.0, 1.0, True)
