"""Flask under an ASGI server: the body is read whole first, then one thread makes the whole answer.

A library that passes every piece between the loop and the thread costs more than Flask itself, and lets somebody
who sends slowly hold a thread, and with it the write lock of SQLite. Here whoever is slow holds nothing.
"""

import asyncio
import contextvars
import sys
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from tempfile import SpooledTemporaryFile
from typing import IO, Any
from wsgiref.types import WSGIApplication, WSGIEnvironment

from intercoder.web.lane import CROWDED, Lane

#: a scope or a message of ASGI, whose names and types its specification gives
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Scope]]
Send = Callable[[Scope], Awaitable[None]]

#: what is kept in memory of a body or of an answer; more lies on the disk, or is sent piece by piece
PIECE = 2**20


@dataclass
class _Answer:
    """What the application says: the head, the first piece, and the rest when there is more."""

    status: int = 500
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    first: bytes = b""
    rest: Iterator[bytes] | None = None
    close: Callable[[], None] | None = None

    def start(self, status: str, headers: list[tuple[str, str]], _exc_info: object = None) -> Callable[[bytes], None]:
        """Take the head, as WSGI's start_response."""
        self.status = int(status[:3])
        self.headers = [(k.lower().encode("latin-1"), v.encode("latin-1")) for k, v in headers]
        return self._write

    def _write(self, data: bytes) -> None:
        self.first += data


class Bridge:
    """An ASGI application that serves a WSGI one from a pool of threads."""

    def __init__(self, app: WSGIApplication, *, threads: int, largest: int, lane: Lane) -> None:
        self._app = app
        self._lane = lane
        self._largest = largest
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="request")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        environ = _environ(scope)
        with SpooledTemporaryFile(PIECE) as body:
            if not await self._read(environ, receive, body):
                return
            environ["wsgi.input"] = body
            run, context = asyncio.get_running_loop().run_in_executor, contextvars.copy_context()
            if self._lane.takes(environ):
                async with self._lane.place() as got:
                    environ[CROWDED] = not got
                    pool = self._lane.pool if got else self._pool
                    answer = await run(pool, context.run, self._answer, environ)
            else:
                answer = await run(self._pool, context.run, self._answer, environ)
            try:
                await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
                if answer.rest is not None:
                    await send({"type": "http.response.body", "body": answer.first, "more_body": True})
                    while piece := await run(self._pool, context.run, _following, answer.rest):
                        await send({"type": "http.response.body", "body": piece, "more_body": True})
                    answer.first = b""
                await send({"type": "http.response.body", "body": answer.first})
            finally:
                if answer.close is not None:
                    await run(self._pool, context.run, answer.close)

    async def _read(self, environ: WSGIEnvironment, receive: Receive, body: IO[bytes]) -> bool:
        """Read the body; False when the sender went away. One that is too large is not read: Flask refuses it."""
        declared = environ.get("CONTENT_LENGTH", "")
        if declared.isdigit() and int(declared) > self._largest:
            return True
        length, more = 0, True
        while more:
            message = await receive()
            if message["type"] != "http.request":
                return False
            length += len(message.get("body", b""))
            if length > self._largest:
                break
            body.write(message.get("body", b""))
            more = message.get("more_body", False)
        if length or declared:
            environ["CONTENT_LENGTH"] = str(length)
            environ.pop("HTTP_TRANSFER_ENCODING", None)  # what came in chunks lies here whole
        body.seek(0)
        return True

    def _answer(self, environ: WSGIEnvironment) -> _Answer:
        """Run the application, in a thread; what fits into one piece is taken whole."""
        answer = _Answer()
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
        return answer


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
