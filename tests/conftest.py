"""The parts that tests run on: a real SQLite file, a real PostgreSQL, a real Redis, each for this run only."""

import gc
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from flask import Flask
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from playwright.sync_api import Browser, expect, sync_playwright
from xdist.remote import Producer

import compiled
from cast import Cast
from groups import Groups
from intercoder.config import Settings, load_settings
from intercoder.db import Database
from intercoder.events import LocalBus
from intercoder.jobs.runner import run_next
from model_study import ModelStudy
from outbound import run as outbound
from programs import chromium
from services_up import Postgres, Redis
from templates import Files, Templates, quick_folder, wanted
from waiting import PATIENCE_WITH_A_PAGE

#: of the browser: what Playwright switches off itself (the last list counts), then processes that draw the window's own
#: frame and that wait for a site that nobody opens; each costs more than most pages of a test
UNUSED = (
    *("AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "HttpsUpgrades", "LensOverlay"),
    *("HttpsFirstBalancedModeAutoEnable", "PaintHolding", "ThirdPartyStoragePartitioning", "OptimizationHints"),
    *("AvoidCorsURLLoaderRestartOnRedirect", "NetworkTimeServiceQuerying", "AimEnabled", "PreconnectToSearch"),
    *("MediaRouter", "WebUIOmniboxPopup", "WebUIOmniboxAimPopup", "WebUIOmniboxFullPopup"),
    "SpareRendererForSitePerProcess",
)
BEGAN, LOAD = time.time(), os.getloadavg()[0]
OUTSIDE = pytest.StashKey[tuple[int, list[str]]]()  # processes that were watched; what was to leave the machine
LONGEST = ("tests/web/test_blindness.py", "tests/web/test_statements.py", "tests/browser/story/")
DATABASES = ("sqlite", "postgresql")
os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(quick_folder()))  # where pytest makes tmp_path

outbound.begin()
compiled.begin()

# How long an example takes says nothing about whether it is right; other work may share the machine.
hypothesis_settings.register_profile("busy machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis_settings.load_profile("busy machine")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes minutes: begun last, it is waited for by processes that have nothing left to do."""
    items.sort(key=lambda item: not item.nodeid.startswith(LONGEST))


def pytest_collection_finish() -> None:
    """Let Python look for garbage less often, and not among what was imported.

    It went through half a million objects for every fourth part more: a fifth of the time of the tests of pages.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(5000, 10, 20)


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Note how long a whole run took, for `make house`: from the beginning of make, or else of pytest."""
    config = session.config
    if not hasattr(config, "workerinput"):
        config.stash[OUTSIDE] = outbound.end()
        compiled.end()
        if config.stash[OUTSIDE][1] and not exitstatus:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED
            exitstatus = int(session.exitstatus)
    selected = config.option.keyword or config.option.markexpr or config.args != config.getini("testpaths")
    if hasattr(config, "workerinput") or selected or exitstatus:
        return
    when, _, load = os.environ.get("BEGAN", "").partition(" ")  # make says it, which does other checks first
    run = {
        "seconds": time.time() - float(when or BEGAN),
        "load before": float(load or LOAD) / (os.cpu_count() or 1),
        "load after": os.getloadavg()[0] / (os.cpu_count() or 1),
    }
    config.cache.set("house/test_time", run)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Groups:
    """Deal out the tests."""
    return Groups(config, log)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say how many connections were to leave the machine: none, or the run has failed."""
    watched, outside = config.stash.get(OUTSIDE, (0, []))
    if outside or config.get_verbosity() >= 0:
        terminalreporter.write_line(f"{len(outside)} connections to other machines ({watched} processes watched)")
    for line in outside:
        terminalreporter.write_line(line, red=True)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    with Postgres(fsync=False, beside=quick_folder()) as server:
        yield server


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    with Redis() as server:
        yield server.url


@pytest.fixture(scope="session")
def running_browser() -> Iterator[Browser]:
    """The system's Chromium, without a window; one a process, because Playwright takes the thread."""
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(
            executable_path=chromium(),
            args=[
                *("--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"),
                f"--disable-features={','.join(UNUSED)}",
                "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
            ],
        )
        outbound.watch_browser(opened)
        expect.set_options(timeout=PATIENCE_WITH_A_PAGE)
        yield opened
        opened.close()


@pytest.fixture
def browser(running_browser: Browser) -> Iterator[Browser]:
    """Chromium without a page: one that a test leaves open draws, and asks its ended server for news, until the run ends."""
    yield running_browser
    for context in running_browser.contexts:
        context.close()


@pytest.fixture(scope="session")
def sqlite_templates(tmp_path_factory: pytest.TempPathFactory) -> Templates:
    return Templates(Files(), f"{tmp_path_factory.mktemp('templates')}/")


@pytest.fixture(scope="session")
def postgresql_templates(postgres: Postgres) -> Templates:
    return Templates(postgres, "template_")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test that has a database on each kind; one with the mark ``sqlite`` on SQLite alone."""
    if "database_url" in metafunc.fixturenames:
        alone = metafunc.definition.get_closest_marker("sqlite") is not None
        metafunc.parametrize("database_url", DATABASES[:1] if alone else DATABASES, indirect=True)


@pytest.fixture
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a migrated database of each kind, with nobody in it unless the test has the cast."""
    templates: Templates = request.getfixturevalue(f"{request.param}_templates")
    if request.param == "sqlite":
        yield templates.copy(wanted(request.fixturenames), str(tmp_path / "test.sqlite3"))
        return
    name = f"t{uuid4().hex}"
    yield templates.copy(wanted(request.fixturenames), name)
    request.getfixturevalue("postgres").drop_database(name)


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
def still_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """No time passes between attempts at a password, however busy the machine is."""
    monkeypatch.setattr("intercoder.services.attempts.elapsed", lambda: 1000.0)


@pytest.fixture
def cast(request: pytest.FixtureRequest, database: Database) -> Cast:
    """A small study with everybody in it; see cast.py. It came with the copy of the template."""
    kind = "sqlite" if database.sqlite else "postgresql"
    templates: Templates = request.getfixturevalue(f"{kind}_templates")
    kept = templates[wanted(request.fixturenames)].cast
    assert kept is not None
    return kept.on(database)


@pytest.fixture
def model(cast: Cast) -> ModelStudy:
    """A study of the shape of the model study, and what was put into it; the cast is that of the study."""
    return ModelStudy.of(cast)


@pytest.fixture
def compared_round(cast: Cast) -> UUID:
    """A round of the cast that both coders have coded, closed and compared; it came with the copy too."""
    return cast.rounds["compared"]


@pytest.fixture
def run_jobs(database: Database) -> Callable[[], int]:
    """A function that runs every waiting job and returns how many there were."""

    def run() -> int:
        count = 0
        while run_next(database):
            count += 1
        return count

    return run
