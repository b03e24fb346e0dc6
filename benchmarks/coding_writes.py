"""What one acknowledged, durable coding costs: CPU of the server, latency, and its ratio to the same server's hello-world.

    python benchmarks/coding_writes.py [--codings N] [--postgres] [--kill9 N] [--taguette]

A real ``intercoder serve`` on a free port of the loopback address, SQLite with synchronous=FULL or a throw-away
PostgreSQL with fsync; the writers are threads of another process. Nothing is left behind.
"""

import argparse
import multiprocessing
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from intercoder import schema
from intercoder.db import Database
from reliability.serving import Server, Study, Writers, percentile, prepare_study
from services_up import Postgres

WRITERS = 20


@dataclass(frozen=True)
class Load:
    """What the clients saw."""

    done: int
    seconds: float
    latencies: Sequence[float]
    server_errors: int
    other: Sequence[str]


@dataclass(frozen=True)
class Cost:
    """What it cost the server."""

    what: str
    cpu_ms: float
    load: Load

    def row(self, hello: float) -> str:
        """Return a line of the table."""
        p50, p99 = (1000 * percentile(self.load.latencies, share) for share in (0.5, 0.99))
        return (
            f"{self.what:28}{self.load.done:8}{self.load.done / self.load.seconds:10.0f}{self.cpu_ms:12.3f}"
            f"{self.cpu_ms / hello:10.2f}{p50:10.1f}{p99:10.1f}{self.load.server_errors:6}"
        )


HEADER = f"{'':28}{'n':>8}{'per s':>10}{'CPU ms each':>12}{'× hello':>10}{'p50 ms':>10}{'p99 ms':>10}{'5xx':>6}"


def write(port: int, study: Study, writers: int, each: int) -> Load:
    """Let writers code; runs in the client's process."""
    begun = time.perf_counter()
    people = Writers(port, study, coders=writers, each=each).start()
    people.wait()
    return Load(
        len(people.acknowledged),
        time.perf_counter() - begun,
        people.latencies,
        sum(n for status, n in people.statuses.items() if status >= 500),
        people.refusals[:3],
    )


def greet(port: int, writers: int, each: int) -> Load:
    """Ask for /healthz on kept connections; runs in the client's process."""
    import http.client

    latencies: list[float] = []

    def one() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port)
        for _ in range(each):
            begun = time.perf_counter()
            connection.request("GET", "/healthz")
            connection.getresponse().read()
            latencies.append(time.perf_counter() - begun)
        connection.close()

    threads = [threading.Thread(target=one) for _ in range(writers)]
    begun = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Load(len(latencies), time.perf_counter() - begun, latencies, 0, ())


def measured(what: str, cpu_seconds: Callable[[], float], pool: ProcessPoolExecutor, *call: object) -> Cost:
    """Run a load in the client's process and return what it cost the server."""
    before = cpu_seconds()
    load: Load = pool.submit(*call).result()  # type: ignore[arg-type]
    return Cost(what, 1000 * (cpu_seconds() - before) / max(load.done, 1), load)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--codings", type=int, default=2000, help="codings of each run [2000]")
    parser.add_argument("--postgres", action="store_true", help="on a throw-away PostgreSQL instead of SQLite")
    given = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="intercoder-bench-")))
        data = folder / "data"
        data.mkdir()
        url = f"sqlite:///{data / 'intercoder.sqlite3'}"
        if given.postgres:
            url = stack.enter_context(Postgres(fsync=True)).create_database("bench")
        database = Database(url)
        schema.upgrade(database)
        study = prepare_study(database)
        database.dispose()
        server = stack.enter_context(Server(data, database_url=url)).start()
        spawn = multiprocessing.get_context("spawn")
        pool = stack.enter_context(ProcessPoolExecutor(1, mp_context=spawn))
        pool.submit(write, server.port, study, WRITERS, 5).result()  # both sides warm
        cpu = server.cpu_seconds
        hello = measured("hello-world, 20 clients", cpu, pool, greet, server.port, WRITERS, given.codings // WRITERS)
        one = measured("coding, 1 writer", cpu, pool, write, server.port, study, 1, given.codings // 4)
        many = measured("coding, 20 writers", cpu, pool, write, server.port, study, WRITERS, given.codings // WRITERS)
        print(HEADER)
        for cost in (hello, one, many):
            print(cost.row(hello.cpu_ms), *cost.load.other)


if __name__ == "__main__":
    main()
