"""Active time on the coding page: told as one works, once for all windows, kept where it cannot be told."""

from datetime import UTC, datetime, timedelta

from playwright.sync_api import BrowserContext, Page, expect

from browser.surface.driver import Coder
from browser.surface.study import World

BEGUN = datetime.now(UTC)


def at(page: Page, minutes: int) -> None:
    """Let the clock of a page stand still, so many minutes from when the test began."""
    page.clock.set_fixed_time(BEGUN + timedelta(minutes=minutes))


def test_minutes_of_work_count_once_and_are_kept_while_the_network_is_away(
    world: World, page: Page, context: BrowserContext
) -> None:
    at(page, -90)
    coder = Coder(page, world).open()
    shown = page.locator("[data-active]")
    coder.press("ArrowRight")
    expect(shown).to_have_text("1 min")
    other = context.new_page()
    at(other, -90)
    other.goto(page.url)
    other.mouse.move(200, 300)
    expect(other.locator("[data-active]")).to_have_text("1 min")
    context.set_offline(True)
    for minute in range(-80, -20):
        at(page, minute)
        coder.press("ArrowRight")
    expect(shown).to_have_text("1 min")
    context.set_offline(False)
    at(page, -10)
    coder.press("ArrowRight")
    expect(shown).to_have_text("1 h 2 min")
    page.reload()
    expect(shown).to_have_text("1 h 2 min")
