"""Databases that tests copy: migrated once, filled with the cast once, with a compared round in it once."""

import os
import shutil
import tempfile
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from cast import Cast, make_cast
from intercoder import schema
from intercoder.db import Database
from model_study import make_model

ROOM = 2 * 2**30  # bytes that the memory must have to spare before files of tests are put there


def quick_folder() -> Path:
    """Return a folder in memory where there is one with room, else the usual one for temporary files.

    Making a file on a disk costs fifty times as much, and a PostgreSQL database has four hundred of them.
    """
    memory = Path("/dev/shm")
    if memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > ROOM:
        runs_programs = not os.statvfs(memory).f_flag & os.ST_NOEXEC
        if runs_programs:
            return memory
    return Path(tempfile.gettempdir())


class Server(Protocol):
    """What makes databases."""

    def create_database(self, name: str, *, template: str = ...) -> str:
        """Make a database, empty or a copy of another, and return its address."""


class Files:
    """SQLite as a server: a database is a file, its name the path."""

    def create_database(self, name: str, *, template: str = "") -> str:
        """Make a database, empty or a copy of another, and return its address."""
        if template:
            shutil.copy(template, name)
        return f"sqlite:///{name}"


def _migrate(database: Database, _cast: Cast | None) -> None:
    schema.upgrade(database)


def _people_and_materials(database: Database, _cast: Cast | None) -> Cast:
    return make_cast(database)


def _compared_round(database: Database, cast: Cast | None) -> Cast:
    assert cast is not None
    made = cast.on(database)
    made.rounds["compared"] = made.compared_round()
    return made


def _two_documents(database: Database, cast: Cast | None) -> Cast:
    assert cast is not None
    made = cast.on(database)
    made.rounds["two documents"] = made.two_documents()
    return made


def _model(database: Database, _cast: Cast | None) -> Cast:
    return make_model(database)


Fill = Callable[[Database, Cast | None], Cast | None]
#: content of a template: the template that it is a copy of, and what is added to that
CONTENTS: dict[str, tuple[str, Fill]] = {
    "empty": ("", _migrate),
    "cast": ("empty", _people_and_materials),
    "compared_round": ("cast", _compared_round),
    "two_documents": ("cast", _two_documents),
    "model": ("empty", _model),
}


def wanted(fixtures: Collection[str]) -> str:
    """Return the template of a test that has these fixtures: the one with the most that is asked for."""
    return next((content for content in reversed(CONTENTS) if content in fixtures), "empty")


@dataclass(frozen=True)
class Template:
    """A database that nobody is connected to, and who is in it."""

    name: str
    cast: Cast | None


class Templates:
    """The templates of one server, each made when it is first asked for."""

    def __init__(self, server: Server, prefix: str) -> None:
        self._server = server
        self._prefix = prefix
        self._made: dict[str, Template] = {}

    def __getitem__(self, content: str) -> Template:
        if content not in self._made:
            self._made[content] = self._make(content)
        return self._made[content]

    def copy(self, content: str, name: str) -> str:
        """Copy a template and return the address of the copy."""
        return self._server.create_database(name, template=self[content].name)

    def migrated(self, file: Path) -> Database:
        """Open a copy in which nobody is: migrating costs a second, a copy nothing."""
        return Database(self.copy("empty", str(file)))

    def cast(self, file: Path, content: str = "cast") -> Cast:
        """Open a copy with the cast in it, and with more where another content is asked for."""
        made = self[content].cast
        assert made is not None
        return made.on(Database(self.copy(content, str(file))))

    def _make(self, content: str) -> Template:
        start, fill = CONTENTS[content]
        name = f"{self._prefix}{content}"
        url = self.copy(start, name) if start else self._server.create_database(name)
        database = Database(url, pool_size=2)
        cast = fill(database, self[start].cast if start else None)
        database.dispose()
        return Template(name, cast)
