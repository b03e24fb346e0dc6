"""Hints between processes, through Redis."""

import threading
from collections.abc import Callable

import redis

from intercoder.events.bus import Hint, LocalBus

CHANNEL = "intercoder:hints"
#: seconds in which hints are gathered; open pages gather them for longer
GATHER = 0.05


class RedisBus(LocalBus):
    """Hints between processes. One subscription a process; while Redis is away only hints are lost."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self._client = redis.Redis.from_url(url, socket_timeout=2, socket_connect_timeout=2)
        self._stopped = threading.Event()
        self._url = url
        self._thread: threading.Thread | None = None
        self._lock, self._news = threading.Lock(), threading.Event()
        self._waiting: dict[Hint, None] = {}  # in the order in which they came
        self._sender: threading.Thread | None = None

    def publish(self, hint: Hint) -> None:
        """Send the hint through Redis soon, once for all that say the same; on failure at least this process hears it."""
        with self._lock:
            self._waiting[hint] = None
            if self._sender is None:
                self._sender = threading.Thread(target=self._send, name="redis-sender", daemon=True)
                self._sender.start()
        self._news.set()

    def _send(self) -> None:
        while not self._stopped.is_set():
            self._news.wait()
            self._news.clear()  # before it looks for the end: an end that was taken for news would be waited for forever
            if not self._stopped.wait(GATHER):
                self._send_all()

    def _send_all(self) -> None:
        with self._lock:
            hints, self._waiting = self._waiting, {}
        if not hints:
            return
        try:
            with self._client.pipeline(transaction=False) as together:
                for hint in hints:
                    together.publish(CHANNEL, hint.text())
                together.execute()
        except redis.RedisError:
            for hint in hints:
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
                            super().publish(Hint.of_text(message["data"]))
            except (redis.RedisError, OSError):
                self._stopped.wait(1.0)

    def close(self) -> None:
        """Send what waits and end the subscription."""
        self._stopped.set()
        self._news.set()
        if self._sender is not None:
            self._sender.join()
            self._send_all()
        super().close()
        self._client.close()


def answers(redis_url: str) -> bool:
    """Return whether Redis is there."""
    try:
        with redis.Redis.from_url(redis_url, socket_timeout=1, socket_connect_timeout=1) as client:
            return bool(client.ping())
    except redis.RedisError:
        return False
