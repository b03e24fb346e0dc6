"""A real worker process on a real Redis: it imports, and nothing is lost with Redis or with the worker."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
import redis
import sqlalchemy as sa

from cast import Cast
from intercoder import queue
from intercoder.clock import now
from intercoder.jobs.worker import QUEUE, make_wake
from intercoder.models import Document, Imported, ImportFiles, Job, JobKind, JobState
from intercoder.policy import Permission
from intercoder.services import ingest, jobs, rounds
from waiting import until

#: does a job as the worker's fork does, and prints what it loads then
LOADS = """
import sys
from intercoder.jobs import worker
worker.load()
before = set(sys.modules)
worker.run(sys.argv[1])
print(*sorted(name for name in sys.modules.keys() - before if name.startswith(("intercoder", "numpy", "scipy"))))
"""
FILES = 60  # so many that the import is not over before its worker is killed
PROGRAM = str(Path(sys.executable).with_name("intercoder"))
#: the same, but its sweeper comes round every second
QUICK = [
    sys.executable,
    "-c",
    "from intercoder import cli; from intercoder.jobs import worker; worker.SWEEP = 1; cli.main(['worker'])",
]


def _family(pid: int) -> list[int]:
    """Return a process and its descendants."""
    with suppress(OSError):
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        return [pid, *(grandchild for child in children for grandchild in _family(int(child)))]
    return [pid]


class Worker:
    """An ``intercoder worker`` in a process group of its own."""

    def __init__(self, url: str, redis_url: str, data: Path) -> None:
        self._log = data / "worker.log"
        self._environment = {
            **os.environ,
            "DATABASE_URL": url,
            "REDIS_URL": redis_url,
            "INTERCODER_DATA": str(data),
        }
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, command: Sequence[str] = (PROGRAM, "worker")) -> None:
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=self._environment,
                start_new_session=True,
            )

    def run(self, *code: str) -> str:
        """Run a piece of Python to its end, where the worker would run, and return what it prints."""
        done = subprocess.run(
            [sys.executable, "-c", *code], capture_output=True, text=True, env=self._environment, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def kill9(self) -> None:
        """Kill the worker and what it has forked: RQ runs a job in a child with a group of its own."""
        if self._process is not None:
            for pid in _family(self._process.pid):
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            self._process.wait()
            self._process = None

    @property
    def processes(self) -> list[subprocess.Popen[bytes]]:
        return [] if self._process is None else [self._process]

    def said(self) -> str:
        return self._log.read_text() if self._log.exists() else ""


@pytest.fixture
def worker(database_url: str, redis_url: str, tmp_path: Path) -> Iterator[Worker]:
    """A worker that is not started yet, on an empty Redis."""
    with redis.Redis.from_url(redis_url) as client:
        client.flushall()
    (tmp_path / "worker").mkdir()
    made = Worker(database_url, redis_url, tmp_path / "worker")
    yield made
    made.kill9()


def stage(cast: Cast, *names: str, kind: str = "txt") -> UUID:
    with cast.database.transaction() as session:
        access = cast.access(session, "lena", Permission.MATERIALS_MANAGE)
        files = [ingest.stage_file(session, access, f"{n}.{kind}", f"{n}：先有信任。".encode()).id for n in names]
        return ingest.start_import(session, access, files).id


def wait_until_ended(cast: Cast, job_id: UUID, worker: Worker) -> Job:
    def ended() -> Job | None:
        with cast.database.reading() as session:
            job = session.get_one(Job, job_id)
        return job if job.state.ended else None

    return until(ended, lambda: f"the job did not end: {worker.said()[-2000:]}", alive=worker.processes)


def count(cast: Cast, title: str) -> int:
    with cast.database.reading() as session:
        documents = session.scalars(sa.select(Document.id).where(Document.title == title)).all()
    return len(documents)


def test_a_worker_imports_what_was_enqueued_and_survives_the_loss_of_redis(
    cast: Cast, worker: Worker, redis_url: str
) -> None:
    cast.database.hooks["wake"] = make_wake(redis_url)
    first = stage(cast, "甲", "乙")
    worker.start(QUICK)
    job = wait_until_ended(cast, first, worker)
    assert job.state == "done"
    assert isinstance(job.outcome, Imported)
    assert job.outcome.imported == 2
    assert count(cast, "甲") == count(cast, "乙") == 1

    # Redis forgets everything: the row is the truth, and the sweeper finds it.
    cast.database.hooks["wake"] = lambda _job: None
    second = stage(cast, "丙")
    with redis.Redis.from_url(redis_url) as client:
        client.flushall()
    assert wait_until_ended(cast, second, worker).state == "done"
    assert count(cast, "丙") == 1


def test_a_job_whose_worker_was_killed_is_finished_by_the_next_one(cast: Cast, worker: Worker, redis_url: str) -> None:
    job_id = stage(cast, *[f"资料{n}" for n in range(FILES)], kind="html")  # each is read by a process of its own
    worker.start()
    until(lambda: count(cast, "资料1"), worker.said, alive=worker.processes)
    worker.kill9()
    with cast.database.transaction() as session:
        job = session.get_one(Job, job_id)
        assert job.state == "running", "the job was over before the worker was killed"
        job.lease_until = now() - timedelta(seconds=1)  # half a minute later
    worker.start()
    job = wait_until_ended(cast, job_id, worker)
    assert (job.state, job.attempts) == ("done", 2)
    assert [count(cast, f"资料{n}") for n in range(FILES)] == [1] * FILES


def test_the_sweeper_does_not_fill_the_queue_with_repetitions(cast: Cast, worker: Worker, redis_url: str) -> None:
    from rq import Queue

    wake = make_wake(redis_url)
    with cast.database.transaction() as session:
        busy = queue.enqueue(session, cast.project, cast.people["lena"].id, ImportFiles(()))
        busy.state = JobState.RUNNING
    waiting = [stage(cast, f"队列{n}") for n in range(3)]
    for job_id in waiting:
        wake(str(job_id))
    with redis.Redis.from_url(redis_url) as client:
        assert len(Queue(QUEUE, connection=client).job_ids) == 3
        worker.start()
        for job_id in waiting:
            assert wait_until_ended(cast, job_id, worker).state == "done"
        until(lambda: Queue(QUEUE, connection=client).job_ids == [], "the queue is empty", alive=worker.processes)
    # The job that the worker takes at the very moment of a sweep is in no queue and has not begun: that one may come twice.
    assert worker.said().count("Job OK") <= 4


def test_what_a_comparison_and_its_report_need_is_loaded_before_the_worker_forks(cast: Cast, worker: Worker) -> None:
    made = cast.coded_round()
    with cast.database.transaction() as session:
        rounds.close_round(
            session, cast.access(session, "lena", Permission.ROUND_MANAGE, "round", made), unfinished=False
        )
        job = jobs.latest_of_round(session, cast.project, made, [JobKind.COMPARE])
        assert job is not None
    assert worker.run(LOADS, str(job.id)).splitlines()[-1] == "", "this was loaded only then"
    with cast.database.reading() as session:
        assert session.get_one(Job, job.id).state == "done"


def test_a_worker_without_redis_says_what_it_needs(worker: Worker, tmp_path: Path) -> None:
    environment = {**os.environ, "INTERCODER_DATA": str(tmp_path / "worker"), "REDIS_URL": ""}
    done = subprocess.run([PROGRAM, "worker"], capture_output=True, text=True, env=environment, check=False)
    assert done.returncode == 1
    assert "A worker needs REDIS_URL" in done.stderr
