"""Requests that come slowly, too large, or never whole: they hold nothing that others need."""

import json
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from uuid import uuid4

import pytest

from reliability.serving import Person, Server, Study, Writers, prepare_study
from services_up import LOOPBACK
from templates import Templates
from waiting import PATIENCE


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory, sqlite_templates: Templates) -> Iterator[tuple[Server, Study]]:
    """A server on SQLite, where one writer at a time has the lock."""
    data = tmp_path_factory.mktemp("slow") / "data"
    data.mkdir()
    database = sqlite_templates.migrated(data / "intercoder.sqlite3")
    study = prepare_study(database, coders=3, letters=700_000)
    database.dispose()
    with Server(data) as server:
        yield server.start(), study


def begin(server: Server, method: str, path: str, token: str, *headers: str) -> socket.socket:
    """Send the head of a request and return the connection."""
    connection = socket.create_connection((LOOPBACK, server.port), timeout=PATIENCE)
    lines = [f"{method} {path} HTTP/1.1", f"Host: {LOOPBACK}:{server.port}", f"Authorization: Bearer {token}", *headers]
    connection.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
    return connection


def coding(study: Study) -> bytes:
    return json.dumps({"code": str(study.codes[0]), "start": 3, "end": 9, "memo": "慢", "doubt": False}).encode()


def test_forty_slow_senders_keep_nobody_from_writing(running: tuple[Server, Study]) -> None:
    server, study = running
    (_, slow), *_ = study.tokens.items()
    body, key = coding(study), uuid4()
    with ExitStack() as open_ones:
        for number in range(40):  # more than the server has threads
            path = f"{study.path}/codings/{key if number == 0 else uuid4()}"
            length = f"Content-Length: {len(body)}"
            head = begin(server, "PUT", path, slow, "Content-Type: application/json", length)
            open_ones.enter_context(head)
            head.sendall(body[:10])
            if number == 0:
                first = head
        writers = Writers(server.port, study, coders=3, each=5).start()
        writers.wait()
        assert writers.refusals == []
        assert len(writers.acknowledged) == 15
        first.sendall(body[10:])  # and who ends at last is served
        assert first.recv(100).startswith(b"HTTP/1.1 201")
    person = Person(server.port, slow)
    kept = person.send("GET", f"{study.path}/codings")[1]
    person.close()
    assert [c["memo"] for c in kept].count("慢") == 1, "what never came whole is not stored"


def test_a_body_in_chunks_is_taken_whole(running: tuple[Server, Study]) -> None:
    server, study = running
    (_, token), *_ = study.tokens.items()
    body = coding(study)
    path = f"{study.path}/codings/{uuid4()}"
    with begin(
        server, "PUT", path, token, "Content-Type: application/json", "Transfer-Encoding: chunked"
    ) as connection:
        for start in range(0, len(body), 7):
            piece = body[start : start + 7]
            connection.sendall(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
        connection.sendall(b"0\r\n\r\n")
        assert connection.recv(100).startswith(b"HTTP/1.1 201")


@pytest.mark.parametrize("said", [True, False])
def test_a_body_beyond_every_limit_is_refused(running: tuple[Server, Study], said: bool) -> None:
    server, study = running
    path = f"/api/v1/projects/{study.project}/files"
    kind = "Content-Type: multipart/form-data; boundary=x"
    length = "Content-Length: 900000000" if said else "Transfer-Encoding: chunked"
    with begin(server, "POST", path, study.lead, kind, length) as connection:
        if not said:
            piece = b"100000\r\n" + bytes(2**20) + b"\r\n"
            with pytest.raises(OSError, match=r"(?i)broken pipe|reset"):
                for _ in range(200):
                    connection.sendall(piece)
        else:
            assert connection.recv(100).startswith(b"HTTP/1.1 413")
    assert server.get("/healthz")[0] == 200


def test_a_header_with_an_underscore_does_not_pass_for_one_with_a_hyphen(running: tuple[Server, Study]) -> None:
    server, study = running
    (_, token), *_ = study.tokens.items()
    body = coding(study)
    length = f"Content-Length: {len(body)}"
    path = f"{study.path}/codings/{uuid4()}"
    with begin(server, "PUT", path, token, "Content_Type: application/json", length) as connection:
        connection.sendall(body)
        assert connection.recv(100).startswith(b"HTTP/1.1 422")


def test_a_long_answer_comes_whole_and_somebody_who_leaves_early_does_no_harm(running: tuple[Server, Study]) -> None:
    server, study = running
    (_, token), *_ = study.tokens.items()
    for _ in range(30):
        with begin(server, "GET", f"{study.path}/work", token) as connection:
            connection.recv(100)
    person = Person(server.port, token)
    status, work = person.send("GET", f"{study.path}/work")
    person.close()
    assert status == 200
    assert len(work["text"]) == len(study.text)
