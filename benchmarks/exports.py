"""What it costs to take away what a study holds: codings as csv, lines of JSON and xlsx, a report, its data, the archive.

    python benchmarks/exports.py [--codings 50000] [--documents 100] [--coders 5] [--codes 400] [--figures FILE]

Makes a compared round of that size, asks for each export by the API in this process, reads it to its end, and prints the
CPU of a second time beside its budget, and how much more memory the largest took. Nothing is left behind.
"""

import argparse
import io
import logging
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import redirect_stderr
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

import figures
import structlog
from figures import Figure
from flask import Flask
from rounds_made import make_round, make_study

from cast import Cast, Client, make_cast
from intercoder import heap, schema
from intercoder.config import load_settings
from intercoder.db import Database
from intercoder.services import agreement
from intercoder.web.app import create_app
from web.leaving import fetched

#: codings of the round whose csv has a budget of its own
SMALL = 5000


def asked(client: Client, database: Database, address: str) -> tuple[float, int]:
    """Return the CPU in milliseconds, the median of three times after a first one, and the bytes."""
    length = 0
    taken = []
    for _ in range(4):
        begun, length = time.process_time(), 0
        answer = fetched(client, database, address)
        assert answer.status_code == 200, (address, answer.get_data()[:300])
        for part in answer.iter_encoded():
            length += len(part)
        taken.append(time.process_time() - begun)
    return 1000 * statistics.median(taken[1:]), length


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, usual in (("codings", 50_000), ("documents", 100), ("coders", 5), ("codes", 400)):
        parser.add_argument(f"--{name}", type=int, default=usual)
    figures.option(parser)
    said = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    with tempfile.TemporaryDirectory() as folder, redirect_stderr(io.StringIO()):
        told = measure(Path(folder), said)
    figures.report(told, said.figures)


def measure(folder: Path, said: argparse.Namespace) -> list[Figure]:
    database = Database(f"sqlite:///{folder / 'study.sqlite3'}")
    made = studied(database, folder, said, tuple(dict.fromkeys((said.codings, SMALL))))
    base, report = f"projects/{made.cast.project}/exports", made.reports[said.codings]
    told = prices(
        made,
        [
            *wanted(made, said.codings),
            (
                f"{said.codings:,} codings, lines of JSON",
                f"{base}/codings?format=ndjson&round={made.rounds[said.codings]}",
                None,
            ),
            ("diagnosis, csv", f"reports/{report}/exports/diagnosis?format=csv", None),
            ("data for R", f"reports/{report}/exports/r", None),
            ("data for SPSS", f"reports/{report}/exports/spss", None),
            ("report, xlsx", f"reports/{report}/exports/report?format=xlsx", None),
            ("report, docx", f"reports/{report}/exports/report?format=docx", None),
            ("report, json", f"reports/{report}/exports/report?format=json", None),
            ("coded documents, Word", f"rounds/{made.rounds[said.codings]}/exports/documents-word", None),
            ("coded documents, pages", f"rounds/{made.rounds[said.codings]}/exports/documents-html", None),
            ("archive", f"{base}/archive", None),
        ],
    )
    database.dispose()
    return told


@dataclass(frozen=True)
class Studied:
    """A study with compared rounds of so many codings each, and somebody who leads it at its API."""

    cast: Cast
    app: Flask
    client: Client
    rounds: Mapping[int, UUID]
    reports: Mapping[int, UUID]
    #: what closing each round cost, its comparison and report included, in milliseconds of CPU
    closing: Mapping[int, float]


def studied(
    database: Database, folder: Path, said: argparse.Namespace, codings: Sequence[int], *, letters: int = 6000
) -> Studied:
    """Make a study with a compared round of each size, the first one first; ``letters``: characters of a document."""
    schema.upgrade(database)
    cast = make_cast(database)
    lead = cast.people["lena"]
    study = make_study(
        database, cast.project, lead.id, coders=said.coders, documents=said.documents, codes=said.codes, letters=letters
    )
    heap.settle()  # as the process that does heavy jobs does when it has started
    rounds, reports, closing = {}, {}, {}
    for number, n in enumerate(codings, 1):
        rounds[n] = make_round(database, study, number, codings=n)
        begun = time.process_time()
        reports[n] = close(cast, rounds[n])
        closing[n] = 1000 * (time.process_time() - begun)
    app = create_app(load_settings({"INTERCODER_DATA": str(folder), "DATABASE_URL": database.url}), database)
    app.testing = True
    heap.settle()  # as the server does when it has started
    return Studied(cast, app, Client(app, database, lead), rounds, reports, closing)


def wanted(made: Studied, codings: int) -> list[tuple[str, str, float | None]]:
    """Return the exports that have a budget: what they are called, their address, milliseconds of CPU."""
    base, many = f"projects/{made.cast.project}/exports/codings", codings / 50_000
    sizes = {SMALL: 60.0, codings: 1000 * many} | {SMALL: 60.0}
    tables = [(f"{n:,} codings, csv", f"{base}?format=csv&round={made.rounds[n]}", most) for n, most in sizes.items()]
    return [*tables, (f"{codings:,} codings, xlsx", f"{base}?format=xlsx&round={made.rounds[codings]}", 5000 * many)]


def prices(made: Studied, exports: Sequence[tuple[str, str, float | None]]) -> list[Figure]:
    """Return what exports cost."""
    told = []
    for name, address, budget in exports:
        before = peak()
        cpu, length = asked(made.client, made.cast.database, address)
        told += [
            Figure(f"{name}: CPU", cpu, "ms", budget),
            Figure(f"{name}: bytes", length / 2**20, "MiB"),
            Figure(
                f"{name}: memory beyond what came before",
                peak() - before,
                "MiB",
                200 if name.endswith("codings, xlsx") else None,
            ),
        ]
    return told


def peak() -> float:
    """Return the most memory that this process has had, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def close(cast: Cast, round_id: UUID) -> UUID:
    """Close and compare a round; return its report."""
    cast.close(round_id)
    with cast.database.reading() as session:
        return agreement.reports(session, round_id)[0].id


if __name__ == "__main__":
    main()
