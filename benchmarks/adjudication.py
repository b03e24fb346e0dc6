"""What adjudication costs with many places: the queue, a card, a ruling and its undo, ruling on many places by a rule.

    python benchmarks/adjudication.py [--postgres] [--codings 50000] [--documents 100] [--coders 5] [--codes 400] [--figures FILE]

Makes a compared round of that size from a seed, and prints beside their budgets: CPU of this process as medians over different
places, and statements of each page. The time of PostgreSQL itself is not in the CPU. Nothing is left behind.
"""

import argparse
import io
import logging
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from contextlib import ExitStack, redirect_stderr
from pathlib import Path
from uuid import UUID

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

import figures
import sqlalchemy as sa
import structlog
from exports import Studied, studied
from figures import Figure
from werkzeug.test import TestResponse

from cast import Client
from intercoder.db import Database
from intercoder.models import Disagreement, DisagreementSide, DisagreementState
from services_up import Postgres

TIMES = 21


def main() -> None:
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
            url = stack.enter_context(Postgres()).create_database("adjudication")
        database = Database(url)
        with redirect_stderr(io.StringIO()):
            told = measure(studied(database, folder, said, (said.codings,)), said.codings)
        database.dispose()
    figures.report(told, said.figures)


def measure(made: Studied, codings: int) -> list[Figure]:
    """Return what each act of an adjudicator costs."""
    database, round_id = made.cast.database, made.rounds[codings]
    client = Client(made.app, database, made.cast.people["ada"])
    with database.reading() as session:
        shown = (Disagreement.round_id == round_id, Disagreement.state == DisagreementState.OPEN)
        ids = session.scalars(sa.select(Disagreement.id).where(*shown).order_by(Disagreement.position)).all()
        side = DisagreementSide
        rows = session.execute(
            sa.select(side.disagreement_id, side.code, side.start, side.end).where(side.round_id == round_id)
        )
        sides = {place: stands for place, *stands in rows}
    some = ids[:: max(1, len(ids) // TIMES)][:TIMES]

    def page(address: Callable[[UUID], str]) -> tuple[float, int]:
        return _median(lambda one: client.call("GET", address(one)), some, database)

    told = [Figure("places", len(ids), "")]

    def pair(name: str, cost: tuple[float, int], budget: float | None) -> None:
        told.extend([Figure(f"{name}: CPU", cost[0], "ms", budget), Figure(f"{name}: statements", cost[1], "", 20)])

    pair("queue, which opens the first that waits", page(lambda _: f"/rounds/{round_id}/adjudication"), 40)
    pair("list of the API", page(lambda _: f"/api/v1/rounds/{round_id}/disagreements"), 40)
    pair("card", page(lambda one: f"/disagreements/{one}"), 30)
    filtered = "kind=different_code&state=open"
    pair("card under filters", page(lambda one: f"/disagreements/{one}?{filtered}"), 30)

    def rules(one: UUID) -> TestResponse:
        body = {
            "codings": [{"code": str(sides[one][0]), "start": sides[one][1], "end": sides[one][2]}],
            "reason": "So it reads.",
        }
        return client.call("POST", f"/api/v1/disagreements/{one}/rulings", body, If_Match='"1"')

    def undoes(one: UUID) -> TestResponse:
        return client.call("POST", f"/api/v1/disagreements/{one}/undo", {}, If_Match='"2"')

    pair("ruling", _median(rules, some, database), 10)
    pair("its undo", _median(undoes, some, database), 10)
    many = f"/api/v1/rounds/{round_id}/bulk-rulings"
    shown_, looked = _once(lambda: client.call("POST", f"{many}/preview", {"rule": "union"}))
    told += [
        Figure("places of the rule", shown_.get_json()["places"], ""),
        Figure("many places, looked at: CPU", looked, "ms"),
    ]
    body = {"rule": "union", "reason": "All that they cover.", "seen": shown_.get_json()["seen"]}
    ruled, cpu = _once(lambda: client.call("POST", many, body))
    told.append(Figure("many places, ruled on: CPU", cpu, "ms"))
    back, cpu = _once(lambda: client.call("POST", f"{many}/{ruled.get_json()['id']}/undo", {}))
    assert back.get_json()["hold"] == 0
    told.append(Figure("many places, taken back: CPU", cpu, "ms"))
    return told


def _once(act: Callable[[], TestResponse]) -> tuple[TestResponse, float]:
    begun = time.process_time()
    answer = act()
    taken = 1000 * (time.process_time() - begun)
    assert answer.status_code < 300, answer.get_data()[:300]
    return answer, taken


def _median(act: Callable[[UUID], TestResponse], places: Iterable[UUID], database: Database) -> tuple[float, int]:
    """Return the median CPU in milliseconds, the first aside, and the most statements."""
    times: list[float] = []
    counts: list[int] = []

    def count(*_: object) -> None:
        counts[-1] += 1

    sa.event.listen(database.engine, "before_cursor_execute", count)
    try:
        for one in places:
            counts.append(0)
            begun = time.process_time()
            answer = act(one)
            times.append(1000 * (time.process_time() - begun))
            assert answer.status_code < 400, answer.get_data()[:300]
    finally:
        sa.event.remove(database.engine, "before_cursor_execute", count)
    return statistics.median(times[1:] or times), max(counts)


if __name__ == "__main__":
    main()
