"""Copies of one database, each opened as Ai sees it: two of them differ only in what Bo did."""

import enum
import io
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest import mock
from uuid import UUID, uuid4

import flask.sessions
import itsdangerous
import sqlalchemy as sa
from flask import Flask

from cast import Cast, Client, make_cast
from intercoder import clock
from intercoder.config import load_settings
from intercoder.db import Database
from intercoder.events import LocalBus
from intercoder.models import AccessToken, Role, all_tables
from intercoder.policy import Permission
from intercoder.services import accounts, codebook, members, projects, tokens
from intercoder.services.access import authorise, blind_rounds
from intercoder.services.attempts import Attempts
from intercoder.web.app import create_app
from intercoder.web.live import Hears, Listener
from templates import Templates
from web.world import Ids, own_ids


class Told(AssertionError):
    """Ai learnt something of Bo."""


NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
CSRF = re.compile(r'name="csrf-token" content="([^"]+)"')


# --- the clock -----------------------------------------------------------------------------------


class Still(datetime):
    """A clock that stands still until it is set, but for a millisecond each time that it is asked."""

    moment = NOON
    asked = 0

    @classmethod
    def now(cls, tz: Any = None) -> "Still":
        """Return the moment at which the clock stands; no two things of one request are made at once."""
        m = cls.moment + timedelta(milliseconds=cls.asked)
        cls.asked += 1
        return cls(m.year, m.month, m.day, m.hour, m.minute, m.second, m.microsecond, tzinfo=tz or UTC)


@contextmanager
def still_clock() -> Iterator[None]:
    """Stop every clock that an answer tells of, and the lot that says who is A: neither differs between the worlds by itself."""
    with ExitStack() as stopped:
        for module in (clock, flask.sessions):
            stopped.enter_context(mock.patch.object(module, "datetime", Still))
        stopped.enter_context(mock.patch.object(projects, "randbits", lambda bits: bits))
        signer = itsdangerous.TimestampSigner
        stopped.enter_context(mock.patch.object(signer, "get_timestamp", _seconds))
        at(0)
        yield


def at(minutes: int, seconds: int = 0) -> None:
    """Set the clock, in minutes and seconds after noon."""
    Still.moment, Still.asked = NOON + timedelta(minutes=minutes, seconds=seconds), 0


def _seconds(_signer: object) -> int:
    return int(Still.moment.timestamp())


# --- who asks ------------------------------------------------------------------------------------


class SignIn(enum.Enum):
    """How a person comes in: what is shown to one must be shown to the other."""

    TOKEN = "token"
    COOKIE = "cookie"


def browser_headers(app: Flask, database: Database, actor: accounts.Actor) -> dict[str, str]:
    """Sign a person in as the page does, and return what that browser sends from then on."""
    app.extensions["database"] = database
    client = app.test_client(use_cookies=False)
    with database.transaction() as session:
        secret = accounts.open_session(session, actor, "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0")
    serializer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    name = app.config["SESSION_COOKIE_NAME"]
    cookie = f"{name}={serializer.dumps({'_user_id': secret, '_fresh': True})}"
    shown = client.get("/account", headers={"Cookie": cookie})
    cookie = shown.headers["Set-Cookie"].partition(";")[0]  # now with the secret that forms are signed with
    shown_token = CSRF.search(shown.get_data(as_text=True))
    assert shown_token is not None
    return {"Cookie": cookie, "X-CSRFToken": shown_token[1]}


@dataclass
class World:
    """A database behind the application, Ai at the door, and what Ai's open page has heard."""

    database: Database
    app: Flask
    sign_ins: Mapping[SignIn, Mapping[str, str]]
    heard: set[str]
    idle: list[Database]
    attempts: Attempts = field(default_factory=lambda: Attempts(None))

    def ask(self, method: str, path: str, body: Any = None, *, by: SignIn = SignIn.TOKEN, **headers: str) -> Any:
        """Let Ai ask in this world. The application is one and the same: only what it stands on differs."""
        self.app.extensions |= {"database": self.database, "attempts": self.attempts}
        named = {k.replace("_", "-"): v for k, v in headers.items()}
        form = not path.startswith("/api/") or "file" in (body or {})
        if form and "file" in (body or {}):
            body = {**body, "file": (io.BytesIO(body["file"]), "new.txt")}
        sent = {"data" if form else "json": body}
        client = self.app.test_client(use_cookies=False)
        return client.open(path, method=method, headers={**self.sign_ins[by], **named}, **sent)

    def close(self) -> None:
        """Let go of the file; the engine is used again, with what it has compiled."""
        self.database.dispose()
        self.idle.append(self.database)


@dataclass
class Worlds:
    """The base on disk, and how to open copies of it."""

    folder: Path
    cast: Cast
    ids: Ids
    closed: UUID
    round: UUID
    sign_ins: Mapping[SignIn, Mapping[str, str]]
    app: Flask
    idle: list[Database]
    #: every identifier that stands in the base: Ai may know of each, or the other test says not
    known: frozenset[str]

    @property
    def base(self) -> Path:
        """The world in which Bo does nothing."""
        return self.folder / "base.sqlite3"

    def open(self, source: Path) -> World:
        database = self.idle.pop() if self.idle else self.made()
        for end in ("-wal", "-shm"):
            file_of(database).with_name(file_of(database).name + end).unlink(missing_ok=True)
        shutil.copy(source, file_of(database))
        bus = LocalBus()
        database.hooks["bus"] = bus
        with database.reading() as session:
            blind = blind_rounds(session, self.cast.project, self.cast.people["ai"].id)
            access = authorise(session, self.cast.people["ai"], Permission.PROJECT_VIEW, "project", self.cast.project)
        hears = Hears(access.roles, frozenset(str(r) for r in blind))
        listener = Listener(self.cast.people["ai"], {str(self.cast.project): hears})
        heard: set[str] = set()
        bus.listen(lambda hint: heard.add(hint.topic) if listener.may_know(hint) else None)
        return World(database, self.app, self.sign_ins, heard, self.idle)

    def made(self) -> Database:
        return Database(f"sqlite:///{self.app.config['FOLDER'] / uuid4().hex}.sqlite3", pool_size=2)


def file_of(database: Database) -> Path:
    return Path(database.url.removeprefix("sqlite:///"))


def blind_app(folder: Path) -> Flask:
    """Return one application for all worlds: making one is what costs."""
    url = f"sqlite:///{folder}/none.sqlite3"
    made = create_app(load_settings({"INTERCODER_DATA": str(folder), "DATABASE_URL": url}), Database(url))
    made.testing = True
    made.config["FOLDER"] = folder
    return made


def make_worlds(
    templates: Templates, app: Flask, idle: list[Database], *, roles: str, policy: str, ai_key: UUID
) -> Worlds:
    """Return worlds in which Ai has these roles, in an open round of this policy; Bo has done nothing yet."""
    folder = Path(tempfile.mkdtemp(dir=app.config["FOLDER"]))
    at(0)
    database = Database(templates.copy("empty", str(folder / "base.sqlite3")))
    cast = make_cast(database)
    closed = cast.compared_round()
    opened = cast.round(policy=policy)
    ids = own_ids(cast, closed, opened)
    with cast.acting("lena", Permission.CODEBOOK_EDIT) as (session, access):  # there is something to publish
        codebook.change_code(session, access, cast.codes["c4"], None, codebook.CodeChange(definition="互相开放数据。"))
    cast.code("ai", opened, "访谈一", "l1", "旧机器", key=ai_key)
    return ai_comes(app, idle, cast, ids, closed, opened, roles=roles, folder=folder)


def ai_comes(
    app: Flask, idle: list[Database], cast: Cast, ids: Ids, closed: UUID, opened: UUID, *, roles: str, folder: Path
) -> Worlds:
    """Return the worlds of a base that lies ready in a folder, in which Ai has these roles and comes in from now on."""
    database, ai = cast.database, cast.people["ai"]
    with database.transaction() as session:
        members.add_member(session, cast.project, ai.id, [Role(role) for role in roles.split()])
    at(60)  # Bo works before that; Ai's session was used just now
    with database.transaction() as session:
        _, token = tokens.create_token(session, ai.id, tokens.NewToken(name="probe"))
        ids.values["token"] = session.scalars(sa.select(AccessToken.id).where(AccessToken.user_id == ai.id)).one()
    sign_ins = {
        SignIn.TOKEN: {"Authorization": f"Bearer {token}"},
        SignIn.COOKIE: browser_headers(app, database, ai),
    }
    known = identifiers_in(database) | {str(value) for value in ids.values.values()}
    database.dispose()
    return Worlds(folder, cast, ids, closed, opened, sign_ins, app, idle, known)


def identifiers_in(database: Database) -> frozenset[str]:
    """Return every identifier that stands in a database."""
    columns = [c for table in all_tables().sorted_tables for c in table.columns if isinstance(c.type, sa.Uuid)]
    with database.reading() as session:
        return frozenset(str(value) for column in columns for value in session.scalars(sa.select(column)) if value)


def person(app: Flask, database: Database, actor: accounts.Actor) -> Client:
    """Return a client of the API for somebody in a world."""
    app.extensions["database"] = database
    return Client(app, database, actor)
