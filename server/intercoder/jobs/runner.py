"""Running jobs: one claimed job at a time; and what does them where there is no Redis, threads and a child process."""

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from intercoder import queue
from intercoder.db import Database
from intercoder.errors import Failure, IntercoderError, marked
from intercoder.events import Hint, LocalBus
from intercoder.jobs.tidying import Tidying
from intercoder.logs import get_logger
from intercoder.models import Job, JobKind, JobState

if TYPE_CHECKING:  # loaded with the first job: a server that idles has none
    from intercoder.jobs.handlers import Work

POLL = 2.0
#: what computes for seconds and holds hundreds of megabytes meanwhile: it has a process of its own
HEAVY = frozenset({JobKind.COMPARE, JobKind.AGREEMENT, JobKind.CHANGES, JobKind.ALIGN, JobKind.MEASURE, JobKind.EXPORT})
LIGHT = frozenset(JobKind) - HEAVY
#: what a child is told: to do what waits, to end; and what it says when nothing waits any more
GO, STOP, RESTING = "go", "stop", "resting"
#: seconds in which a child that was asked to end does so
STOPPING = 8.0
#: seconds for which a child waits for more: who asks for one report mostly asks for another
REST = 30.0
log = get_logger()


def run_next(
    database: Database,
    job_id: UUID | None = None,
    *,
    kinds: Collection[JobKind] = tuple(JobKind),
    begun: Callable[["Work"], None] = lambda _work: None,
) -> bool:
    """Claim one job and run it to its end; return whether there was one. ``begun`` is told of it first."""
    with database.transaction() as session:
        job = queue.claim(session, job_id, kinds)
        if job is None:
            return False
        from intercoder.jobs.handlers import do, work_of

        work, kind = work_of(database, job), job.kind
    begun(work)
    with _Heartbeat(work):
        try:
            do(work)
        except queue.LostLease:
            log.warning("job.lost_lease", job=str(work.id))
        except queue.Cancelled:
            _end(work, queue.stop)
        except IntercoderError as error:
            failure = error.kept()
            _end(work, lambda job: queue.fail(job, failure))
        except Exception:
            log.exception("job.failed", job=str(work.id), kind=kind)
            inside = Failure("internal", marked("Something went wrong inside. The server's log says what."))
            _end(work, lambda job: queue.fail(job, inside))
    _tell(database, work)
    return True


def give_back(work: "Work") -> None:
    """Let another worker begin a job again; nothing is written under this claim any more."""
    _end(work, queue.give_back)


def _end(work: "Work", end: Callable[[Job], None]) -> None:
    with work.transaction() as session:
        job = session.get(Job, work.id)
        if job is not None and job.fence == work.fence and job.state == JobState.RUNNING:
            end(job)


def _tell(database: Database, work: "Work") -> None:
    """Wake the pages that show the job. No log row: the services' own rows say what was done."""
    bus = database.hooks.get("bus")
    if isinstance(bus, LocalBus):
        bus.publish(Hint(str(work.project_id), "job", str(work.actor_id), None, False))


class _Heartbeat:
    """Renews the lease while a handler computes, so that long work is not taken for dead."""

    def __init__(self, work: "Work") -> None:
        self._work = work
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._beat, name="job-heartbeat", daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _beat(self) -> None:
        every = (queue.LEASE / 3) / timedelta(seconds=1)
        while not self._stop.wait(every):
            try:
                with self._work.transaction() as session:
                    queue.hold(session, self._work.id, self._work.fence)
            except (queue.LostLease, queue.Cancelled):
                return
            except Exception:
                log.exception("job.heartbeat", job=str(self._work.id))


class LocalExecutor:
    """Does jobs without Redis: light ones in a thread of this process, heavy ones in a child, each kind one at a time.

    ``environment``: what the child's settings are read from, besides the environment of this process. ``rest``: for how
    many seconds it waits for more.
    """

    def __init__(self, database: Database, environment: Mapping[str, str] | None = None, *, rest: float = REST) -> None:
        self._apart = _Apart(database, environment or {}, rest)
        tidied = Tidying(database)
        self._lanes = (
            _Lane("jobs", lambda: (_waits(database, LIGHT) and run_next(database, kinds=LIGHT)) or tidied()),
            _Lane("heavy-jobs", self._apart.run),
        )

    def start(self) -> None:
        """Begin."""
        for lane in self._lanes:
            lane.start()

    def wake(self, _job_id: str) -> None:
        """Look for work now."""
        for lane in self._lanes:
            lane.woken.set()

    def stop(self) -> None:
        """Stop after the jobs at hand; a heavy one that takes too long is given back."""
        for lane in self._lanes:
            lane.ask_to_stop()
        self._apart.stop()
        for lane in self._lanes:
            lane.join()
        self._apart.forget()


def _waits(database: Database, kinds: Collection[JobKind]) -> bool:
    """Return whether there is work of these kinds: a look that keeps no coder from writing, as a claim would."""
    with database.reading() as session:
        return bool(queue.waiting(session, kinds))


class _Lane:
    """A thread that does what waits; woken by an enqueue, else it looks every two seconds."""

    def __init__(self, name: str, run: Callable[[], bool]) -> None:
        self._run_next = run
        self.woken = threading.Event()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def ask_to_stop(self) -> None:
        self._stopped.set()
        self.woken.set()

    def join(self) -> None:
        self._thread.join(timeout=10)

    def _run(self) -> None:
        while not self._stopped.is_set():
            try:
                while not self._stopped.is_set() and self._run_next():
                    pass
            except Exception:
                log.exception("jobs.loop")
            self.woken.wait(POLL)
            self.woken.clear()


class _Apart:
    """Has the heavy jobs done by a child, which waits a while for more; see ``intercoder.jobs.child``."""

    def __init__(self, database: Database, environment: Mapping[str, str], rest: float) -> None:
        self._database = database
        self._environment = environment
        self._rest = rest
        self._child: subprocess.Popen[str] | None = None

    def run(self) -> bool:
        """Have a child do what waits, if anything does; return whether it was there to the end of it."""
        self.forget()
        if not _waits(self._database, HEAVY):
            return False
        child = self._child = self._child or self._started()
        assert child.stdin is not None
        assert child.stdout is not None
        with suppress(OSError):  # it was about to end: who looks next finds it gone, and what waits
            print(GO, file=child.stdin, flush=True)
        for line in child.stdout:
            if line.strip() == RESTING:
                return True
            self._hand_on(line)
        return child.wait() == 0

    def _started(self) -> subprocess.Popen[str]:
        # A fresh interpreter and no fork: this process has threads, which may hold any lock at that moment.
        return subprocess.Popen(  # noqa: S603 - this interpreter and a module of ours
            [sys.executable, "-P", "-m", "intercoder.jobs.child", str(self._rest)],
            # Ctrl-C reaches every process of a terminal's group, and one that is only starting would end in a traceback.
            process_group=0,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, **self._environment},
        )

    def stop(self) -> None:
        """Ask the child to stop, and see that it does."""
        child = self._child
        if child is None or child.poll() is not None:
            return
        assert child.stdin is not None
        with suppress(OSError, ValueError):
            print(STOP, file=child.stdin, flush=True)
        try:
            child.wait(STOPPING)
        except subprocess.TimeoutExpired:
            child.kill()

    def forget(self) -> None:
        """Let go of a child that has ended."""
        child = self._child
        if child is None or child.poll() is None:
            return
        for pipe in (child.stdin, child.stdout):
            assert pipe is not None
            with suppress(OSError):  # what was said to nobody
                pipe.close()
        self._child = None

    def _hand_on(self, line: str) -> None:
        bus = self._database.hooks.get("bus")
        if isinstance(bus, LocalBus):
            bus.publish(Hint.of_text(line))
