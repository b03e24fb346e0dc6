"""How figures are written: signs, none, and what rounds to nothing."""

import pytest

from intercoder.language import speaking
from intercoder.reports.numbers import NARROW, number, percent, signed, whole_percent


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


def test_a_share_that_is_not_all_of_it_is_not_written_as_all_of_it() -> None:
    shares = (None, 0.0, 0.714, 0.994, 0.996, 0.99996, 0.9999999, 1.0)
    said = [whole_percent(share).replace(NARROW, "") for share in shares]
    assert said == ["–", "0%", "71%", "99%", "99.6%", "99.996%", "99.9999%", "100%"]
