"""Every requirement of ASVS 5.0, levels 1 and 2, is answered by tests that exist, or in words (tests/asvs.toml)."""

import ast
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
ANSWERS = {"tests", "elsewhere", "deviates", "not-applicable", "missing"}
#: how many requirements of levels 1 and 2 each chapter of version 5.0.0 has
CHAPTERS = {
    1: 27,
    2: 11,
    3: 19,
    4: 10,
    5: 9,
    6: 35,
    7: 18,
    8: 7,
    9: 7,
    10: 29,
    11: 14,
    12: 9,
    13: 13,
    14: 9,
    15: 13,
    16: 16,
    17: 7,
}
LEVELS = {1: 70, 2: 183}


@cache
def functions_of(file: Path) -> frozenset[str]:
    """Return the names of the tests in a file, those in classes too."""
    tree = ast.parse(file.read_text("utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def wrong_with(requirements: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """Yield what is wrong: no answer or two, an answer without words, a test that is not there."""
    for number, row in requirements.items():
        given = row.keys() - {"level"}
        if len(given) != 1 or not given <= ANSWERS:
            yield f"{number} has no one answer: {sorted(given)}"
        elif not (said := row[next(iter(given))]):
            yield f"{number} says nothing"
        elif "tests" in given:
            for node in said:
                name, _, function = node.partition("::")
                file = ROOT / name
                if not file.is_file() or not file.name.startswith("test_"):
                    yield f"{number}: there is no file {name}"
                elif function and function not in functions_of(file):
                    yield f"{number}: {name} has no {function}"


@pytest.fixture(scope="module")
def requirements() -> Mapping[str, Mapping[str, Any]]:
    return tomllib.loads((ROOT / "tests/asvs.toml").read_text("utf-8"))


def test_every_requirement_of_both_levels_is_in_the_list(requirements: Mapping[str, Mapping[str, Any]]) -> None:
    assert Counter(row["level"] for row in requirements.values()) == LEVELS
    assert Counter(int(number.split(".")[0]) for number in requirements) == CHAPTERS


def test_each_has_one_answer_and_the_tests_exist(requirements: Mapping[str, Mapping[str, Any]]) -> None:
    assert list(wrong_with(requirements)) == []


@pytest.mark.parametrize(
    "row",
    [
        {"level": 1},
        {"level": 1, "missing": ""},
        {"level": 2, "missing": "no", "elsewhere": "yes"},
        {"level": 1, "tests": []},
        {"level": 1, "tests": ["tests/deploy/test_nothing.py"]},
        {"level": 1, "tests": ["tests/deploy/test_asvs.py::test_that_nobody_wrote"]},
        {"level": 1, "tests": ["tests/deploy"]},
    ],
)
def test_what_is_no_answer_is_seen(row: Mapping[str, Any]) -> None:
    assert len(list(wrong_with({"0.0.0": row}))) == 1
