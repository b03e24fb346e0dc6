"""Hints between processes, through Redis."""

import json
import threading
from collections.abc import Callable
from dataclasses import asdict

import redis

from intercoder.events.bus import Hint, LocalBus

CHANNEL = "intercoder:hints"


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


def answers(redis_url: str) -> bool:
    """Return whether Redis is there."""
    try:
        with redis.Redis.from_url(redis_url, socket_timeout=1, socket_connect_timeout=1) as client:
            return bool(client.ping())
    except redis.RedisError:
        return False
