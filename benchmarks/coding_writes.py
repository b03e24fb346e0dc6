"""What one acknowledged, durable coding costs: CPU of the server, latency, and its ratio to the same server's hello-world.

    python benchmarks/coding_writes.py [--codings N] [--postgres] [--kill9 N] [--taguette]

A real ``intercoder serve`` on a free port of the loopback address, SQLite with synchronous=FULL or a throw-away
PostgreSQL with fsync; the writers are threads of another process. Compare rows of one run only: all of them share
the machine with whatever else it does. Nothing is left behind but Taguette's virtual environment.
"""

import argparse
import http.client
import multiprocessing
import os
import re
import shlex
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

import taguette

from intercoder import schema
from intercoder.db import Database
from intercoder.models import Coding
from reliability.serving import LETTERS, SENTENCE, Server, Stream, Study, Writers, group_of, prepare_study
from services_up import LOOPBACK, Postgres, Redis, postgres_folder

WRITERS, MANY = 20, 32
#: pgbench's measure: one row, one commit
INSERT = "INSERT INTO plain (who, what, first, last) VALUES (:client_id, md5(random()::text), 1, 2);\n"


@dataclass(frozen=True)
class Load:
    """What the clients saw."""

    done: int
    seconds: float
    latencies: Sequence[float]
    server_errors: int
    refusals: Sequence[str]


@dataclass(frozen=True)
class Cost:
    """A load, and what it cost the server."""

    what: str
    cpu_ms: float
    load: Load

    def percentile(self, share: float) -> float:
        """Return the latency in ms below which this share lies."""
        ordered = sorted(self.load.latencies)
        return 1000 * ordered[min(int(len(ordered) * share), len(ordered) - 1)]

    def row(self, hello_ms: float) -> str:
        """Return its line of the table."""
        rate = self.load.done / self.load.seconds
        return (
            f"{self.what:32}{self.load.done:7}{rate:9.0f}{self.cpu_ms:12.2f}{self.cpu_ms / hello_ms:10.1f}"
            f"{self.percentile(0.5):10.1f}{self.percentile(0.99):10.1f}{self.load.server_errors:6}"
        )


HEADER = f"{'':32}{'n':>7}{'per s':>9}{'CPU ms each':>12}{'x hello':>10}{'p50 ms':>10}{'p99 ms':>10}{'5xx':>6}"


def write(port: int, study: Study, writers: int, each: int, pages: int = 0) -> Load:
    """Let writers code while each of so many has a page open; runs in the client's process."""
    tokens = list(study.tokens.values())[:pages]
    open_pages = [Stream(port, token, study.project) for token in tokens]
    time.sleep(1.0 if pages else 0.0)
    begun = time.perf_counter()
    people = Writers(port, study, coders=writers, each=each).start()
    people.wait()
    seconds = time.perf_counter() - begun
    for page in open_pages:
        page.close()
    errors = sum(n for status, n in people.statuses.items() if status >= 500)
    return Load(len(people.acknowledged), seconds, people.latencies, errors, tuple(people.refusals[:3]))


def greet(port: int, writers: int, each: int) -> Load:
    """Ask for /healthz on kept connections; runs in the client's process."""
    latencies: list[float] = []

    def greet_each() -> None:
        connection = http.client.HTTPConnection(LOOPBACK, port)
        for _ in range(each):
            begun = time.perf_counter()
            connection.request("GET", "/healthz")
            connection.getresponse().read()
            latencies.append(time.perf_counter() - begun)
        connection.close()

    threads = [threading.Thread(target=greet_each) for _ in range(writers)]
    begun = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Load(len(latencies), time.perf_counter() - begun, latencies, 0, ())


def highlight(target: taguette.Target, writers: int, each: int, pages: int) -> Load:
    """Let writers highlight in Taguette; runs in the client's process."""
    return Load(*taguette.highlight(target, writers, each, pages))


def cpu_seconds(leader: int) -> float:
    """Return user and system time so far of a server's process group."""
    ticks = 0
    for pid in group_of(leader):
        words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        ticks += int(words[11]) + int(words[12])
    return ticks / os.sysconf("SC_CLK_TCK")


class Bench:
    """The client's process, and how a load is measured."""

    def __init__(self, pool: ProcessPoolExecutor) -> None:
        self._pool = pool

    def cost(self, what: str, leader: int, load: Callable[..., Load], *arguments: object) -> Cost:
        """Run a load and return what it cost the server whose group this leads."""
        before = cpu_seconds(leader)
        seen = self._pool.submit(load, *arguments).result()
        return Cost(what, 1000 * (cpu_seconds(leader) - before) / max(seen.done, 1), seen)


def costs(bench: Bench, server: Server, study: Study, codings: int, many: int) -> list[Cost]:
    """Return the costs of hello-world, of one writer and of many."""
    assert server.process is not None
    leader, port = server.process.pid, server.port
    bench.cost("warm-up", leader, write, port, study, many, 5)
    return [
        bench.cost(f"hello-world, {many} clients", leader, greet, port, many, codings // many),
        bench.cost("coding, 1 writer", leader, write, port, study, 1, codings // 4),
        bench.cost(f"coding, {many} writers", leader, write, port, study, many, codings // many),
        bench.cost(f"the same, {many} open pages", leader, write, port, study, many, codings // many, many),
    ]


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


def single_inserts(postgres: Postgres, url: str, folder: Path) -> float | None:
    """Return how many single-row transactions a second pgbench makes with 32 clients; None without pgbench."""
    pgbench = postgres_folder() / "pgbench"
    if not pgbench.exists():
        return None
    database = Database(url)
    with database.engine.begin() as connection:
        connection.exec_driver_sql(
            "CREATE TABLE plain (id bigserial PRIMARY KEY, who int, what text, first int, last int)"
        )
    database.dispose()
    script = folder / "insert.sql"
    script.write_text(INSERT)
    done = subprocess.run(
        [
            pgbench,
            "-h",
            LOOPBACK,
            "-p",
            str(postgres.port),
            "-U",
            postgres.user,
            "-n",
            "-c",
            str(MANY),
            "-j",
            "2",
            "-T",
            "5",
            "-f",
            script,
            url.rpartition("/")[2],
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    rate = re.search(r"tps = ([\d.]+)", done.stdout)
    return float(rate[1]) if rate else None


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--codings", type=int, default=2000, help="codings of each run [2000]")
    parser.add_argument("--postgres", action="store_true", help="throw-away PostgreSQL and Redis, 2 web processes")
    parser.add_argument("--kill9", type=int, default=0, metavar="N", help="afterwards, N kills while 20 write")
    parser.add_argument("--taguette", action="store_true", help="the same against Taguette from PyPI")
    given = parser.parse_args()
    print("$", shlex.join(["python", *sys.argv]), f"  (load average {os.getloadavg()[0]:.1f})")
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="intercoder-benchmark-")))
        data = folder / "data"
        data.mkdir()
        url, redis_url, workers, many = f"sqlite:///{data / 'intercoder.sqlite3'}", "", "1", WRITERS
        if given.postgres:
            postgres, many = stack.enter_context(Postgres(fsync=True)), MANY
            url = postgres.create_database("benchmark")
            redis_url, workers = stack.enter_context(Redis()).url, "2"
        database = Database(url)
        schema.upgrade(database)
        study = prepare_study(database, coders=many)
        database.dispose()
        server = Server(data, database_url=url, redis_url=redis_url, WEB_WORKERS=workers)
        stack.enter_context(server).start()
        pool = ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn"))
        bench = Bench(stack.enter_context(pool))
        measured = costs(bench, server, study, given.codings, many)
        hello, ours, with_pages = measured[0], measured[2], measured[3]
        print(HEADER)
        for cost in measured:
            print(cost.row(hello.cpu_ms), *cost.load.refusals)
        if given.postgres:
            plain = single_inserts(postgres, url, folder)
            rate = ours.load.done / ours.load.seconds
            print(
                "pgbench: not here" if plain is None else f"pgbench -c {MANY}: {plain:.0f}/s; ours {rate / plain:.3f} x"
            )
        if given.taguette:
            theirs_server = stack.enter_context(taguette.Taguette(folder))
            target = theirs_server.prepare([SENTENCE * 8] * (LETTERS // (len(SENTENCE) * 8)))
            assert theirs_server.process is not None
            leader = theirs_server.process.pid
            each = max(given.codings // WRITERS // 10, 5)
            bench.cost("warm-up", leader, highlight, target, WRITERS, 1, 0)
            for what, pages, mine in (("writers", 0, ours), (f"and {WRITERS} open pages", WRITERS, with_pages)):
                name = f"Taguette, {WRITERS} {what}"
                theirs = bench.cost(name, leader, highlight, target, WRITERS, each, pages)
                print(theirs.row(hello.cpu_ms), *theirs.load.refusals)
                p99 = mine.percentile(0.99) / theirs.percentile(0.99)
                print(f"    ours / Taguette: CPU {mine.cpu_ms / theirs.cpu_ms:.3f}, p99 {p99:.3f}")
        if given.kill9:
            kill_drill(server, study, url, given.kill9)


if __name__ == "__main__":
    main()
