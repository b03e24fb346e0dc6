"""Figures of the running processes for Prometheus. Their labels name routes and states, never things or people."""

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead
from prometheus_client.registry import Collector

#: where several processes keep their figures for one another; read by the library before anything else
SHARED = "PROMETHEUS_MULTIPROC_DIR"
#: what a request may ask by; anything else is one label
METHODS = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"})
UNMATCHED = "unmatched"
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)

REGISTRY = CollectorRegistry()
_REQUESTS = Counter(
    "intercoder_requests", "Requests by route and status.", ("method", "route", "status"), registry=REGISTRY
)
_LATENCY = Histogram(
    "intercoder_request_seconds",
    "What requests took inside the application.",
    ("method", "route"),
    buckets=_SECONDS,
    registry=REGISTRY,
)
_UNDER_WAY = Gauge(
    "intercoder_requests_under_way",
    "Requests that are being answered.",
    multiprocess_mode="livesum",
    registry=REGISTRY,
)
_STREAMS = Gauge(
    "intercoder_open_streams", "Open pages that hear of changes.", multiprocess_mode="livesum", registry=REGISTRY
)
_FILES = Gauge(
    "intercoder_open_files",
    "Open files of the web processes, nearly all of them connections.",
    multiprocess_mode="livesum",
    registry=REGISTRY,
)
_CONNECTIONS = Gauge(
    "intercoder_database_connections_in_use",
    "Connections to the database that somebody works with.",
    multiprocess_mode="livesum",
    registry=REGISTRY,
)
_SECURITY = Counter("intercoder_security_events", "Lines of the security log.", ("what", "outcome"), registry=REGISTRY)


def begun() -> None:
    """Count a request in."""
    _UNDER_WAY.inc()


def ended() -> None:
    """Count it out."""
    _UNDER_WAY.dec()


def answered(method: str, route: str | None, status: int, seconds: float) -> None:
    """Count an answer."""
    known, where = method if method in METHODS else "other", route or UNMATCHED
    _REQUESTS.labels(known, where, str(status)).inc()
    _LATENCY.labels(known, where).observe(seconds)


def watched(what: str, outcome: str) -> None:
    """Count a line of the security log."""
    _SECURITY.labels(what, outcome).inc()


def streams(number: int) -> None:
    """Say how many pages hear of changes through this process."""
    _STREAMS.set(number)


def open_files(number: int) -> None:
    """Say how many files this process has open; idle connections are seen nowhere else."""
    _FILES.set(number)


def connections(number: int) -> None:
    """Say how many connections of this process are in use."""
    _CONNECTIONS.set(number)


class _Now(Collector):
    """What is looked up when somebody asks, since no process knows it by itself."""

    def __init__(self, jobs: Mapping[str, int], size: int) -> None:
        self._jobs, self._size = jobs, size

    def collect(self) -> Iterable[Metric]:
        """Yield the jobs and the size of the database."""
        jobs = GaugeMetricFamily("intercoder_jobs", "Jobs by state.", labels=("state",))
        for state, number in self._jobs.items():
            jobs.add_metric((state,), number)
        yield jobs
        yield GaugeMetricFamily("intercoder_database_bytes", "Size of the database.", value=self._size)


def exposition(jobs: Mapping[str, int], size: int) -> bytes:
    """Return all figures, of all processes, as Prometheus reads them."""
    folder = os.environ.get(SHARED)
    if not folder:
        now = CollectorRegistry()
        now.register(_Now(jobs, size))
        ProcessCollector(registry=now)
        return generate_latest(REGISTRY) + generate_latest(now)
    shared = CollectorRegistry()
    _forget_the_dead(Path(folder))
    MultiProcessCollector(shared, path=folder)  # type: ignore[no-untyped-call]
    shared.register(_Now(jobs, size))
    return generate_latest(shared)


def _forget_the_dead(folder: Path) -> None:
    """Take processes out of the sums that ended without a word."""
    for file in folder.glob("gauge_live*.db"):
        pid = int(file.stem.rpartition("_")[2])
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            mark_process_dead(pid, path=str(folder))  # type: ignore[no-untyped-call]
        except PermissionError:
            continue  # it lives, and is somebody else's
