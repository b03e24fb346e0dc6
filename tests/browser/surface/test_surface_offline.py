"""A document that was open before opens again while the server is gone; what is coded meanwhile is stored once."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from browser.surface.driver import Coder
from browser.surface.line import Line
from browser.surface.study import World, make_world, sign_in
from intercoder.db import Database
from reliability.serving import Server
from templates import Templates
from waiting import until

KEPT = """async () => (await Promise.all((await caches.keys()).filter(n => n.startsWith('ic-kept/')).map(async n => (await (await caches.open(n)).keys()).map(r => new URL(r.url).pathname)))).flat()"""

#: whether the copy that this browser keeps of the layer holds so many codings
KEPT_CODINGS = """async (n) => {
  for (const name of await caches.keys()) {
    const copy = await (await caches.open(name)).match(location.pathname + "/layer", { ignoreVary: true });
    if (copy && (await copy.json()).codings?.length === n) return true;
  }
  return false;
}"""


@pytest.fixture
def alone(sqlite_templates: Templates, tmp_path: Path) -> Iterator[tuple[Server, World]]:
    """A server that may be killed, with a study in it; what it is asked comes straight to it."""
    url = sqlite_templates.copy("cast", str(tmp_path / "study.sqlite3"))
    people = sqlite_templates["cast"].cast
    assert people is not None
    database = Database(url, pool_size=2)
    with Server(tmp_path / "data", database_url=url).start() as server:
        line = Line(server.port)
        yield server, make_world(people.on(database), line)
        line.close()
    database.dispose()


def test_a_document_opens_again_while_the_server_is_killed_and_what_is_coded_is_stored_once(
    page: Page, context: BrowserContext, alone: tuple[Server, World]
) -> None:
    server, world = alone
    address = f"http://127.0.0.1:{server.port}"
    sign_in(context, address, "ai")
    coder = Coder(page, world)
    page.add_init_script(
        "for (const name of ['ic-ready', 'ic-kept']) document.addEventListener(name, e => e.target.setAttribute(`data-test-${name}`, ''));"
    )
    place = address + world.open()
    page.goto(place)
    expect(coder.doc).to_have_attribute("data-test-ic-kept", "")
    memo = page.get_by_label("Memo on this document")
    memo.fill("早先的想法")
    coder.code("金字塔", "Bricolage")
    coder.saved()
    # The copy follows the codings after a moment.
    until(lambda: page.evaluate(KEPT_CODINGS, 1), "a copy of the codings")
    expect(page.locator("[data-kept-copy]")).to_be_hidden()

    server.kill9()
    page.reload()
    expect(coder.doc).to_have_attribute("data-test-ic-ready", "")
    note = page.locator("[data-kept-copy]")
    expect(note).to_be_visible()
    expect(note).to_contain_text("Offline, as of")
    assert note.locator("time").inner_text()
    expect(coder.stripes).to_have_count(1)
    # Of what the server has nothing is known, and nothing is claimed.
    expect(coder.sync).to_have_text("Offline: a kept copy")
    assert ">Saved<" not in page.evaluate("fetch(location.href).then(answer => answer.text())")
    expect(memo).to_have_value("早先的想法")
    memo.fill("离线时的想法 😀")
    coder.code("老师傅", "信任先行")
    coder.drag("六成")
    coder.press("Shift+Enter", "Enter")
    expect(coder.stripes).to_have_count(3)
    expect(coder.sync).to_contain_text("waiting")
    page.reload()
    expect(coder.doc).to_have_attribute("data-test-ic-ready", "")
    expect(coder.stripes).to_have_count(3)
    expect(memo).to_have_value("离线时的想法 😀")
    # What was never looked for before is found too; of what could not be looked through nothing is said but that.
    coder.doc.focus()
    coder.press("Control+f")
    page.get_by_role("searchbox").fill("信任")
    expect(page.locator(".find output")).to_have_text("1 of 2")
    page.get_by_role("checkbox", name="In all my documents").check()
    looked = page.locator(".find-everywhere [role=status]")
    expect(looked).to_contain_text("Not looked through")
    expect(looked).not_to_contain_text("Not found")
    coder.press("Escape")
    # Nothing else of the site is kept.
    assert page.evaluate("fetch('/').then(() => 'answered', () => 'gone')") == "gone"

    server.start()
    page.evaluate("dispatchEvent(new Event('online'))")
    coder.saved()
    assert world.quotes() == [("Bricolage", "金字塔"), ("信任先行", "老师傅"), ("六成", "六成")]
    assert world.memo == "离线时的想法 😀"
    expect(coder.sync).to_contain_text("Saved")
    page.reload()
    expect(coder.doc).to_have_attribute("data-test-ic-ready", "")
    expect(note).to_be_hidden()
    expect(coder.stripes).to_have_count(3)

    # It goes with who signs out, and with who signs in after.
    expect(coder.doc).to_have_attribute("data-test-ic-kept", "")
    assert world.open() in page.evaluate(KEPT)
    sign_in(context, address, "bo")
    page.goto(f"{address}/")
    expect(page.get_by_role("heading", name="My desk")).to_be_visible()
    until(lambda: page.evaluate(KEPT) == [], "what was kept of Ai is still there")
    page.goto(place)
    expect(coder.doc).to_have_attribute("data-test-ic-kept", "")
    assert world.open() in page.evaluate(KEPT)
    page.goto(f"{address}/")
    page.locator("summary", has_text="Account of").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert page.evaluate(KEPT) == []
    server.kill9()
    with pytest.raises(Exception, match="ERR_"):
        page.goto(place)
