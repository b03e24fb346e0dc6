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
    report: dict[str, Any] = json.loads(result.stdout)
    return report


def value(report: dict[str, Any], coefficient: str, scope: str = "overall", name: str = "") -> Any:
    (figure,) = [
        entry
        for entry in report["estimates"]
        if (entry["scope"], entry["name"], entry["coefficient"]) == (scope, name, coefficient)
    ]
    return figure["value"]


def refused(result: Result) -> str:
    """The sentence of a refusal: exit status 1, nothing on the standard output."""
    assert result.exit_code == 1, result.output
    assert result.stdout == ""
    assert result.stderr.startswith("intercoder: ")
    return result.stderr


def case(name: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((CASES / f"{name}.json").read_text("utf-8"))
    return content


def cell(given: Any) -> str:
    return "NA" if given is None else ";".join(given) if isinstance(given, list) else str(given)


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
    cells = [(row[0], coder, text) for row in rows for coder, text in zip(first[1:], row[1:], strict=True)]
    return [["unit", "coder", "value"], *([*row] for row in cells if row[2] != "NA")]
