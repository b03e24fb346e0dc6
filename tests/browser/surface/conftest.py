"""The real server of the surface tests, started once; for each test a study of its own and a line that can break."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

from browser.attached import attached
from browser.serving import Server
from browser.surface.line import Line
from browser.surface.study import World, make_world, sign_in
from cast import Cast
from intercoder.db import Database
from templates import Templates
from waiting import PATIENCE_WITH_A_PAGE

# Messages the browser itself writes for an HTTP status or a lost connection that a test asked for.
EXPECTED = ("Failed to load resource", "net::ERR", "An unknown error occurred when fetching the script")


@pytest.fixture(scope="session")
def served(sqlite_templates: Templates, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Cast]]:
    """A server on SQLite with the cast in it."""
    folder = tmp_path_factory.mktemp("surface")
    url = sqlite_templates.copy("cast", str(folder / "study.sqlite3"))
    people = sqlite_templates["cast"].cast
    assert people is not None
    database = Database(url, pool_size=2)
    with Server(folder / "data", database_url=url, BACKUPS="off").start() as server:  # it serves for minutes
        yield server, people.on(database)
    database.dispose()


@pytest.fixture
def line(served: tuple[Server, Cast]) -> Iterator[Line]:
    """The way to the server."""
    made = Line(served[0].port)
    yield made
    made.close()


@pytest.fixture
def world(served: tuple[Server, Cast], line: Line) -> World:
    """What the server knows; change it before opening the page."""
    return make_world(served[1], line)


@pytest.fixture
def locale() -> str:
    """The language that the browser asks for."""
    return "en-GB"


@pytest.fixture
def context(browser: Browser, locale: str) -> Iterator[BrowserContext]:
    """A fresh browser profile."""
    opened = browser.new_context(viewport={"width": 1440, "height": 900}, locale=locale)
    opened.set_default_timeout(PATIENCE_WITH_A_PAGE)
    yield opened
    opened.close()


@pytest.fixture
def complaints() -> list[str]:
    """Console errors, breaches of the CSP and uncaught exceptions of all pages of the test; must stay empty."""
    return []


@pytest.fixture
def new_page(context: BrowserContext, complaints: list[str]) -> Iterator[Callable[[], Page]]:
    """Opens watched tabs."""

    def heard(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not any(part in message.text for part in EXPECTED):
            complaints.append(message.text)

    def make() -> Page:
        page = context.new_page()
        page.on("console", heard)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return page

    yield make
    assert complaints == []


@pytest.fixture
def page(new_page: Callable[[], Page]) -> Page:
    """One watched tab."""
    return new_page()


@pytest.fixture
def visit(context: BrowserContext, page: Page, world: World) -> Callable[[str, str], Page]:
    """Opens a place of the study as somebody, and waits until the page's modules are at work."""

    def go(person: str, path: str) -> Page:
        sign_in(context, world.line.url, person)
        page.goto(world.line.url + path)
        attached(page)
        return page

    return go
