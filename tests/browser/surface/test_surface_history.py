"""Undo of what was done before: in another tab, and on another day after a yes."""

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from playwright.sync_api import BrowserContext, Page, expect

from browser.surface.driver import Coder
from browser.surface.study import World
from intercoder.models import Coding, CodingChange


def aged(world: World, hours: int) -> None:
    """Let everything that was coded have been coded so long ago."""
    with world.cast.database.transaction() as session:
        for column in (Coding.created_at, Coding.changed_at, CodingChange.changed_at):
            row = column.class_
            for identity, at in session.execute(sa.select(row.key, column)).all():
                session.execute(sa.update(row).where(row.key == identity).values({column: at - timedelta(hours=hours)}))


def test_what_was_done_in_another_tab_is_undone_and_on_another_day_after_a_yes(
    world: World, page: Page, context: BrowserContext
) -> None:
    coder = Coder(page, world).open()
    coder.code("以前", "信任先行")
    coder.press("Control+z", "Control+y")  # what was taken back and made again stands
    expect(coder.stripes).to_have_count(1)
    coder.saved()
    page.close()

    # A tab that knows nothing of it; the deletion in it is its own, what is below that comes from the server.
    page = context.new_page()
    coder = Coder(page, world).open()
    expect(coder.stripes).to_have_count(1)
    coder.stripes.first.focus()
    coder.press("Delete")
    expect(coder.stripes).to_have_count(0)
    coder.press("Control+z")
    expect(coder.stripes).to_have_count(1)
    coder.press("Control+z")
    expect(coder.stripes).to_have_count(0)
    expect(page.locator(".toast")).to_contain_text("信任先行")
    coder.press("Control+y")
    expect(coder.stripes).to_have_count(1)
    coder.saved()
    page.close()

    aged(world, 30)
    page = context.new_page()
    coder = Coder(page, world).open()
    box = page.locator("dialog[open]")
    coder.doc.focus()
    coder.press("Control+z")
    expect(box).to_contain_text("信任先行")
    expect(box).to_contain_text(str((datetime.now(UTC) - timedelta(hours=30)).year))
    box.get_by_role("button", name="Cancel").click()
    expect(coder.stripes).to_have_count(1)
    coder.doc.focus()
    coder.press("Control+z")
    box.get_by_role("button", name="Take it back").click()
    expect(coder.stripes).to_have_count(0)
    coder.saved()
    coder.press("Control+z")
    expect(page.locator(".toast")).to_have_text("Nothing to undo")


def test_without_the_server_it_is_said_that_more_may_be_undone(world: World, page: Page) -> None:
    coder = Coder(page, world).open()
    page.context.set_offline(True)
    coder.doc.focus()
    coder.press("Control+z")
    expect(page.locator(".toast")).to_have_text(
        "Nothing to undo here; what was done before is known to the server alone"
    )
