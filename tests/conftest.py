"""The parts that tests run on: a real SQLite file, a real PostgreSQL, a real Redis, each for this run only."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from flask import Flask
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from playwright.sync_api import Browser, expect, sync_playwright

from cast import Cast, make_cast
from intercoder import schema
from intercoder.config import Settings, load_settings
from intercoder.db import Database
from intercoder.events import LocalBus
from intercoder.jobs.runner import run_next
from services_up import Postgres, Redis
from waiting import PATIENCE

DATABASES = ("sqlite", "postgresql")

# How long an example takes says nothing about whether it is right; other work may share the machine.
hypothesis_settings.register_profile("busy machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis_settings.load_profile("busy machine")


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    with Postgres(fsync=False) as server:
        yield server


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    with Redis() as server:
        yield server.url


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The system's Chromium; one a process, because Playwright takes the thread."""
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"),
            args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
        )
        expect.set_options(timeout=PATIENCE * 1000)
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite file that tests copy."""
    path = tmp_path_factory.mktemp("template") / "template.sqlite3"
    database = Database(f"sqlite:///{path}")
    schema.upgrade(database)
    database.dispose()
    return path


@pytest.fixture(scope="session")
def postgres_template(postgres: Postgres) -> str:
    """The name of a migrated, empty PostgreSQL database that tests copy."""
    database = Database(postgres.create_database("template_of_tests"))
    schema.upgrade(database)
    database.dispose()
    return "template_of_tests"


@pytest.fixture(params=DATABASES)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty, migrated database of each kind."""
    if request.param == "sqlite":
        copy = tmp_path / "test.sqlite3"
        shutil.copy(request.getfixturevalue("sqlite_template"), copy)
        return f"sqlite:///{copy}"
    server: Postgres = request.getfixturevalue("postgres")
    name = f"t{uuid4().hex}"
    return server.create_database(name, template=request.getfixturevalue("postgres_template"))


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    made = Database(database_url, pool_size=4)
    made.hooks["bus"] = LocalBus()
    yield made
    made.dispose()


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    return load_settings({"INTERCODER_DATA": str(tmp_path / "data"), "DATABASE_URL": database_url})


@pytest.fixture
def app(settings: Settings, database: Database) -> Flask:
    from intercoder.web.app import create_app

    made = create_app(settings, database)
    made.testing = True
    return made


@pytest.fixture
def cast(database: Database) -> Cast:
    """A small study with everybody in it; see cast.py."""
    return make_cast(database)


@pytest.fixture
def run_jobs(database: Database) -> Callable[[], int]:
    """A function that runs every waiting job and returns how many there were."""

    def run() -> int:
        count = 0
        while run_next(database):
            count += 1
        return count

    return run
