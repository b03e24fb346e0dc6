"""Running jobs: one claimed job at a time, and the thread that does it in the laptop's one process."""

import threading
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from intercoder import queue
from intercoder.db import Database
from intercoder.errors import Failure, IntercoderError, marked
from intercoder.events import Hint, LocalBus
from intercoder.jobs.handlers import Work, do, work_of
from intercoder.logs import get_logger
from intercoder.models import Job, JobState

POLL = 2.0
log = get_logger()


def run_next(database: Database, job_id: UUID | None = None) -> bool:
    """Claim one job and run it to its end; return whether there was one."""
    with database.transaction() as session:
        job = queue.claim(session, job_id)
        if job is None:
            return False
        work, kind = work_of(database, job), job.kind
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


def _end(work: Work, end: Callable[[Job], None]) -> None:
    with work.transaction() as session:
        job = session.get(Job, work.id)
        if job is not None and job.fence == work.fence and job.state == JobState.RUNNING:
            end(job)


def _tell(database: Database, work: Work) -> None:
    """Wake the pages that show the job. No log row: the services' own rows say what was done."""
    bus = database.hooks.get("bus")
    if isinstance(bus, LocalBus):
        bus.publish(Hint(str(work.project_id), "job", str(work.actor_id), None, False))


class _Heartbeat:
    """Renews the lease while a handler computes, so that long work is not taken for dead."""

    def __init__(self, work: Work) -> None:
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
    """One thread that runs jobs in this process; woken by an enqueue, else it looks every two seconds."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._wake = threading.Event()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="jobs", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def wake(self, _job_id: str) -> None:
        """Look for work now."""
        self._wake.set()

    def stop(self) -> None:
        """Stop after the job at hand."""
        self._stopped.set()
        self._wake.set()
        self._thread.join(timeout=10)

    def _run(self) -> None:
        while not self._stopped.is_set():
            try:
                while not self._stopped.is_set() and run_next(self._database):
                    pass
            except Exception:
                log.exception("jobs.loop")
            self._wake.wait(POLL)
            self._wake.clear()
