"""The event log: rows chained by hash, and the hints that wake open pages.

A row is the truth; a hint only says "look again". Hints leave after the commit, in this process or
through Redis, and are filtered for each listener by the rule of blindness before they are sent.
"""

import hashlib
import json
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID, uuid4

import redis
import sqlalchemy as sa
from sqlalchemy.orm import Session

from intercoder.clock import now
from intercoder.db import after_commit
from intercoder.models import Event, Project

CHANNEL = "intercoder:hints"


@dataclass(frozen=True)
class Hint:
    """Something changed: what, where, by whom, and who may know."""

    project: str
    topic: str
    actor: str | None
    round: str | None
    public: bool


class Bus(Protocol):
    """Carries hints to every web process."""

    def publish(self, hint: Hint) -> None:
        """Send a hint; losing it costs a page a few seconds, nothing else."""


#: what the hash of a row covers, in this order; the row before it comes last
_COVERED = (
    "project_id",
    "stream",
    "seq",
    "at",
    "actor_id",
    "action",
    "subject_kind",
    "subject_id",
    "round_id",
    "public",
    "detail",
    "previous",
)

# Written for every coding: built once, and sent without the unit of work.
_LOCK = sa.select(Project.id).where(Project.id == sa.bindparam("project")).with_for_update(key_share=True)
_ROWS = Event.metadata.tables[Event.__tablename__]
_HEAD = (
    sa.select(_ROWS.c.seq, _ROWS.c.hash)
    .where(_ROWS.c.stream == sa.bindparam("of"))
    .order_by(_ROWS.c.seq.desc())
    .limit(1)
)
_ADD = sa.insert(_ROWS)


def record(
    session: Session,
    project_id: UUID,
    actor_id: UUID | None,
    action: str,
    subject_kind: str,
    subject_id: UUID | None,
    detail: dict[str, Any] | None = None,
    *,
    stream: UUID | None = None,
    round_id: UUID | None = None,
    public: bool = False,
) -> None:
    """Add one row to the log in the caller's transaction and wake open pages after its commit.

    The caller of an assignment's ``stream`` holds the lock on the assignment; the project's own
    stream is serialised here by a lock on the project's row.
    """
    session.flush()
    if stream is None:
        stream = project_id
        session.execute(_LOCK, {"project": project_id})
    head = session.execute(_HEAD, {"of": stream}).first()
    row = {
        "id": uuid4(),
        "project_id": project_id,
        "stream": stream,
        "seq": head.seq + 1 if head else 1,
        "at": now(),
        "actor_id": actor_id,
        "action": action,
        "subject_kind": subject_kind,
        "subject_id": subject_id,
        "round_id": round_id,
        "public": public,
        "detail": detail or {},
        "previous": head.hash if head else "",
    }
    row["hash"] = _digest(row)
    session.execute(_ADD, row)
    bus: Bus | None = session.info.get("bus")
    if bus is not None:
        hint = Hint(
            str(project_id),
            subject_kind,
            str(actor_id) if actor_id else None,
            str(round_id) if round_id else None,
            public,
        )
        after_commit(session, lambda: bus.publish(hint))


def chained_hash(event: Event) -> str:
    """Return SHA-256 over the canonical JSON of the row's content and the hash of the row before it."""
    return _digest({name: getattr(event, name) for name in _COVERED})


def _digest(row: Mapping[str, Any]) -> str:
    content = [_plain(row[name]) for name in _COVERED]
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat(timespec="microseconds")
    return str(value) if value is None or isinstance(value, UUID) else value


def first_break(rows: Iterable[Event]) -> Event | None:
    """Return the first row of one stream, given in order of ``seq``, that does not follow from the one before it."""
    previous, seq = "", 0
    for row in rows:
        if row.seq != seq + 1 or row.previous != previous or row.hash != chained_hash(row):
            return row
        previous, seq = row.hash, row.seq
    return None


class LocalBus:
    """Hints within one process."""

    def __init__(self) -> None:
        self._listeners: list[Callable[[Hint], None]] = []

    def publish(self, hint: Hint) -> None:
        """Hand the hint to every listener."""
        for listener in list(self._listeners):
            listener(hint)

    def listen(self, listener: Callable[[Hint], None]) -> None:
        """Call ``listener`` with every hint from now on."""
        self._listeners.append(listener)

    def close(self) -> None:
        """Forget every listener."""
        self._listeners.clear()


class RedisBus(LocalBus):
    """Hints between processes. One subscription a process; while Redis is away only hints are lost."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self._client = redis.Redis.from_url(url, socket_timeout=2, socket_connect_timeout=2)
        self._stopped = threading.Event()
        self._url = url
        self._thread: threading.Thread | None = None

    def publish(self, hint: Hint) -> None:
        """Send the hint through Redis; on failure at least this process hears it."""
        try:
            self._client.publish(CHANNEL, json.dumps(asdict(hint)))
        except redis.RedisError:
            super().publish(hint)

    def listen(self, listener: Callable[[Hint], None]) -> None:
        """Subscribe on first use, then as ``LocalBus``."""
        super().listen(listener)
        if self._thread is None:
            self._thread = threading.Thread(target=self._read, name="redis-hints", daemon=True)
            self._thread.start()

    def _read(self) -> None:
        while not self._stopped.is_set():
            try:
                with redis.Redis.from_url(self._url, socket_connect_timeout=2).pubsub() as channel:  # type: ignore[no-untyped-call]
                    channel.subscribe(CHANNEL)
                    while not self._stopped.is_set():
                        message = channel.get_message(ignore_subscribe_messages=True, timeout=1.0)
                        if message:
                            super().publish(Hint(**json.loads(message["data"])))
            except (redis.RedisError, OSError):
                self._stopped.wait(1.0)

    def close(self) -> None:
        """End the subscription."""
        self._stopped.set()
        super().close()
        self._client.close()


def make_bus(redis_url: str | None) -> LocalBus:
    """Return the bus that fits the settings."""
    return RedisBus(redis_url) if redis_url else LocalBus()
