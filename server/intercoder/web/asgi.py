"""The ASGI application: /events natively, everything else through Flask in threads."""

import asyncio
import signal
import time
from collections.abc import Callable
from contextlib import ExitStack
from http.cookies import SimpleCookie
from types import FrameType
from urllib.parse import parse_qs
from uuid import UUID

from flask import Flask
from werkzeug.sansio.utils import host_is_trusted

from intercoder import heap, schema
from intercoder.config import Settings, load_settings
from intercoder.db import Database, sqlite_path
from intercoder.errors import IntercoderError
from intercoder.events import ANCHORS, AnchorFile, make_bus
from intercoder.jobs.runner import LocalExecutor
from intercoder.logs import configure_logs
from intercoder.paths import claim_file
from intercoder.services.access import sign_in_first
from intercoder.services.credentials import Credential
from intercoder.web.app import create_app
from intercoder.web.arriving import Arriving
from intercoder.web.bridge import UNREAD, Bridge, Receive, Scope, Send, within
from intercoder.web.connections import Connections, room
from intercoder.web.cookies import Cookies
from intercoder.web.guard import hashes_a_password
from intercoder.web.lane import Lane
from intercoder.web.live import Hub
from intercoder.web.problems import UntrustedHost, status_of
from intercoder.web.requests import HEADER, Number, answered

#: what is called when a signal comes
Handler = Callable[[int, FrameType | None], object] | int | None
THREADS = 24
#: bodies that are on their way at once, and how many of them may be as large as the largest
BODIES, BODIES_OF_FULL_SIZE = 1000, 20


class Application:
    """One web process."""

    def __init__(self, settings: Settings) -> None:
        configure_logs(settings.log_level)
        self.settings = settings
        self._held = ExitStack()
        path = sqlite_path(settings.database_url)
        if path is not None:
            self._held.enter_context(claim_file(path))  # until this process ends, however it ends
        self.database = Database(settings.database_url, pool_size=settings.pool_size)
        schema.require_current(self.database)
        self.bus = make_bus(settings.redis_url)
        self.database.hooks["bus"] = self.bus
        self.database.hooks["anchors"] = AnchorFile(settings.data / ANCHORS)
        self.executor: LocalExecutor | None = None
        if settings.redis_url:
            from intercoder.jobs.worker import make_wake

            self.database.hooks["wake"] = make_wake(settings.redis_url)
        else:
            where = {"DATABASE_URL": settings.database_url, "INTERCODER_DATA": str(settings.data)}
            self.executor = LocalExecutor(self.database, where)
            self.database.hooks["wake"] = self.executor.wake
        self.hub = Hub(self.database, self.bus, most=settings.streams, per_person=settings.streams_per_person)
        self.connections = Connections(
            port=settings.port,
            most=room(settings.connections),
            per_address=None if settings.trust_proxy else settings.connections_per_address,
        )
        self.flask: Flask = create_app(settings, self.database)
        largest = self.flask.config["MAX_CONTENT_LENGTH"]
        self._wsgi = Bridge(
            self.flask,
            threads=THREADS,
            largest=largest,
            lane=Lane(takes=hashes_a_password),
            arriving=Arriving(seconds=settings.body_seconds, most=BODIES, most_bytes=BODIES_OF_FULL_SIZE * largest),
            connections=self.connections,
            behind_proxy=settings.trust_proxy,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or the life of the process."""
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
        elif scope["type"] == "http" and scope["path"] == "/events":
            with self.connections.needed(scope.get("client")):
                await self._events(scope, receive, send)
        elif scope["type"] == "http":
            await self._wsgi(scope, receive, send)

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                self.hub.start(asyncio.get_running_loop())
                self.connections.watch()
                self._end_streams_on_signal()
                if self.executor is not None:
                    self.executor.start()
                await send({"type": "lifespan.startup.complete"})
            else:
                if self.executor is not None:
                    self.executor.stop()
                self.bus.close()
                self.database.dispose()
                self._held.close()
                await send({"type": "lifespan.shutdown.complete"})
                return

    def _end_streams_on_signal(self) -> None:
        """The server waits for open connections before it shuts down: streams must end by themselves."""
        for number in (signal.SIGTERM, signal.SIGINT):
            before = signal.getsignal(number)

            def chained(received: int, frame: FrameType | None, before: Handler = before) -> None:
                self.hub.close()
                if callable(before):
                    before(received, frame)

            try:
                signal.signal(number, chained)
            except ValueError:
                return  # not the main thread: somebody else decides about signals here

    async def _events(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = {k.decode("latin-1").lower(): v.decode("latin-1") for k, v in scope["headers"]}
        query = parse_qs(scope.get("query_string", b"").decode("latin-1"))
        status, stream, began = 200, None, time.perf_counter()
        number = str(Number(headers.get(HEADER.lower()), self.settings.trust_proxy))
        try:
            if not host_is_trusted(self._host(headers), self.flask.config["TRUSTED_HOSTS"]):
                raise UntrustedHost
            # A page of no project, the desk, hears of all of a person's.
            project = UUID(query["project"][0]) if "project" in query else None
            stream = self.hub.stream(self._credential(headers), project)
            first = await anext(stream)
        except IntercoderError as error:
            status = status_of(error)
        except ValueError:
            status = 404
        answered("GET", "/events", status, time.perf_counter() - began, number)
        kind = b"text/event-stream; charset=utf-8" if status == 200 else b"text/plain"
        await send(
            {
                "type": "http.response.start",
                "status": status,
                "headers": [
                    (b"content-type", kind),
                    (b"cache-control", b"no-store"),
                    (b"x-accel-buffering", b"no"),
                    (b"x-content-type-options", b"nosniff"),
                    (HEADER.lower().encode(), number.encode()),
                ],
            }
        )
        if status != 200 or stream is None:
            await send({"type": "http.response.body", "body": b""})
            return
        await send({"type": "http.response.body", "body": first, "more_body": True})
        gone = asyncio.ensure_future(_disconnected(receive))
        try:
            while not gone.done():
                following = asyncio.ensure_future(anext(stream))
                await asyncio.wait({following, gone}, return_when=asyncio.FIRST_COMPLETED)
                if not following.done():
                    following.cancel()
                    break
                message = {"type": "http.response.body", "body": following.result(), "more_body": True}
                await within(UNREAD, send(message))
        except (StopAsyncIteration, TimeoutError):
            pass  # it ended, or nobody reads it
        finally:
            gone.cancel()
            await asyncio.gather(stream.aclose(), return_exceptions=True)
        await send({"type": "http.response.body", "body": b""})

    def _host(self, headers: dict[str, str]) -> str:
        """Return the name under which the server was asked for: as the proxy in front says, where there is one."""
        told = headers.get("x-forwarded-host", "") if self.settings.trust_proxy else ""
        return told.rpartition(",")[2].strip() or headers.get("host", "")

    def _credential(self, headers: dict[str, str]) -> Credential:
        """Return what is shown to say who asks; ``NotSignedIn`` where nothing is."""
        kind, _, token = headers.get("authorization", "").partition(" ")
        if kind.lower() == "bearer":
            return Credential.of_token(token.strip())
        cookie = SimpleCookie(headers.get("cookie", "")).get(self.flask.config["SESSION_COOKIE_NAME"])
        interface = self.flask.session_interface
        assert isinstance(interface, Cookies)
        secret = interface.read(cookie.value).get("_user_id") if cookie is not None else None
        if not secret:
            raise sign_in_first()
        return Credential.of_browser(str(secret))


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def application() -> Application:
    """Return the application of this process, with the settings of its environment: the server's entry."""
    made = Application(load_settings())
    heap.settle()
    return made
