"""Running a command of the terminal on files made for it."""

import csv
import json
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from intercoder.cli import main

CASES = Path(__file__).parents[1] / "stats" / "cases" / "agreement"


def run(command: str, *arguments: str | Path, text: str | bytes | None = None) -> Result:
    environment = {"LC_ALL": "C.UTF-8"}
    return CliRunner().invoke(main, [command, *map(str, arguments)], input=text, env=environment)


def told(result: Result) -> dict[str, Any]:
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def value(report: dict[str, Any], coefficient: str, scope: str = "overall", name: str = "") -> Any:
    (found,) = [
        one
        for one in report["estimates"]
        if (one["scope"], one["name"], one["coefficient"]) == (scope, name, coefficient)
    ]
    return found["value"]


def refused(result: Result) -> str:
    """The sentence of a refusal: exit status 1, nothing on the standard output."""
    assert result.exit_code == 1, result.output
    assert result.stdout == ""
    assert result.stderr.startswith("intercoder: ")
    return result.stderr


def case(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((CASES / f"{name}.json").read_text("utf-8"))
    return found


def cell(one: Any) -> str:
    return "NA" if one is None else ";".join(one) if isinstance(one, list) else str(one)


def write(path: Path, rows: list[list[str]], delimiter: str = ",", encoding: str = "utf-8") -> Path:
    with path.open("w", newline="", encoding=encoding) as file:
        csv.writer(file, delimiter=delimiter).writerows(rows)
    return path


def wide(name: str) -> list[list[str]]:
    matrix = case(name)["data"]["matrix"]
    coders = [f"coder {i + 1}" for i in range(len(matrix))]
    return [["unit", *coders]] + [[f"u{u}", *(cell(row[u]) for row in matrix)] for u in range(len(matrix[0]))]


def long(name: str) -> list[list[str]]:
    first, *rows = wide(name)
    cells = [(row[0], coder, one) for row in rows for coder, one in zip(first[1:], row[1:], strict=True)]
    return [["unit", "coder", "value"], *([*one] for one in cells if one[2] != "NA")]
