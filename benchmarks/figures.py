"""Figures that benchmarks print: each with its budget, and whether it was met. ``bench.py`` gathers them into one table."""

import argparse
import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

# One thread of BLAS, as the program has it (docs/decisions/0009): threads that wait for one another are no cost of ours.
for _name in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")


@dataclass(frozen=True)
class Figure:
    """One measured figure, a median where it was measured several times; smaller is better."""

    what: str
    value: float
    unit: str
    budget: float | None = None

    @property
    def met(self) -> bool | None:
        """Whether the budget was met; None where there is none."""
        return None if self.budget is None else self.value <= self.budget

    def line(self) -> str:
        """Return its line of a table."""
        budget = "" if self.budget is None else f"{self.budget:g}"
        verdict = {None: "", True: "met", False: "NOT MET"}[self.met]
        return f"{self.what:74}{self.value:10.2f} {self.unit:8}{budget:>8}  {verdict}"


HEADER = f"{'':74}{'now':>10} {'':8}{'budget':>8}"


def table(figures: Iterable[Figure]) -> str:
    """Return figures as text, one a line."""
    return "\n".join([HEADER, *(figure.line() for figure in figures)])


def option(parser: argparse.ArgumentParser) -> None:
    """Let a benchmark write its figures to a file, for ``bench.py``."""
    parser.add_argument("--figures", type=Path, metavar="FILE", help="write the figures to a file, as JSON")


def report(figures: Sequence[Figure], into: Path | None) -> None:
    """Print figures, and write them where that was asked for."""
    print(table(figures))
    if into is not None:
        into.write_text(json.dumps([asdict(figure) for figure in figures]), "utf-8")


def read(file: Path) -> list[Figure]:
    """Return the figures that a benchmark wrote."""
    return [Figure(**kept) for kept in json.loads(file.read_text("utf-8"))]
