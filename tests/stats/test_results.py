"""A value or a reason, never both, never NaN."""

import subprocess
import sys

import pytest

from intercoder.stats.results import REASONS, Estimate


def _estimate(value: float | None, reason: str | None) -> Estimate:
    return Estimate(value, reason, 1, 1, 2, 0, 2, "m")


@pytest.mark.parametrize(
    ("value", "reason"),
    [(None, None), (1.0, "no_variation"), (float("nan"), None), (float("inf"), None), (None, "because")],
)
def test_an_estimate_without_exactly_one_of_value_and_known_reason_is_refused(
    value: float | None, reason: str | None
) -> None:
    with pytest.raises(ValueError, match=r"either a value|finite|unknown reason"):
        _estimate(value, reason)


def test_every_reason_is_a_sentence() -> None:
    assert all(sentence[0].isupper() and sentence.endswith(".") for sentence in REASONS.values())


def test_numbers_are_loaded_only_when_they_are_needed() -> None:
    code = "import sys, intercoder.stats, intercoder.stats.results; sys.exit('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
