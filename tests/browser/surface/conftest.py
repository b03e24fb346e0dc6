"""The harness server of the surface tests."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

from browser.surface.harness import Harness, World
from waiting import PATIENCE

# Messages the browser itself writes for an HTTP status or a lost connection that a test asked for.
EXPECTED = ("Failed to load resource", "net::ERR")


@pytest.fixture
def world() -> World:
    """What the server knows; change it before opening the page."""
    return World()


@pytest.fixture
def pages() -> dict[str, str]:
    """Further pages by path: the part from <body> on."""
    return {}


@pytest.fixture
def harness(world: World, pages: dict[str, str]) -> Iterator[Harness]:
    """A running server."""
    running = Harness(world, pages)
    yield running
    running.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A fresh browser profile."""
    opened = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB")
    opened.set_default_timeout(PATIENCE * 1000)
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
