"""How long a coder waits while something big runs: a round that is closed and compared, an import, a backup.

    python benchmarks/waits.py [--codings N] [--coders N] [--documents N] [--postgres]

A real ``intercoder serve`` on the loopback address, SQLite, or a throw-away PostgreSQL with Redis, two web processes and
a worker. Eight people code in one round at a steady pace, from a process of their own; meanwhile another round is closed,
compared and reported, 200 files are imported, a backup is made. Each line says the longest wait of a PUT and the
99th percentile, beside those of the same people with nothing else going on. A second round of the same size is closed
while nobody codes: that is what it costs, and what the processes hold then and afterwards.
"""

import argparse
import http.client
import multiprocessing
import os
import random
import shlex
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

import figures
from figures import Figure
from rounds_made import make_round, make_study

from intercoder import schema
from intercoder.db import Database
from reliability.serving import PROGRAM, Person, Server, Study, group_of, prepare_study
from services_up import LOOPBACK, Postgres, Redis
from waiting import until

CODERS, PACE = 8, 0.1  # seconds between the codings of one coder
QUIET = 10.0
FILES = 200
BOUNDARY = "a-boundary-that-no-text-has"


@dataclass(frozen=True)
class Wait:
    """When a PUT was sent, how long it took, and its status."""

    at: float
    seconds: float
    status: int


def code_steadily(port: int, study: Study, stop: Event, into: "multiprocessing.Queue[list[Wait]]") -> None:
    """Let some people code at a steady pace until told to stop; runs in a process of its own."""
    waits: list[Wait] = []

    def code(coder: UUID, token: str) -> None:
        person, chance = Person(port, token), random.Random(coder.int)
        time.sleep(chance.random() * PACE)
        due = time.monotonic()
        while not stop.is_set():
            start, end = study.words(chance)
            body = {"code": str(chance.choice(study.codes)), "start": start, "end": end, "memo": "", "doubt": False}
            at = time.monotonic()
            try:
                status = person.send("PUT", f"{study.path}/codings/{uuid4()}", body)[0]
            except (OSError, http.client.HTTPException):
                status = 0
            waits.append(Wait(at, time.monotonic() - at, status))
            due = max(due + PACE, time.monotonic() - PACE)
            time.sleep(max(due - time.monotonic(), 0))

    threads = [threading.Thread(target=code, args=who) for who in list(study.tokens.items())[:CODERS]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    into.put(waits)


@dataclass
class Held:
    """What processes have used: CPU so far, and the most that one and all of them held at a time."""

    leaders: Sequence[int]
    most: int = 0
    most_all: int = 0
    _stop: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> "Held":
        self.before = cpu_seconds(self.leaders)
        threading.Thread(target=self._watch, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self.cpu = cpu_seconds(self.leaders) - self.before

    def _watch(self) -> None:
        while not self._stop.wait(0.1):
            each = [pss(pid) for pid in family(self.leaders)]
            self.most, self.most_all = max(self.most, *each), max(self.most_all, sum(each))


def family(leaders: Sequence[int]) -> list[int]:
    """Return the processes of the groups that these lead, and the children that a worker has put into others."""
    members = {pid for leader in leaders for pid in group_of(leader)}
    for pid in list(members):
        members.update(_descendants(pid))
    return sorted(members)


def computing(leaders: Sequence[int]) -> list[int]:
    """Return the processes that a server without Redis has started for heavy jobs, at work or waiting for more."""
    found = []
    for pid in family(leaders):
        with suppress(OSError):  # it has ended meanwhile
            if b"intercoder.jobs.child" in Path(f"/proc/{pid}/cmdline").read_bytes():
                found.append(pid)
    return found


def _descendants(pid: int) -> list[int]:
    found = []
    try:
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in map(int, (task / "children").read_text().split()):
                found += [child, *_descendants(child)]
    except OSError:
        pass
    return found


def cpu_seconds(leaders: Sequence[int]) -> float:
    """Return user and system time so far of these groups, of what their workers forked, and of all that have ended."""
    ticks = 0
    for pid in family(leaders):
        with suppress(OSError):
            words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            ticks += sum(map(int, words[11:15]))
    return ticks / os.sysconf("SC_CLK_TCK")


def pss(pid: int) -> int:
    """Return what a process holds in MiB, shared pages divided among those who share them."""
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) // 1024
    except OSError:
        pass
    return 0


@dataclass
class Bench:
    """The server, its lead, and the database behind it."""

    server: Server
    study: Study
    lead: Person
    leaders: Sequence[int]

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """Return the JSON of the lead's request, which must succeed."""
        status, answer = self.lead.send(method, f"/api/v1{path}", body)
        self.lead.close()  # the server lets go of whoever says nothing for a while
        if status >= 400:
            raise RuntimeError(f"{method} {path}: {status} {answer}")
        return answer

    def wait_for_job(self, job: str) -> None:
        """Wait until a job has ended well."""
        ended = until(lambda: self._ended(job), "the job does not end", pause=0.1)
        if ended["state"] != "done":
            raise RuntimeError(str(ended))

    def _ended(self, job: str) -> Any:
        answer = self.ask("GET", f"/jobs/{job}")
        return answer if answer["state"] in {"done", "failed", "cancelled"} else None

    def close(self, round_id: UUID) -> None:
        """Close a round; return when it is compared and reported."""
        self.ask("POST", f"/rounds/{round_id}/close", {})
        jobs = self.ask("GET", f"/projects/{self.study.project}/jobs")
        jobs = jobs if isinstance(jobs, list) else jobs["items"]
        self.wait_for_job(next(j["id"] for j in jobs if j["kind"] == "compare"))

    def import_files(self) -> None:
        """Import what was uploaded."""
        self.wait_for_job(self.ask("POST", f"/projects/{self.study.project}/imports", {})["id"])

    def upload(self) -> None:
        """Upload files that wait for their import."""
        connection = http.client.HTTPConnection(LOOPBACK, self.server.port)
        for number in range(FILES):
            text = f"第{number}份资料。\n" + self.study.text[number : number + 6000]
            body = (
                f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="import{number}.txt"\r\n'
                f"Content-Type: text/plain\r\n\r\n{text}\r\n--{BOUNDARY}--\r\n"
            )
            headers = {
                "Authorization": f"Bearer {self.study.lead}",
                "Content-Type": f"multipart/form-data; boundary={BOUNDARY}",
            }
            connection.request("POST", f"/api/v1/projects/{self.study.project}/files", body.encode(), headers)
            answer = connection.getresponse()
            said = answer.read()
            if answer.status >= 400:
                raise RuntimeError(f"upload: {answer.status} {said.decode()}")

    def backup(self) -> None:
        """Make a backup as the command line does; its check finds that the log knows nothing of the rows put in."""
        done = self.server.run("backup")
        if done.returncode not in {0, 1}:
            raise RuntimeError(done.stderr)


def row(what: str, waits: Sequence[Wait], seconds: float) -> str:
    """Return a line of the table."""
    ordered = sorted(1000 * w.seconds for w in waits) or [0.0]
    percentile = ordered[min(int(len(ordered) * 0.99), len(ordered) - 1)]
    bad = sum(w.status not in {200, 201} for w in waits)
    return f"{what:34}{seconds:9.1f}{len(waits):8}{ordered[-1]:12.0f}{percentile:10.0f}{bad:8}"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--codings", type=int, default=20_000, help="codings of the round that is closed [20000]")
    parser.add_argument("--coders", type=int, default=5, help="coders of that round [5]")
    parser.add_argument("--documents", type=int, default=100, help="documents of that round [100]")
    parser.add_argument("--codes", type=int, default=400, help="codes of the codebook [400]")
    parser.add_argument("--postgres", action="store_true", help="PostgreSQL, Redis, two web processes and a worker")
    figures.option(parser)
    given = parser.parse_args()
    print("$", shlex.join(["python", *sys.argv]), f"  (load average {os.getloadavg()[0]:.1f})")
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="intercoder-waits-")))
        data = folder / "data"
        data.mkdir()
        url, redis_url, workers = f"sqlite:///{data / 'intercoder.sqlite3'}", "", "1"
        if given.postgres:
            url = stack.enter_context(Postgres(fsync=True)).create_database("benchmark")
            redis_url, workers = stack.enter_context(Redis()).url, "2"
        begun = time.monotonic()
        database = Database(url)
        schema.upgrade(database)
        study = prepare_study(database, coders=CODERS)
        lead = next(iter(study.tokens))
        letters = max(6000, 50 * given.codings // (given.coders * given.documents))
        made = make_study(
            database,
            study.project,
            lead,
            coders=given.coders,
            documents=given.documents,
            codes=given.codes,
            letters=letters,
        )
        rounds = [make_round(database, made, 10 + n, codings=given.codings, seed=n) for n in range(2)]
        database.dispose()
        print(f"prepared in {time.monotonic() - begun:.1f} s; database {Database(url).size() / 1e6:.0f} MB")
        server = stack.enter_context(Server(data, database_url=url, redis_url=redis_url, WEB_WORKERS=workers)).start()
        assert server.process is not None
        leaders = [server.process.pid]
        if given.postgres:
            with (folder / "worker.log").open("wb") as log:
                worker = subprocess.Popen(
                    [PROGRAM, "worker"], env=server.environment, stdout=log, stderr=log, start_new_session=True
                )
            stack.callback(worker.wait)
            stack.callback(worker.terminate)
            leaders.append(worker.pid)
        bench = Bench(server, study, Person(server.port, study.lead), leaders)
        bench.upload()
        figures.report(measure(bench, rounds, given), given.figures)


def measure(bench: Bench, rounds: Sequence[UUID], given: argparse.Namespace) -> list[Figure]:
    """Run every phase, print what it showed, and return what has a budget."""
    context = multiprocessing.get_context("spawn")
    stop, into = context.Event(), context.Queue()
    serving, workers = family(bench.leaders[:1]), bench.leaders[1:]
    before = {p: pss(p) for p in serving}
    people = context.Process(target=code_steadily, args=(bench.server.port, bench.study, stop, into), daemon=True)
    people.start()
    time.sleep(3)
    phases: list[tuple[str, float, float]] = []

    def phase(what: str, run: Callable[[], None]) -> None:
        begun = time.monotonic()
        run()
        phases.append((what, begun, time.monotonic()))
        time.sleep(2)

    phase("nothing else", lambda: time.sleep(QUIET))
    phase("a close with comparison, report", lambda: bench.close(rounds[0]))
    phase(f"an import of {FILES} files", bench.import_files)
    phase("a backup", bench.backup)
    phase("nothing else, again", lambda: time.sleep(QUIET))
    stop.set()
    waits: list[Wait] = into.get()
    people.join()
    print(f"\n{'':34}{'seconds':>9}{'PUTs':>8}{'longest ms':>12}{'p99 ms':>10}{'not 2xx':>8}")
    for what, begun, ended in phases:
        print(row(what, [w for w in waits if begun <= w.at <= ended], ended - begun))
    # The next one is to pay for the start of its process.
    until(lambda: not computing(bench.leaders), "what computed did not end", pause=0.5)
    with Held(bench.leaders) as held:
        begun = time.monotonic()
        bench.close(rounds[1])
        seconds = time.monotonic() - begun
    time.sleep(2)
    after = {p: pss(p) for p in serving}
    print(f"\nclose + compare + report, nobody coding: {seconds:.1f} s; all processes {held.most_all} MiB PSS at most")
    print(f"the server's processes in MiB PSS: before {list(before.values())}, afterwards {list(after.values())}")
    if workers:
        print(f"the worker that waits in MiB PSS: {[pss(p) for p in workers]}")
    where = f"{'PostgreSQL' if given.postgres else 'SQLite'}, {given.codings:,} codings"
    quiet = longest(waits, phases[0])
    standard = (given.coders, given.documents, given.codes, given.codings) == (5, 100, 400, 20_000)
    return [
        *(
            Figure(
                f"longest wait of a PUT more than without: {phase[0]} ({where})",
                longest(waits, phase) - quiet,
                "ms",
                100,
            )
            for phase in phases[1:-1]
        ),
        Figure(f"{where}: close + compare + first report", held.cpu, "s CPU", 3 if standard else None),
        Figure(f"{where}: the process that computes it", held.most, "MiB PSS", 250 if standard else None),
        Figure(f"{where}: the serving process afterwards", max(after.values()), "MiB PSS", 250),
    ]


def longest(waits: Sequence[Wait], phase: tuple[str, float, float]) -> float:
    """Return the longest wait in ms of those that began in a phase."""
    return max((1000 * w.seconds for w in waits if phase[1] <= w.at <= phase[2]), default=0.0)


if __name__ == "__main__":
    main()
