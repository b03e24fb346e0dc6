"""What the page of a round costs whose matrix is large: CPU of the server, statements, bytes.

    python benchmarks/matrix.py [--documents 500] [--coders 30] [--each 2] [--times 15]

Makes a round on SQLite, in which each document has ``--each`` coders or all of them, and asks its page, and the same
narrowed, as its lead, in this process. Nothing is left behind.
"""

import argparse
import logging
import os
import random
import statistics
import sys
import tempfile
import time
import zlib
from datetime import date
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

import sqlalchemy as sa
import structlog
from rounds_made import make_study

from cast import Client, make_cast
from intercoder import heap, schema
from intercoder.clock import now
from intercoder.config import load_settings
from intercoder.db import Database
from intercoder.models import Assignment, AssignmentState, CodebookPolicy, Round, RoundPurpose, RoundState, Unit, uuid7
from intercoder.web.app import create_app
from web.reading import statements

STATES = [*AssignmentState]


def make(database: Database, documents: int, coders: int, each: int) -> tuple[Client, str]:
    """Return the lead of a study, and the address of its round."""
    schema.upgrade(database)
    cast = make_cast(database)
    lead = cast.people["lena"]
    made = make_study(database, cast.project, lead.id, coders=coders, documents=documents, codes=3, letters=400)
    chance, round_id = random.Random(5), uuid7()
    with database.transaction() as session:
        session.execute(
            sa.insert(Round).values(
                id=round_id,
                project_id=cast.project,
                number=1,
                name="第一轮",
                version_id=made.version,
                unit=Unit.SENTENCE,
                policy=CodebookPolicy.FROZEN,
                purpose=RoundPurpose.MAIN,
                live_figures=True,
                state=RoundState.OPEN,
                created_at=now(),
                opened_at=now(),
            )
        )
        session.execute(
            sa.insert(Assignment),
            [
                {"id": uuid7(), "project_id": cast.project, "round_id": round_id, "document_id": document}
                | {"revision_id": revision, "coder_id": coder, "position": n, "state": chance.choice(STATES)}
                | {"due_on": date(2026, 1, 5) if chance.random() < 0.1 else None}
                | {"handed_back_for": "再看一遍" if chance.random() < 0.1 else "", "memo": ""}
                for n, (document, (revision, _)) in enumerate(made.documents.items())
                for coder in chance.sample(made.coders, min(each, coders))
            ],
        )
    settings = load_settings({"INTERCODER_DATA": tempfile.mkdtemp(), "DATABASE_URL": str(database.engine.url)})
    return Client(create_app(settings, database), database, lead), f"/rounds/{round_id}"


def main() -> None:
    """Print what each page costs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=500)
    parser.add_argument("--coders", type=int, default=30)
    parser.add_argument("--each", type=int, default=2)
    parser.add_argument("--times", type=int, default=15)
    given = parser.parse_args()
    print("$ python", *sys.argv, f"  (load average {os.getloadavg()[0]:.1f})")
    with tempfile.TemporaryDirectory(prefix="intercoder-benchmark-") as folder:
        database = Database(f"sqlite:///{folder}/a.sqlite3")
        lead, path = make(database, given.documents, given.coders, given.each)
        heap.settle()
        structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
        for query in ("", "?standing=in_progress&fewer=5", "?words=资料4"):
            costs = []
            for _ in range(given.times):
                with statements(database) as sent:
                    began = time.process_time()
                    answer = lead.call("GET", path + query)
                    costs.append(1000 * (time.process_time() - began))
            body = answer.get_data()
            cells = body.count(b"<td")
            print(
                f"{query or 'all':36}{answer.status_code:5}{statistics.median(costs):8.1f} ms CPU{sent.total():5} statements"
                f"{len(body) / 1000:9.1f} kB, {len(zlib.compress(body, 6)) / 1000:.1f} kB as it is sent, {cells} cells"
            )
        database.dispose()


if __name__ == "__main__":
    main()
