"""The log of a real server: a line for each request, a line for each door, and never what people wrote."""

import http.client
import json
import re
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import pytest
import sqlalchemy as sa

from cast import PASSWORD, password_hash
from intercoder.models import Role
from intercoder.services import accounts, members
from reliability.serving import Server, Study, prepare_study
from services_up import LOOPBACK
from templates import Templates
from waiting import PATIENCE, until

#: what nobody may find in a log
MEMO = "planted memo: trust came before the contract 信任在合同之前"
WRONG = "planted wrong password 1"
NEW = "planted tangerine umbrellas drift"
TYPED_AS_ADDRESS = "planted-password-in-the-address-field"
CODE = "planted code name 旧物改用"
BAD_BODY = "planted words of a body that is refused"
DAMAGE = "planted-level-of-a-damaged-row"
FORGED = "planted-forged-token-x"


class Browser:
    """A browser at a server: its cookies, and the token of its last page."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._cookies: dict[str, str] = {}
        self._token = ""
        self.numbers: list[str] = []

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, str]:
        """Return status and text of an answer; a dict is sent as a form to a page, and as JSON to the API."""
        connection = http.client.HTTPConnection(LOOPBACK, self._port, timeout=PATIENCE)
        sent = {"Cookie": "; ".join(f"{k}={v}" for k, v in self._cookies.items()), "X-CSRFToken": self._token}
        content = None
        if body is not None and path.startswith("/api/"):
            content, sent["Content-Type"] = json.dumps(body), "application/json"
        elif body is not None:
            content, sent["Content-Type"] = (
                urlencode({"csrf_token": self._token, **body}),
                "application/x-www-form-urlencoded",
            )
        connection.request(method, path, content, {**sent, **headers})
        answer = connection.getresponse()
        text = answer.read().decode("utf-8", "replace")
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            self._cookies |= {name: morsel.value for name, morsel in SimpleCookie(cookie).items()}
        self.numbers.append(answer.headers["X-Request-Id"])
        found = re.search(r'name="csrf-token" content="([^"]+)"', text)
        self._token = found[1] if found else self._token
        connection.close()
        return answer.status, text


Line = Mapping[str, Any]


def lines(server: Server) -> list[Line]:
    """Return the lines of the log that are JSON."""
    return [json.loads(line) for line in server.said().splitlines() if line.startswith("{")]


@pytest.fixture(scope="module")
def told(
    tmp_path_factory: pytest.TempPathFactory, sqlite_templates: Templates
) -> Iterator[tuple[Server, Study, Browser, list[str]]]:
    """A server after a whole story: sign-ins, coding, refusals, damage. With it the secrets that were made meanwhile."""
    data = tmp_path_factory.mktemp("logs") / "data"
    data.mkdir()
    file = data / "intercoder.sqlite3"
    database = sqlite_templates.migrated(file)
    study = prepare_study(database, coders=1)
    coder = f"Bearer {next(iter(study.tokens.values()))}"
    with database.transaction() as session:
        user = accounts.create_user(session, "nia@study.example", "Nia", password_hash(), is_admin=True)
        member = members.add_member(session, study.project, user.id, [Role.LEAD])
        code = session.scalar(sa.text("SELECT id FROM code WHERE level = 'label' LIMIT 1"))
    secrets = [next(iter(study.tokens.values())), study.lead]
    with Server(data, LOG_LEVEL="debug") as server:
        server.start()
        here = Browser(server.port)
        here.ask("GET", "/sign-in")
        assert here.ask("POST", "/sign-in", {"email": "nia@study.example", "password": WRONG})[0] == 401
        assert here.ask("POST", "/sign-in", {"email": TYPED_AS_ADDRESS, "password": WRONG})[0] == 401
        assert here.ask("POST", "/sign-in", {"email": "nia@study.example", "password": PASSWORD})[0] == 302
        here.ask("GET", "/account")
        status, made = here.ask("POST", "/api/v1/tokens", {"name": "planted"})
        assert status == 201
        secrets.append(json.loads(made)["token"])
        assert here.ask("POST", "/account/password", {"old": PASSWORD, "password": NEW})[0] == 302
        project = f"/api/v1/projects/{study.project}"
        assert here.ask("PATCH", f"/api/v1/members/{member.id}", {"roles": ["lead", "observer"]})[0] == 200
        status, invited = here.ask(
            "POST", f"{project}/invitations", {"email": "planted@study.example", "roles": ["coder"]}
        )
        assert status == 201
        secrets.append(json.loads(invited)["link"].rpartition("/")[2])
        assert here.ask("GET", f"/invitations/{secrets[-1]}")[0] == 200
        program = Browser(server.port)
        coding = {"code": str(study.codes[0]), "start": 0, "end": 4, "memo": MEMO, "doubt": False}
        put = f"{study.path}/codings/{uuid4()}"
        assert program.ask("PUT", put, coding, Authorization=coder)[0] == 201
        assert program.ask("PUT", put, {**coding, "memo": BAD_BODY}, Authorization=coder)[0] in {200, 409}
        assert program.ask("PUT", put, {"code": BAD_BODY, BAD_BODY: 1}, Authorization=coder)[0] == 422
        assert program.ask("GET", f"{project}/members?planted=planted", Authorization=f"Bearer {FORGED}")[0] == 401
        assert (
            program.ask("POST", f"{project}/codes", {"codes": [{"name": CODE, "level": "label"}]}, Authorization=coder)[
                0
            ]
            == 403
        )
        assert here.ask("POST", f"{project}/codes", {"codes": [{"name": CODE, "level": "label"}]})[0] == 201
        assert here.ask("GET", f"/projects/{uuid4()}")[0] == 404
        assert program.ask("POST", "/sign-in", {"email": "x", "password": WRONG})[0] == 422
        level = "UPDATE code SET level = ? WHERE id = ?"
        with closing(sqlite3.connect(file)) as damage:
            damage.execute(level, (DAMAGE, code))
            damage.commit()
            assert here.ask("GET", f"{project}/codebook")[0] == 500
            damage.execute(level, ("label", code))
            damage.commit()
        here.ask("GET", "/account")
        assert here.ask("POST", "/sign-out", {})[0] == 302
        database.dispose()
        until(lambda: any(line.get("status") == 500 for line in lines(server)), "no line for the failure")
        yield server, study, here, secrets


def test_no_log_holds_what_people_wrote(told: tuple[Server, Study, Browser, list[str]]) -> None:
    server, study, _, secrets = told
    said = server.said()
    planted = [
        MEMO,
        "planted memo",
        "信任在合同",
        WRONG,
        NEW,
        PASSWORD,
        TYPED_AS_ADDRESS,
        CODE,
        BAD_BODY,
        DAMAGE,
        FORGED,
    ]
    planted += [*secrets, study.text[:20], "nia@study.example", "planted@study.example", "planted"]
    assert [words for words in planted if words in said or json.dumps(words)[1:-1] in said] == []


def test_each_request_has_one_line_and_its_number_is_in_the_answer(
    told: tuple[Server, Study, Browser, list[str]],
) -> None:
    server, study, here, _ = told
    requests = {line["request_id"]: line for line in lines(server) if line["event"] == "request"}
    numbers = [line["request_id"] for line in lines(server) if line["event"] == "request"]
    assert len(numbers) == len(set(numbers))
    assert set(here.numbers) <= requests.keys()
    assert all(re.fullmatch("[0-9a-f]{32}", number) for number in numbers)
    assert all(line["ms"] >= 0 and line["method"] in {"GET", "POST", "PUT", "PATCH"} for line in requests.values())
    assert {line["route"] for line in requests.values()} >= {
        "/sign-in",
        "/invitations/<token>",
        "/api/v1/rounds/<uuid:round>/documents/<uuid:document>/codings/<uuid:key>",
        "/api/v1/projects/<uuid:project>/codebook",
    }
    coder = next(iter(study.tokens))
    assert str(coder) in {line["person"] for line in requests.values()}


def test_the_security_log_tells_each_door(told: tuple[Server, Study, Browser, list[str]]) -> None:
    server, _, _, _ = told
    found = [line for line in lines(server) if line["event"] == "security"]
    doors = [(line["what"], line["outcome"]) for line in found]
    for door in (
        ("sign-in", "done"),
        ("sign-out", "done"),
        ("token made", "done"),
        ("password changed", "done"),
        ("roles changed", "done"),
        ("invitation made", "done"),
        ("token", "refused"),
    ):
        assert doors.count(door) == 1, (door, doors)
    assert doors.count(("sign-in", "refused")) == 3, "two wrong passwords, and a form without its token"
    codes = {line["code"] for line in found if line["outcome"] == "refused"}
    assert codes >= {"forbidden", "not_found", "csrf", "sign_in"}
    wrong = [line["account"] for line in found if (line["what"], line["status"]) == ("sign-in", 401)]
    right = next(line for line in found if (line["what"], line["outcome"]) == ("sign-in", "done"))
    assert right["account"] == wrong[0] != wrong[1], "attempts at one account are told from others"
    assert right["person"]
    assert right["person"] == next(line["person"] for line in found if line["what"] == "sign-out")
    assert all(line["address"] == LOOPBACK and line["request_id"] for line in found)


def test_of_a_failure_the_place_is_logged(told: tuple[Server, Study, Browser, list[str]]) -> None:
    server, _, here, _ = told
    failures = [line for line in lines(server) if line["event"] == "request.failed"]
    assert len(failures) == 1
    assert failures[0]["request_id"] in here.numbers
    assert failures[0]["exception"][0]["type"]
    assert any("/intercoder/" in place for place in failures[0]["exception"][0]["at"])


def test_commands_write_the_security_log_too(told: tuple[Server, Study, Browser, list[str]], tmp_path: Path) -> None:
    server, _, _, _ = told
    done = server.run("backup", str(tmp_path / "kept"))
    written = [json.loads(line) for line in done.stderr.splitlines() if line.startswith("{")]
    assert [(line["what"], line["reason"]) for line in written] == [("backup made", "manual")], done.stderr


def test_a_number_is_taken_from_a_trusted_proxy_only(tmp_path: Path) -> None:
    from intercoder.web.requests import Number

    assert str(Number("abc-12345678", trusted=True)) == "abc-12345678"
    for given, trusted in (("abc-12345678", False), ("short", True), ("x" * 65, True), ('"} {"a', True), (None, True)):
        assert re.fullmatch("[0-9a-f]{32}", str(Number(given, trusted)))
