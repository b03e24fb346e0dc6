"""What one acknowledged, durable coding costs: CPU of the server and of the database, and latency, beside others in the same run.

    python benchmarks/coding_writes.py [--codings N] [--runs N] [--postgres] [--peers] [--kill9 N] [--figures FILE]

A real ``intercoder serve`` on a free port of the loopback address, SQLite with synchronous=FULL or a throw-away
PostgreSQL with fsync; the writers are threads of another process, signed in by cookie or with a token. Beside it a bare
Flask application under the same server, and with ``--peers`` Taguette and Potato from PyPI. The runs of all take turns; what
is printed are medians. Compare rows of one run only: all of them share the machine with whatever else it does.
"""

import argparse
import http.client
import multiprocessing
import os
import shlex
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

import sqlalchemy as sa

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

import figures
import potato
import taguette
from figures import Figure
from hello import Hello
from processes import cpu_seconds, tree_cpu_seconds

from intercoder import schema
from intercoder.db import Database
from intercoder.models import Coding
from reliability.doors import signed_in
from reliability.serving import LETTERS, SENTENCE, Server, Stream, Study, Writers, prepare_study
from services_up import LOOPBACK, Postgres, Redis

WRITERS = 20
#: budgets of the project, in milliseconds of CPU
ON_SQLITE, ON_SQLITE_WITH_PAGES, ON_POSTGRES = 1.5, 1.5, 2.5
#: our 99th percentile as a part of Taguette's
SHARE_OF_TAGUETTE = 0.05
Browsers = Mapping[UUID, Mapping[str, str]]


@dataclass(frozen=True)
class Load:
    """What the clients saw."""

    done: int
    seconds: float
    latencies: Sequence[float]
    server_errors: int
    refusals: Sequence[str]


@dataclass(frozen=True)
class Run:
    """A load, and what each of it cost: CPU in milliseconds of the server and of the database."""

    load: Load
    server: float
    database: float

    def percentile(self, share: float) -> float:
        """Return the latency in ms below which this share lies."""
        ordered = sorted(self.load.latencies)
        return 1000 * ordered[min(int(len(ordered) * share), len(ordered) - 1)]


@dataclass
class Row:
    """The runs of one kind."""

    what: str
    runs: list[Run] = field(default_factory=list)

    def median(self, of: Callable[[Run], float]) -> float:
        """Return the median over the runs."""
        return statistics.median(map(of, self.runs))

    @property
    def cost(self) -> float:
        """CPU in ms of one, server and database."""
        return self.median(lambda run: run.server + run.database)

    @property
    def p99(self) -> float:
        """The 99th percentile of the latency in ms."""
        return self.median(lambda run: run.percentile(0.99))

    def line(self) -> str:
        """Return its line of the table."""
        rate = self.median(lambda run: run.load.done / run.load.seconds)
        errors = sum(run.load.server_errors for run in self.runs)
        refused = [words for run in self.runs for words in run.load.refusals]
        return (
            f"{self.what:36}{self.median(lambda run: run.server):9.2f}{self.median(lambda run: run.database):9.2f}"
            f"{rate:9.0f}{self.median(lambda run: run.percentile(0.5)):9.1f}{self.p99:9.1f}{errors:6} {refused[:2] or ''}"
        )


HEADER = f"{'CPU in ms for each':36}{'server':>9}{'database':>9}{'per s':>9}{'p50 ms':>9}{'p99 ms':>9}{'5xx':>6}"


def write(port: int, study: Study, each: int, browsers: Browsers | None = None, pages: int = 0) -> Load:
    """Let people code while so many have a page open; runs in the client's process."""
    open_pages = [Stream(port, token, study.project) for token in list(study.tokens.values())[:pages]]
    time.sleep(1.0 if pages else 0.0)
    begun = time.perf_counter()
    people = Writers(port, study, coders=WRITERS, each=each, browsers=browsers).start()
    people.wait()
    seconds = time.perf_counter() - begun
    for page in open_pages:
        page.close()
    errors = sum(n for status, n in people.statuses.items() if status >= 500)
    return Load(len(people.acknowledged), seconds, people.latencies, errors, tuple(people.refusals[:3]))


def greet(port: int, path: str, each: int) -> Load:
    """Ask for something small on kept connections; runs in the client's process."""
    latencies: list[float] = []

    def greet_each() -> None:
        connection = http.client.HTTPConnection(LOOPBACK, port)
        for _ in range(each):
            begun = time.perf_counter()
            connection.request("GET", path)
            connection.getresponse().read()
            latencies.append(time.perf_counter() - begun)
        connection.close()

    threads = [threading.Thread(target=greet_each) for _ in range(WRITERS)]
    begun = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Load(len(latencies), time.perf_counter() - begun, latencies, 0, ())


def of_taguette(target: taguette.Target, each: int, pages: int) -> Load:
    """Let people highlight in Taguette; runs in the client's process."""
    return Load(*taguette.highlight(target, WRITERS, each, pages))


def of_potato(port: int, cookies: list[str], each: int) -> Load:
    """Let people annotate in Potato; runs in the client's process."""
    return Load(*potato.annotate(port, LETTERS, cookies, each))


@dataclass
class Bench:
    """The client's process, the database's processes, and the rows so far, which take turns."""

    pool: ProcessPoolExecutor
    database: int | None
    kinds: list[tuple[Row, int, Callable[..., Load], tuple[object, ...]]] = field(default_factory=list)

    def add(
        self, what: str, process: "subprocess.Popen[bytes] | None", load: Callable[..., Load], *given: object
    ) -> Row:
        """Add a kind of load on a server."""
        assert process is not None
        row = Row(what)
        self.kinds.append((row, process.pid, load, given))
        return row

    def run(self, times: int) -> None:
        """Run all kinds, one after the other, so many times; a first time for nothing."""
        for number in range(times + 1):
            for row, leader, load, given in self.kinds:
                before, database = cpu_seconds(leader), self._database()
                seen = self.pool.submit(load, *given).result()
                each = 1000 / max(seen.done, 1)
                run = Run(seen, (cpu_seconds(leader) - before) * each, (self._database() - database) * each)
                if number:
                    row.runs.append(run)

    def _database(self) -> float:
        return 0.0 if self.database is None else tree_cpu_seconds(self.database)


def kill_drill(server: Server, study: Study, url: str, kills: int) -> None:
    """Kill the server again and again while twenty write, and count."""
    writers = Writers(server.port, study).start()
    for _ in range(kills):
        writers.wait_for(WRITERS * 2)
        server.kill9()
        server.start()
    writers.wait_for(WRITERS * 2)
    writers.stop()
    database = Database(url)
    with database.reading() as session:
        mine = Coding.coder_id.in_(list(study.tokens))
        stored = session.execute(sa.select(Coding.coder_id, Coding.key).where(mine)).all()
    database.dispose()
    keys = {(coder, key) for coder, key in stored}
    acknowledged = [(a.coder, a.key) for a in writers.acknowledged]
    missing = sum(pair not in keys for pair in acknowledged)
    print(
        f"kill -9 x {kills}: acknowledged {len(acknowledged)}, missing {missing}, doubled {len(stored) - len(keys)}, "
        f"repeated requests {writers.broken}, of these found stored {writers.statuses[200]}, "
        f"refused {len(writers.refusals)}"
    )


def ours(kind: str, rows: Mapping[str, Row]) -> list[Figure]:
    """Return our figures with their budgets."""
    on_sqlite = kind == "SQLite"
    budgets = (
        ("token", ON_SQLITE if on_sqlite else ON_POSTGRES),
        ("cookie", ON_SQLITE if on_sqlite else ON_POSTGRES),
        ("cookie and pages", ON_SQLITE_WITH_PAGES if on_sqlite else None),
    )
    found = [
        Figure(f"a coding, {kind}, {WRITERS} writers, by {name}", rows[name].cost, "ms CPU", budget)
        for name, budget in budgets
    ]
    if "Taguette" in rows:
        share = rows["cookie"].p99 / rows["Taguette"].p99
        found.append(Figure("99th percentile of its latency, as a part of Taguette's", share, "", SHARE_OF_TAGUETTE))
        found.append(Figure(f"a highlight in Taguette {taguette.VERSION}", rows["Taguette"].cost, "ms CPU"))
        found.append(Figure(f"a span in Potato {potato.VERSION}", rows["Potato"].cost, "ms CPU"))
    return [*found, Figure("a bare answer of Flask under the same server", rows["Flask"].cost, "ms CPU")]


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--codings", type=int, default=2000, help="codings of each run [2000]")
    parser.add_argument("--runs", type=int, default=3, help="runs of each kind [3]")
    parser.add_argument("--postgres", action="store_true", help="throw-away PostgreSQL and Redis, 2 web processes")
    parser.add_argument("--peers", action="store_true", help="Taguette and Potato too")
    parser.add_argument("--kill9", type=int, default=0, metavar="N", help="afterwards, N kills while 20 write")
    figures.option(parser)
    given = parser.parse_args()
    each = given.codings // WRITERS
    print("$", shlex.join(["python", *sys.argv]), f"  (load average {os.getloadavg()[0]:.1f})")
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="intercoder-benchmark-")))
        data = folder / "data"
        data.mkdir()
        url, redis_url, workers, postgres = f"sqlite:///{data / 'intercoder.sqlite3'}", "", "1", None
        if given.postgres:
            postgres = stack.enter_context(Postgres(fsync=True))
            url = postgres.create_database("benchmark")
            redis_url, workers = stack.enter_context(Redis()).url, "2"
        database = Database(url)
        schema.upgrade(database)
        study = prepare_study(database, coders=WRITERS)
        database.dispose()
        server = Server(data, database_url=url, redis_url=redis_url, WEB_WORKERS=workers)
        stack.enter_context(server).start()
        browsers = {coder: signed_in(server.port, address) for coder, address in study.addresses.items()}
        hello = stack.enter_context(Hello(folder))
        pool = stack.enter_context(ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")))
        bench = Bench(pool, postgres.pid if postgres is not None else None)
        rows = {
            "Flask": bench.add("a bare answer of Flask", hello.process, greet, hello.port, "/", each),
            "health": bench.add("our /healthz", server.process, greet, server.port, "/healthz", each),
            "token": bench.add("a coding, by token", server.process, write, server.port, study, each),
            "cookie": bench.add("a coding, by cookie", server.process, write, server.port, study, each, browsers),
            "cookie and pages": bench.add(
                f"the same, {WRITERS} open pages", server.process, write, server.port, study, each, browsers, WRITERS
            ),
        }
        if given.peers:
            text = SENTENCE * (LETTERS // len(SENTENCE))
            theirs = stack.enter_context(taguette.Taguette(folder))
            target = theirs.prepare([SENTENCE * 8] * (LETTERS // (len(SENTENCE) * 8)))
            few = max(each // 10, 5)
            rows["Taguette"] = bench.add("a highlight in Taguette", theirs.process, of_taguette, target, few, 0)
            rows["Taguette, pages"] = bench.add(
                f"the same, {WRITERS} open pages", theirs.process, of_taguette, target, few, WRITERS
            )
            other = stack.enter_context(potato.Potato(folder, text))
            cookies = other.cookies(WRITERS)
            rows["Potato"] = bench.add("a span in Potato", other.process, of_potato, other.port, cookies, few)
        bench.run(given.runs)
        print(HEADER)
        for row in rows.values():
            print(row.line())
        figures.report(ours("PostgreSQL" if given.postgres else "SQLite", rows), given.figures)
        if given.kill9:
            kill_drill(server, study, url, given.kill9)


if __name__ == "__main__":
    main()
