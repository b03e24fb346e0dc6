"""Compares a computed result with the expected one of a reference case."""

import math
from typing import Any


def differences(expected: Any, computed: Any, tolerance: Any, where: str = "") -> list[str]:
    """Return a sentence for every place where the two differ by more than the tolerance.

    ``computed`` may hold more keys than expected, and {"value", "reason"} where one number is expected.
    """
    if isinstance(computed, dict) and "value" in computed and not isinstance(expected, dict):
        computed = computed["value"]
    wrong = [f"{where}: expected {expected!r}, got {computed!r}"]
    if expected is None or isinstance(expected, (bool, str)):
        return [] if expected == computed else wrong
    if isinstance(expected, (int, float)):
        if isinstance(computed, bool) or not isinstance(computed, (int, float)) or not math.isfinite(computed):
            return wrong
        limit = tolerance
        if isinstance(tolerance, dict):
            limit = max(tolerance.get("abs", 0), tolerance.get("rel", 0) * abs(expected))
        return [] if abs(expected - computed) <= limit else wrong
    if isinstance(expected, list):
        if not isinstance(computed, (list, tuple)) or len(computed) != len(expected):
            return wrong
        pairs = enumerate(zip(expected, computed, strict=True))
        return [line for i, (e, c) in pairs for line in differences(e, c, tolerance, f"{where}[{i}]")]
    if set(expected) == {"value", "reason"} and not isinstance(computed, dict):
        computed = {"value": computed, "reason": None}
    if not isinstance(computed, dict):
        return wrong
    messages = []
    for key, value in expected.items():
        if key.startswith("kalpha_macro"):
            continue  # the spread of the SPSS macro depends on its own number of draws: not offered
        if key not in computed:
            messages.append(f"{where}.{key}: missing")
        else:
            messages += differences(value, computed[key], tolerance, f"{where}.{key}")
    return messages
