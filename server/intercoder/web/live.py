"""Live pages: one stream of hints for each open page, filtered by the rule of blindness.

The stream says only that something of a kind changed; the page then asks again through its own
routes, which know what the person may see. Hints are gathered for a second, so that fifty writes a
second are one message a second, and a listener that does not keep up loses hints, never data.
"""

import asyncio
import json
import threading
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from intercoder.db import Database
from intercoder.errors import IntercoderError, Unavailable
from intercoder.events import ACCOUNT, Hint, LocalBus, Subject
from intercoder.models import Role
from intercoder.services.access import no_such_thing
from intercoder.services.accounts import Actor
from intercoder.services.credentials import Credential
from intercoder.services.watching import Watcher, watcher, watchers
from intercoder.web import metrics

GATHER = 1.0
#: how often a quiet stream proves that it is alive, and a person's membership is looked at again
CHECK = 15.0


@dataclass(frozen=True)
class Hears:
    """What a person may hear of a project: by roles, and by the open rounds in which the person codes."""

    roles: frozenset[Role]
    blind: frozenset[str]

    @classmethod
    def of(cls, watcher: Watcher) -> "Hears":
        """Return it for who watches."""
        return cls(watcher.roles, frozenset(map(str, watcher.blind)))


@dataclass(eq=False)
class Listener:
    """One open page: of a project, or of all of a person's."""

    actor: Actor
    projects: Mapping[str, Hears]
    topics: set[str] = field(default_factory=set)
    waiting: asyncio.Event = field(default_factory=asyncio.Event)
    #: the person was signed out somewhere: nothing is gathered before it is asked whether this page may stay
    doubted: bool = False
    #: the person as hints name people: asked of each page at each hint
    person: str = field(init=False)

    def __post_init__(self) -> None:
        self.person = str(self.actor.id)

    @property
    def hidden(self) -> frozenset[str]:
        """The open rounds in which the person codes."""
        return frozenset(round_ for hears in self.projects.values() for round_ in hears.blind)

    def may_know(self, hint: Hint) -> bool:
        """Whether this person may learn that the thing happened."""
        hears = self.projects.get(hint.project)
        if hears is None:
            return False
        if hint.public or hint.round is None or self.person == hint.actor or self.person in hint.people:
            return True
        if hint.round in hears.blind:
            return False
        # Who only codes hears nothing of others' rounds; codings of open rounds are nobody's news.
        return bool(hears.roles - {Role.CODER}) and hint.topic != Subject.CODING


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
                if hint.topic == ACCOUNT and hint.actor == listener.person:
                    listener.doubted = True
                    listener.waiting.set()
                elif hint.topic not in listener.topics and listener.may_know(hint):
                    listener.topics.add(hint.topic)
                    listener.waiting.set()

    def admit(self, credential: Credential, project: UUID | None) -> Listener:
        """Return a listener for whoever shows this, to one project or to all of the person's; raises as any route would."""
        with self._database.reading() as session:
            everywhere = {project: watcher(session, credential, project)} if project else watchers(session, credential)
        if not everywhere:
            raise no_such_thing()
        actor = next(iter(everywhere.values())).actor
        return Listener(actor, {str(project): Hears.of(who) for project, who in everywhere.items()})

    async def stream(self, credential: Credential, project: UUID | None) -> AsyncGenerator[bytes]:
        """Yield the messages of one page until it goes, its person loses access, or the server stops.

        When the person is given work in a round, or loses it, or such a round opens or closes, the page hears that and
        nothing of what was gathered before: that is judged by the new rule.

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
                topics, listener.topics = listener.topics, set()
                listener.waiting.clear()
                if listener.hidden != fresh.hidden:
                    # What was gathered under the old rule may be hidden by the new one; that it changed is own news.
                    topics = {Subject.ROUND.value}
                listener.projects = fresh.projects
                if topics:
                    data = json.dumps({"topics": sorted(topics)})
                    yield f"event: change\ndata: {data}\n\n".encode()
            yield b"event: bye\ndata: {}\n\n"
        finally:
            self._listeners.discard(listener)
            metrics.streams(len(self._listeners))


def _full() -> Unavailable:
    return Unavailable("streams_full", "Too many pages are open: this one hears of changes when it is loaded again.")
