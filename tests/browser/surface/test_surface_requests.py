"""What the first opening of a page asks the server for, counted in the browser."""

import pytest
from playwright.sync_api import Page, expect

from browser.surface.study import World, sign_in

#: the most that one page may ask for when the browser has nothing of it yet
MOST = 15


@pytest.fixture
def locale() -> str:
    return "zh-CN"  # with the words of the modules, which English has in it


def test_the_first_page_of_each_kind_asks_for_little(world: World, page: Page) -> None:
    coding = world.open()
    sign_in(page.context, world.line.url, "ai")
    chromium = page.context.new_cdp_session(page)
    chromium.send("Network.enable")
    chromium.send("Network.setCacheDisabled", {"cacheDisabled": True})
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for path, at_work in ((coding, "#sync[data-state]"), (f"/projects/{world.project}", "main"), ("/", "main")):
        asked.clear()
        page.goto(world.line.url + path, wait_until="networkidle" if path == "/" else "load")
        expect(page.locator(at_work)).to_have_count(1)
        assert 3 < len(asked) <= MOST, (path, asked)
        assert len(set(asked)) == len(asked), "something was asked for twice"
