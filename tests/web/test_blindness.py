"""Non-interference: two worlds that differ only in what Bo does look the same to Ai until the round closes.

Every rule of the URL map is asked, with every method, with Ai's identifiers and with Bo's; whatever
route is added later is in the test by itself. Ai is once only a coder, once everything at once.
"""

import re
import shutil
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.routing import Rule

from cast import Cast, Client, make_cast
from intercoder.config import load_settings
from intercoder.db import Database
from intercoder.models import AccessToken, Assignment, Code, Event, Role
from intercoder.services import members, own_codes
from intercoder.web.app import create_app
from templates import Templates
from web.two_worlds import Worlds, file_of
from web.world import Ids, own_ids

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
UUID_TEXT = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
#: what changes from request to request by itself, in any world
RANDOM = re.compile(
    r'(name="csrf-token" content="|name="csrf_token" value=")[^"]*|invitations/[\w-]{20,}|"ic_[\w-]+"|"token":"[^"]+"'
)
KEYS = [uuid4() for _ in range(4)]
CODES = [uuid4() for _ in range(2)]


@pytest.fixture(autouse=True)
def frozen(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock stands still, so that no time differs between the worlds by itself."""

    class Still(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> "Still":
            return cls(2026, 3, 2, 12, 0, tzinfo=tz or UTC)

    monkeypatch.setattr("intercoder.clock.datetime", Still)


#: Ai's roles and the round's policy: only a coder, and everything at once, with what each policy opens
WORLDS = (
    ("coder", "frozen"),
    ("coder", "open"),
    ("coder lead adjudicator observer", "proposals"),
    ("coder lead adjudicator observer", "open"),
)


@pytest.fixture(scope="module")
def shared_app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """One application for all worlds: making one, and compiling its templates, is what costs."""
    folder = tmp_path_factory.mktemp("blind")
    url = f"sqlite:///{folder}/none.sqlite3"
    made = create_app(load_settings({"INTERCODER_DATA": str(folder), "DATABASE_URL": url}), Database(url))
    made.testing = True
    made.config["FOLDER"] = folder
    return made


@pytest.fixture(scope="module")
def idle() -> list[Database]:
    """Databases whose file nobody needs any more."""
    return []


@pytest.fixture(params=WORLDS, ids=lambda w: f"{'everything' if ' ' in w[0] else w[0]}-{w[1]}")
def worlds(
    request: pytest.FixtureRequest, sqlite_templates: Templates, tmp_path: Path, shared_app: Flask, idle: list[Database]
) -> Worlds:
    roles, policy = request.param
    base = tmp_path / "base.sqlite3"
    database = Database(sqlite_templates.copy("empty", str(base)))
    cast = make_cast(database)
    closed = cast.compared_round()
    opened = cast.round(policy=policy)
    ids = own_ids(cast, closed, opened)
    cast.code("ai", opened, "访谈一", "l1", "旧机器", key=KEYS[3])
    with database.transaction() as session:
        members.add_member(session, cast.project, cast.people["ai"].id, [Role(role) for role in roles.split()])
    with database.transaction() as session:
        from intercoder.services import accounts

        _, token = accounts.create_token(session, cast.people["ai"].id, accounts.NewToken(name="probe"))
        ids.values["token"] = session.scalars(
            sa.select(AccessToken.id).where(AccessToken.user_id == cast.people["ai"].id)
        ).one()
    database.dispose()
    return Worlds(tmp_path, cast, ids, opened, token, shared_app, idle)


# --- what Bo can do ------------------------------------------------------------------------------

Act = Callable[[Client, Worlds], object]


def _url(worlds: Worlds, document: str = "访谈一") -> str:
    return f"/api/v1/rounds/{worlds.round}/documents/{worlds.cast.documents[document]}"


def _put(key: UUID, start: int, length: int, code: str, document: str = "访谈一") -> Act:
    def act(bo: Client, worlds: Worlds) -> None:
        body = {"code": str(worlds.cast.codes[code]), "start": start, "end": start + length, "memo": "Bo 的备忘"}
        bo.call("PUT", f"{_url(worlds, document)}/codings/{key}", body)

    return act


def _edit(key: UUID, version: int) -> Act:
    return lambda bo, w: bo.call("PATCH", f"{_url(w)}/codings/{key}", {"doubt": True}, If_Match=str(version))


def _delete(key: UUID, version: int) -> Act:
    return lambda bo, w: bo.call("DELETE", f"{_url(w)}/codings/{key}", If_Match=str(version))


def _own_code(key: UUID, name: str) -> Act:
    return lambda bo, w: bo.call("PUT", f"/api/v1/rounds/{w.round}/codes/{key}", {"name": name})


def _memo(bo: Client, worlds: Worlds) -> None:
    bo.call("PUT", f"{_url(worlds)}/memo", {"memo": "这份要再读一遍"})


def _submit(document: str) -> Act:
    return lambda bo, w: bo.call("POST", f"{_url(w, document)}/submit")


def _look(bo: Client, worlds: Worlds) -> None:
    for path in (f"/rounds/{worlds.round}/documents/{worlds.cast.documents['访谈一']}/code", "/"):
        bo.call("GET", path)


EVERYTHING: list[Act] = [
    _look,
    _put(KEYS[0], 3, 9, "l1"),
    _put(KEYS[1], 20, 12, "l2"),
    _put(KEYS[2], 2, 5, "c2", "年报节选"),
    _edit(KEYS[0], 1),
    _delete(KEYS[1], 1),
    _own_code(CODES[0], "老板自己也在学"),
    _own_code(CODES[1], "先连上再说"),
    _memo,
    _submit("访谈一"),
    _submit("年报节选"),
]

ACTS: Mapping[str, Act] = {
    "look": _look,
    "code": _put(KEYS[0], 3, 9, "l1"),
    "code again": _put(KEYS[1], 20, 12, "l2"),
    "code the other": _put(KEYS[2], 2, 5, "c2", "年报节选"),
    "edit": _edit(KEYS[0], 1),
    "delete": _delete(KEYS[1], 1),
    "own code": _own_code(CODES[0], "老板自己也在学"),
    "memo": _memo,
    "submit": _submit("访谈一"),
    "submit the other": _submit("年报节选"),
}


def bo_acts(worlds: Worlds, acts: list[Act]) -> tuple[Path, Path, Ids]:
    """Return the two worlds on disk, and identifiers of what Bo made."""
    base = worlds.folder / "base.sqlite3"
    world = worlds.open(base)
    bo = Client(world.app, world.database, worlds.cast.people["bo"])
    world.app.extensions["database"] = world.database
    for act in acts:
        act(bo, worlds)
    assert world.heard == set(), "the event stream told of Bo"
    values = dict(worlds.ids.values)
    bo_id = worlds.cast.people["bo"].id
    with world.database.reading() as session:
        values["assignment"] = (
            session.scalars(
                sa.select(Assignment.id).where(Assignment.round_id == worlds.round, Assignment.coder_id == bo_id)
            ).first()
            or uuid4()
        )
        own = session.scalars(sa.select(Code.id).where(Code.author_id == bo_id)).first()
        values["event"] = (
            session.scalars(
                sa.select(Event.id).where(Event.actor_id == bo_id, Event.round_id == worlds.round).order_by(Event.at)
            ).first()
            or uuid4()
        )
    values["code"] = own or own_codes.own_code_id(bo_id, CODES[0])
    values["key"] = KEYS[0]
    after = worlds.folder / "after.sqlite3"
    with world.database.engine.connect() as connection:
        connection.connection.dbapi_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # type: ignore[union-attr]
    shutil.copy(file_of(world.database), after)
    world.close()
    return base, after, Ids(values)


# --- what Ai can see -----------------------------------------------------------------------------


def seen(worlds: Worlds, known: set[str], answer: Any) -> tuple[int, list[tuple[str, str]], str]:
    """Return all that an answer tells: status, headers, body, without what is random in any world."""

    def blank(text: str) -> str:
        text = UUID_TEXT.sub(lambda m: m.group() if m.group() in known else "<new>", text)
        return RANDOM.sub(lambda m: m.group(1) or "<secret>", text)

    headers = sorted(
        (k, blank(v)) for k, v in answer.headers if k not in {"Set-Cookie", "Content-Length", "X-Request-Id"}
    )
    return answer.status_code, headers, blank(answer.get_data(as_text=True))


def known_ids(worlds: Worlds, ids: Ids) -> set[str]:
    cast = worlds.cast
    things = [*ids.values.values(), *worlds.ids.values.values(), *cast.documents.values(), *cast.codes.values(), *KEYS]
    return {str(t) for t in things} | {str(a.id) for a in cast.people.values()}


def reads(app: Flask) -> list[Rule]:
    return [r for r in app.url_map.iter_rules() if "GET" in (r.methods or ()) and r.endpoint != "static"]


def queries(endpoint: str, ids: Ids) -> list[str]:
    """The address alone, and with what would ask for Bo's part."""
    more = {
        "api.list_events": [
            f"?after={ids.values['event']}",
            f"?before={ids.values['event']}",
            "?limit=500",
            # The Link header says whether there is more, and where: it must not count Bo's rows.
            *(f"?limit={n}" for n in (1, 2, 3)),
        ],
        "api.list_codings": ["?limit=1", "?limit=2"],
        "api.list_round_codings": ["?limit=1", "?limit=2"],
        "api.list_rounds": ["?limit=1"],
        "api.get_saturation": [
            f"?level={lv}&view={v}" for lv in ("label", "concept") for v in ("union", "agreed", "consensus")
        ],
        "project.saturation": ["?level=label"],
    }
    return ["", *more.get(endpoint, [])]


def compare_reads(worlds: Worlds, base: Path, after: Path, ids: Ids) -> int:
    known = known_ids(worlds, ids)
    here, there = worlds.open(base), worlds.open(after)
    asked = 0
    try:
        for rule in reads(here.app):
            for which in (worlds.ids, ids):
                for query in queries(rule.endpoint, ids):
                    path = which.path(rule) + query
                    in_this, in_the_other = (seen(worlds, known, w.ask("GET", path)) for w in (here, there))
                    assert in_this == in_the_other, f"GET {path} ({rule.endpoint}) tells Ai what Bo did"
                    assert in_this[0] < 500, f"GET {path} failed"
                    asked += 1
    finally:
        here.close()
        there.close()
    return asked


def bodies(endpoint: str, worlds: Worlds, ids: Ids) -> list[tuple[Any, dict[str, str]]]:
    """An empty body, and one that goes as deep as the route can."""
    cast = worlds.cast
    code = str(cast.codes["l1"])
    deep: dict[str, Any] = {
        "api.put_coding": {"code": code, "start": 3, "end": 9},
        "api.change_coding": {"memo": "x"},
        "api.put_own_code": {"name": "老板自己也在学"},
        "api.create_codes": {"codes": [{"name": "老板自己也在学"}]},
        "api.close_round": {"unfinished": True},
        "api.put_memo": {"memo": "mine"},
        "api.add_assignments": {
            "pairs": [{"document_id": str(cast.documents["Partner interview"]), "coder_id": str(cast.people["ai"].id)}]
        },
        "api.create_round": {
            "name": "next",
            "version_id": str(cast.version),
            "documents": [str(cast.documents["访谈一"])],
            "coders": [str(cast.people["bo"].id)],
        },
        "api.publish_version": {"note": "n"},
        "api.start_report": {"unit": "sentence"},
        "api.create_invitation": {"email": "x@y.example", "roles": ["coder"]},
        "api.create_ruling": {"codings": [], "reason": "r"},
        "api.change_disagreement": {"state": "deferred"},
        "api.change_code": {"definition": "d"},
        "api.change_member": {"roles": ["observer"]},
        "api.create_project": {"name": "mine"},
        "api.create_token": {"name": "mine"},
        "api.create_case": {"name": "new case"},
        "api.change_document": {"title": "new title"},
        "api.accept_proposal": {},
        "api.decline_proposal": {},
        "api.hand_back": {"reason": "r"},
    }
    ways: list[tuple[Any, dict[str, str]]] = [({}, {})]
    if endpoint in deep:
        ways.append((deep[endpoint], {"If_Match": "1"}))
    return ways


def test_nothing_that_bo_does_is_seen_by_ai(worlds: Worlds) -> None:
    base, after, ids = bo_acts(worlds, EVERYTHING)
    asked = compare_reads(worlds, base, after, ids)
    assert asked > 100
    known = known_ids(worlds, ids)
    unsafe = [
        (rule, method)
        for rule in worlds.app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) - {"GET", "HEAD", "OPTIONS"})
    ]
    pair = worlds.open(base), worlds.open(after)
    for rule, method in unsafe:
        for which in (worlds.ids, ids):
            path = which.path(rule)
            for body, headers in bodies(rule.endpoint, worlds, ids):
                in_this, in_the_other = (seen(worlds, known, w.ask(method, path, body, **headers)) for w in pair)
                assert in_this == in_the_other, f"{method} {path} ({rule.endpoint}) tells Ai what Bo did"
                if in_this[0] < 400:  # a refusal changes nothing; anything else gets fresh worlds
                    for world in pair:
                        world.close()
                    pair = worlds.open(base), worlds.open(after)
    for world in pair:
        world.close()


@pytest.mark.parametrize("worlds", WORLDS[1::2], indirect=True, ids=["coder-open", "everything-open"])
@settings(max_examples=3, suppress_health_check=list(HealthCheck))
@given(st.lists(st.sampled_from(sorted(ACTS)), min_size=1, max_size=8))
def test_no_sequence_of_acts_is_seen_by_ai(worlds: Worlds, names: list[str]) -> None:
    base, after, ids = bo_acts(worlds, [ACTS[n] for n in names])
    compare_reads(worlds, base, after, ids)


@pytest.mark.parametrize("worlds", WORLDS[:1], indirect=True, ids=["coder"])
def test_after_closing_ai_sees_what_bo_did(worlds: Worlds) -> None:
    """The other half: the test above would pass if nobody ever saw anything."""
    _, after, _ = bo_acts(worlds, EVERYTHING)
    world = worlds.open(after)
    path = f"/api/v1/rounds/{worlds.round}/codings"
    bo = str(worlds.cast.people["bo"].id)
    assert bo not in {c["coder_id"] for c in world.ask("GET", path).json}
    cast = Cast(world.database, worlds.cast.people, worlds.cast.project)
    cast.documents = worlds.cast.documents
    cast.submit("ai", worlds.round, "访谈一", "年报节选")
    cast.close(worlds.round)
    assert bo in {c["coder_id"] for c in world.ask("GET", path).json}
    world.close()
