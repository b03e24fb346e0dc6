"""What waits in the browser is seen and sent from every page, and signing out asks about it."""

import re
from collections.abc import Callable

from playwright.sync_api import BrowserContext, Page, expect

from browser.surface.driver import Coder
from browser.surface.study import World


def test_what_waits_is_seen_on_the_desk_and_sent_from_there_and_signing_out_asks(
    page: Page, context: BrowserContext, world: World
) -> None:
    coder = Coder(page, world).open().whole()
    context.set_offline(True)
    expect(coder.sync).to_have_text("Offline: all is saved")
    coder.code("金字塔", "Bricolage")
    expect(coder.sync).to_contain_text("1 kept in this browser")
    world.line.faults = ["500"] * 40
    context.set_offline(False)

    page.goto(f"{world.line.url}/")
    expect(coder.sync).to_contain_text(re.compile("1 waiting"))
    page.goto(f"{world.line.url}/account")
    expect(coder.sync).to_contain_text(re.compile("1 waiting"))
    page.goto(f"{world.line.url}/")
    page.locator("summary", has_text="Account of").click()
    page.get_by_role("button", name="Sign out").click()
    dialog = page.get_by_role("dialog", name="Sign out before everything is saved?")
    expect(dialog).to_contain_text("1 change is kept in this browser only")
    dialog.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("heading", name="My desk")).to_be_visible()

    world.line.faults = []
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(coder.sync).to_contain_text("Saved")
    assert [quote for _, quote in world.quotes()] == ["金字塔"]

    page.locator("summary", has_text="Account of").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_a_memo_typed_while_another_tab_deletes_its_coding_is_kept_and_can_bring_it_back(
    new_page: Callable[[], Page], world: World
) -> None:
    first = Coder(new_page(), world).open()
    first.code("金字塔", "Bricolage")
    first.saved()
    second = Coder(new_page(), world).open()
    first.page.bring_to_front()
    first.doc.focus()
    first.whole().press("n", "m")
    first.page.keyboard.type("倒金字塔：权力下放")
    second.page.bring_to_front()
    second.doc.focus()
    second.press("n", "Delete")
    second.saved()
    expect(first.stripes).to_have_count(0)
    first.page.bring_to_front()
    first.press("Escape")
    row = first.page.locator("#attention li")
    expect(row).to_contain_text("倒金字塔：权力下放")
    assert world.live() == {}
    first.page.get_by_role("button", name="Submit this document").click()
    first.page.get_by_role("dialog").get_by_role("button", name="Submit").click()
    expect(first.page.locator("#submit-form .error")).to_contain_text("1 change needs attention first")

    first.page.reload()
    expect(first.doc).to_have_attribute("data-test-ready", "")
    row.get_by_role("button", name="Bring the coding back with it").click()
    expect(row).to_have_count(0)
    expect(first.stripes).to_have_count(1)
    first.saved()
    assert [item["memo"] for item in world.live().values()] == ["倒金字塔：权力下放"]
