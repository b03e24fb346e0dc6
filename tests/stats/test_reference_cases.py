"""Every reference case holds: published examples and values that several programs agree on."""

import json
from pathlib import Path
from typing import Any

import pytest

from stats.cases import run_agreement_case, run_saturation_case
from stats.compare import differences

FOLDER = Path(__file__).parent / "cases"
HIDDEN = {"expected", "tolerance", "published", "implementations_that_differ", "independent", "verified_by"}
RUN = {"agreement": run_agreement_case, "saturation": run_saturation_case}
FILES = sorted(FOLDER.glob("*/*.json"))


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_the_reference_case_holds(path: Path) -> None:
    case: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    given = {key: value for key, value in case.items() if key not in HIDDEN}
    computed = RUN[path.parent.name](given)
    assert differences(case["expected"], computed, case.get("tolerance", 1e-9)) == []


def test_there_are_cases_of_both_kinds() -> None:
    assert {path.parent.name for path in FILES} == set(RUN)
    assert len(FILES) >= 170


def test_the_comparison_sees_a_wrong_number_a_missing_key_and_a_wrong_reason() -> None:
    assert differences({"a": 1.0}, {"a": 1.1}, 1e-6)
    assert differences({"a": 1.0}, {}, 1e-6)
    assert differences({"value": None, "reason": "x"}, {"value": None, "reason": "y"}, 1e-6)
    assert not differences(0.5, {"value": 0.5, "reason": None}, 1e-6)
