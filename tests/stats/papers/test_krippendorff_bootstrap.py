"""Krippendorff's algorithm for the distribution of alpha: what it is, and how it differs from drawing units."""

import json
from pathlib import Path

import numpy as np
import pytest

from intercoder.stats.agreement.alpha import krippendorff_alpha
from intercoder.stats.agreement.pair_bootstrap import METHOD, krippendorff_algorithm
from intercoder.stats.reliability import Ratings

CASES = Path(__file__).parents[1] / "cases" / "agreement"


def _fleiss() -> Ratings:
    return Ratings.from_rows(json.loads((CASES / "boot_fleiss1971.json").read_text(encoding="utf-8"))["data"]["matrix"])


def test_drawing_pair_by_pair_in_plain_loops_gives_the_same_interval() -> None:
    rows: list[list[int | None]] = [
        [1, 1, 2, 3, 3, 1, 2, None, 1, 2, 3, 3],
        [1, 2, 2, 3, 3, 1, 2, 2, 1, 2, 3, 1],
        [1, 1, 2, 3, 2, 1, None, 2, 1, 2, 1, 3],
    ]
    ratings = Ratings.from_rows(rows)
    units = [[v for v in column if v is not None] for column in zip(*rows, strict=True)]
    values = [v for unit in units for v in unit]
    n = len(values)
    expected = sum(a != b for a in values for b in values) / (n * (n - 1))
    pool = [float(unit[i] != unit[j]) for unit in units for i in range(len(unit)) for j in range(i)]
    sizes = [len(unit) for unit in units for i in range(len(unit)) for _ in range(i)]
    generator = np.random.default_rng(9)
    drawn = generator.choice(pool, size=(20_000, len(pool)))
    alphas = 1 - (2 * drawn / (n * expected) / (np.array(sizes) - 1)).sum(axis=1)
    interval, reason = krippendorff_algorithm(ratings, resamples=20_000)
    assert reason is None
    assert interval is not None
    assert (interval.low, interval.high) == pytest.approx(tuple(np.percentile(alphas, [2.5, 97.5])), abs=0.02)
    assert (interval.method, interval.clustered_by) == (METHOD, "pair")


def test_with_more_than_two_coders_it_is_narrower_than_drawing_units() -> None:
    own, _ = krippendorff_algorithm(_fleiss(), resamples=4000)
    units = krippendorff_alpha(_fleiss(), resamples=4000).interval
    assert own is not None
    assert units is not None
    assert own.high - own.low < 0.7 * (units.high - units.low)


def test_resamples_without_variation_are_set_to_zero() -> None:
    # Two of three pairs agree on 1, one differs: all three drawn equal on one value has chance (4/6)^3 and so on.
    ratings = Ratings.from_rows([[1, 1, 1], [1, 1, 2]])
    interval, _ = krippendorff_algorithm(ratings, resamples=10_000)
    assert interval is not None
    perfect = (2 / 3) ** 3
    proven = perfect - (4 / 6) ** 3  # o_11 / n = 4/6: every sample of 1s only proves nothing
    assert interval.below_800 == pytest.approx(1 - proven, abs=0.02)


def test_the_seed_decides_and_what_has_no_alpha_has_no_interval() -> None:
    assert krippendorff_algorithm(_fleiss(), resamples=300, seed=4) == krippendorff_algorithm(
        _fleiss(), resamples=300, seed=4
    )
    assert krippendorff_algorithm(Ratings.from_rows([[1, 1], [1, 1]])) == (None, "no_variation")
    assert krippendorff_algorithm(_fleiss(), resamples=0) == (None, "not_requested")
