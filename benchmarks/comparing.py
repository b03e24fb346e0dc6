"""What it costs to compare coders in a long text: by unit, and by free span.

    python benchmarks/comparing.py [--letters 60000] [--codings 5000] [--coders 5] [--codes 400] [--figures FILE]

Makes two documents of so many characters with so many codings, closes the round, has it compared by free span too, and prints the
median CPU of the page that compares the coders, at its beginning, at its last part and by one code, and what it weighs. CPU of this process, in which every page was opened before. Nothing is left behind.
"""

import argparse
import io
import logging
import tempfile
from contextlib import redirect_stderr
from pathlib import Path

import figures
import structlog
from exports import Studied, studied
from figures import Figure

from intercoder.db import Database
from intercoder.jobs.runner import run_next
from reports import opened


def measure(database: Database, folder: Path, said: argparse.Namespace) -> list[Figure]:
    """Return all figures."""
    said.documents = 2
    made = studied(database, folder, said, [said.codings], letters=said.letters)
    round_id = made.rounds[said.codings]
    made.client.post(f"/api/v1/rounds/{round_id}/agreement", {"unit": "span"}, status=202)
    assert run_next(database)
    by_span = made.client.get(f"/api/v1/rounds/{round_id}/agreement")[0]["id"]
    code = made.client.get(f"/api/v1/reports/{made.reports[said.codings]}/cells")[0]["code"]
    told = [Figure("page of a report by free span: CPU", opened(made, f"/reports/{by_span}"), "ms", 50)]
    for name, report in (("by unit", made.reports[said.codings]), ("by free span", by_span)):
        told += _pages(made, name, f"/reports/{report}/compare", code)
    return told


def _pages(made: Studied, name: str, page: str, code: str) -> list[Figure]:
    told = []
    for where, asked in (("its beginning", ""), ("its end", "?part=100000"), ("one code", f"?code={code}")):
        told.append(Figure(f"comparing {name}, {where}: CPU", opened(made, page + asked), "ms", 50))
    length = len(made.client.call("GET", page).get_data())
    return [*told, Figure(f"comparing {name}: bytes", length / 1000, "kB", 150)]


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, usual in (("letters", 60_000), ("codings", 5000), ("coders", 5), ("codes", 400)):
        parser.add_argument(f"--{name}", type=int, default=usual)
    figures.option(parser)
    said = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    with tempfile.TemporaryDirectory(prefix="intercoder-benchmark-") as folder, redirect_stderr(io.StringIO()):
        database = Database(f"sqlite:///{Path(folder) / 'study.sqlite3'}")
        told = measure(database, Path(folder), said)
        database.dispose()
    figures.report(told, said.figures)


if __name__ == "__main__":
    main()
