"""What the API refuses, and how: always a problem document with a sentence, and nothing is stored."""

import io
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask

from cast import TEXTS, Cast, Client
from intercoder.language import catalogue
from intercoder.web.arriving import LARGEST_JSON
from web.asking import events, refused, token_of

sqlite_only = pytest.mark.sqlite


@dataclass
class At:
    """Where a bad request goes, in a project with an open round, one coding in it, and a closed round."""

    cast: Cast
    round: UUID
    closed: UUID
    coding: UUID
    disagreement: str

    @property
    def project(self) -> str:
        return f"/api/v1/projects/{self.cast.project}"

    def codings(self, key: UUID | None = None, round_id: UUID | None = None, document: str = "访谈一") -> str:
        where = f"/api/v1/rounds/{round_id or self.round}/documents/{self.cast.documents[document]}"
        return f"{where}/codings/{key or uuid4()}"

    def body(self, **changed: Any) -> dict[str, Any]:
        return {"code": str(self.cast.codes["l1"]), "start": 3, "end": 9, **changed}


@pytest.fixture
def people(app: Flask, cast: Cast) -> dict[str, Client]:
    return {name: Client(app, cast.database, person) for name, person in cast.people.items()}


@pytest.fixture
def at(cast: Cast, people: dict[str, Client]) -> At:
    closed = cast.compared_round()
    round_id = cast.round(documents=("访谈一", "年报节选"))
    key = cast.code("ai", round_id, "访谈一", "l1", "把旧机器都接上了网")
    cast.submit("ai", round_id, "年报节选")
    disagreement = people["ada"].get(f"/api/v1/rounds/{closed}/disagreements")[0]["id"]
    return At(cast, round_id, closed, key, f"/api/v1/disagreements/{disagreement}")


@dataclass(frozen=True)
class Bad:
    """One bad request and the refusal that it meets."""

    method: str
    path: Callable[[At], str]
    body: Callable[[At], Any]
    status: int
    code: str
    who: str = "lena"
    headers: Mapping[str, str] = field(default_factory=dict)


def _cases(a: At) -> str:
    return f"{a.project}/cases"


def _codings(a: At) -> str:
    return a.codings()


BAD: dict[str, Bad] = {
    "an offset that is text": Bad("PUT", _codings, lambda a: a.body(start="3"), 422, "invalid", "ai"),
    "an offset that is true": Bad("PUT", _codings, lambda a: a.body(start=True), 422, "invalid", "ai"),
    "an offset with a fraction": Bad("PUT", _codings, lambda a: a.body(end=9.5), 422, "invalid", "ai"),
    "an unknown field": Bad("POST", _cases, lambda _: {"name": "x", "attributs": {}}, 422, "invalid"),
    "a wrong type": Bad("POST", _cases, lambda _: {"name": 7}, 422, "invalid"),
    "a list for an object": Bad("POST", _cases, lambda _: [1], 422, "invalid"),
    "a missing field": Bad("POST", _cases, lambda _: {}, 422, "invalid"),
    "a name of blanks": Bad("POST", _cases, lambda _: {"name": "  "}, 422, "no_name"),
    "half of a character": Bad("POST", _cases, lambda _: {"name": "\ud83d"}, 422, "invalid"),
    "an unknown query": Bad("GET", lambda a: f"{a.project}/events?page=2", lambda _: None, 422, "invalid"),
    "a query out of range": Bad("GET", lambda a: f"{a.project}/events?limit=501", lambda _: None, 422, "invalid"),
    "no UUID in the path": Bad("GET", lambda _: "/api/v1/projects/42", lambda _: None, 404, "http_404"),
    "an address that does not exist": Bad("GET", lambda _: "/api/v1/nothing", lambda _: None, 404, "http_404"),
    "a method that does not exist": Bad("PUT", lambda a: a.project, lambda _: {}, 405, "http_405"),
    "an unknown project": Bad("GET", lambda _: f"/api/v1/projects/{uuid4()}", lambda _: None, 404, "not_found"),
    "an unknown role": Bad(
        "POST", lambda a: f"{a.project}/invitations", lambda _: {"email": "x@y.org", "roles": ["boss"]}, 422, "invalid"
    ),
    "no role": Bad(
        "POST", lambda a: f"{a.project}/invitations", lambda _: {"email": "x@y.org", "roles": []}, 422, "bad_roles"
    ),
    "no address": Bad(
        "POST",
        lambda a: f"{a.project}/invitations",
        lambda _: {"email": "nobody", "roles": ["coder"]},
        422,
        "bad_email",
    ),
    "a code below nothing": Bad(
        "POST",
        lambda a: f"{a.project}/codes",
        lambda _: {"codes": [{"name": "x", "parent_id": str(uuid4())}]},
        422,
        "no_parent",
    ),
    "a label below a theme": Bad(
        "POST",
        lambda a: f"{a.project}/codes",
        lambda a: {"codes": [{"name": "x", "parent_id": str(a.cast.codes["t1"])}]},
        422,
        "wrong_level",
    ),
    "a round of a stranger's version": Bad(
        "POST", lambda a: f"{a.project}/rounds", lambda _: {"name": "x", "version_id": str(uuid4())}, 404, "not_found"
    ),
    "a round for somebody who does not code": Bad(
        "POST",
        lambda a: f"{a.project}/rounds",
        lambda a: {
            "name": "x",
            "version_id": str(a.cast.version),
            "documents": [str(a.cast.documents["访谈一"])],
            "coders": [str(a.cast.people["olga"].id)],
        },
        422,
        "not_a_coder",
    ),
    "another design of an open round": Bad(
        "PATCH", lambda a: f"/api/v1/rounds/{a.round}", lambda _: {"unit": "sentence"}, 409, "round_not_draft"
    ),
    "an unknown code": Bad(
        "PUT", lambda a: a.codings(), lambda a: a.body(code=str(uuid4())), 422, "unknown_code", "ai"
    ),
    "a span outside the text": Bad(
        "PUT", lambda a: a.codings(), lambda a: a.body(end=len(TEXTS["访谈一"]) + 1), 422, "span_outside", "ai"
    ),
    "an empty span": Bad("PUT", lambda a: a.codings(), lambda a: a.body(end=3), 422, "span_outside", "ai"),
    "a span before the text": Bad("PUT", lambda a: a.codings(), lambda a: a.body(start=-1), 422, "invalid", "ai"),
    "an offset that is no whole number": Bad(
        "PUT", lambda a: a.codings(), lambda a: a.body(start=2.5), 422, "invalid", "ai"
    ),
    "a used key with another body": Bad(
        "PUT", lambda a: a.codings(a.coding), lambda a: a.body(memo="anders"), 409, "same_key", "ai"
    ),
    "a stale codebook": Bad(
        "PUT", lambda a: a.codings(), lambda a: a.body(codebook=str(uuid4())), 409, "stale_codebook", "ai"
    ),
    "a closed round": Bad("PUT", lambda a: a.codings(round_id=a.closed), lambda a: a.body(), 409, "round_closed", "ai"),
    "a submitted document": Bad(
        "PUT", lambda a: a.codings(document="年报节选"), lambda a: a.body(), 409, "submitted", "ai"
    ),
    "a document that was not assigned": Bad(
        "PUT", lambda a: a.codings(document="Partner interview"), lambda a: a.body(), 404, "not_found", "ai"
    ),
    "somebody else's coding": Bad(
        "PATCH", lambda a: a.codings(a.coding), lambda _: {"doubt": True}, 404, "not_found", "bo", {"If-Match": '"1"'}
    ),
    "an own code while the codebook is frozen": Bad(
        "PUT",
        lambda a: f"/api/v1/rounds/{a.round}/codes/{uuid4()}",
        lambda _: {"name": "x"},
        403,
        "codebook_frozen",
        "ai",
    ),
    "a coding without If-Match": Bad(
        "PATCH", lambda a: a.codings(a.coding), lambda _: {"doubt": True}, 428, "no_version", "ai"
    ),
    "a coding with a stale If-Match": Bad(
        "PATCH",
        lambda a: a.codings(a.coding),
        lambda _: {"doubt": True},
        412,
        "stale_coding",
        "ai",
        {"If-Match": '"7"'},
    ),
    "a coding with a strange If-Match": Bad(
        "DELETE", lambda a: a.codings(a.coding), lambda _: None, 422, "bad_version", "ai", {"If-Match": "*"}
    ),
    "a deletion without If-Match": Bad(
        "DELETE", lambda a: a.codings(a.coding), lambda _: None, 428, "no_version", "ai"
    ),
    "a ruling without If-Match": Bad(
        "POST",
        lambda a: f"{a.disagreement}/rulings",
        lambda _: {"codings": [], "reason": "x"},
        428,
        "no_version",
        "ada",
    ),
    "a ruling with a stale If-Match": Bad(
        "POST",
        lambda a: f"{a.disagreement}/rulings",
        lambda _: {"codings": [], "reason": "x"},
        412,
        "stale_disagreement",
        "ada",
        {"If-Match": '"2"'},
    ),
    "a ruling without a reason": Bad(
        "POST",
        lambda a: f"{a.disagreement}/rulings",
        lambda _: {"codings": [], "reason": ""},
        422,
        "no_reason",
        "ada",
        {"If-Match": '"1"'},
    ),
    "an undoing of nothing": Bad(
        "POST", lambda a: f"{a.disagreement}/undo", lambda _: None, 409, "nothing_to_undo", "ada", {"If-Match": '"1"'}
    ),
    "a report by a unit that is not offered": Bad(
        "POST", lambda a: f"/api/v1/rounds/{a.closed}/agreement", lambda _: {"unit": "word"}, 422, "invalid"
    ),
    "a saturation rule that makes no sense": Bad(
        "GET", lambda a: f"{a.project}/saturation?base=0", lambda _: None, 422, "invalid"
    ),
}


@sqlite_only
class TestBadRequests:
    """On SQLite only: what is refused before anything is written does not depend on the database."""

    def test_it_is_refused_with_a_sentence_and_nothing_is_stored(
        self, at: At, people: dict[str, Client], subtests: pytest.Subtests
    ) -> None:
        before = events(at.cast)
        for name, bad in BAD.items():
            with subtests.test(name):
                answer = people[bad.who].call(bad.method, bad.path(at), bad.body(at), **bad.headers)
                body = refused(answer, bad.status, bad.code)
                assert ("errors" in body) == (bad.code == "invalid")
                assert events(at.cast) == before

    def test_a_refused_field_is_named(self, cast: Cast, people: dict[str, Client]) -> None:
        given = {"codes": [{"name": "x", "colour": 9}, {"nam": "y"}]}
        body = refused(people["lena"].call("POST", f"/api/v1/projects/{cast.project}/codes", given), 422, "invalid")
        fields = {e["field"] for e in body["errors"]}
        assert fields == {"codes.0.colour", "codes.1.name", "codes.1.nam"}
        assert all(f in body["detail"] for f in fields)

    @pytest.mark.parametrize(
        ("sent", "kind"),
        [
            (b"{", "application/json"),
            (b'{"name": "x"}', "text/plain"),
            (b"name=x", "application/x-www-form-urlencoded"),
            (b'\xff{"name"', "application/json"),
            (b"[" * 100_000, "application/json"),
        ],
    )
    def test_what_is_no_json_is_refused(self, app: Flask, cast: Cast, sent: bytes, kind: str) -> None:
        headers = {"Authorization": f"Bearer {token_of(cast, 'lena')}"}
        path = f"/api/v1/projects/{cast.project}/cases"
        answer = app.test_client().post(path, data=sent, headers=headers, content_type=kind)
        refused(answer, 422, "not_json")

    def test_a_body_beyond_the_limit_is_refused(self, app: Flask, cast: Cast) -> None:
        headers = {"Authorization": f"Bearer {token_of(cast, 'lena')}"}
        path = f"/api/v1/projects/{cast.project}/cases"
        sent = b'{"name":"' + b"x" * LARGEST_JSON + b'"}'
        answer = app.test_client().post(path, data=sent, headers=headers, content_type="application/json")
        refused(answer, 413, "http_413")

    def test_files_need_a_file_and_known_fields(self, cast: Cast, people: dict[str, Client]) -> None:
        path = f"/api/v1/projects/{cast.project}/files"
        refused(people["lena"].call("POST", path, {}), 422, "no_file")
        refused(people["lena"].upload(path, "a.txt", b""), 422, "empty_file")
        refused(people["lena"].upload(path, "a.txt", b"x", source_type="rumour"), 422, "invalid")
        refused(people["lena"].upload(path, "a.txt", b"x", titel="x"), 422, "invalid")
        assert people["lena"].get(path) == []

    def test_of_several_files_each_says_what_became_of_it(self, cast: Cast, people: dict[str, Client]) -> None:
        path = f"/api/v1/projects/{cast.project}/uploads"
        refused(people["lena"].call("POST", path, {}), 422, "no_file")
        refused(people["lena"].upload(path, "a.txt", b"x", title="one title for all"), 422, "invalid")
        sent = [
            (io.BytesIO(data), name)
            for name, data in (("访谈.txt", "一".encode()), ("leer.txt", b""), ("a.rtf", b"{\\rtf"))
        ]
        answer = people["lena"].form(path, file=sent, case="案例二", source_type="report")
        assert answer.status_code == 200
        first, empty, unknown = json.loads(answer.get_data())
        assert (first["name"], first["refused"]) == ("访谈.txt", None)
        file = first["file"]
        assert (file["title"], file["case"], file["source_type"], file["primary"]) == (
            "访谈",
            "案例二",
            "report",
            False,
        )
        assert (empty["file"], empty["refused"]["code"]) == (None, "empty_file")
        assert empty["refused"]["detail"] == "“leer.txt” is empty."
        assert (unknown["file"], unknown["refused"]["code"]) == (None, "unknown_format")
        assert [waiting["id"] for waiting in people["lena"].get(f"/api/v1/projects/{cast.project}/files")] == [
            file["id"]
        ]

    def test_the_sentence_speaks_the_language_that_was_asked_for(self, people: dict[str, Client]) -> None:
        path = f"/api/v1/projects/{uuid4()}"
        sentence, title = "There is no such thing here, or it is not shared with you.", "Not found"
        english = refused(people["lena"].call("GET", path, Accept_Language="en"), 404, "not_found")
        assert (english["detail"], english["title"]) == (sentence, title)
        answer = people["lena"].call("GET", path, Accept_Language="zh-CN,zh;q=0.9,en;q=0.5")
        chinese = json.loads(answer.get_data())
        words = catalogue("zh").gettext
        assert (chinese["detail"], chinese["title"], chinese["code"]) == (words(sentence), words(title), "not_found")


def test_control_characters_do_not_get_into_the_database(cast: Cast, people: dict[str, Client]) -> None:
    lena, project = people["lena"], f"/api/v1/projects/{cast.project}"
    code = lena.post(f"{project}/codes", {"codes": [{"name": "新\x00码", "definition": "a\x00b"}]})[0]
    assert (code["name"], code["definition"]) == ("新码", "ab")
    assert lena.post(f"{project}/versions", {"note": "\x00note"})["note"] == "note"
    case = lena.post(f"{project}/cases", {"name": "x\x00y", "attributes": {"k\x00": "\x00v"}})
    assert (case["name"], case["attributes"]) == ("xy", {"k": "v"})
    round_id = cast.round()
    path = f"/api/v1/rounds/{round_id}/documents/{cast.documents['访谈一']}/codings/{uuid4()}"
    body = {"code": str(cast.codes["l1"]), "start": 0, "end": 3, "memo": "原\x00话"}
    assert json.loads(people["ai"].call("PUT", path, body).get_data())["memo"] == "原话"


def test_codes_stand_where_they_are_put(cast: Cast, people: dict[str, Client]) -> None:
    given = {
        "codes": [{"name": n, "level": "construct", "position": p} for n, p in (("z", 100), ("y", 102), ("x", 101))]
    }
    made = people["lena"].post(f"/api/v1/projects/{cast.project}/codes", given)
    assert [code["position"] for code in made] == [100, 102, 101]
    order = [c["name"] for c in people["lena"].get(f"/api/v1/projects/{cast.project}/codebook")]
    assert [name for name in order if name in {"x", "y", "z"}] == ["z", "x", "y"]
