"""Hints that wake open pages. A row of the log is the truth; a hint only says "look again".

Hints leave after the commit, in this process or through Redis, and are filtered for each listener by
the rule of blindness before they are sent.
"""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Protocol

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
    #: whose own work it is about, who may know whatever else is hidden from them
    people: tuple[str, ...] = ()

    def text(self) -> str:
        """Return it as one process tells it to another."""
        return json.dumps(asdict(self))

    @classmethod
    def of_text(cls, text: str | bytes) -> "Hint":
        """Return what another process told; those that began earlier say nothing of people."""
        told = json.loads(text)
        # A list would make it a thing that no set takes, and the thread that hands it on would end.
        return cls(**{**told, "people": tuple(told.get("people", ()))})


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


def make_bus(redis_url: str | None) -> LocalBus:
    """Return the bus that fits the settings."""
    if redis_url is None:
        return LocalBus()
    from intercoder.events.redis_bus import RedisBus  # a laptop never loads Redis's client, a tenth of its start

    return RedisBus(redis_url)
