"""What waits in the browser is seen and sent from every page, and signing out asks about it."""

import re

from playwright.sync_api import BrowserContext, Page, expect

from browser.surface.driver import Coder
from browser.surface.study import World


def test_what_waits_is_seen_on_the_desk_and_sent_from_there_and_signing_out_asks(
    page: Page, context: BrowserContext, world: World
) -> None:
    coder = Coder(page, world).open()
    context.set_offline(True)
    expect(coder.sync).to_have_text("Offline: all is saved")
    coder.code("金字塔", "Bricolage")
    expect(coder.sync).to_contain_text("1 kept in this browser")
    world.line.faults = ["500"] * 40
    context.set_offline(False)

    page.goto(f"{world.line.url}/")
    expect(coder.sync).to_contain_text(re.compile("1 waiting"))
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
