"""`make torture`: what takes minutes, each with its figures, printed at the end. `make test` does not come here."""

from collections.abc import Callable
from pathlib import Path

import pytest

Figure = Callable[[str, object], None]


@pytest.fixture
def figure(record_property: Callable[[str, object], None]) -> Figure:
    """A function that notes a figure by its words; floats are shown with two digits."""

    def note(words: str, value: object) -> None:
        record_property(words, f"{value:.2f}" if isinstance(value, float) else str(value))

    return note


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the figures of every test that made some."""
    terminalreporter.section("figures")
    for outcome in ("passed", "failed"):
        for report in terminalreporter.getreports(outcome):
            if not report.user_properties:
                continue
            name = report.nodeid.replace(f"{Path(__file__).parent.name}/", "").removeprefix("tests/")
            terminalreporter.write_line(f"{name}  ({outcome}, {report.duration:.0f} s)")
            for words, value in report.user_properties:
                terminalreporter.write_line(f"    {words:<56} {value}")
