"""Gwet 2014, ch. 6: ranges of words by cumulative probability. Reference by numerical integration of the cut normal."""

from itertools import pairwise

import numpy as np
import pytest
from scipy import integrate, stats

from intercoder.stats.agreement.benchmark import SCALES, Scale, benchmark, cumulative


@pytest.mark.parametrize("scale", Scale)
@pytest.mark.parametrize(
    ("value", "se"), [(0.77544, 0.14295), (0.5, 0.05), (0.02, 0.3), (-0.4, 0.2), (0.97, 0.06), (1.0, 0.1)]
)
def test_the_probabilities_are_those_of_a_normal_cut_at_both_ends(scale: Scale, value: float, se: float) -> None:
    density = stats.truncnorm((-1 - value) / se, (1 - value) / se, loc=value, scale=se).pdf
    points = sorted({-1.0, *(part.low for part in SCALES[scale]), 1.0})
    parts = [integrate.quad(density, a, b)[0] for a, b in pairwise(points)]
    assert cumulative(value, se, scale) == pytest.approx(np.cumsum(parts[::-1]), abs=1e-9)


@pytest.mark.parametrize(
    ("value", "se", "words"),
    [
        (0.77544, 0.14295, ("moderate", "moderate", "fair to good")),  # AC1 of four coders and twelve units
        (0.9, 0.02, ("almost perfect", "very good", "excellent")),
        (0.9, 0.08, ("substantial", "good", "excellent")),
        (0.62, 0.1, ("moderate", "moderate", "fair to good")),  # the point alone would be "substantial"
        (0.74, 0.1, ("moderate", "moderate", "fair to good")),  # substantial or better only with .92
        (0.1, 0.2, ("poor", "poor", "poor")),
        (0.3, 0.1, ("slight", "poor", "poor")),
    ],
)
def test_the_range_is_the_highest_that_is_reached_with_a_probability_of_95_percent(
    value: float, se: float, words: tuple[str, ...]
) -> None:
    reached = [benchmark(value, se, scale) for scale in Scale]
    assert tuple(given.reached.word for given in reached if given) == words
    assert all(given is not None and given.probability >= 0.95 for given in reached)


@pytest.mark.parametrize(("value", "se"), [(1.0, 0.0), (0.5, 0.0), (-1.2, 0.3)])
def test_without_spread_or_off_the_scale_there_is_none(value: float, se: float) -> None:
    assert benchmark(value, se) is None
