"""What Bo can do in an open round, so that a second world differs from the first by nothing else."""

import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid4

import sqlalchemy as sa

from cast import Client
from intercoder.models import Assignment, Code, Event, MappingAct
from intercoder.services import own_codes
from web.two_worlds import Told, Worlds, at, browser_headers, file_of, person
from web.world import Ids

KEYS = [uuid4() for _ in range(4)]  # the last is Ai's
CODES = [uuid4() for _ in range(2)]

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


def _own_label(method: str, key: UUID, seen: int, body: dict[str, str], end: str = "") -> Act:
    def act(bo: Client, worlds: Worlds) -> None:
        path = f"/api/v1/rounds/{worlds.round}/own-codes/{key}{end}"
        bo.call(method, path, body or None, If_Match=str(seen))

    return act


def _undo_own(bo: Client, worlds: Worlds) -> None:
    acts = bo.call("GET", f"/api/v1/rounds/{worlds.round}/own-acts").json or []
    for act in acts[:1]:
        bo.call("POST", f"/api/v1/rounds/{worlds.round}/own-acts/{act['id']}/undo")


def _memo(bo: Client, worlds: Worlds) -> None:
    bo.call("PUT", f"{_url(worlds)}/memo", {"memo": "这份要再读一遍"})


def _submit(document: str) -> Act:
    return lambda bo, w: bo.call("POST", f"{_url(w, document)}/submit")


def _look(bo: Client, worlds: Worlds) -> None:
    for path in (f"/rounds/{worlds.round}/documents/{worlds.cast.documents['访谈一']}/code", "/"):
        bo.call("GET", path)


def _sign_in(_bo: Client, worlds: Worlds) -> None:
    """Open the pages in a browser too."""
    app = worlds.app
    browser = browser_headers(app, app.extensions["database"], worlds.cast.people["bo"])
    for path in ("/", f"/projects/{worlds.cast.project}"):
        app.test_client(use_cookies=False).get(path, headers=browser)


ACTS: Mapping[str, Act] = {
    "look": _look,
    "sign in": _sign_in,
    "code": _put(KEYS[0], 3, 9, "l1"),
    "code again": _put(KEYS[1], 20, 12, "l2"),
    "code the other": _put(KEYS[2], 2, 5, "c2", "年报节选"),
    "edit": _edit(KEYS[0], 1),
    "delete": _delete(KEYS[1], 1),
    "own code": _own_code(CODES[0], "老板自己也在学"),
    "other own code": _own_code(CODES[1], "先连上再说"),
    "rename own": _own_label("PATCH", CODES[0], 1, {"name": "老板也在学"}),
    "merge own": _own_label("POST", CODES[1], 1, {"into": str(CODES[0])}, "/merge"),
    "undo own": _undo_own,
    "memo": _memo,
    "submit": _submit("访谈一"),
    "submit the other": _submit("年报节选"),
}
EVERYTHING: Sequence[Act] = [
    *(ACTS[name] for name in ("look", "sign in", "code", "code again", "code the other", "edit", "delete", "own code")),
    _put(uuid4(), 24, 6, "l2"),
    *(ACTS[name] for name in ("other own code", "rename own", "merge own", "undo own", "merge own")),
    *(ACTS[name] for name in ("memo", "submit", "submit the other")),
]


@dataclass(frozen=True)
class Other:
    """The world in which Bo acted, and the identifiers of what Bo made."""

    path: Path
    ids: Ids
    person: UUID


def bo_acts(worlds: Worlds, acts: Sequence[Act]) -> Other:
    """Let Bo act in a copy of the base, a minute apart, and return that world."""
    world = worlds.open(worlds.base)
    bo = person(worlds.app, world.database, worlds.cast.people["bo"])
    for minute, act in enumerate(acts, 1):
        at(minute)
        act(bo, worlds)
    at(60)
    if world.heard:
        raise Told(f"the event stream told Ai of Bo: {sorted(world.heard)}")
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
        values["act"] = (
            session.scalars(
                sa.select(MappingAct.id).where(MappingAct.actor_id == bo_id).order_by(MappingAct.id)
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
    return Other(after, Ids(values), bo_id)
