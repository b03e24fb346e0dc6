"""Flask under an ASGI server: the body is read whole first, then one thread makes the whole answer.

A library that passes every piece between the loop and the thread costs more than Flask itself, and lets somebody
who sends slowly hold a thread, and with it the write lock of SQLite. Here whoever is slow holds nothing.
"""

import asyncio
import contextvars
import functools
import sys
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from io import BytesIO
from tempfile import SpooledTemporaryFile
from typing import IO, Any, ParamSpec, TypeVar
from wsgiref.types import WSGIApplication, WSGIEnvironment

from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from intercoder.errors import IntercoderError, Unavailable
from intercoder.language import speaking
from intercoder.logs import get_logger
from intercoder.services.attempts import network
from intercoder.web.arriving import Arriving
from intercoder.web.connections import Connections, counted_in
from intercoder.web.hands import Hands
from intercoder.web.lane import CROWDED, Lane
from intercoder.web.problems import problem

#: a scope or a message of ASGI, whose names and types its specification gives
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Scope]]
Send = Callable[[Scope], Awaitable[None]]

#: what is kept in memory of a body; more lies on the disk
IN_MEMORY = 2**16
#: what is kept in memory of an answer; more is sent piece by piece
PIECE = 2**20
#: whole requests that threads answer, or will; half as many of one address. When so many are there, whoever has
#: less than an equal share is served all the same
IN_HAND = 1000
#: seconds after which a piece of an answer that nobody takes is the last one
UNREAD = 60.0
log = get_logger()
P = ParamSpec("P")
T = TypeVar("T")


@dataclass
class _Answer:
    """What the application says: the head, the first piece, and the rest when there is more."""

    status: int = 500
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    first: bytes = b""
    rest: Iterator[bytes] | None = None
    close: Callable[[], None] | None = None
    #: the language and what else belongs to a request, the same for all its pieces
    context: contextvars.Context = field(default_factory=contextvars.copy_context)

    async def in_thread(self, hands: Hands, make: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Do something for this answer in a thread."""
        return await hands.do(functools.partial(self.context.run, make, *args, **kwargs))

    def start(self, status: str, headers: list[tuple[str, str]], _exc_info: object = None) -> Callable[[bytes], None]:
        """Take the head, as WSGI's start_response."""
        self.status = int(status[:3])
        self.headers = [(k.lower().encode("latin-1"), v.encode("latin-1")) for k, v in headers]
        return self._write

    def _write(self, data: bytes) -> None:
        self.first += data


class Bridge:
    """An ASGI application that serves a WSGI one from a pool of threads."""

    def __init__(
        self,
        app: WSGIApplication,
        *,
        threads: int,
        largest: int,
        lane: Lane,
        arriving: Arriving,
        connections: Connections,
        behind_proxy: bool,
    ) -> None:
        self._app = app
        self._lane = lane
        self._largest = largest
        self._arriving, self._connections = arriving, connections
        self._behind_proxy = behind_proxy
        self._in_hand: Counter[str] = Counter()  # network → its requests that threads answer, or will
        self._hands = Hands(threads, "request")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        environ = _environ(scope)
        address = self._address(environ)
        with _room(environ) as body:
            environ["wsgi.input"] = body
            try:
                if not await self._read(environ, address, receive, body):
                    return
                in_hand = self._admitted(network(address))
            except IntercoderError as error:
                await _refuse(error, environ, send)
                return
            with in_hand, self._connections.needed(scope.get("client")):
                await self._pass_on(await self._made(environ), send)

    def _address(self, environ: WSGIEnvironment) -> str:
        """Return who asks: as the proxy in front says, where there is one."""
        told = str(environ.get("HTTP_X_FORWARDED_FOR", "")) if self._behind_proxy else ""
        return told.rpartition(",")[2].strip() or str(environ.get("REMOTE_ADDR", ""))

    def _admitted(self, of: str) -> AbstractContextManager[None]:
        """Return what counts a request in hand; ``Unavailable`` when there are too many, and of one address not few."""
        full = self._in_hand.total() >= IN_HAND and self._in_hand[of] >= IN_HAND // (len(self._in_hand) + 1)
        if full or self._in_hand[of] >= IN_HAND // 2:
            raise Unavailable("crowded", "Too many people are sending to this server just now. Try again in a moment.")
        return counted_in(self._in_hand, of)

    async def _made(self, environ: WSGIEnvironment) -> _Answer:
        """Let a thread make the answer."""
        answer = _Answer()
        if not self._lane.takes(environ):
            await answer.in_thread(self._hands, self._answer, environ, answer)
            return answer
        async with self._lane.place() as got:
            environ[CROWDED] = not got
            await answer.in_thread(self._lane.hands if got else self._hands, self._answer, environ, answer)
        return answer

    async def _pass_on(self, answer: _Answer, send: Send) -> None:
        """Send an answer; one that goes on is ended when nobody takes it."""
        try:
            await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
            if answer.rest is not None:
                await within(UNREAD, send({"type": "http.response.body", "body": answer.first, "more_body": True}))
                while piece := await answer.in_thread(self._hands, _following, answer.rest):
                    await within(UNREAD, send({"type": "http.response.body", "body": piece, "more_body": True}))
                answer.first = b""
            await send({"type": "http.response.body", "body": answer.first})
        except TimeoutError:
            log.info("request.unread")
        finally:
            if answer.close is not None:
                await answer.in_thread(self._hands, answer.close)

    async def _read(self, environ: WSGIEnvironment, address: str, receive: Receive, body: IO[bytes]) -> bool:
        """Read the body; False when the sender went away. One that is too large is not read: Flask refuses it."""
        declared = environ.get("CONTENT_LENGTH", "")
        if declared.isdigit() and int(declared) > self._largest:
            return True
        if declared in {"", "0"} and "HTTP_TRANSFER_ENCODING" not in environ:
            return True
        length, more = 0, True
        async with self._arriving.place(address) as place:
            while more:
                message = await receive()
                if message["type"] != "http.request":
                    return False
                piece = message.get("body", b"")
                length += len(piece)
                if length > self._largest:
                    break
                # What was declared is there: the message that says so would be one more to wait for.
                more = message.get("more_body", False) and str(length) != declared
                if more:  # the rest is to come in time; what is whole leaves its place at once
                    self._arriving.came(place, len(piece))
                body.write(piece)
        environ["CONTENT_LENGTH"] = str(length)
        environ.pop("HTTP_TRANSFER_ENCODING", None)  # what came in chunks lies here whole
        body.seek(0)
        return True

    def _answer(self, environ: WSGIEnvironment, answer: _Answer) -> None:
        """Run the application, in a thread; what fits into one piece is taken whole."""
        iterable = self._app(environ, answer.start)
        answer.close = getattr(iterable, "close", None)
        pieces, length = [answer.first], 0
        iterator = iter(iterable)
        for piece in iterator:
            pieces.append(piece)
            length += len(piece)
            if length >= PIECE:
                answer.rest = filter(None, iterator)  # an empty piece would read as the end
                break
        else:
            if answer.close is not None:
                answer.close()
                answer.close = None
        answer.first = b"".join(pieces)


async def within(seconds: float, sending: Awaitable[None]) -> None:
    """Send something; ``TimeoutError`` when whoever asked for it does not take it in time."""
    await asyncio.wait_for(sending, seconds)


async def _refuse(error: IntercoderError, environ: WSGIEnvironment, send: Send) -> None:
    """Answer without a thread what is refused for lack of time or room, and let the connection go."""
    wanted = parse_accept_header(environ.get("HTTP_ACCEPT_LANGUAGE"), LanguageAccept)
    with speaking(wanted.best_match(["en", "zh", "zh-CN", "zh-Hans"], default="en")[:2]):
        answer = problem(error)
    answer.headers["Connection"] = "close"
    headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in answer.headers]
    await send({"type": "http.response.start", "status": answer.status_code, "headers": headers})
    await send({"type": "http.response.body", "body": answer.get_data()})


def _room(environ: WSGIEnvironment) -> IO[bytes]:
    """Return where a body is kept: in memory when it says that it is small, on the disk when it grows."""
    declared = environ.get("CONTENT_LENGTH", "0")
    small = "HTTP_TRANSFER_ENCODING" not in environ and declared.isdigit() and int(declared) <= IN_MEMORY
    return BytesIO() if small else SpooledTemporaryFile(IN_MEMORY)


def _following(pieces: Iterator[bytes]) -> bytes:
    return next(pieces, b"")


def _environ(scope: Scope) -> WSGIEnvironment:
    """Return the request as WSGI names it."""
    host, port = scope.get("server") or ("localhost", 80)
    environ: WSGIEnvironment = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": scope["path"].encode("utf-8", "surrogateescape").decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "SERVER_NAME": host,
        "SERVER_PORT": str(port or 0),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.get("scheme", "http"),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    if scope.get("client"):
        environ["REMOTE_ADDR"], environ["REMOTE_PORT"] = scope["client"][0], str(scope["client"][1])
    for raw_name, raw_value in scope["headers"]:
        name, value = raw_name.decode("latin-1"), raw_value.decode("latin-1")
        if "_" in name:
            continue  # would read like the header with a hyphen, which the proxy in front may have set
        name = name.upper().replace("-", "_")
        key = name if name in {"CONTENT_TYPE", "CONTENT_LENGTH"} else f"HTTP_{name}"
        separator = "; " if key == "HTTP_COOKIE" else ","  # HTTP/2 may send each cookie by itself
        environ[key] = f"{environ[key]}{separator}{value}" if key in environ else value
    return environ
