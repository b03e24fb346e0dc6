"""The routes that write a coding, whose door is opened by the query of the write: refused in the same order and words as any other."""

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from flask import Flask

from cast import Cast, Client, SignedIn
from intercoder.models import AccessToken, Coding, CodingChange
from web.asking import events, refused

GOOD = {"start": 3, "end": 9, "memo": "", "doubt": False}


class Route:
    """The address of a coding in a round that Ai alone codes, and how each asks for it."""

    def __init__(self, app: Flask, cast: Cast) -> None:
        self.app, self.cast, self.key = app, cast, uuid4()
        self.round = cast.round(coders=("ai",))
        self.good = {"code": str(cast.codes["l1"]), **GOOD}

    def ask(
        self,
        person: str,
        method: str = "PUT",
        body: Any = None,
        *,
        cookie: bool = False,
        at: Mapping[str, UUID] | None = None,
        seen: int | None = None,
        language: str = "",
    ) -> Any:
        """Send a request for a person, by token or by cookie."""
        kind = SignedIn if cookie else Client
        client = kind(self.app, self.cast.database, self.cast.people[person])
        if language:  # chosen before, so that nobody is looked up to say something in it
            client.choose(language)
        headers = {} if seen is None else {"If-Match": f'"{seen}"'}
        return client.call(method, self.path(**at or {}), self.good if body is None else body, **headers)

    def path(self, key: UUID | None = None, round: UUID | None = None) -> str:
        """Return the address."""
        document = self.cast.documents["访谈一"]
        return f"/api/v1/rounds/{round or self.round}/documents/{document}/codings/{key or self.key}"

    def stored(self) -> int:
        """Return how many codings there are."""
        with self.cast.database.reading() as session:
            return session.scalar(sa.select(sa.func.count()).select_from(Coding)) or 0


@pytest.fixture
def route(app: Flask, cast: Cast) -> Route:
    return Route(app, cast)


@pytest.mark.parametrize("cookie", [True, False])
def test_whoever_may_not_come_in_hears_that_and_not_what_is_wrong_with_the_body(route: Route, cookie: bool) -> None:
    before = events(route.cast)
    refused(route.ask("bo", cookie=cookie), 404, "not_found")  # a coder, but of other rounds
    bodies: list[Any] = [route.good, {"start": "x"}, [], {**route.good, "more": 1}]
    for body in bodies:
        for method in ("PUT", "PATCH", "DELETE"):
            refused(route.ask("otto", method, body, cookie=cookie), 404, "not_found")
            refused(route.ask("olga", method, body, cookie=cookie), 403, "forbidden")
    assert (route.stored(), events(route.cast)) == (0, before)


def test_a_visitor_signs_in_first_whatever_is_sent(route: Route) -> None:
    visitor = route.app.test_client()
    for headers in ({"Authorization": "Bearer a-guess"}, {"Authorization": "Bearer "}):
        for body in (route.good, {"start": "x"}):
            refused(visitor.put(route.path(), json=body, headers=headers), 401, "sign_in")
    refused(visitor.put(route.path(), json=route.good), 422, "csrf")
    assert route.stored() == 0


def test_who_may_come_in_hears_what_is_wrong(route: Route) -> None:
    for body in ({"start": "x"}, {**route.good, "more": 1}, {**route.good, "start": -1}):
        refused(route.ask("ai", body=body), 422, "invalid")
    refused(route.ask("ai", body={**route.good, "start": 9, "end": 3}), 422, "span_outside")
    refused(route.ask("ai", body={**route.good, "code": str(uuid4())}), 422, "unknown_code")
    refused(route.ask("ai", body={**route.good, "codebook": str(uuid4())}), 409, "stale_codebook")
    refused(route.ask("ai", "PATCH", {"doubt": True}), 428, "no_version")
    refused(route.ask("ai", "PATCH", {"doubt": True}, seen=1), 404, "not_found")
    refused(route.ask("ai", at={"round": uuid4()}), 404, "not_found")
    assert route.stored() == 0


@pytest.mark.parametrize("cookie", [True, False])
def test_a_coding_lives_and_ends_by_cookie_and_by_token(route: Route, cookie: bool) -> None:
    assert route.ask("ai", cookie=cookie).status_code == 201
    assert route.ask("ai", cookie=cookie).status_code == 200
    refused(route.ask("ai", body={**route.good, "end": 8}, cookie=cookie), 409, "same_key")
    changed = route.ask("ai", "PATCH", {"doubt": True}, cookie=cookie, seen=1)
    assert (changed.json["version"], changed.json["doubt"]) == (2, True)
    refused(route.ask("ai", "PATCH", {"doubt": False}, cookie=cookie, seen=1), 412, "stale_coding")
    strong = {"doubt": 3, "typical": True}
    for _ in range(2):  # the second finds what the first did
        changed = route.ask("ai", "PATCH", strong, cookie=cookie, seen=2).json
        assert {name: changed[name] for name in ("version", *strong)} == {"version": 3, **strong}
    for wrong in ({"doubt": 4}, {"doubt": -1}, {"doubt": 1.5}, {"doubt": "1"}, {"typical": 2}):
        refused(route.ask("ai", "PATCH", wrong, cookie=cookie, seen=3), 422, "invalid")
    assert route.ask("ai", "DELETE", cookie=cookie, seen=3).json["deleted"]
    assert route.ask("ai", "DELETE", cookie=cookie, seen=3).json["version"] == 4
    made = {**route.good, "start": 0, "end": 2, **strong}
    another = uuid4()
    assert [route.ask("ai", body=made, at={"key": another}).status_code for _ in range(2)] == [201, 200]
    refused(route.ask("ai", body={**made, "typical": False}, at={"key": another}), 409, "same_key")
    route.cast.close(route.round, unfinished=True)
    refused(route.ask("ai", at={"key": uuid4()}, cookie=cookie), 409, "round_closed")
    assert route.stored() == 2


def test_the_key_that_another_coder_used_tells_nothing(app: Flask, cast: Cast) -> None:
    key, shared = uuid4(), cast.round()
    route = Route(app, cast)
    first = route.ask("ai", at={"key": key, "round": shared})
    second = route.ask("bo", at={"key": key, "round": shared})
    assert (first.status_code, second.status_code) == (201, 201)
    assert {**first.json, "coder_id": ""} == {**second.json, "coder_id": ""}


def test_a_write_notes_that_its_token_is_in_use_and_sends_no_cookie(route: Route) -> None:
    assert "Set-Cookie" not in route.ask("ai").headers
    assert "Set-Cookie" not in route.ask("ai", cookie=True).headers
    with route.cast.database.reading() as session:
        used = session.scalars(sa.select(AccessToken.used_at)).all()
    assert used
    assert None not in used


@pytest.mark.parametrize("cookie", [True, False])
def test_the_log_says_whose_write_was_refused(route: Route, cookie: bool, capsys: pytest.CaptureFixture[str]) -> None:
    for person, status in (("olga", 403), ("otto", 404), ("bo", 404)):
        capsys.readouterr()
        answer = route.ask(person, cookie=cookie, language="zh")
        assert answer.status_code == status
        said = [json.loads(line) for line in capsys.readouterr().err.splitlines() if '"security"' in line]
        assert [line["person"] for line in said] == [str(route.cast.people[person].id)]


@pytest.mark.parametrize("cookie", [True, False])
def test_what_another_coder_did_changes_no_answer_to_a_write(app: Flask, cast: Cast, cookie: bool) -> None:
    """Two rounds that differ only in what Bo does: every write of Ai is answered alike, word for word."""
    route, key, other = Route(app, cast), uuid4(), uuid4()

    def said(round_id: UUID) -> list[tuple[int, str, list[str]]]:
        at = {"round": round_id, "key": key}
        answers = [
            route.ask("ai", at=at, cookie=cookie),
            route.ask("ai", at=at, cookie=cookie),
            route.ask("ai", at=at, body={**route.good, "end": 8}, cookie=cookie),
            route.ask("ai", "PATCH", {"memo": "why"}, at=at, cookie=cookie, seen=1),
            route.ask("ai", "PATCH", {"memo": "why not"}, at=at, cookie=cookie, seen=1),
            route.ask("ai", "PATCH", {"memo": "x"}, at={**at, "key": other}, cookie=cookie, seen=1),
            route.ask("ai", "DELETE", at={**at, "key": other}, cookie=cookie, seen=1),
            route.ask("ai", "DELETE", at=at, cookie=cookie, seen=2),
            route.ask("ai", at={**at, "key": uuid4()}, body={**route.good, "code": str(uuid4())}, cookie=cookie),
        ]
        names = [[name for name, _ in answer.headers if name != "Content-Length"] for answer in answers]
        return [(a.status_code, a.get_data(as_text=True), n) for a, n in zip(answers, names, strict=True)]

    alone, shared = cast.round(), cast.round()
    for used in (key, other):  # the very keys that Ai asks about
        cast.code("bo", shared, "访谈一", "l2", "旧机器", key=used)
    for _ in range(3):
        cast.code("bo", shared, "访谈一", "l1", "旧机器")
    cast.submit("bo", shared, "访谈一")
    # The key of a coding is its coder's own in all rounds, so that Ai uses it first in one world, then in the other.
    first = said(shared)
    with cast.database.transaction() as session:
        session.execute(sa.delete(CodingChange))
        session.execute(sa.delete(Coding).where(Coding.coder_id == cast.people["ai"].id))
    assert said(alone) == first
