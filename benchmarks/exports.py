"""What it costs to take away what a study holds: codings as csv, lines of JSON and xlsx, a report, its data, the archive.

    python benchmarks/exports.py [--codings 50000] [--documents 100] [--coders 5] [--codes 400] [--figures FILE]

Makes a compared round of that size, asks for each export by the API in this process, reads it to its end, and prints the
CPU of a second time beside its budget, and how much more memory the largest took. Nothing is left behind.
"""

import argparse
import io
import logging
import resource
import sys
import tempfile
import time
from contextlib import redirect_stderr
from pathlib import Path
from uuid import UUID

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

import figures
import structlog
from figures import Figure
from rounds_made import make_round, make_study

from cast import Cast, Client, make_cast
from intercoder import schema
from intercoder.config import load_settings
from intercoder.db import Database
from intercoder.services import agreement
from intercoder.web.app import create_app
from web.leaving import fetched

#: milliseconds of CPU for so many codings, of the second time; MiB
CSV, NDJSON, XLSX, SMALL = "codings, csv", "codings, lines of JSON", "codings, xlsx", "5,000 codings, csv"


def asked(client: Client, database: Database, address: str) -> tuple[float, int]:
    """Return the CPU of a second time in milliseconds, and the bytes."""
    length = 0
    taken = 0.0
    for _ in range(2):
        begun, length = time.process_time(), 0
        answer = fetched(client, database, address)
        assert answer.status_code == 200, (address, answer.get_data()[:300])
        for part in answer.iter_encoded():
            length += len(part)
        taken = time.process_time() - begun
    return 1000 * taken, length


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
    schema.upgrade(database)
    cast = make_cast(database)
    lead = cast.people["lena"].id
    study = make_study(
        database, cast.project, lead, coders=said.coders, documents=said.documents, codes=said.codes, letters=6000
    )
    rounds = {n: make_round(database, study, number, codings=n) for number, n in ((1, said.codings), (2, 5000))}
    report = {n: close(cast, made) for n, made in rounds.items()}[said.codings]
    app = create_app(load_settings({"INTERCODER_DATA": str(folder), "DATABASE_URL": database.url}), database)
    app.testing = True
    client = Client(app, database, cast.people["lena"])
    base = f"projects/{cast.project}/exports"
    of_round = f"round={rounds[said.codings]}"
    many = said.codings / 50_000
    wanted: list[tuple[str, str, float | None]] = [
        (SMALL, f"{base}/codings?format=csv&round={rounds[5000]}", 60),
        (CSV, f"{base}/codings?format=csv&{of_round}", 1000 * many),
        (NDJSON, f"{base}/codings?format=ndjson&{of_round}", None),
        (XLSX, f"{base}/codings?format=xlsx&{of_round}", 5000 * many),
        ("diagnosis, csv", f"reports/{report}/exports/diagnosis?format=csv", None),
        ("data for R", f"reports/{report}/exports/r", None),
        ("data for SPSS", f"reports/{report}/exports/spss", None),
        ("report, xlsx", f"reports/{report}/exports/report?format=xlsx", None),
        ("report, docx", f"reports/{report}/exports/report?format=docx", None),
        ("report, json", f"reports/{report}/exports/report?format=json", None),
        ("coded documents, Word", f"rounds/{rounds[said.codings]}/exports/documents-word", None),
        ("coded documents, pages", f"rounds/{rounds[said.codings]}/exports/documents-html", None),
        ("archive", f"{base}/archive", None),
    ]
    told = []
    for name, address, budget in wanted:
        before = peak()
        cpu, length = asked(client, database, address)
        told += [
            Figure(f"{name}: CPU", cpu, "ms", budget),
            Figure(f"{name}: bytes", length / 2**20, "MiB"),
            Figure(f"{name}: memory beyond what came before", peak() - before, "MiB", 200 if name == XLSX else None),
        ]
    database.dispose()
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
