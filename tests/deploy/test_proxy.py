"""The shipped proxy file at work, in front of a server that answers with what reached it."""

import contextlib
import http.client
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from intercoder.web.requests import Number
from services_up import free_port
from waiting import PATIENCE, until

CADDYFILE = Path(__file__).resolve().parents[2] / "deploy" / "Caddyfile"
LIMIT = 64 * 1000 * 1000


class Mirror(BaseHTTPRequestHandler):
    """Answers with the request it got; /events is a stream that stays open until the test lets go."""

    release = threading.Event()

    def do_GET(self) -> None:
        if self.path == "/events":
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.end_headers()
            self.wfile.write(b"data: first\n\n")
            self.release.wait(PATIENCE)
            return
        body = json.dumps({"path": self.path, "headers": dict(self.headers), "filler": " " * 2000}).encode()
        self._send(body)

    def do_POST(self) -> None:
        left = int(self.headers["Content-Length"])
        with contextlib.suppress(OSError):
            while left and (block := self.rfile.read(min(left, 1 << 20))):
                left -= len(block)
            self._send(json.dumps({"missing": left}).encode())

    def _send(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of the proxy."""
    home = tmp_path_factory.mktemp("caddy")
    port = free_port()
    upstream = ThreadingHTTPServer(("127.0.0.1", 0), Mirror)
    threading.Thread(target=upstream.serve_forever, daemon=True).start()
    # The test listens on the loopback address only; the rest is the file that is shipped.
    text = CADDYFILE.read_text()
    assert "{\n\tservers {" in text
    (home / "Caddyfile").write_text(text.replace("{\n\tservers {", "{\n\tdefault_bind 127.0.0.1\n\tservers {", 1))
    with (home / "log").open("wb") as log:
        caddy = subprocess.Popen(
            [
                Path(sys.executable).with_name("caddy"),
                "run",
                "--adapter",
                "caddyfile",
                "--config",
                "Caddyfile",
            ],
            cwd=home,
            stdout=log,
            stderr=log,
            env={
                "PATH": os.environ["PATH"],
                "HOME": str(home),
                "PUBLIC_URL": f"http://127.0.0.1:{port}",
                "WEB_ADDRESS": f"127.0.0.1:{upstream.server_port}",
                "CADDY_ADMIN": f"127.0.0.1:{free_port()}",
            },
        )
    try:
        until(lambda: is_up(port), (home / "log").read_text, alive=[caddy])
        yield port
    finally:
        Mirror.release.set()
        caddy.terminate()
        caddy.wait(PATIENCE)
        upstream.shutdown()
        upstream.server_close()


def is_up(port: int) -> bool:
    with contextlib.suppress(OSError):
        return bool(ask(port, "/"))
    return False


def ask(
    port: int, path: str, headers: dict[str, str] | None = None, body: bytes | None = None
) -> tuple[int, http.client.HTTPMessage, bytes]:
    """Send one request exactly as written and return status, headers and body."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        connection.request("POST" if body is not None else "GET", path, body=body, headers=headers or {})
        reply = connection.getresponse()
        return reply.status, reply.headers, reply.read()
    finally:
        connection.close()


@pytest.mark.parametrize(
    "path",
    [
        "/static../Caddyfile",
        "/static/../Caddyfile",
        "/static/..%2fCaddyfile",
        "/static/%2e%2e/etc/passwd",
        "/..%5cx",
    ],
)
def test_no_path_leads_to_a_file_of_the_proxy(proxy: int, path: str) -> None:
    status, _headers, body = ask(proxy, path)
    assert status == 200
    assert json.loads(body)["path"] == path, "the application gets it as it came, and answers itself"


@pytest.mark.parametrize("path", ["/metrics", "/metrics/x", "/readyz"])
def test_figures_of_the_system_are_not_public(proxy: int, path: str) -> None:
    assert ask(proxy, path)[0] == 404


def test_made_up_forwarding_headers_are_replaced_and_the_host_is_kept(proxy: int) -> None:
    forged = {"X-Forwarded-For": "6.6.6.6", "X-Forwarded-Proto": "https", "X-Forwarded-Host": "evil.example"}
    seen = json.loads(ask(proxy, "/", forged)[2])["headers"]
    assert seen["X-Forwarded-For"] == "127.0.0.1"
    assert seen["X-Forwarded-Proto"] == "http"
    assert seen["X-Forwarded-Host"] == f"127.0.0.1:{proxy}"
    assert seen["Host"] == f"127.0.0.1:{proxy}"


def test_an_upload_up_to_the_limit_passes_and_a_larger_one_is_refused(proxy: int) -> None:
    status, _headers, body = ask(proxy, "/import", body=bytes(LIMIT))
    assert (status, json.loads(body)) == (200, {"missing": 0})
    try:
        status = ask(proxy, "/import", body=bytes(LIMIT + 1))[0]
    except ConnectionError:
        status = 413  # cut off while still sending
    assert status == 413


def test_an_event_arrives_while_the_stream_is_open_and_uncompressed(proxy: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", proxy, timeout=PATIENCE)
    connection.request("GET", "/events", headers={"Accept-Encoding": "gzip, zstd"})
    reply = connection.getresponse()
    assert reply.headers["Content-Encoding"] is None
    assert reply.readline() == b"data: first\n"
    assert not Mirror.release.is_set()
    connection.close()


def test_the_application_alone_compresses_and_pages_do_not_name_the_proxy(proxy: int) -> None:
    _status, headers, body = ask(proxy, "/", {"Accept-Encoding": "gzip"})
    assert json.loads(body)["headers"]["Accept-Encoding"] == "gzip"
    assert headers["Content-Encoding"] is None
    assert headers["Server"] is None
    assert headers["Via"] is None


@pytest.mark.parametrize("made_up", ["", "chosen-by-a-client", "x" * 64])
def test_the_number_of_a_request_is_the_proxys_own(proxy: int, made_up: str) -> None:
    numbers = {
        json.loads(ask(proxy, "/", {"X-Request-Id": made_up} if made_up else None)[2])["headers"]["X-Request-Id"]
        for _ in range(2)
    }
    assert len(numbers) == 2
    assert made_up not in numbers
    assert all(str(Number(number, trusted=True)) == number for number in numbers), "the application takes it"
