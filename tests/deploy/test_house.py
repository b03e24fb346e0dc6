"""`make house`: what its figures count, and that one over its ceiling is an answer that make hears."""

import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MODULE = """
from typing import Any
# Any in a comment
kept: dict[str, Any] = {}
def given(value: Any) -> "Any in a string":
    return cast(Any, value)
"""
CEILINGS = """
CEILINGS: dict[str, int] = {"desk.desk": 9, "project.log": 12}
GROWS: dict[str, str] = {"project.rounds": "grows today: with rounds"}
"""


def house(checkout: Path) -> tuple[int, Mapping[str, str]]:
    """Run the house on a checkout; return its status, and for each figure what stands behind its words."""
    command = [sys.executable, str(ROOT / "scripts" / "house.py"), str(checkout)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stderr == ""
    return done.returncode, {line[:56].strip(): line[56:] for line in done.stdout.splitlines()[1:]}


def figure(figures: Mapping[str, str], words: str) -> list[str]:
    """Return the figure, its ceiling, and "over" where it is."""
    (row,) = [row for said, row in figures.items() if words in said]
    return row.split()


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A small house without a ceiling that anything could hit."""
    names = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["house"]
    (tmp_path / "pyproject.toml").write_text("[tool.house]\n" + "".join(f"{name} = 1000\n" for name in names))
    for file, text in (("server/module.py", MODULE), ("tests/web/ceilings.py", CEILINGS)):
        (tmp_path / file).parent.mkdir(parents=True)
        (tmp_path / file).write_text(text)
    return tmp_path


def test_any_counts_where_it_is_used_and_not_where_it_is_imported_or_named_in_words(checkout: Path) -> None:
    status, figures = house(checkout)
    assert status == 0
    assert figure(figures, "Any in 1,000 lines") == ["500", "1000"]  # three of them in six lines


def test_pages_are_judged_by_the_table_of_their_ceilings(checkout: Path) -> None:
    _, figures = house(checkout)
    assert figure(figures, "page that needs most") == ["12", "1000"]
    assert figure(figures, "bigger study") == ["1", "1000"]


def test_long_files_and_lines_kept_from_the_formatter_are_counted_and_other_projects_are_not(checkout: Path) -> None:
    for file, text in (
        ("static/css/long.css", "a {}\n" * 401),
        ("static/vendor/long.js", "x\n" * 9000),
        ("scripts/table.py", 'x = 1  # fmt: skip\ny = "# fmt: skip"\n'),
    ):
        (checkout / file).parent.mkdir(parents=True, exist_ok=True)
        (checkout / file).write_text(text)
    _, figures = house(checkout)
    assert figure(figures, "longest file") == ["401", "1000"]
    assert figure(figures, "more than 400 lines") == ["1", "1000"]
    assert figure(figures, "fmt: skip") == ["1", "1000"]


def test_what_a_script_finds_is_counted_and_a_dash_where_it_is_not_here(checkout: Path) -> None:
    assert figure(house(checkout)[1], "classes of style sheets") == ["-", "1000"]
    (checkout / "scripts").mkdir()
    (checkout / "scripts" / "dead_classes.py").write_text('print("a.css: .old\\n\\nb.css: .older")\n')
    assert figure(house(checkout)[1], "classes of style sheets") == ["2", "1000"]


def test_a_figure_over_its_ceiling_is_named_and_is_the_status(checkout: Path) -> None:
    settings = checkout / "pyproject.toml"
    settings.write_text(settings.read_text().replace("statements-per-page = 1000", "statements-per-page = 11"))
    status, figures = house(checkout)
    assert status == 1
    assert figure(figures, "page that needs most") == ["12", "11", "over"]


@pytest.mark.parametrize(("before", "shown"), [(0.1, "9.50"), (3.0, "-")], ids=["quiet", "busy"])
def test_the_time_of_the_tests_says_something_only_of_a_quiet_machine(
    checkout: Path, before: float, shown: str
) -> None:
    assert figure(house(checkout)[1], "minutes") == ["-", "1000"]
    noted = checkout / ".pytest_cache/v/house/test_time"
    noted.parent.mkdir(parents=True)
    noted.write_text(json.dumps({"seconds": 570, "load before": before, "load after": 1.5}))
    assert figure(house(checkout)[1], "minutes") == [shown, "1000"]


def test_no_module_hides_one_of_the_standard_library() -> None:
    own = {file.stem for folder in ("benchmarks", "scripts", "tests") for file in (ROOT / folder).glob("*.py")}
    assert own & sys.stdlib_module_names == set()


def test_every_service_has_a_file_of_tests_that_asks_it() -> None:
    services = {file.stem for file in (ROOT / "server/intercoder/services").glob("*.py")} - {"__init__"}
    assert len(services) > 15
    for service in sorted(services):
        tests = ROOT / f"tests/services/test_{service}.py"
        assert tests.exists(), f"tests/services/test_{service}.py is missing"
        asked = re.search(
            rf"^from intercoder\.services(\.{service} import| import (\([^)]*|.*)\b{service}\b)",
            tests.read_text(),
            re.MULTILINE,
        )
        assert asked, f"{tests.name} does not ask services/{service}.py"
