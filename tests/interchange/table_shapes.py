"""Tables as people write them: one clean matrix of ratings, and the many ways in which it stands in a file.

Run by hand for more of them, and for what became of each way:

    PYTHONPATH=tests .venv/bin/python -m interchange.table_shapes 20000 --seed 1
"""

import argparse
import collections
import functools
import random
import sys
import tempfile
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from interchange.table_files import File
from interchange.table_ways import make
from intercoder.cli.files import open_table
from intercoder.errors import InvalidInput
from intercoder.interchange.reading import Wishes
from intercoder.interchange.shapes import reliability_shape
from intercoder.reports import Asked, Report
from intercoder.reports.files.matrix import ratings_of
from intercoder.reports.files.ratings import ratings_report

ASKED = Asked("nominal", None, False, None, 0, 0, "percentile", (), "span", 0.9)


def alpha(rows: Sequence[Sequence[str | None]]) -> float | None:
    """Return Krippendorff's nominal alpha of coders x units, straight from his coincidences; None where it has none."""
    units = [[value for value in unit if value is not None] for unit in zip(*rows, strict=True)]
    units = [unit for unit in units if len(unit) > 1]
    every = collections.Counter(value for unit in units for value in unit)
    n = sum(every.values())
    expected = n * n - sum(times * times for times in every.values())
    if not expected:
        return None
    apart = 0.0
    for unit in units:
        of = collections.Counter(unit)
        apart += (len(unit) ** 2 - sum(times * times for times in of.values())) / (len(unit) - 1)
    return 1 - (n - 1) * apart / expected


def read(path: Path) -> Report:
    """Return what the command would say of a file."""
    source = open_table(str(path))
    shaped = reliability_shape(source.table, Wishes())
    return ratings_report(ratings_of(shaped, ASKED, None, Wishes()), source, ASKED, None, lambda _: None)


@dataclass(frozen=True)
class Verdict:
    """What became of a file: equal, refused, noted or silent; why."""

    what: str
    why: str


def judge(file: File, folder: Path) -> Verdict:
    """Return what the program makes of a file."""
    path = folder / f"table{file.suffix}"
    path.write_bytes(file.data())
    try:
        report = read(path)
    except InvalidInput as refusal:
        return Verdict("refused", refusal.code)
    got = next(f.number.value for f in report.figures if f.coefficient == "krippendorff_alpha_nominal")
    if _same(got, alpha(file.cells)):
        return Verdict("equal", "")
    told = [
        other
        for other in file.otherwise
        if any(note.code == other.code and other.names in _plain(note.values) for note in report.reading)
    ]
    for few in range(1, len(told) + 1):
        for others in combinations(told, few):
            cells = functools.reduce(lambda cells, other: other.change(cells), others, file.cells)
            if _same(got, alpha(cells)):
                return Verdict("noted", ", ".join(other.code for other in others))
    return Verdict("silent", f"{got} for {alpha(file.cells)}")


def _plain(values: object) -> str:
    return unicodedata.normalize("NFKC", str(values))


def _same(a: float | None, b: float | None) -> bool:
    return a is b if a is None or b is None else abs(a - b) < 1e-9


def files(count: int, seed: int, ways: int = 3) -> Iterator[tuple[int, File]]:
    """Yield so many files with the seed of each."""
    for i in range(count):
        yield seed + i, make(random.Random(seed + i), ways)


def main() -> int:
    """Print how many files of each way were read as they are meant, refused, told or misread."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", type=int)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--ways", type=int, default=3, help="how many ways at most stand in one file")
    parser.add_argument("--show", type=int, default=5, help="how many misread files to print")
    asked = parser.parse_args()
    total: collections.Counter[str] = collections.Counter()
    of_way: dict[str, collections.Counter[str]] = collections.defaultdict(collections.Counter)
    refusals: collections.Counter[str] = collections.Counter()
    with tempfile.TemporaryDirectory() as folder:
        for seed, file in files(asked.count, asked.seed, asked.ways):
            verdict = judge(file, Path(folder))
            total[verdict.what] += 1
            if verdict.what == "refused":
                refusals[verdict.why] += 1
            for name in file.ways or ["as the help says"]:
                of_way[name][verdict.what] += 1
            if verdict.what == "silent" and total["silent"] <= asked.show:
                print(f"--- seed {seed}, {', '.join(file.ways)}: {verdict.why}", *file.before, sep="\n")
                print(*("\t".join(row) for row in file.rows()[:8]), sep="\n")
    for name, counts in sorted(of_way.items()):
        print(f"{name:24}", *(f"{what} {counts[what]:6}" for what in ("equal", "refused", "noted", "silent")))
    print(f"{'all':24}", *(f"{what} {total[what]:6}" for what in ("equal", "refused", "noted", "silent")))
    print("refused:", *(f"{code} {n}" for code, n in refusals.most_common()))
    return 1 if total["silent"] else 0


if __name__ == "__main__":
    sys.exit(main())
