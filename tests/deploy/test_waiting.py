"""Tests wait for conditions: nothing in tests/ sleeps, or gives up after a time of its own."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import waiting
from waiting import until

TESTS = Path(__file__).resolve().parents[1]
#: What takes a time after which it gives up: methods by their first argument, anything by these names of arguments.
BOUNDED = {"wait", "join", "settimeout", "set_default_timeout", "communicate"}
BOUNDS = {"timeout", "patience", "deadline"}
CLOCKS = {"sleep", "monotonic", "wait_for_timeout"}


def own_bounds(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield the line and the words of every sleep and of every bound that is written as a number."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        numbers = [k.value for k in node.keywords if k.arg in BOUNDS] + (node.args[:1] if name in BOUNDED else [])
        if name in CLOCKS or any(isinstance(n, ast.Constant) and isinstance(n.value, int | float) for n in numbers):
            yield node.lineno, ast.unparse(node)


def test_no_test_sleeps_or_gives_up_after_a_time_of_its_own() -> None:
    everywhere = {
        f"{file.relative_to(TESTS)}:{line}: {words}"
        for file in TESTS.rglob("*.py")
        if file.name not in {"waiting.py", "large.py"}  # the helper itself, and a server that runs for ever
        for line, words in own_bounds(ast.parse(file.read_text("utf-8")))
    }
    assert everywhere == set()


@pytest.mark.parametrize(
    "line", ["time.sleep(0.1)", "process.wait(60)", "run([], timeout=5)", "page.wait_for_timeout(3)"]
)
def test_each_way_to_be_impatient_is_seen(line: str) -> None:
    assert list(own_bounds(ast.parse(line))) == [(1, line)]


def test_waiting_returns_the_first_true_answer() -> None:
    answers = iter(["", 0, None, "here", "later"])
    assert until(lambda: next(answers), "nothing", pause=0.0) == "here"


def test_a_program_that_ended_ends_the_waiting_at_once_with_its_last_words() -> None:
    ended = subprocess.Popen([sys.executable, "-c", "raise SystemExit(3)"])
    with pytest.raises(RuntimeError, match=r"(?s)ended with 3: its last words"):
        until(lambda: False, lambda: "its last words", alive=[ended])


def test_what_never_happens_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "PATIENCE", 0.05)
    with pytest.raises(RuntimeError, match="the moon did not fall"):
        until(lambda: False, "the moon did not fall")
