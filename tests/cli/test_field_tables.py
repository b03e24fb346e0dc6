"""Tables as people have them, with what each must give: coders' columns, long tables, missing values, numbers, counts, separators."""

import json
from pathlib import Path
from typing import Any

import pytest

from cli.running import run, told

FIELD = Path(__file__).parent / "field"


@pytest.mark.parametrize("path", sorted(FIELD.glob("*.json")), ids=lambda path: path.stem)
def test_a_table_from_the_field_gives_its_number_or_says_what_it_was_taken_for(path: Path) -> None:
    case: dict[str, Any] = json.loads(path.read_text("utf-8"))
    command = "saturation" if "saturation" in case["surface"] else "reliability"
    report = told(run(command, path.with_name(case["file"]), "--json", "--resamples", "0"))
    values = {f["coefficient"]: f["value"] for f in report["estimates"] if f["scope"] == "overall"}
    if "read as spans or refused" in case["expected"]:
        assert report["provenance"]["format"] == "spans"
        return
    for name in case["expected"].keys() - {"exit"}:
        assert values[name] == pytest.approx(case["expected"][name], abs=1e-6), name


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("k3_missing_nan", "Missing are: nan"),
        ("k1_agreed_column", "agreed was left out"),
        ("k6_count_table", "--format wide"),
    ],
)
def test_rows_of_numbers_come_with_how_the_file_was_read(name: str, said: str) -> None:
    result = run("reliability", FIELD / f"{name}.csv", "--csv", "--resamples", "0")
    assert result.stdout.startswith("scope,name")
    assert said in result.stderr
    chinese = run("reliability", FIELD / f"{name}.csv", "--csv", "--resamples", "0", "--lang", "zh")
    assert chinese.stderr.count("\n") == result.stderr.count("\n")
