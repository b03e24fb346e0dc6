"""RQ as the engine of jobs on any number of machines. The job rows stay the truth."""

import pkgutil
import threading
from collections.abc import Callable
from importlib import import_module
from uuid import UUID

import redis
from sqlalchemy.orm import configure_mappers

from intercoder import events, heap
from intercoder.config import load_settings
from intercoder.db import Database
from intercoder.events import ANCHORS, AnchorFile, make_bus
from intercoder.jobs.runner import run_next
from intercoder.jobs.tidying import Tidying
from intercoder.logs import get_logger
from intercoder.queue import waiting

QUEUE = "intercoder"
SWEEP = 10.0
#: what comparing, reports and files to take away load when they come to need it
NEEDED = (
    *("intercoder.jobs.handlers", "intercoder.jobs.exporting", "intercoder.stats.spans.report"),
    *(f"intercoder.stats.agreement.{name}" for name in ("report", "coded_units", "judged", "leverage", "remedies")),
    *(f"intercoder.events.{module.name}" for module in pkgutil.iter_modules(events.__path__)),
)
log = get_logger()


def make_wake(redis_url: str) -> Callable[[str], None]:
    """Return the function that hands a job to the RQ workers; without Redis the sweeper does it later."""
    from rq import Queue

    client = redis.Redis.from_url(redis_url, socket_connect_timeout=2)
    rq = Queue(QUEUE, connection=client)

    def wake(job_id: str) -> None:
        try:
            rq.enqueue(run, job_id, job_id=_name(job_id), result_ttl=60, failure_ttl=600, job_timeout=3600)
        except redis.RedisError:
            log.warning("queue.redis_away", job=job_id)

    return wake


def _name(job_id: object) -> str:
    """Return what RQ calls a job."""
    return f"intercoder-{job_id}"


def run(job_id: str) -> None:
    """Run one job; RQ calls this in its own process."""
    settings = load_settings()
    database = Database(settings.database_url, pool_size=2)
    bus = make_bus(settings.redis_url)
    database.hooks["bus"] = bus
    database.hooks["quotas"] = settings.quotas
    database.hooks["anchors"] = AnchorFile(settings.data / ANCHORS)
    try:
        run_next(database, UUID(job_id))
    finally:
        bus.close()
        database.dispose()


def load() -> None:
    """Load what most jobs need, once: each is done in a fork of this process, and would load it anew."""
    for name in NEEDED:
        import_module(name)
    configure_mappers()
    heap.settle()


def work(redis_url: str, database: Database) -> None:
    """Serve jobs until stopped: an RQ worker, and a sweeper that re-enqueues what Redis lost."""
    from rq import Queue, Worker

    load()  # before there is a thread: what is forked while one loads something waits for its lock forever
    client = redis.Redis.from_url(redis_url)
    queue = Queue(QUEUE, connection=client)
    wake = make_wake(redis_url)
    stopped = threading.Event()

    tidied = Tidying(database)

    def sweep() -> None:
        while True:
            try:
                tidied()
                with database.reading() as session:
                    rows = waiting(session)
                known = set(queue.job_ids) if rows else set()
                for job_id in rows:
                    if _name(job_id) not in known:  # else a long queue would fill up with repetitions
                        wake(str(job_id))
            except Exception:
                log.exception("queue.sweep")
            if stopped.wait(SWEEP):
                return

    sweeper = threading.Thread(target=sweep, name="job-sweeper", daemon=True)
    sweeper.start()
    try:
        Worker([queue], connection=client).work()
    finally:
        stopped.set()
