"""Live pages: one stream of hints for each open page, filtered by the rule of blindness.

The stream says only that something of a kind changed; the page then asks again through its own
routes, which know what the person may see. Hints are gathered for a second, so that fifty writes a
second are one message a second, and a listener that does not keep up loses hints, never data.
"""

import asyncio
import json
import threading
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from uuid import UUID

from intercoder.db import Database
from intercoder.errors import IntercoderError, Unavailable
from intercoder.events import ACCOUNT, Hint, LocalBus, Subject
from intercoder.models import Role
from intercoder.services.accounts import Actor
from intercoder.services.credentials import Credential
from intercoder.services.watching import watcher
from intercoder.web import metrics

GATHER = 1.0
#: how often a quiet stream proves that it is alive, and a person's membership is looked at again
CHECK = 15.0


@dataclass(eq=False)
class Listener:
    """One open page."""

    actor: Actor
    project: str
    roles: frozenset[Role]
    blind: frozenset[str]
    topics: set[str] = field(default_factory=set)
    waiting: asyncio.Event = field(default_factory=asyncio.Event)
    #: the person was signed out somewhere: nothing is gathered before it is asked whether this page may stay
    doubted: bool = False

    def may_know(self, hint: Hint) -> bool:
        """Whether this person may learn that the thing happened."""
        if hint.project != self.project:
            return False
        if hint.public or hint.actor == str(self.actor.id) or hint.round is None:
            return True
        if hint.round in self.blind:
            return False
        # Who only codes hears nothing of others' rounds; codings of open rounds are nobody's news.
        return bool(self.roles - {Role.CODER}) and hint.topic != Subject.CODING


class Hub:
    """All open pages of this process."""

    def __init__(self, database: Database, bus: LocalBus, *, most: int = 500, per_person: int = 20) -> None:
        self._database = database
        self._most, self._per_person = most, per_person
        self._listeners: set[Listener] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._closing = False
        self._hearing = threading.Lock()
        self._heard_of: set[Hint] = set()
        bus.listen(self._heard)

    def start(self, loop: asyncio.AbstractEventLoop) -> None:
        """Remember the loop that the streams live on."""
        self._loop = loop

    def close(self) -> None:
        """End every stream, so that the server can stop."""
        self._closing = True
        for listener in self._listeners:
            listener.waiting.set()

    def _heard(self, hint: Hint) -> None:
        if self._loop is None or self._loop.is_closed():
            return  # kept, it would stand for a waking that never was, and nothing would be delivered any more
        with self._hearing:
            waking = not self._heard_of
            self._heard_of.add(hint)
        # Who writes fast says the same again and again: the loop is woken once for all that was heard meanwhile.
        if waking:
            self._loop.call_soon_threadsafe(self._deliver)

    def _deliver(self) -> None:
        with self._hearing:
            hints, self._heard_of = self._heard_of, set()
        for hint in hints:
            for listener in self._listeners:
                if hint.topic == ACCOUNT and hint.actor == str(listener.actor.id):
                    listener.doubted = True
                    listener.waiting.set()
                elif listener.may_know(hint):
                    listener.topics.add(hint.topic)
                    listener.waiting.set()

    def admit(self, credential: Credential, project: UUID) -> Listener:
        """Return a listener for whoever shows this; raises as any route would."""
        with self._database.reading() as session:
            who = watcher(session, credential, project)
        return Listener(who.actor, str(project), who.roles, frozenset(str(r) for r in who.blind))

    async def stream(self, credential: Credential, project: UUID) -> AsyncGenerator[bytes]:
        """Yield the messages of one page until it goes, its person loses access, or the server stops.

        Raises what ``admit`` raises, and ``Unavailable`` when this process, or one person, has as many open pages as
        it takes: further ones poll.
        """
        if len(self._listeners) >= self._most:
            raise _full()
        listener = await asyncio.to_thread(self.admit, credential, project)
        of_person = sum(other.actor.id == listener.actor.id for other in self._listeners)
        if of_person >= self._per_person or len(self._listeners) >= self._most:
            raise _full()
        self._listeners.add(listener)
        metrics.streams(len(self._listeners))
        try:
            yield b"retry: 3000\nevent: hello\ndata: {}\n\n"
            while not self._closing:
                try:
                    await asyncio.wait_for(listener.waiting.wait(), CHECK)
                except TimeoutError:
                    yield b": still here\n\n"
                else:
                    if not listener.doubted:
                        await asyncio.sleep(GATHER)
                listener.doubted = False
                try:
                    fresh = await asyncio.to_thread(self.admit, credential, project)
                except IntercoderError:
                    break
                # What was gathered under the old rule is judged by the new one: a round may have opened.
                changed = fresh.blind != listener.blind
                listener.roles, listener.blind = fresh.roles, fresh.blind
                topics, listener.topics = listener.topics, set()
                listener.waiting.clear()
                if topics and not (changed and fresh.blind):
                    data = json.dumps({"topics": sorted(topics)})
                    yield f"event: change\ndata: {data}\n\n".encode()
            yield b"event: bye\ndata: {}\n\n"
        finally:
            self._listeners.discard(listener)
            metrics.streams(len(self._listeners))


def _full() -> Unavailable:
    return Unavailable("streams_full", "Too many pages are open: this one hears of changes when it is loaded again.")
