"""The worked examples of Krippendorff 2011, Computing Krippendorff's alpha-reliability."""

import pytest

from intercoder.stats.agreement.alpha import Measurement, krippendorff_alpha
from intercoder.stats.reliability import Ratings

BINARY = [[0, 1, 0, 0, 0, 0, 0, 0, 1, 0], [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]]
NOMINAL = [list("aabbdcccedda"), list("babbbccceddd")]
FOUR = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3],
    [None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None],
]


def test_example_a_two_observers_binary() -> None:
    assert krippendorff_alpha(Ratings.from_rows(BINARY)).value == pytest.approx(0.095, abs=5e-4)


def test_example_b_two_observers_nominal() -> None:
    assert krippendorff_alpha(Ratings.from_rows(NOMINAL)).value == pytest.approx(0.692, abs=5e-4)


@pytest.mark.parametrize(
    ("level", "printed"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849), ("ratio", 0.797)]
)
def test_examples_c_and_d_four_observers_with_missing_values(level: Measurement, printed: float) -> None:
    estimate = krippendorff_alpha(Ratings.from_rows(FOUR), level)
    assert estimate.value == pytest.approx(printed, abs=5e-4)
    assert (estimate.n_units, estimate.n_pairable, estimate.n_values, estimate.n_missing) == (12, 11, 41, 7)
