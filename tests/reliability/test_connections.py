"""Thousands of connections that want nothing: whoever codes or signs in is served all the same."""

import http.client
import re
import resource
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlencode

import pytest

from cast import PASSWORD
from intercoder import schema
from intercoder.db import Database
from reliability.serving import Server, Study, Writers, prepare_study
from services_up import LOOPBACK
from waiting import PATIENCE, until

#: of each kind; together they were twice what stopped the server once
EACH = 500
#: from which they come: one address alone would meet its own limit
NETWORKS = tuple(f"127.0.{n}.7" for n in range(1, 11))

SILENT = b""
HALF_A_HEAD = b"PUT /api/v1/x HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: "
HALF_A_BODY = b"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: text/plain\r\nContent-Length: 900\r\n\r\nabc"
DONE = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"


@pytest.fixture(scope="module", autouse=True)
def many_files() -> Iterator[None]:
    """Let this process hold the other ends."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@contextmanager
def serving(folder: Path, **settings: str) -> Iterator[tuple[Server, Study]]:
    """A server with these settings, and a study to write into."""
    data = folder / "data"
    data.mkdir()
    database = Database(f"sqlite:///{data / 'intercoder.sqlite3'}")
    schema.upgrade(database)
    study = prepare_study(database, coders=3, letters=2_000)
    database.dispose()
    with Server(data) as server:
        server.environment.update(settings)
        yield server.start(), study


def connected(port: int, said: bytes, of: str) -> socket.socket:
    """Return a connection from an address on which so much was said."""
    connection = socket.create_connection((LOOPBACK, port), timeout=PATIENCE, source_address=(of, 0))
    connection.sendall(said)
    return connection


def ended(connection: socket.socket) -> bool:
    """Whether the server has closed its side."""
    connection.setblocking(False)
    try:
        while connection.recv(4096):
            pass
        return True
    except BlockingIOError:
        return False
    except OSError:
        return True


def open_files(port: int, token: str) -> float:
    """Return how many files the server says that it has open."""
    door = http.client.HTTPConnection(LOOPBACK, port, timeout=PATIENCE)
    door.request("GET", "/metrics", headers={"Authorization": f"Bearer {token}"})
    said = door.getresponse().read().decode()
    door.close()
    return float(said.partition("\nintercoder_open_files ")[2].split("\n")[0])


def signed_in(port: int, email: str = "lena@study.example", password: str = PASSWORD) -> bool:
    """Sign in as a person does, on a new connection, and say whether it went."""
    door = http.client.HTTPConnection(LOOPBACK, port, timeout=PATIENCE)
    door.request("GET", "/sign-in")
    page = door.getresponse()
    cookie = page.headers["Set-Cookie"].partition(";")[0]
    token = re.search(r'name="csrf-token" content="([^"]+)"', page.read().decode())
    assert token is not None
    form = urlencode({"csrf_token": token[1], "email": email, "password": password})
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": cookie}
    door.request("POST", "/sign-in", form, headers)
    answer = door.getresponse()
    door.close()
    return answer.status in {302, 303}


def test_two_thousand_that_want_nothing_keep_nobody_from_coding_or_signing_in(tmp_path: Path) -> None:
    settings = {"IDLE_SECONDS": "30", "BODY_SECONDS": "30", "METRICS_TOKEN": "a token of twenty letters"}
    with serving(tmp_path, **settings) as (server, study), ExitStack() as held:
        for number in range(EACH):
            for said in (SILENT, HALF_A_HEAD, HALF_A_BODY, DONE):
                held.enter_context(connected(server.port, said, NETWORKS[number % len(NETWORKS)]))
        writers = Writers(server.port, study, coders=3, each=5).start()
        assert signed_in(server.port)
        writers.wait()
        assert writers.refusals == []
        assert len(writers.acknowledged) == 15
        until(lambda: open_files(server.port, settings["METRICS_TOKEN"]) > 4 * EACH, "nobody sees them")


def test_who_says_nothing_or_half_is_let_go(tmp_path: Path) -> None:
    with serving(tmp_path, IDLE_SECONDS="1", BODY_SECONDS="1") as (server, _), ExitStack() as held:
        waiting = [
            held.enter_context(connected(server.port, said, LOOPBACK))
            for said in (SILENT, HALF_A_HEAD, HALF_A_BODY, DONE)
        ]
        for connection in waiting:
            until(lambda: ended(connection), "it is still open")  # noqa: B023 - asked before the next one


def test_one_address_that_holds_too_many_loses_its_idlest_and_others_lose_nothing(tmp_path: Path) -> None:
    with serving(tmp_path, CONNECTIONS_PER_ADDRESS="40", IDLE_SECONDS="600") as (server, study), ExitStack() as held:
        other = held.enter_context(connected(server.port, SILENT, NETWORKS[0]))
        many = [held.enter_context(connected(server.port, SILENT, NETWORKS[1])) for _ in range(120)]
        until(lambda: sum(map(ended, many)) >= 80, "too many are still open")
        assert sum(map(ended, many)) == 80
        assert not ended(other)
        writers = Writers(server.port, study, coders=3, each=3).start()
        writers.wait()
        assert (writers.refusals, len(writers.acknowledged)) == ([], 9)
