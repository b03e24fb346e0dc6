"""Two hundred people code at once, each with an open page, on PostgreSQL and Redis with two web processes.

    python benchmarks/live.py [--minutes N] [--coders N] [--pause SECONDS]

Each codes, waits as somebody who reads does (half the pause to one and a half), and codes again; the page stays open and hears
of changes. Printed: how long an answer took, what was answered other than 2xx, and the memory of the server's processes.
"""

import argparse
import http.client
import os
import random
import shlex
import sys
import tempfile
import threading
import time
from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from uuid import UUID, uuid4

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

import figures
from figures import Figure
from processes import cpu_seconds, pss_mib

from intercoder import schema
from intercoder.db import Database
from reliability.serving import Person, Server, Stream, Study, prepare_study
from services_up import Postgres, Redis


class Coder:
    """Somebody who codes and reads in turn."""

    def __init__(self, port: int, study: Study, who: tuple[UUID, str], pause: float) -> None:
        self._study, self._pause = study, pause
        self._person, self._chance = Person(port, who[1]), random.Random(who[0].int)
        self.statuses: Counter[int] = Counter()
        self.seconds: list[float] = []

    def code(self, until: float) -> None:
        """Code until this moment of the monotonic clock."""
        while (left := until - time.monotonic()) > 0:
            time.sleep(min(left, self._pause * (0.5 + self._chance.random())))
            start, end = self._study.words(self._chance)
            code = str(self._chance.choice(self._study.codes))
            body = {"code": code, "start": start, "end": end, "memo": "", "doubt": False}
            begun = time.perf_counter()
            try:
                status, _ = self._person.send("PUT", f"{self._study.path}/codings/{uuid4()}", body)
            except (OSError, http.client.HTTPException):
                status = 0
            self.seconds.append(time.perf_counter() - begun)
            self.statuses[status] += 1
        self._person.close()


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=1.0, help="how long [1]")
    parser.add_argument("--coders", type=int, default=200, help="people, each with an open page [200]")
    parser.add_argument("--pause", type=float, default=4.0, help="seconds between two codings of one, on average [4]")
    figures.option(parser)
    given = parser.parse_args()
    print("$", shlex.join(["python", *sys.argv]), f"  (load average {os.getloadavg()[0]:.1f})")
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="intercoder-benchmark-")))
        (folder / "data").mkdir()
        postgres = stack.enter_context(Postgres(fsync=True))
        url, redis = postgres.create_database("live"), stack.enter_context(Redis()).url
        database = Database(url)
        schema.upgrade(database)
        study = prepare_study(database, coders=given.coders)
        database.dispose()
        server = stack.enter_context(Server(folder / "data", database_url=url, redis_url=redis, WEB_WORKERS="2"))
        server.start()
        assert server.process is not None
        leader = server.process.pid
        pages = [Stream(server.port, token, study.project) for token in study.tokens.values()]
        refused = sum(page.status != 200 for page in pages)
        at_first, cpu = pss_mib(leader), cpu_seconds(leader)
        coders = [Coder(server.port, study, who, given.pause) for who in study.tokens.items()]
        until = time.monotonic() + 60 * given.minutes
        threads = [threading.Thread(target=coder.code, args=(until,)) for coder in coders]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        cpu, memory = cpu_seconds(leader) - cpu, pss_mib(leader)
        ended = sum(page.ended.is_set() for page in pages)
        for page in pages:
            page.close()
    statuses: Counter[int] = sum((coder.statuses for coder in coders), Counter())
    seconds = sorted(taken for coder in coders for taken in coder.seconds)
    bad = sum(number for status, number in statuses.items() if status >= 500 or status == 0)
    print(f"{len(seconds)} codings, {len(seconds) / (60 * given.minutes):.0f} a second; answers {dict(statuses)}")
    print(f"{len(pages)} pages: {refused} refused, {ended} ended; memory {at_first:.0f} -> {memory:.0f} MiB")
    measured = [
        Figure(f"{given.coders} live coders: answers 5xx or none", bad, "", 0),
        Figure(f"{given.coders} live coders: open pages that were refused or ended", refused + ended, "", 0),
        Figure(f"{given.coders} live coders: p50", 1000 * seconds[len(seconds) // 2], "ms"),
        Figure(f"{given.coders} live coders: p99", 1000 * seconds[int(len(seconds) * 0.99)], "ms"),
        Figure(
            f"{given.coders} live coders: server for each coding, open pages included",
            1000 * cpu / len(seconds),
            "ms CPU",
        ),
        Figure(f"{given.coders} live coders: memory of all web processes", memory, "MiB PSS"),
    ]
    figures.report(measured, given.figures)


if __name__ == "__main__":
    main()
