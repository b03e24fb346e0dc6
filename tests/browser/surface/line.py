"""The line between the browser and the server: it carries everything, counts the writes, and can break at a given request."""

import http.client
import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from services_up import LOOPBACK
from waiting import PATIENCE

JSON = dict[str, Any]
WRITES = ("PUT", "PATCH", "DELETE")
PIECE = 65536
#: how active time is told, which comes at no moment that a test chooses
ASIDE = "/active-minutes"
#: what belongs to one connection, and is not handed on
OWN = {"connection", "transfer-encoding", "keep-alive"}


class Line:
    """Listens on a port of its own and hands on to a server.

    ``faults`` are spent one by one on writes: a status is answered instead of the server; "cut-before" loses the
    request, "cut-after" its answer. ``answered`` counts the writes whose answer the browser was given. Without
    ``stream`` no live events get through. ``rendered`` is called once, when the server has answered a page and the
    browser has nothing of it yet. Active time is carried aside from all that.
    """

    def __init__(self, server_port: int) -> None:
        self.faults: list[str] = []
        self.writes: list[JSON] = []
        self.answered = 0
        self.stream = True
        self.rendered: Callable[[], None] | None = None
        self.lock = threading.Lock()
        handler = type("Bound", (_Connection,), {"line": self, "server_port": server_port})
        self._server = ThreadingHTTPServer((LOOPBACK, 0), handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._thread.start()
        self.url = f"http://{LOOPBACK}:{self._server.server_address[1]}"

    def close(self) -> None:
        """Carry nothing any more."""
        self.stream = False
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def next_fault(self, method: str, path: str, version: str | None, body: bytes) -> str:
        """Note a write, and return what is to happen to it."""
        with self.lock:
            content = json.loads(body) if body else None
            self.writes.append({"method": method, "path": path, "match": version, "body": content})
            return self.faults.pop(0) if self.faults else ""


class _Connection(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    line: Line
    server_port: int

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""

    def carry(self) -> None:
        """Hand one request on, and its answer back, unless the line is to break."""
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        fault = ""
        meant = self.command in WRITES and not self.path.endswith(ASIDE)
        if meant and self.path.startswith("/api/"):
            version = (self.headers.get("If-Match") or "").strip('"') or None
            fault = self.line.next_fault(self.command, self.path, version, body)
        elif self.path.startswith("/events") and not self.line.stream:
            fault = "503"
        if fault.isdigit():
            self._refuse(int(fault))
            return
        self.close_connection = self.close_connection or fault.startswith("cut")
        if fault != "cut-before":
            self._hand_on(body, answered=fault != "cut-after", counted=meant)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = carry  # noqa: N815 - the names that http.server calls

    def _refuse(self, status: int) -> None:
        problem = {"title": "No", "status": status, "code": "test", "detail": f"Refused for the test ({status})."}
        data = json.dumps(problem).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/problem+json")
        self.send_header("Content-Length", str(len(data)))
        if status == 503:
            self.send_header("Retry-After", "0")
        self.end_headers()
        self.wfile.write(data)

    def _hand_on(self, body: bytes, *, answered: bool, counted: bool) -> None:
        server = http.client.HTTPConnection(LOOPBACK, self.server_port, timeout=PATIENCE)
        try:
            sent = {name: value for name, value in self.headers.items() if name.lower() not in OWN}
            server.request(self.command, self.path, body or None, sent)
            answer = server.getresponse()
            if self.command == "GET" and self.path.endswith("/code") and self.line.rendered:
                happens, self.line.rendered = self.line.rendered, None
                happens()
            if answered:
                self._hand_back(answer)
                self.line.answered += counted
            else:
                answer.read()
        except OSError:
            self.close_connection = True  # one of the two is gone
        finally:
            server.close()

    def _hand_back(self, answer: http.client.HTTPResponse) -> None:
        self.send_response_only(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in OWN:
                self.send_header(name, value)
        if answer.length is None:  # a stream: it ends with the connection
            self.close_connection = True
            self.send_header("Connection", "close")
        self.end_headers()
        while piece := answer.read1(PIECE):
            self.wfile.write(piece)
            self.wfile.flush()
            if answer.length is None and not self.line.stream:
                return
