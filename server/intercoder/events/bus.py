"""Hints that wake open pages. A row of the log is the truth; a hint only says "look again".

Hints leave after the commit, in this process or through Redis, and are filtered for each listener by
the rule of blindness before they are sent.
"""

import json
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Protocol

import redis

CHANNEL = "intercoder:hints"
#: the topic of a hint that somebody was signed out somewhere: it concerns the pages of the person, in any project
ACCOUNT = "account"


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


def answers(redis_url: str) -> bool:
    """Return whether Redis is there."""
    try:
        with redis.Redis.from_url(redis_url, socket_timeout=1, socket_connect_timeout=1) as client:
            return bool(client.ping())
    except redis.RedisError:
        return False
