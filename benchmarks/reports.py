"""What a report costs, and what leaves with it: the budgets of reports on a study of 5 coders, 100 documents and 400 codes.

    python benchmarks/reports.py [--postgres] [--codings 50000] [--documents 100] [--coders 5] [--codes 400] [--figures FILE]

Makes that study from a seed, with rounds of 5,000, of ``--codings`` and of 20,000 codings, and prints beside their budgets: the
jobs with 1,000 resamples, the page of the last one's report, which stands beside the one before, and what it reads from storage, its passages, the exports with a
budget. CPU of this process, medians for pages; the time of PostgreSQL itself is not in it. Read from storage: texts and bytes of
every row that the page fetches through SQLAlchemy, as long as they are in UTF-8, and 8 bytes for any other value; the few that
open its door are not among them. Nothing is left behind.
"""

import argparse
import io
import logging
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, redirect_stderr
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

import figures
import sqlalchemy as sa
import structlog
from exports import Studied, peak, prices, studied, wanted
from figures import Figure

from intercoder.db import Database
from intercoder.jobs.runner import run_next
from services_up import Postgres

REPORT, TIMES = 20_000, 9


class Counted:
    """A cursor that counts what is fetched from it."""

    def __init__(self, cursor: Any, total: list[int]) -> None:
        self._cursor, self._total = cursor, total

    def __getattr__(self, name: str) -> Any:
        return getattr(self._cursor, name)

    def _count(self, rows: Sequence[Sequence[object]]) -> Sequence[Sequence[object]]:
        self._total[0] += sum(_length(value) for row in rows for value in row if value is not None)
        return rows

    def fetchall(self) -> Any:
        return self._count(self._cursor.fetchall())

    def fetchmany(self, *size: int) -> Any:
        return self._count(self._cursor.fetchmany(*size))

    def fetchone(self) -> Any:
        row = self._cursor.fetchone()
        return row if row is None else self._count([row])[0]


def _length(value: object) -> int:
    if isinstance(value, str):
        return len(value.encode())
    return len(value) if isinstance(value, bytes) else 8


@contextmanager
def reading(database: Database) -> Iterator[list[int]]:
    """Give a number that grows by the bytes that are read from the database meanwhile."""
    total = [0]

    def wrap(_connection: Any, cursor: Any, _statement: str, _parameters: Any, context: Any, _many: bool) -> None:
        context.cursor = Counted(cursor, total)

    sa.event.listen(database.engine, "after_cursor_execute", wrap)
    try:
        yield total
    finally:
        sa.event.remove(database.engine, "after_cursor_execute", wrap)


def opened(made: Studied, address: str) -> float:
    """Return the median CPU of a page, opened before, in milliseconds."""
    taken = []
    for _ in range(TIMES + 1):
        begun = time.process_time()
        answer = made.client.call("GET", address, Accept_Encoding="gzip")
        assert answer.status_code == 200, (address, answer.status_code)
        answer.get_data()
        taken.append(1000 * (time.process_time() - begun))
    return sorted(taken[1:])[TIMES // 2]


def computed(made: Studied, **chosen: object) -> float:
    """Return the CPU of the job of a report of the round, in seconds."""
    made.client.post(f"/api/v1/rounds/{made.rounds[REPORT]}/agreement", chosen, status=202)
    begun = time.process_time()
    assert run_next(made.cast.database)
    return time.process_time() - begun


def measure(database: Database, folder: Path, said: argparse.Namespace) -> list[Figure]:
    """Return all figures."""
    before = peak()
    made = studied(database, folder, said, [5000, said.codings, REPORT])
    page = f"/reports/{made.reports[REPORT]}"
    told = [
        Figure("closing 20,000 codings: comparison, first report, 1,000 resamples", made.closing[REPORT] / 1000, "s", 3)
    ]
    computed(made)  # what only the first has to load
    few, every = computed(made, coefficients=[]), computed(made)
    told += [
        Figure("job of a report, its headline and alpha alone", few, "s"),
        Figure("job of a report, all coefficients", every, "s"),
        Figure("what the further coefficients add", 100 * (every - few) / few, "%", 50),
        Figure("memory of all this, beyond what the program takes", peak() - before, "MiB"),
        Figure("page of the report: CPU", opened(made, page), "ms", 50),
    ]
    with reading(database) as total:
        made.client.call("GET", page).get_data()
    told.append(Figure("page of the report: read from storage", total[0] / 1000, "kB", 150))
    cell = made.client.get(f"/api/v1/reports/{made.reports[REPORT]}/cells")[0]
    first, second = cell["coders"]
    for name, asked in (
        ("all that differ", "only=differ"),
        ("of a code", f"code={cell['code']}"),
        ("of a code and a pair", f"code={cell['code']}&coder={first}&other={second}"),
    ):
        told.append(Figure(f"passages, {name}: CPU", opened(made, f"{page}/segments?{asked}"), "ms", 50))
    return [*told, *prices(made, wanted(made, said.codings))]


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--postgres", action="store_true", help="a throw-away PostgreSQL")
    for name, usual in (("codings", 50_000), ("documents", 100), ("coders", 5), ("codes", 400)):
        parser.add_argument(f"--{name}", type=int, default=usual)
    figures.option(parser)
    said = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="intercoder-benchmark-")))
        url = f"sqlite:///{folder / 'study.sqlite3'}"
        if said.postgres:
            url = stack.enter_context(Postgres()).create_database("reports")
        database = Database(url)
        with redirect_stderr(io.StringIO()):
            told = measure(database, folder, said)
        database.dispose()
    figures.report(told, said.figures)


if __name__ == "__main__":
    main()
