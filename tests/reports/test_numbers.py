"""How figures are written: signs, none, and what rounds to nothing."""

import pytest

from intercoder.language import speaking
from intercoder.reports.numbers import number, percent, signed


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(
    ("value", "plain", "change"),
    [(0.5, "0.500", "+0.500"), (-0.1234, "−0.123", "−0.123"), (-0.0001, "0.000", "0.000"), (None, "–", "–")],
)
def test_a_minus_is_the_same_whatever_the_figure_is(
    language: str, value: float | None, plain: str, change: str
) -> None:
    with speaking(language):
        assert (number(value), signed(value)) == (plain, change)


def test_a_share_below_nothing_has_the_same_minus() -> None:
    assert percent(-0.25) == "−25.0\u202f%"
