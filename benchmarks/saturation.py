"""What saturation costs as documents grow 10 and 100 times: the page, one more document, a declaration that stands.

    python benchmarks/saturation.py [--postgres] [--documents 20 200 2000] [--codes 2000] [--times 9] [--figures FILE]

Puts finished documents with two coders into a project, of which each code is as frequent as in a study with a long tail (a
seed says where), and asks in this process: the page as it is opened again, the matrix, the page as it is opened first by a process, and after one
more document; what counting that document costs where declarations stand. CPU of this process in milliseconds, medians; the
time of PostgreSQL itself is not in it. Nothing is left behind.
"""

import argparse
import logging
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from uuid import UUID

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

import figures
import sqlalchemy as sa
import structlog
from figures import Figure
from rounds_made import Made, make_study

from cast import Cast, Client, make_cast
from intercoder import heap, schema
from intercoder.clock import now
from intercoder.config import load_settings
from intercoder.db import Database
from intercoder.models import (
    Assignment,
    AssignmentState,
    CodebookPolicy,
    Incidence,
    Round,
    RoundPurpose,
    RoundState,
    Unit,
    uuid7,
)
from intercoder.policy import Permission
from intercoder.services import declared
from intercoder.services.declared import DeclareIn
from intercoder.services.holding import hold
from intercoder.services.incidence import packed
from intercoder.web.app import create_app
from services_up import Postgres

#: the budget of the page is said of so many documents and codes
LARGEST = 2000


def add_round(database: Database, made: Made, number: int, layers: Sequence[tuple[UUID, UUID, bytes, int]]) -> None:
    """Put a compared round with these layers (document, coder, codes, how many codings) into the project."""
    round_id, stamp = uuid7(), now()
    with database.transaction() as session:
        session.execute(
            sa.insert(Round).values(
                id=round_id,
                project_id=made.project,
                number=number,
                name=f"第 {number} 轮",
                version_id=made.version,
                unit=Unit.SENTENCE,
                policy=CodebookPolicy.FROZEN,
                purpose=RoundPurpose.MAIN,
                live_figures=True,
                state=RoundState.CLOSED,
                created_at=stamp,
                opened_at=stamp,
                compared_at=stamp,
            )
        )
        ids = [uuid7() for _ in layers]
        session.execute(
            sa.insert(Assignment),
            [
                {"id": i, "project_id": made.project, "round_id": round_id, "document_id": document}
                | {"revision_id": made.documents[document][0], "coder_id": coder, "position": n, "memo": ""}
                | {"state": AssignmentState.SUBMITTED, "submitted_at": stamp, "handed_back_for": ""}
                for n, (i, (document, coder, _, _)) in enumerate(zip(ids, layers, strict=True))
            ],
        )
        session.execute(
            sa.insert(Incidence),
            [
                {"assignment_id": i, "round_id": round_id, "document_id": document, "coder_id": coder}
                | {"submitted_at": stamp, "codings": codings, "codes": codes}
                for i, (document, coder, codes, codings) in zip(ids, layers, strict=True)
            ],
        )


def layers_of(made: Made, documents: Sequence[UUID]) -> Iterator[tuple[UUID, UUID, bytes, int]]:
    """Yield two layers for each document; the share of documents that hold a code falls with its rank."""
    chance = random.Random(3)
    shares = [min(0.6, 0.9 * rank**-0.6) for rank in range(1, len(made.codes) + 1)]
    for document in documents:
        for coder in made.coders[:2]:
            held = [code for code, share in zip(made.codes, shares, strict=True) if chance.random() < share]
            yield document, coder, packed(held), len(held)


def cost(act: Callable[[], object]) -> float:
    """Return the CPU of something, in milliseconds."""
    began = time.process_time()
    act()
    return 1000 * (time.process_time() - began)


def measured(database: Database, documents: int, codes: int, times: int) -> list[Figure]:
    """Return what everything costs with so many documents."""
    schema.upgrade(database)
    cast = make_cast(database)
    made = make_study(
        database,
        cast.project,
        cast.people["lena"].id,
        coders=2,
        documents=documents + 2 * times,
        codes=codes,
        letters=40,
    )
    every = list(made.documents)
    add_round(database, made, 1, list(layers_of(made, every[:documents])))
    settings = load_settings({"INTERCODER_DATA": tempfile.mkdtemp(), "DATABASE_URL": str(database.engine.url)})
    lead = Client(create_app(settings, database), database, cast.people["lena"])
    path = f"/projects/{cast.project}/saturation?level=label"

    def page() -> None:
        answer = lead.call("GET", path, Accept_Encoding="gzip")
        assert answer.status_code == 200, answer.status_code

    def stairs(across: int) -> None:
        answer = lead.call("GET", path.replace("?", f"/matrix?across={across}&", 1), Accept_Encoding="gzip")
        assert answer.status_code == 200, answer.status_code

    lead.call("GET", "/")  # what any first page loads
    heap.settle()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    first = cost(page)
    matrix = [cost(lambda place=place: stairs(place)) for place in (0, codes - 30) for _ in range(times)]
    again = [cost(page) for _ in range(times)]
    declare(cast, "concept", "union")
    held, after, all_held = [], [], []
    for n, document in enumerate(every[documents:]):
        if n == times:
            declare(cast, "label", "agree:2")
        add_round(database, made, n + 2, list(layers_of(made, [document])))
        (held if n < times else all_held).append(cost(lambda: holds(cast)))
        if n < times:
            after.append(cost(page))
    budget = 30.0 if (documents, codes) == (LARGEST, LARGEST) else None
    said = f"{documents} documents, {codes} codes"
    return [
        Figure(f"{said}: the page", statistics.median(again), "ms", budget),
        Figure(f"{said}: the matrix", statistics.median(matrix), "ms", budget),
        Figure(f"{said}: the page, opened first by a process", first, "ms"),
        Figure(f"{said}: the page after one more document", statistics.median(after), "ms"),
        Figure(f"{said}: does a declaration hold after one more", statistics.median(held), "ms"),
        Figure(f"{said}: and do two, one of labels on which both coders agree", statistics.median(all_held), "ms"),
    ]


def declare(cast: Cast, level: str, view: str) -> None:
    """Declare the codes of a level saturated in a view."""
    given = {"kind": "codes", "level": level, "view": view, "reason": "r", "despite": "d"}
    with cast.acting("lena", Permission.SATURATION_JUDGE) as (session, access):
        declared.declare(session, access, DeclareIn.model_validate(given))


def holds(cast: Cast) -> None:
    """Ask whether the declaration holds, as after an act."""
    with cast.database.transaction() as session:
        hold(session, cast.project, cast.people["lena"].id)


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--postgres", action="store_true", help="on a throw-away PostgreSQL")
    parser.add_argument("--documents", type=int, nargs="+", default=[20, 200, 2000])
    parser.add_argument("--codes", type=int, default=2000)
    parser.add_argument("--times", type=int, default=9)
    figures.option(parser)
    given = parser.parse_args()
    print("$ python", *sys.argv, f"  (load average {os.getloadavg()[0]:.1f})")
    told: list[Figure] = []
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="intercoder-benchmark-"))
        postgres = stack.enter_context(Postgres()) if given.postgres else None
        for n in given.documents:
            url = postgres.create_database(f"saturation{n}") if postgres else f"sqlite:///{folder}/{n}.sqlite3"
            database = Database(url)
            told += measured(database, n, given.codes, given.times)
            database.dispose()
    figures.report(told, given.figures)


if __name__ == "__main__":
    main()
