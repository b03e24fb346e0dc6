"""Copies of one database, each opened as Ai sees it: two of them differ only in what Bo did."""

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from flask import Flask

from cast import Cast, Client
from intercoder.db import Database
from intercoder.events import LocalBus
from intercoder.policy import Permission
from intercoder.services.access import authorise, blind_rounds
from intercoder.web.live import Hub, Listener
from web.world import Ids


@dataclass
class World:
    """A database behind the application, Ai at the door, and what Ai's open page has heard."""

    database: Database
    app: Flask
    ai: Client
    heard: set[str]
    idle: list[Database]

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """Let Ai ask in this world. The application is one and the same: only the database differs."""
        self.app.extensions["database"] = self.database
        return self.ai.call(method, path, body, **headers)

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
    round: UUID
    token: str
    app: Flask
    idle: list[Database]

    def open(self, source: Path) -> World:
        database = self.idle.pop() if self.idle else self.made()
        for end in ("-wal", "-shm"):
            file_of(database).with_name(file_of(database).name + end).unlink(missing_ok=True)
        shutil.copy(source, file_of(database))
        bus = LocalBus()
        database.hooks["bus"] = bus
        ai = Client(self.app, database, None)
        ai._headers["Authorization"] = f"Bearer {self.token}"
        hub = Hub(database, bus)
        with database.reading() as session:
            blind = blind_rounds(session, self.cast.project, self.cast.people["ai"].id)
            access = authorise(session, self.cast.people["ai"], Permission.PROJECT_VIEW, "project", self.cast.project)
        listener = Listener(
            self.cast.people["ai"], str(self.cast.project), access.roles, frozenset(str(r) for r in blind)
        )
        heard: set[str] = set()
        bus.listen(lambda hint: heard.add(hint.topic) if listener.may_know(hint) else None)
        assert hub.full is False
        return World(database, self.app, ai, heard, self.idle)

    def made(self) -> Database:
        return Database(f"sqlite:///{self.app.config['FOLDER'] / uuid4().hex}.sqlite3", pool_size=2)


def file_of(database: Database) -> Path:
    return Path(database.url.removeprefix("sqlite:///"))
