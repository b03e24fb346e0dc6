"""Krippendorff's alpha of units.csv by the package krippendorff and by NLTK, held against expected.csv.

    pip install krippendorff nltk
    python alpha.py

units.csv has a row for each unit and a column for each coder. A value is the set of codes that the coder gave the unit
(k1+k4; 0 is no code, which is a value); NA: the coder has no value there. Ends with status 1 where a number is not the report's.
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path


def read(name: str) -> list[dict[str, str]]:
    with (Path(__file__).parent / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


units, expected = read("units.csv"), read("expected.csv")
coders = [name for name in units[0] if name.startswith("coder_")] if units else []


def values(code: str | None = None, columns: list[str] = coders) -> list[list[object]]:
    """Return a list of values for each coder, None where there is none; with a code whether it is in each."""

    def value(unit: dict[str, str], coder: str) -> object:
        sets = unit[coder]
        if sets == "NA":
            return None
        return sets if code is None else code in sets.split("+")

    return [[value(unit, coder) for unit in units] for coder in columns]


def by_krippendorff(rows: list[list[object]]) -> float | None:
    import krippendorff

    kinds = {value: number for number, value in enumerate({v: 0 for row in rows for v in row if v is not None})}
    if len(kinds) < 2:
        return None
    data = [[float("nan") if v is None else float(kinds[v]) for v in row] for row in rows]
    return float(krippendorff.alpha(reliability_data=data, level_of_measurement="nominal"))


def by_nltk(rows: list[list[object]]) -> float | None:
    from nltk.metrics.agreement import AnnotationTask

    # NLTK leaves out no unit with one value by itself.
    pairable = [i for i in range(len(units)) if sum(row[i] is not None for row in rows) > 1]
    data = [(c, i, str(row[i])) for c, row in enumerate(rows) for i in pairable if row[i] is not None]
    return float(AnnotationTask(data=data).alpha()) if len({value for _, _, value in data}) > 1 else None


def main() -> int:
    wrong = 0
    for row in expected:
        if row["coefficient"] != "alpha":
            continue
        if row["scope"] == "overall":
            rows = values()
        elif row["scope"] == "code":
            rows = values(row["name"])
        elif row["scope"] == "pair":
            rows = values(columns=row["name"].split())
        else:
            continue
        report = float(row["value"]) if row["value"] else None
        for program in (by_krippendorff, by_nltk):
            # The headline alone by NLTK, which is slow.
            if program is by_nltk and row["scope"] != "overall":
                continue
            try:
                mine = program(rows)
            except ImportError as error:
                print(f"{error.name} is not installed: pip install {error.name}")
                continue
            fits = mine == report if mine is None or report is None else abs(mine - report) < 1e-9
            wrong += not fits
            print(row["scope"], row["name"], program.__name__, mine, "report", report, "same" if fits else "DIFFERENT")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
